/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is typed on the serial port reaches stdin: edited lines, end of file, single bytes when
 * the program switches editing off as DPDK's cmdline does; Ctrl-C ends the program with status
 * 130, of which QEMU's own exit status keeps seven bits.
 */
/* QEMU: -smp 2 */
/* EXIT: 2 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <termios.h>
#include <unistd.h>

#include "tests/unit/check.h"

static void
check_line(const char *prompt, const char *due)
{
	char line[256] = "";

	printf("%s\n", prompt);
	if (CHECK(fgets(line, sizeof(line), stdin) != NULL))
		CHECK_STRING(line, due);
}

static void
check_not_blocking(void)
{
	struct pollfd wait = {.fd = STDIN_FILENO, .events = POLLIN};
	char byte;

	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	CHECK_EQ(read(STDIN_FILENO, &byte, 1), -1);
	CHECK_EQ(poll(&wait, 1, 10), 0);
	fcntl(STDIN_FILENO, F_SETFL, 0);
}

static void
check_raw(void)
{
	struct termios edited, raw;
	struct pollfd wait = {.fd = STDIN_FILENO, .events = POLLIN};
	char bytes[5];

	CHECK_EQ(tcgetattr(STDIN_FILENO, &edited), 0);
	raw = edited;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	CHECK_EQ(tcsetattr(STDIN_FILENO, TCSANOW, &raw), 0);
	printf("raw?\n");
	CHECK_EQ(poll(&wait, 1, -1), 1);
	for (size_t i = 0; i < sizeof(bytes); i++)
		CHECK_EQ(read(STDIN_FILENO, &bytes[i], 1), 1);
	CHECK_EQ(memcmp(bytes, "x\x7f\x15\x03y", sizeof(bytes)), 0);
	CHECK_EQ(tcsetattr(STDIN_FILENO, TCSANOW, &edited), 0);
}

/* An instance in an instance hears of input once, by edge. */
static void
check_watched(void)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLET};
	int inner = epoll_create1(0), outer = epoll_create1(0);
	char line[16];

	CHECK_EQ(epoll_ctl(inner, EPOLL_CTL_ADD, STDIN_FILENO, &event), 0);
	event.events = EPOLLIN;
	CHECK_EQ(epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event), 0);
	CHECK_EQ(epoll_wait(outer, &event, 1, 10), 0);
	printf("watched?\n");
	CHECK_EQ(epoll_wait(outer, &event, 1, -1), 1);
	CHECK_EQ(epoll_wait(inner, &event, 1, 0), 1);
	CHECK_EQ(event.events, EPOLLIN);
	CHECK_EQ(epoll_wait(outer, &event, 1, 10), 0);
	CHECK_EQ(read(STDIN_FILENO, line, sizeof(line)), 2);
	close(inner);
	close(outer);
}

int
main(void)
{
	CHECK_EQ(isatty(STDIN_FILENO), 1);
	check_not_blocking();
	check_line("line?", "hello\n");
	check_line("edited?", "ac\n");
	printf("end?\n");
	CHECK_EQ(getchar(), EOF);
	clearerr(stdin);
	check_raw();
	check_line("edited again?", "z\n");
	check_watched();
	if (check_end())
		return 1;
	printf("interrupt?\n");
	pause();
	return 3;
}
/* EXPECT: ^line\?\n */
/* TYPE: hello\r */
/* EXPECT: ^hello\n */
/* EXPECT: ^edited\?\n */
/* TYPE: nonsense\x15ab\x7fc\r */
/* EXPECT: ^end\?\n */
/* TYPE: \x04 */
/* EXPECT: ^raw\?\n */
/* TYPE: x\x7f\x15\x03y */
/* EXPECT: ^edited again\?\n */
/* TYPE: xx\x7f\x7fz\r */
/* EXPECT: ^watched\?\n */
/* TYPE: w\r */
/* EXPECT: ^interrupt\?\n */
/* TYPE: \x03 */
/* EXPECT: exit: status 130$ */
