/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * popen() and system() find a few programs, which run as threads; what they do not find is named.
 */
/* QEMU: -smp 2 -m 128 -device virtio-net-pci,addr=5 */
/* EXPECT: ^from system$ */
/* EXPECT: ^sh: no-such-program: not found$ */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/unit/check.h"

static char text[8192];

/* All output of a line; returns the status. */
static int
output(const char *line)
{
	FILE *file = popen(line, "r");
	size_t length;

	if (!CHECK(file != NULL))
		return -1;
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	return pclose(file);
}

static void
writing(void)
{
	FILE *file = popen("cat > /tmp/written", "w");

	CHECK(fputs("through a pipe\n", file) >= 0);
	CHECK_EQ(pclose(file), 0);
	CHECK_EQ(output("cat /tmp/written"), 0);
	CHECK(strcmp(text, "through a pipe\n") == 0);
}

/* Who stops reading does not end the program. */
static void
left_alone(void)
{
	FILE *file;

	CHECK_EQ(system("cat /proc/cpuinfo /proc/cpuinfo > /tmp/long"), 0);
	for (unsigned i = 0; i < 8; i++)
		CHECK_EQ(system("cat /tmp/long /tmp/long > /tmp/m; cat /tmp/m > /tmp/long"), 0);
	file = popen("cat /tmp/long", "r");
	CHECK_EQ(fgetc(file), 'p');
	CHECK_EQ(pclose(file), 0);
}

/* Whether a line of some exit status is said not to be understood, at the program's own stderr. */
static bool
refused(const char *line, int status)
{
	int own = dup(STDERR_FILENO), file = open("/tmp/said", O_CREAT | O_TRUNC | O_RDWR, 0600);
	long length;

	dup2(file, STDERR_FILENO);
	CHECK_EQ(WEXITSTATUS(system(line)), status);
	dup2(own, STDERR_FILENO);
	length = pread(file, text, sizeof(text) - 1, 0);
	text[length > 0 ? length : 0] = '\0';
	close(own);
	close(file);
	return strstr(text, "sh: not understood: ");
}

/* What fails with the same status is no line that is not understood. */
static void
not_understood(void)
{
	CHECK(!refused("grep x /nowhere 2>/dev/null", 2));
	CHECK(!refused("grep x /nowhere 2>/dev/null | true", 0));
	CHECK(refused("echo a & echo b > /tmp/b", 2));
	CHECK(refused("cat < | true", 2));
	CHECK(refused("cat <; true", 2));
	CHECK_EQ(access("/tmp/b", F_OK), -1);
}

/* stty changes the console, and says of a pipe that it is no terminal. */
static void
terminal(void)
{
	struct termios before, after;

	CHECK_EQ(tcgetattr(STDIN_FILENO, &before), 0);
	CHECK_EQ(system("stty raw -echo"), 0);
	CHECK_EQ(tcgetattr(STDIN_FILENO, &after), 0);
	CHECK_EQ(after.c_lflag & (ICANON | ECHO | ISIG), 0u);
	CHECK_EQ(system("stty sane"), 0);
	CHECK_EQ(tcgetattr(STDIN_FILENO, &after), 0);
	CHECK_EQ(after.c_lflag & (ICANON | ECHO | ISIG), (tcflag_t)(ICANON | ECHO | ISIG));
	CHECK_EQ(after.c_iflag, before.c_iflag);
	CHECK_EQ(WEXITSTATUS(output("echo | stty sane 2>&1")), 1);
	CHECK(strstr(text, "stty: standard input: "));
}

int
main(void)
{
	CHECK_EQ(system(NULL), 1);
	CHECK_EQ(system("echo from system"), 0);
	CHECK_EQ(WEXITSTATUS(system("no-such-program 2>/dev/null")), 127);
	CHECK_EQ(output("lspci -D | grep Ethernet"), 0);
	CHECK(strcmp(text, "0000:00:05.0 Ethernet controller: Device 1af4:1000\n") == 0);
	CHECK_EQ(output("lspci -n -d 1af4:"), 0);
	CHECK(strcmp(text, "00:05.0 0200: 1af4:1000\n") == 0);
	CHECK_EQ(output("lscpu"), 0);
	CHECK(strstr(text, "Architecture:                    x86_64\n"));
	CHECK(strstr(text, "CPU(s):                          2\n"));
	CHECK(strstr(text, "NUMA node0 CPU(s):               0-1\n"));
	CHECK_EQ(output("nproc; uname -s"), 0);
	CHECK(strcmp(text, "2\nLinuxless\n") == 0);
	CHECK_EQ(WEXITSTATUS(output("cat /nowhere 2>/dev/null")), 1);
	CHECK_EQ(output("cat /proc/meminfo | grep -s HugePages_Total | awk '{print $2}'"), 0);
	CHECK(atoi(text) > 40 && atoi(text) <= 64);
	CHECK_EQ(output("lsmod | awk 'NR > 1' | wc -l"), 0);
	CHECK(strcmp(text, "0\n") == 0);
	terminal();
	not_understood();
	writing();
	left_alone();
	CHECK(popen("echo", "x") == NULL);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(pclose(stdin), -1);
	CHECK_EQ(errno, ECHILD);
	return check_end();
}
