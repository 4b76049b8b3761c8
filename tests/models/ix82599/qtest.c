/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The line protocol of QEMU's docs/devel/qtest: "writel ADDRESS VALUE", answered by "OK". Writes
 * are never waited for: QEMU may itself be waiting for this process.
 */
#include "qtest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool
qtest_listen(struct qtest *qtest, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	qtest->fd = qtest->listener = -1;
	if (strlen(path) >= sizeof(address.sun_path)) {
		fprintf(stderr, "ix82599: %s: path too long\n", path);
		return false;
	}
	strcpy(address.sun_path, path);
	unlink(path);
	qtest->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (qtest->listener < 0 ||
	    bind(qtest->listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(qtest->listener, 1) < 0) {
		fprintf(stderr, "ix82599: %s: %s\n", path, strerror(errno));
		return false;
	}
	return true;
}

void
qtest_accept(struct qtest *qtest)
{
	int fd = accept4(qtest->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return;
	if (qtest->fd >= 0)
		close(qtest->fd);
	qtest->fd = fd;
	qtest_flush(qtest);
}

bool
qtest_read(struct qtest *qtest)
{
	char text[4096];
	ssize_t len = recv(qtest->fd, text, sizeof(text) - 1, 0);

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (len <= 0) {
		close(qtest->fd);
		qtest->fd = -1;
		return false;
	}
	text[len] = '\0';
	if (strstr(text, "FAIL") || strstr(text, "ERR")) {
		qtest->failures++;
		fprintf(stderr, "ix82599: QEMU refused an interrupt message: %s", text);
	}
	return true;
}

void
qtest_flush(struct qtest *qtest)
{
	ssize_t sent;

	if (qtest->fd < 0 || !qtest->used)
		return;
	sent = send(qtest->fd, qtest->out, qtest->used, MSG_NOSIGNAL);
	if (sent <= 0)
		return;
	qtest->used -= (size_t)sent;
	memmove(qtest->out, qtest->out + sent, qtest->used);
}

void
qtest_write32(struct qtest *qtest, uint64_t addr, uint32_t data)
{
	size_t room = sizeof(qtest->out) - qtest->used;
	int len = snprintf(qtest->out + qtest->used, room, "writel 0x%llx 0x%x\n",
			   (unsigned long long)addr, data);

	if ((size_t)len >= room) {
		qtest->failures++;
		fprintf(stderr,
			"ix82599: an interrupt message is lost: QEMU does not read -qtest\n");
		return;
	}
	qtest->used += (size_t)len;
	qtest->messages++;
	qtest_flush(qtest);
}

void
qtest_close(struct qtest *qtest)
{
	if (qtest->fd >= 0)
		close(qtest->fd);
	if (qtest->listener >= 0)
		close(qtest->listener);
	qtest->fd = qtest->listener = -1;
}
