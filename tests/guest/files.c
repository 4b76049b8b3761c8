/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Files through the C library: streams and descriptors, directories, names that change, mappings,
 * devices, a multiboot module, locks.
 */
/* MODULE: LICENSE */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/unit/check.h"

static void
streams(void)
{
	FILE *file = fopen("/tmp/stream", "w");
	char line[64];
	int number = 0;

	if (!CHECK(file != NULL))
		return;
	for (int i = 0; i < 5000; i++)
		fprintf(file, "line %d\n", i);
	CHECK_EQ(fclose(file), 0);
	file = fopen("/tmp/stream", "r+");
	for (int i = 0; i < 5000; i++)
		if (!fgets(line, sizeof(line), file) || sscanf(line, "line %d", &number) != 1 ||
		    number != i)
			break;
	CHECK_EQ(number, 4999);
	CHECK(fgets(line, sizeof(line), file) == NULL && feof(file));
	CHECK_EQ(fseek(file, -5, SEEK_END), 0);
	CHECK(fgets(line, sizeof(line), file) != NULL);
	CHECK_STRING(line, "4999\n");
	fclose(file);
	CHECK(fopen("/tmp/none", "r") == NULL);
	CHECK_EQ(errno, ENOENT);
	CHECK_EQ(unlink("/tmp/stream"), 0);
}

static void
descriptors(void)
{
	struct iovec vector[3] = {{"ab", 2}, {"", 0}, {"cde", 3}};
	char text[16] = "";
	struct stat stat_;
	int fd = open("/tmp/d", O_CREAT | O_RDWR | O_EXCL, 0640), copy;

	CHECK_EQ(writev(fd, vector, 3), 5);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 5);
	CHECK_EQ(pwrite(fd, "XY", 2, 8), 2);
	CHECK_EQ(pread(fd, text, sizeof(text), 0), 10);
	CHECK(!memcmp(text, "abcde\0\0\0XY", 10));
	CHECK_EQ(fstat(fd, &stat_), 0);
	CHECK_EQ(stat_.st_size, 10);
	CHECK_EQ(stat_.st_mode, S_IFREG | 0640);
	CHECK_EQ(ftruncate(fd, 3), 0);
	CHECK_EQ(ftruncate(fd, 6), 0);
	CHECK_EQ(pread(fd, text, sizeof(text), 0), 6);
	CHECK(!memcmp(text, "abc\0\0\0", 6));

	copy = dup(fd);
	CHECK_EQ(lseek(copy, 1, SEEK_SET), 1);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 1);
	CHECK_EQ(dup2(fd, 100), 100);
	CHECK_EQ(fcntl(fd, F_DUPFD, 50), 50);
	CHECK_EQ(fcntl(50, F_GETFL) & (O_ACCMODE | O_CREAT | O_EXCL), O_RDWR);
	CHECK_EQ(fcntl(fd, F_SETFL, O_APPEND), 0);
	CHECK_EQ(write(fd, "end", 3), 3);
	CHECK_EQ(lseek(fd, 0, SEEK_END), 9);
	CHECK_EQ(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	CHECK_EQ(fcntl(copy, F_GETFD), 0);
	CHECK_EQ(close(fd) | close(copy) | close(100) | close(50), 0);
	CHECK_EQ(close(50), -1);
	CHECK_EQ(errno, EBADF);
	CHECK_EQ(read(50, text, 1), -1);
	CHECK_EQ(open("/tmp/d", O_CREAT | O_EXCL | O_RDWR, 0600), -1);
	CHECK_EQ(errno, EEXIST);

	fd = open("/tmp/d", O_RDONLY);
	CHECK_EQ(write(fd, "x", 1), -1);
	CHECK_EQ(errno, EBADF);
	CHECK_EQ(lseek(fd, -1, SEEK_SET), -1);
	CHECK_EQ(errno, EINVAL);
	close(fd);
	CHECK_EQ(truncate("/tmp/d", 0), 0);
	CHECK_EQ(stat("/tmp/d", &stat_), 0);
	CHECK_EQ(stat_.st_size, 0);
	CHECK_EQ(lseek(0, 0, SEEK_SET), -1);
	CHECK_EQ(errno, ESPIPE);
}

