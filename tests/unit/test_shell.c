/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The lines that popen() and system() take, against the sh of the machine that runs the test: the
 * same output and the same status.
 */
/* SOURCES: commands/shell.c commands/text.c commands/machine.c commands/lspci.c */
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
	CHECK(getcwd(folder, sizeof(folder)) != NULL);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	CHECK_EQ(system(command), 0);
	return check_end();
}
