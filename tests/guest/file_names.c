/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of files as Linux has them: several of one file, renaming and exchanging, what removing
 * refuses, directories' times and links, long chains of links, many names.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/unit/check.h"

#ifndef FOLDER
#define FOLDER "/tmp/names"
#endif
#define MANY 4000
#define LINKS_MOST 40

static void
put(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);

	CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static long
links_of(const char *path)
{
	struct stat stat_;

	return lstat(path, &stat_) ? -1 : (long)stat_.st_nlink;
}

static int
rename_how(const char *old, const char *new, unsigned how)
{
	return (int)syscall(SYS_renameat2, AT_FDCWD, old, AT_FDCWD, new, how);
}

static void
several_names(void)
{
	char text[8] = "";
	struct stat one, two;
	int fd;

	put("one", "text");
	CHECK_EQ(symlink("one", "to-one"), 0);
	CHECK_EQ(link("one", "two"), 0);
	CHECK_EQ(stat("one", &one) | stat("two", &two), 0);
	CHECK(one.st_ino == two.st_ino && one.st_nlink == 2);
	CHECK_FAILS(link("one", "two"), EEXIST);
	CHECK_FAILS(link("none", "two"), ENOENT);
	CHECK_FAILS(link(".", "dots"), EPERM);
	CHECK_FAILS(link("one", "none/three"), ENOENT);
	CHECK_FAILS(link("one", "three/"), ENOENT);
	CHECK_EQ(link("to-one", "also-link"), 0); /* the link itself */
	CHECK_EQ(links_of("to-one"), 2);
	CHECK_EQ(linkat(AT_FDCWD, "to-one", AT_FDCWD, "three", AT_SYMLINK_FOLLOW), 0);
	CHECK_EQ(links_of("one"), 3);
	CHECK_FAILS(linkat(AT_FDCWD, "one", AT_FDCWD, "four", 1), EINVAL);
	CHECK_EQ(rename("one", "three"), 0); /* the same file: both stay */
	CHECK_EQ(links_of("one"), 3);
	fd = open("two", O_RDONLY);
	CHECK_EQ(linkat(fd, "", AT_FDCWD, "four", AT_EMPTY_PATH), 0);
	CHECK_EQ(unlink("one") | unlink("two") | unlink("three") | unlink("four"), 0);
	CHECK_EQ(read(fd, text, sizeof(text)), 4);
	CHECK_EQ(fstat(fd, &one), 0);
	CHECK_EQ(one.st_nlink, 0);
	close(fd);
	CHECK_EQ(unlink("to-one") | unlink("also-link"), 0);
}

static void
named_semaphore(void)
{
	sem_t *semaphore = sem_open("/one", O_CREAT, 0600, 1), *again;

	CHECK(semaphore != SEM_FAILED);
	again = sem_open("/one", 0);
	CHECK(again == semaphore);
	if (semaphore == SEM_FAILED)
		return;
	CHECK_EQ(sem_wait(semaphore), 0);
	CHECK_FAILS(sem_trywait(again), EAGAIN);
	CHECK_EQ(sem_close(again) | sem_close(semaphore) | sem_unlink("/one"), 0);
}

/* That a directory is gone is seen before anything about what is to be put into it. */
static void
renaming_into_what_is_gone(void)
{
	int gone;

	CHECK_EQ(mkdir("gone", 0755), 0);
	put("file", "f");
	gone = open("gone", O_RDONLY | O_DIRECTORY);
	CHECK_EQ(rmdir("gone"), 0);
	CHECK_FAILS(renameat(AT_FDCWD, "file/", gone, "x"), ENOENT);
	CHECK_FAILS(renameat(AT_FDCWD, "file", gone, "x/"), ENOENT);
	CHECK_FAILS(renameat(AT_FDCWD, "none", gone, "x"), ENOENT);
	CHECK_EQ(close(gone) | unlink("file"), 0);
}