static void
directories(void)
{
	char path[64];
	unsigned files = 0, links = 0;
	struct dirent *entry;
	DIR *directory;

	CHECK_EQ(mkdir("/tmp/dir", 0755), 0);
	CHECK_EQ(mkdir("/tmp/dir", 0755), -1);
	CHECK_EQ(errno, EEXIST);
	CHECK_EQ(chdir("/tmp/dir"), 0);
	CHECK_STRING(getcwd(path, sizeof(path)), "/tmp/dir");
	for (int i = 0; i < 100; i++) {
		snprintf(path, sizeof(path), "file%d", i);
		close(open(path, O_CREAT | O_WRONLY, 0600));
	}
	directory = opendir(".");
	if (!CHECK(directory != NULL))
		return;
	while ((entry = readdir(directory))) {
		files += entry->d_type == DT_REG;
		links += entry->d_type == DT_DIR;
	}
	CHECK_EQ(files, 100);
	CHECK_EQ(links, 2);
	closedir(directory);
	CHECK_EQ(rename("file0", "../moved"), 0);
	CHECK_EQ(access("/tmp/moved", R_OK | W_OK), 0);
	CHECK_EQ(access("file0", F_OK), -1);
	CHECK_EQ(rmdir("/tmp/dir"), -1);
	CHECK_EQ(errno, ENOTEMPTY);
	for (int i = 1; i < 100; i++) {
		snprintf(path, sizeof(path), "/tmp/dir/file%d", i);
		CHECK_EQ(unlink(path), 0);
	}
	CHECK_EQ(chdir("/"), 0);
	CHECK_EQ(rmdir("/tmp/dir"), 0);
	CHECK_EQ(readlink("/tmp/moved", path, sizeof(path)), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(open("/tmp", O_RDWR), -1);
	CHECK_EQ(errno, EISDIR);
}

static void
mappings(void)
{
	int fd = shm_open("/map", O_CREAT | O_RDWR, 0600);
	char *shared, *private, byte;

	CHECK_EQ(ftruncate(fd, 10000), 0);
	shared = mmap(NULL, 10000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (!CHECK(shared != MAP_FAILED))
		return;
	shared[9000] = 's';
	CHECK_EQ(pread(fd, &byte, 1, 9000), 1);
	CHECK_EQ(byte, 's');
	CHECK_EQ(pwrite(fd, "w", 1, 20), 1);
	CHECK_EQ(shared[20], 'w');
	private = mmap(NULL, 100, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	CHECK_EQ(private[20], 'w');
	private[20] = 'p';
	CHECK_EQ(shared[20], 'w');
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(shm_unlink("/map"), 0);
	shared[0] = 'u';
	CHECK_EQ(munmap(shared, 10000), 0);
	CHECK_EQ(munmap(private, 100), 0);
}

static void
devices(void)
{
	unsigned char bytes[64] = {1}, more[64];
	unsigned differ = 0;
	int fd = open("/dev/zero", O_RDWR);

	CHECK_EQ(read(fd, bytes, sizeof(bytes)), sizeof(bytes));
	CHECK_EQ(bytes[0], 0);
	close(fd);
	fd = open("/dev/null", O_RDWR);
	CHECK_EQ(read(fd, bytes, 1), 0);
	CHECK_EQ(write(fd, bytes, 10), 10);
	close(fd);
	fd = open("/dev/urandom", O_RDONLY);
	CHECK_EQ(read(fd, bytes, sizeof(bytes)), sizeof(bytes));
	CHECK_EQ(read(fd, more, sizeof(more)), sizeof(more));
	for (unsigned i = 0; i < sizeof(bytes); i++)
		differ += bytes[i] != more[i];
	CHECK(differ > 48);
	close(fd);
	CHECK(isatty(1));
	CHECK(!isatty(fd));
}

/* The module appears under the name that the loader was given. */
static void
module(const char *name)
{
	FILE *file = fopen(name, "r+");
	char line[32] = "";

	if (!CHECK(file != NULL))
		return;
	CHECK(fgets(line, sizeof(line), file) != NULL);
	CHECK(strstr(line, "BSD") != NULL || strstr(line, "Copyright") != NULL);
	CHECK_EQ(fseek(file, 0, SEEK_END), 0);
	CHECK(ftell(file) > 1000);
	CHECK(fputs("more", file) >= 0);
	CHECK_EQ(fclose(file), 0);
}

/* Finds a file by its last name anywhere below a directory; fills path. */
static int
find(char *path, size_t size, const char *name)
{
	DIR *directory = opendir(path[0] ? path : "/");
	size_t length = strlen(path);
	struct dirent *entry;
	int found = 0;

	while (directory && !found && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.' || !strcmp(path, "/sys"))
			continue;
		snprintf(path + length, size - length, "/%s", entry->d_name);
		found = entry->d_type == DT_DIR ? find(path, size, name)
						: !strcmp(entry->d_name, name);
		if (!found)
			path[length] = '\0';
	}
	if (directory)
		closedir(directory);
	return found;
}

static void
locks(void)
{
	int a = open("/tmp/lock", O_CREAT | O_RDWR, 0600), b = open("/tmp/lock", O_RDWR);

	CHECK_EQ(flock(a, LOCK_SH), 0);
	CHECK_EQ(flock(b, LOCK_SH | LOCK_NB), 0);
	CHECK_EQ(flock(b, LOCK_EX | LOCK_NB), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(flock(a, LOCK_UN), 0);
	CHECK_EQ(flock(b, LOCK_EX | LOCK_NB), 0);
	CHECK_EQ(flock(a, LOCK_SH | LOCK_NB), -1);
	close(b);
	CHECK_EQ(flock(a, LOCK_EX | LOCK_NB), 0);
	close(a);
}

int
main(void)
{
	char path[256] = "";

	streams();
	descriptors();
	directories();
	mappings();
	devices();
	locks();
	CHECK(find(path, sizeof(path), "LICENSE"));
	module(path);
	return check_end();
}
