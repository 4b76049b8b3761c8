/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The process's table of descriptors and its places: which number a new descriptor gets, dup2 and
 * dup3, the working directory, the mask of new files. Serial; descriptors are said by their numbers
 * above the first that is free at the beginning.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/conformance/kinds.h"
#include "tests/conformance/words.h"

#define NUMBERS 24 /* descriptors that an episode uses */

struct descriptors_state {
	int first;
	char before[EPISODE_PATH_MAX];
	unsigned mask;
};

static struct descriptors_state *
state_of(struct episode *episode)
{
	return episode->state;
}

static void
begin(struct episode *episode)
{
	struct descriptors_state *state = state_of(episode);

	state->first = dup(episode->folder_fd);
	close(state->first);
	if (!getcwd(state->before, sizeof(state->before)))
		strcpy(state->before, "/");
	state->mask = umask(022);
	mkdirat(episode->folder_fd, "d", 0755);
	if (fchdir(episode->folder_fd))
		state->before[0] = 0;
}

static void
end(struct episode *episode)
{
	struct descriptors_state *state = state_of(episode);

	for (int i = 0; i < NUMBERS + 8; i++)
		close(state->first + i);
	umask(state->mask);
	if (chdir(state->before[0] ? state->before : "/"))
		umask(state->mask);
}

/* A number, most often of an open descriptor; said relative to the first. */
static int
pick(struct episode *episode)
{
	int number = 0;

	for (unsigned i = 0; i < 4; i++) {
		number = (int)episode_below(episode, NUMBERS);
		if (fcntl(state_of(episode)->first + number, F_GETFD) >= 0)
			break;
	}
	if (episode_chance(episode, 3))
		return -state_of(episode)->first - 1 - (int)episode_below(episode, 3);
	return number;
}

static void
say_number(struct episode *episode, int fd)
{
	if (fd < 0)
		episode_answer(episode, fd);
	else
		episode_say(episode, " = f%d", fd - state_of(episode)->first);
}

static void
step_open(struct episode *episode)
{
	static const char *const names[] = {"a", "b", "d", ".", "d/c", "../in/a", "no"};
	const char *name = episode_one_of(episode, names);
	int flags = (episode_chance(episode, 50) ? O_CREAT | O_RDWR : 0) |
		    (episode_chance(episode, 30) ? O_CLOEXEC : 0);
	unsigned mode = episode_below(episode, 01000) | 0400;

	if (fcntl(state_of(episode)->first + NUMBERS - 1, F_GETFD) >= 0)
		return;
	if (episode_call(episode, "open", "\"%s\", %s, %o", name,
			 words_flags(words_open, flags).text, mode))
		say_number(episode, open(name, flags, mode));
}

static void
step_dup(struct episode *episode)
{
	int first = state_of(episode)->first, from = pick(episode);
	int to = (int)episode_below(episode, NUMBERS);
	int flags = episode_chance(episode, 30) ? O_CLOEXEC : episode_chance(episode, 5);
	unsigned which = episode_below(episode, 5);

	if (which == 0 && episode_call(episode, "dup", "f%d", from))
		say_number(episode, dup(first + from));
	else if (which == 1 && episode_call(episode, "dup2", "f%d, f%d", from, to))
		say_number(episode, dup2(first + from, first + to));
	else if (which == 2 && episode_call(episode, "dup3", "f%d, f%d, %#x", from, to, flags))
		say_number(episode, dup3(first + from, first + to, flags));
	else if (which == 3 && episode_call(episode, "fcntl_dupfd", "f%d, f%d", from, to))
		say_number(episode, fcntl(first + from, F_DUPFD, first + to));
	else if (which == 4 && episode_call(episode, "fcntl_dupfd_cloexec", "f%d, f%d", from, to))
		say_number(episode, fcntl(first + from, F_DUPFD_CLOEXEC, first + to));
}

static void
step_odd(struct episode *episode)
{
	static const int numbers[] = {-1, 1 << 20, 1 << 30, -5};
	int first = state_of(episode)->first, from = pick(episode);
	int number = episode_one_of(episode, numbers);
	unsigned which = episode_below(episode, 3);

	if (which == 0 && episode_call(episode, "dup2", "f%d, number %d", from, number))
		episode_answer(episode, dup2(first + from, number));
	else if (which == 1 && episode_call(episode, "dup3", "f%d, f%d, 0", from, from))
		episode_answer(episode, dup3(first + from, first + from, 0));
	else if (which == 2 && episode_call(episode, "fcntl_dupfd", "f%d, number %d", from, number))
		episode_answer(episode, fcntl(first + from, F_DUPFD, number));
}