static void
renaming(void)
{
	CHECK_EQ(mkdir("d", 0755) | mkdir("d/e", 0755), 0);
	put("file", "f");
	put("other", "o");
	CHECK_FAILS(rename("d/.", "x"), EBUSY);
	CHECK_FAILS(rename("file", "d/.."), EBUSY);
	CHECK_FAILS(rename("d/e/..", "none/x"), ENOENT);
	CHECK_FAILS(rename("file/", "x"), ENOTDIR);
	CHECK_FAILS(rename("file", "x/"), ENOTDIR);
	CHECK_FAILS(rename("d", "d/e/f"), EINVAL);
	CHECK_FAILS(rename("d/e", "d"), ENOTEMPTY);
	CHECK_FAILS(rename("file", "d"), EISDIR);
	CHECK_FAILS(rename("d", "file"), ENOTDIR);
	CHECK_FAILS(renameat(-1, "", -1, "x"), ENOENT);
	CHECK_FAILS(renameat(-1, "x", AT_FDCWD, ""), EBADF);
	CHECK_FAILS(rename_how("file", "other", 1), EEXIST);
	CHECK_FAILS(rename_how("file", "d/..", 1), EEXIST);
	CHECK_FAILS(rename_how("file", "none", 2), ENOENT);
	CHECK_FAILS(rename_how("file", "other", 3), EINVAL);
	CHECK_FAILS(rename_how("file", "other", 8), EINVAL);
	CHECK_EQ(rename_how("file", "new", 1), 0);
	CHECK_EQ(rename_how("new", "d/e", 2), 0);
	CHECK_EQ(links_of("d"), 2); /* a file is in it */
	CHECK_EQ(mkdir("new/below", 0755), 0);
	CHECK_EQ(rename_how("new", "d/e", 2), 0);
	CHECK_EQ(access("d/e/below", F_OK), 0);
	CHECK_EQ(unlink("new") | unlink("other") | rmdir("d/e/below"), 0);
}

/* In a directory that is left behind: d/e is empty. */
static void
removing(void)
{
	int fd = open("d/e", O_RDONLY | O_DIRECTORY);
	char path[128];
	DIR *list;

	put("file", "f");
	CHECK_FAILS(rmdir("d/."), EINVAL);
	CHECK_FAILS(rmdir("d/e/.."), ENOTEMPTY);
	CHECK_FAILS(rmdir("/"), EBUSY);
	CHECK_FAILS(rmdir("file"), ENOTDIR);
	CHECK_FAILS(unlink("d"), EISDIR);
	CHECK_FAILS(unlink("d/."), EISDIR);
	CHECK_FAILS(unlink("file/"), ENOTDIR);
	CHECK_FAILS(unlinkat(-1, "file", 1), EINVAL);
	CHECK_FAILS(mkdir("d/e/..", 0755), EEXIST);
	CHECK_FAILS(symlink("file", "x/"), ENOENT);
	CHECK_FAILS(open("x/", O_CREAT | O_RDWR, 0600), EISDIR);
	CHECK_EQ(chdir("d/e"), 0);
	CHECK_EQ(rmdir("../e"), 0);
	CHECK_FAILS(open("late", O_CREAT | O_RDWR, 0600), ENOENT);
	list = fdopendir(fd);
	errno = 0;
	CHECK(list && !readdir(list)); /* not even "." */
	closedir(list);
	CHECK_EQ(chdir(".."), 0);
	CHECK(getcwd(path, sizeof(path)) && !strcmp(path, FOLDER "/d"));
	CHECK_EQ(chdir(".."), 0);
	CHECK_EQ(unlink("file") | rmdir("d"), 0);
}

