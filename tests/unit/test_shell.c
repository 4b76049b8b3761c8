/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The lines that popen() and system() take, against the sh of the machine that runs the test: the
 * same output and the same status.
 */
/* SOURCES: commands/shell.c commands/text.c commands/machine.c commands/lspci.c commands/sort.c */
/* SOURCES: commands/awk.c commands/awk_program.c commands/awk_expression.c commands/columns.c */
/* SOURCES: commands/files.c commands/grep.c commands/modules.c commands/terminal.c */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands/commands.h"
#include "tests/unit/check.h"

#define OUTPUT_MOST 65536

static const char *const lines[] = {
	"echo",
	"echo one two   three",
	"echo 'one  two' \"three  four\" five\\ six",
	"echo -n no newline",
	"echo a'b c'd\"e f\"g",
	"echo 'quote \"in\" quote' \"and 'so'\"",
	"true",
	"false",
	"true && echo yes",
	"false && echo no",
	"false || echo otherwise",
	"true || echo never; echo then",
	"false && echo no || echo yes; false",
	"echo one; echo two;",
	"echo one | cat",
	"echo one | cat | cat | wc -c",
	"true | cat",
	"echo x > out; echo y >> out; cat out",
	"echo z>out;cat<out",
	"cat < out > copy; cat copy out | wc -l",
	"cat nowhere 2>/dev/null",
	"cat nowhere 2> err; wc -l < err",
	"cat nowhere 2>&1 | wc -l",
	"echo to nobody > /dev/null",
	"cat lines | grep b",
	"grep -i B lines",
	"grep -v b lines",
	"grep -c b lines",
	"grep -q b lines && echo found",
	"grep z lines || echo none",
	"grep -E '^(a|c)' lines | head -n 1",
	"grep '^b.*d$' lines lines",
	"head -2 lines",
	"head -n 1 lines lines > out; wc -l out > /dev/null; cat out | wc -l",
	"cat - < lines",
	"cat lines - < lines",
	"wc -w < lines",
	"uname -s",
	"uname -m; uname -r; uname -n",
	"hostname",
	"echo 'a|b;c&&d' | cat",
	"  echo   spaces  ",
	"echo a\\|b \\; c",
	"cat lines | grep a | grep -v x | wc -l && echo end",
	"LC_ALL=C wc -l < lines; A=b; echo A=b",
	"cat /proc/meminfo | grep -s MemTotal | awk '{print $2}'",
	"grep -s x nowhere lines; grep -sq x nowhere",
	"grep -n d lines; grep -in B lines lines",
	"grep -F '.' lines || echo no dot; grep -F 'c d' lines",
	"grep -w bd lines; grep -w b lines; grep -x x lines; grep -xE 'x|c d' lines",
	"grep -wE 'b|c' lines; grep -l d lines table; grep -h d lines table; grep -c d lines table",
	"grep -l nothing table; cat table | grep -l one",
	"tail -2 lines; tail -n 1 table; tail -n +3 table; tail -n 100 table",
	"head -n1 table; tail -n1 lines table",
	"awk '{print}' table; awk '{ print $0 }' < table",
	"awk '{print $1, $3}' table; awk '{print $1 $3; print $NF}' table",
	"awk -F: '{print $2}' colons; awk -F ':' '{print NF, NR \"-\" $1}' colons",
	"awk -F'[:/]' '{print $3, $NF}' colons",
	"awk '/one/' table; awk '/one/ {print $2}' table; awk '!/one/ {print $2}' table",
	"awk 'NR == 2' table; awk 'NR==2 {print $2}; NR==3{print $1}' table",
	"awk '$2 > 9 {print $1}' table; awk '$1 == \"two\" {print $2 / 4}' table",
	"awk '$1 ~ /^t/ && $2 >= 2 || $3 == \"c\" {print NR}' table",
	"awk '{s += $2} END {print s; print NR, s / NR, int(s / NR)}' table",
	"awk 'BEGIN {n = 3} {n++; t = t $1} END {print n, t, length(t)}' table",
	"awk '{printf \"%s:%5.1f|%03d|%-4s|%x%%\\n\", $1, $2, $2, $1, 255}' table",
	"awk '{printf(\"%s \", $1)} END {print \"\"}' table",
	"awk -v x=2 '$2 == x {print x + 1, -x, x * 3 % 4, (x - 1) * 2, !x}' table",
	"awk '{print $2-1, $2 -1; x = $2; print x \"a\\tb\"}' table",
	"awk '{print 1e3, 0.1 + 0.2, 100000 * 100000, 1 / 3, $9 \".\"}' table",
	"awk '$1 !~ \"o\"' table; awk '{print NF; x -= 2; y = x} END {print x, y--, y, z}' table",
	"awk '$2 < 10\n{ print \"n\" NR }' table nowhere",
	"awk 'END {print $1, NF}' table; awk 'BEGIN {print $1 NF}' < /dev/null",
	"awk '{ print $(1 + 1) $(NF) }' table",
	"cut -d: -f2 colons; cut -d : -f 1,3- colons; cut -f1 colons; cut -s -f1 colons",
	"cut -c1-2,4 table; cut -b -3 table",
	"cat lines | tr a-c A-C; cat lines | tr -d ' '; cat lines | tr -s 'b\\n' | tr '\\n' ','",
	"cat table | tr '[:lower:]' '[:upper:]'; echo aabbcc | tr -s a-b; echo abc | tr abc xy",
	"LC_ALL=C sort lines; sort -n numbers; sort -rn numbers; sort -u numbers; sort -nu numbers",
	"sort -n numbers | uniq; sort numbers | uniq -c",
	"mkdir a; mkdir -p a/b/c a/b/c; mkdir a 2>/dev/null; ls a a/b; ls -1 lines; rm -r a; ls -a",
	"rm -f nowhere lines.x; rm nowhere 2>/dev/null; ls nowhere 2>/dev/null",
	"sleep 0.01 && echo slept; sleep x 2>/dev/null",
	"echo 'a $HOME `b`' a\\$b '$1' 5$ | cat",
};