static void
step_flags(struct episode *episode)
{
	int first = state_of(episode)->first, fd = pick(episode);
	int flag = (int)episode_below(episode, 4);

	if (episode_chance(episode, 50)) {
		if (episode_call(episode, "fcntl_setfd", "f%d, %d", fd, flag))
			episode_answer(episode, fcntl(first + fd, F_SETFD, flag));
	} else if (episode_call(episode, "fcntl_getfd", "f%d", fd)) {
		episode_answer(episode, fcntl(first + fd, F_GETFD));
	}
}

static void
step_close(struct episode *episode)
{
	int first = state_of(episode)->first, fd = pick(episode);

	if (episode_call(episode, "close", "f%d", fd))
		episode_answer(episode, close(first + fd));
}

static void
step_offset(struct episode *episode)
{
	int first = state_of(episode)->first, fd = pick(episode);

	if (!episode_call(episode, "write", "f%d", fd))
		return;
	episode_answer(episode, write(first + fd, "abc", 3));
	episode_say(episode, " at");
	episode_answer(episode, lseek(first + fd, 0, SEEK_CUR));
}

/* The working directory, without what the episode's own directory is called. */
static void
step_place(struct episode *episode)
{
	static const char *const names[] = {"d", "..", ".", "a", "no", "in", ""};
	const char *name = episode_one_of(episode, names), *shown;
	char path[EPISODE_PATH_MAX];
	int fd = pick(episode);
	unsigned which = episode_below(episode, 3);

	if (which == 0 && episode_call(episode, "chdir", "\"%s\"", name)) {
		episode_answer(episode, chdir(name));
	} else if (which == 1 && episode_call(episode, "fchdir", "f%d", fd)) {
		episode_answer(episode, fchdir(state_of(episode)->first + fd));
	} else if (which == 2 && episode_call(episode, "getcwd", "%s", "")) {
		if (!getcwd(path, sizeof(path))) {
			episode_answer(episode, -1);
			return;
		}
		shown = strstr(path, "/in");
		episode_say(episode, " = %s", shown ? shown : "outside");
	}
}

static void
step_names(struct episode *episode)
{
	unsigned mask = episode_below(episode, 01000);

	switch (episode_below(episode, 4)) {
	case 0:
		if (episode_call(episode, "umask", "%o", mask))
			episode_say(episode, " = %o", umask(mask));
		break;
	case 1:
		if (episode_call(episode, "mkdir", "\"d\""))
			episode_answer(episode, mkdir("d", 0777));
		break;
	case 2:
		if (episode_call(episode, "rmdir", "\"d\""))
			episode_answer(episode, rmdir("d"));
		break;
	default:
		if (episode_call(episode, "unlink", "\"a\""))
			episode_answer(episode, unlink("a"));
	}
}

static void
step_limit(struct episode *episode)
{
	struct rlimit old, new;
	int first = state_of(episode)->first;
	unsigned room = episode_below(episode, NUMBERS);

	if (getrlimit(RLIMIT_NOFILE, &old) ||
	    !episode_call(episode, "setrlimit", "RLIMIT_NOFILE, f%u", room))
		return;
	new = old;
	new.rlim_cur = (rlim_t)first + room;
	episode_answer(episode, setrlimit(RLIMIT_NOFILE, &new));
	if (episode_call(episode, "dup", "folder"))
		say_number(episode, dup(episode->folder_fd));
	setrlimit(RLIMIT_NOFILE, &old);
}

static const struct episode_step steps[] = {
	{20, step_open},  {24, step_dup},  {4, step_odd},   {8, step_flags}, {10, step_close},
	{6, step_offset}, {8, step_place}, {6, step_names}, {2, step_limit}, {0, NULL},
};

const struct episode_kind descriptors_kind = {
	.name = "descriptors",
	.serial = true,
	.has_folder = true,
	.state_size = sizeof(struct descriptors_state),
	.most = 60,
	.begin = begin,
	.end = end,
	.steps = steps,
};