static bool
is_later(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

/* Sets a directory's times back, makes a change, and tells whether it shows. */
static bool
shows(int (*change)(void))
{
	static const struct timespec past[2] = {{1000, 1}, {2000, 2}};
	struct stat before, after;

	CHECK_EQ(utimensat(AT_FDCWD, "d", past, 0), 0);
	CHECK_EQ(stat("d", &before), 0);
	CHECK(before.st_atim.tv_sec == 1000 && before.st_mtim.tv_sec == 2000);
	CHECK(before.st_ctim.tv_sec > 2000);
	CHECK_EQ(change(), 0);
	CHECK_EQ(stat("d", &after), 0);
	CHECK(!is_later(before.st_ctim, after.st_ctim));
	return is_later(after.st_mtim, before.st_mtim);
}

static int
make_inner(void)
{
	return mkdir("d/e", 0755);
}

static int
rename_inner(void)
{
	return rename("d/e", "d/f");
}

static int
change_inner(void)
{
	return mkdir("d/f/g", 0755) | rmdir("d/f/g") | chmod("d/f", 0700);
}

static int
remove_inner(void)
{
	return rmdir("d/f");
}

static void
directories(void)
{
	struct timespec odd[2] = {{5, UTIME_OMIT}, {7, 1000000000}};
	struct stat stat_;

	CHECK_EQ(mkdir("d", 06755), 0);
	CHECK_EQ(stat("d", &stat_), 0);
	CHECK_EQ(stat_.st_mode, S_IFDIR | 0755); /* it is not for mkdir() to say */
	CHECK(shows(make_inner));
	CHECK_EQ(links_of("d"), 3);
	CHECK(shows(rename_inner));
	CHECK(!shows(change_inner));
	CHECK(shows(remove_inner));
	CHECK_EQ(links_of("d"), 2);
	CHECK_FAILS(utimensat(AT_FDCWD, "d", odd, 0), EINVAL);
	odd[1].tv_nsec = UTIME_OMIT;
	CHECK_EQ(utimensat(-1, "none", odd, 0), 0); /* nothing is to be done */
	odd[1].tv_nsec = 9;
	CHECK_EQ(utimensat(AT_FDCWD, "d", odd, 0), 0);
	CHECK_EQ(stat("d", &stat_), 0);
	CHECK(stat_.st_atim.tv_sec == 1000 && stat_.st_mtim.tv_sec == 7 &&
	      stat_.st_mtim.tv_nsec == 9);
	CHECK_EQ(chmod("d", 02755), 0);
	CHECK_EQ(mkdir("d/below", 0755), 0);
	CHECK_EQ(stat("d/below", &stat_), 0);
	CHECK_EQ(stat_.st_mode, S_IFDIR | 02755); /* as the one around it */
	CHECK_EQ(rmdir("d/below") | rmdir("d"), 0);
}

static void
long_chain(void)
{
	char name[16], target[16] = "end";

	put("end", "e");
	for (unsigned i = 0; i <= LINKS_MOST; i++) {
		snprintf(name, sizeof(name), "l%u", i);
		CHECK_EQ(symlink(target, name), 0);
		strcpy(target, name);
	}
	CHECK_EQ(access("l39", F_OK), 0);
	CHECK_FAILS(access("l40", F_OK), ELOOP);
	CHECK_EQ(mkdir("d", 0755) | symlink(".", "d/here"), 0);
	CHECK_EQ(access("d/here/here/here/here/here/here/here/here/here/here/here/here", F_OK), 0);
	for (unsigned i = 0; i <= LINKS_MOST; i++) {
		snprintf(name, sizeof(name), "l%u", i);
		unlink(name);
	}
	CHECK_EQ(unlink("end") | unlink("d/here") | rmdir("d"), 0);
}

static void
flags_and_order(void)
{
	struct stat stat_;
	int fd;

	put("file", "f");
	CHECK_EQ(chmod("file", 0600), 0);
	CHECK_FAILS(access("file", X_OK), EACCES);
	CHECK_FAILS(faccessat(-1, "none", 8, 0), EINVAL);
	CHECK_EQ(faccessat(AT_FDCWD, "file", R_OK, AT_EACCESS), 0);
	CHECK_FAILS(fstatat(AT_FDCWD, "none", &stat_, 0x40000), EINVAL);
	CHECK_FAILS(fstatat(-1, "", &stat_, 0), ENOENT);
	CHECK_EQ(fstatat(AT_FDCWD, "", &stat_, AT_EMPTY_PATH), 0);
	CHECK(S_ISDIR(stat_.st_mode));
	CHECK_FAILS(openat(-1, "", O_RDONLY), ENOENT);
	CHECK_FAILS(mkdirat(-1, "", 0755), ENOENT);
	CHECK_FAILS(symlinkat("", -1, "x"), ENOENT);
	fd = open("file", O_PATH | O_CREAT | O_EXCL | O_RDWR);
	CHECK_EQ(fstatat(fd, "", &stat_, AT_EMPTY_PATH), 0);
	CHECK_EQ(stat_.st_size, 1);
	close(fd);
	CHECK_EQ(unlink("file"), 0);
}

/* All are listed once, and all can be removed meanwhile. */
static void
many(void)
{
	unsigned seen = 0;
	const struct dirent *entry;
	char name[32];
	DIR *list;

	CHECK_EQ(mkdir("many", 0755), 0);
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "many/%u", i);
		close(open(name, O_CREAT | O_WRONLY, 0600));
	}
	list = opendir("many");
	while (list && (entry = readdir(list)))
		seen += entry->d_name[0] != '.';
	CHECK_EQ(seen, MANY);
	rewinddir(list);
	while ((entry = readdir(list))) /* while it is listed */
		if (entry->d_name[0] != '.')
			seen -= !unlinkat(dirfd(list), entry->d_name, 0);
	CHECK_EQ(seen, 0);
	closedir(list);
	CHECK_EQ(rmdir("many"), 0);
}

int
main(void)
{
	umask(022);
	CHECK_EQ(mkdir(FOLDER, 0755) | chdir(FOLDER), 0);
	several_names();
	named_semaphore();
	renaming_into_what_is_gone();
	renaming();
	removing();
	directories();
	long_chain();
	flags_and_order();
	many();
	CHECK_EQ(chdir("/") | rmdir(FOLDER), 0);
	return check_end();
}