static int
by_sh(const char *line, char *output)
{
	FILE *file = popen(line, "r");
	size_t length = fread(output, 1, OUTPUT_MOST - 1, file);

	output[length] = '\0';
	return WEXITSTATUS(pclose(file));
}

static int
by_ours(const char *line, char *output)
{
	struct command_streams streams = {stdin, NULL, stderr};
	char *text = NULL;
	size_t length = 0;
	int status;

	streams.out = open_memstream(&text, &length);
	status = shell_run(line, &streams);
	fclose(streams.out);
	snprintf(output, OUTPUT_MOST, "%s", text);
	free(text);
	return status;
}

static void
compare(const char *line)
{
	static char due[OUTPUT_MOST], ours[OUTPUT_MOST];
	int status = by_sh(line, due);

	if (!CHECK_EQ(by_ours(line, ours), status) || !CHECK(strcmp(ours, due) == 0))
		printf("  %s\n    sh: %s    ours: %s\n", line, due, ours);
}

static void
prepare(void)
{
	char folder[] = "/tmp/test_shell.XXXXXX";
	FILE *file;

	CHECK(mkdtemp(folder) && chdir(folder) == 0);
	file = fopen("lines", "w");
	fputs("a b c\nbcd\nx\nc d\n\nB bd", file);
	fclose(file);
	file = fopen("table", "w");
	fputs("one 2  a\ntwo 10 b\n three\t3 c d\n", file);
	fclose(file);
	file = fopen("colons", "w");
	fputs("a:b:c/d\n::\nplain\n", file);
	fclose(file);
	file = fopen("numbers", "w");
	fputs("10\n9\n9\n-1\n9.5\nx\n10\n", file);
	fclose(file);
}

int
main(void)
{
	static char output[OUTPUT_MOST];
	char folder[256], command[300];

	prepare();
	for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		compare(lines[i]);
	if (freopen("stderr", "w", stderr) == NULL)
		return 1;
	CHECK_EQ(by_ours("no-such-program -x", output), 127);
	CHECK_EQ(by_ours("no-such-program 2>/dev/null || echo so", output), 0);
	CHECK(strcmp(output, "so\n") == 0);
	CHECK_EQ(by_ours("sleep 1 &", output), 2);
	CHECK_EQ(by_ours("head --unknown", output), 2);
	CHECK_EQ(by_ours("echo $HOME", output), 2);
	CHECK_EQ(by_ours("echo \"$(uname)\"", output), 2);
	CHECK_EQ(by_ours("echo `uname`", output), 2);
	CHECK_EQ(by_ours("awk '{if ($1) print}' lines", output), 2);
	CHECK_EQ(by_ours("awk '{print > \"file\"}' lines", output), 2);
	CHECK_EQ(by_ours("awk '{print a[1]' lines", output), 2);
	CHECK(access("file", F_OK) != 0);
	CHECK_EQ(by_ours("lsmod | grep -s igb_uio", output), 1);
	CHECK_EQ(by_ours("modinfo -d vfio-pci", output), 1);
	CHECK_EQ(by_ours("clear", output), 0);
	CHECK(strcmp(output, "\033[H\033[2J\033[3J") == 0);
	CHECK_EQ(by_ours("stty sane < lines", output), 1);
	CHECK(getcwd(folder, sizeof(folder)) != NULL);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	CHECK_EQ(system(command), 0);
	return check_end();
}
