/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc and /etc as programs read them: in Linux's formats, and true.
 */
/* QEMU: -smp 2 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define STAT_FIELDS 52
#define MANY 1000

static char text[65536];

static const char *
get(const char *path)
{
	int fd = open(path, O_RDONLY);
	size_t size = 0;
	ssize_t part;

	while (fd >= 0 && size < sizeof(text) - 1 &&
	       (part = read(fd, text + size, sizeof(text) - 1 - size)) > 0)
		size += (size_t)part;
	text[size] = '\0';
	close(fd);
	if (!size)
		printf("%s: nothing\n", path);
	return text;
}

/* What stands behind a name at the beginning of a line. */
static const char *
value(const char *all, const char *name)
{
	for (const char *line = all; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, name, strlen(name)))
			return line + strlen(name);
	}
	printf("%s is missing\n", name);
	return "";
}

static unsigned
count(const char *all, const char *what)
{
	unsigned found = 0;

	for (; (all = strstr(all, what)); all++)
		found++;
	return found;
}

static void
the_system(void)
{
	struct utsname name;
	struct timespec up;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	char first[64];

	CHECK_EQ(uname(&name), 0);
	CHECK(!strncmp(get("/proc/version"), name.sysname, strlen(name.sysname)));
	CHECK(strstr(text, name.release));
	CHECK(!strncmp(get("/proc/sys/kernel/osrelease"), name.release, strlen(name.release)));
	CHECK(!strncmp(get("/proc/sys/kernel/hostname"), name.nodename, strlen(name.nodename)));
	CHECK(atoi(get("/proc/sys/kernel/pid_max")) >= 32768);
	CHECK_EQ(strlen(get("/proc/sys/kernel/random/uuid")), 37);
	CHECK(text[8] == '-' && text[14] == '4' && text[23] == '-');
	strcpy(first, text);
	CHECK(strcmp(get("/proc/sys/kernel/random/uuid"), first));
	strcpy(first, get("/proc/sys/kernel/random/boot_id"));
	CHECK_STRING(get("/proc/sys/kernel/random/boot_id"), first);
	CHECK(strstr(get("/proc/filesystems"), "\ttmpfs\n"));
	CHECK(strstr(get("/proc/mounts"), "proc /proc proc "));
	CHECK(strstr(get("/proc/cpuinfo"), " sse2 "));
	CHECK_EQ(count(text, "processor\t: "), cpus);
	CHECK(*value(text, "vendor_id\t: ") >= 'A');
	CHECK(atoi(value(text, "cpu cores\t: ")) >= 1);
	CHECK(atoi(value(get("/proc/meminfo"), "MemTotal:")) > 10000);
	get("/proc/stat");
	CHECK(!strncmp(text, "cpu  ", 5));
	CHECK_EQ(count(text, "\ncpu"), cpus);
	CHECK_EQ(clock_gettime(CLOCK_BOOTTIME, &up), 0);
	CHECK(labs(time(NULL) - up.tv_sec - atol(value(text, "btime "))) <= 2);
	CHECK(atoi(value(text, "procs_running ")) >= 1);
	CHECK_EQ(count(get("/proc/loadavg"), " "), 4);
	CHECK_EQ(count(text, "/"), 1);
}

static pthread_barrier_t barrier;
static int thread_id;

static void *
wait_named(void *argument)
{
	thread_id = (int)syscall(SYS_gettid);
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	return argument;
}

/* Fields behind a thread's name, which may have anything in it. */
static unsigned
fields(const char *stat)
{
	const char *rest = strrchr(stat, ')');

	return rest ? 2 + count(rest, " ") : 0;
}

static void
threads(void)
{
	cpu_set_t one;
	char path[64];
	pthread_t thread;

	CPU_ZERO(&one);
	CPU_SET(1, &one);
	umask(027);
	pthread_barrier_init(&barrier, NULL, 2);
	CHECK_EQ(pthread_create(&thread, NULL, wait_named, NULL), 0);
	pthread_barrier_wait(&barrier);
	CHECK_EQ(pthread_setname_np(thread, "a b) c"), 0);
	CHECK_EQ(pthread_setaffinity_np(thread, sizeof(one), &one), 0);
	get("/proc/self/status");
	CHECK_EQ(atoi(value(text, "Pid:")), getpid());
	CHECK_EQ(atoi(value(text, "Tgid:")), getpid());
	CHECK_EQ(atoi(value(text, "Threads:")), 2);
	CHECK_EQ(strtol(value(text, "Umask:"), NULL, 8), 027);
	CHECK(strstr(value(text, "State:"), "R (running)"));
	CHECK(atoi(value(text, "VmSize:")) > 100);
	snprintf(path, sizeof(path), "/proc/self/task/%d/status", thread_id);
	get(path);
	CHECK(!strncmp(value(text, "Name:"), "\ta b) c\n", 8));
	CHECK_EQ(atoi(value(text, "Pid:")), thread_id);
	CHECK(!strncmp(value(text, "Cpus_allowed_list:"), "\t1\n", 3));
	CHECK_EQ(strtol(value(text, "Cpus_allowed:"), NULL, 16), 2);
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", thread_id);
	CHECK_EQ(fields(get(path)), STAT_FIELDS);
	CHECK_EQ(atoi(text), thread_id);
	for (int i = 0; i < 1000 && !strstr(get(path), " (a b) c) S "); i++)
		usleep(1000); /* until it sleeps */
	CHECK(strstr(text, " (a b) c) S "));
	CHECK_EQ(fields(get("/proc/self/stat")), STAT_FIELDS);
	pthread_barrier_wait(&barrier);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(open(path, O_RDONLY), -1);
	CHECK_EQ(errno, ENOENT);
	CHECK_EQ(readlink("/proc/self", path, sizeof(path)), snprintf(NULL, 0, "%d", getpid()));
}

/* The line of /proc/self/maps that an address is in. */
static const char *
map_of(const void *address)
{
	static char line[512];
	unsigned long from, to, at = (unsigned long)address;

	for (const char *next = text; sscanf(next, "%lx-%lx", &from, &to) == 2;) {
		const char *end = strchr(next, '\n');

		if (!end)
			break;
		if (at >= from && at < to) {
			snprintf(line, sizeof(line), "%.*s", (int)(end - next), next);
			return line;
		}
		next = end + 1;
	}
	return "nowhere";
}

static void
mappings(void)
{
	int fd = open("/tmp/mapped", O_CREAT | O_RDWR, 0600);
	void *own = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *file, inode[32];
	struct stat stat_;

	CHECK_EQ(ftruncate(fd, 8192), 0);
	CHECK_EQ(fstat(fd, &stat_), 0);
	file = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 4096);
	CHECK(own != MAP_FAILED && file != MAP_FAILED);
	get("/proc/self/maps");
	CHECK(strstr(map_of((void *)mappings), " r-xp "));
	CHECK(strstr(map_of("constant"), " r--p "));
	CHECK(strstr(map_of(&barrier), " rw-p "));
	CHECK(strstr(map_of(own), " rw-p 00000000 00:00 0"));
	CHECK(strstr(map_of(file), " r--s 00001000 "));
	CHECK(strstr(map_of(file), "/tmp/mapped"));
	snprintf(inode, sizeof(inode), " %lu ", (unsigned long)stat_.st_ino);
	CHECK(strstr(map_of(file), inode));
	CHECK_EQ(munmap(own, 8192) | munmap(file, 4096) | unlink("/tmp/mapped") | close(fd), 0);
	get("/proc/self/maps");
	CHECK_STRING(map_of(own), "nowhere");
}

static void
names(void)
{
	struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found = NULL;
	const struct passwd *user = getpwuid(0);
	const struct group *group = getgrgid(0);
	char path[256] = "";

	CHECK_EQ(getaddrinfo("localhost", "80", &hints, &found), 0);
	if (found)
		CHECK(!memcmp(&((struct sockaddr_in *)found->ai_addr)->sin_addr, "\x7f\0\0\1", 4));
	CHECK(user && !strcmp(user->pw_name, "root"));
	CHECK(group && !strcmp(group->gr_name, "root"));
	CHECK(readlink("/proc/self/exe", path, sizeof(path) - 1) > 4 && path[0] == '/');
	CHECK(strlen(get("/etc/hosts")) > 10);
}

/* One node, with all CPUs, as a list and as a mask. */
static void
node(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	char due[32];

	snprintf(due, sizeof(due), cpus == 1 ? "0\n" : "0-%ld\n", cpus - 1);
	CHECK(!strcmp(get("/sys/devices/system/node/online"), "0\n"));
	CHECK(!strcmp(get("/sys/devices/system/node/node0/cpulist"), due));
	snprintf(due, sizeof(due), "%lx\n", (1UL << cpus) - 1);
	CHECK(!strcmp(get("/sys/devices/system/node/node0/cpumap"), due));
	CHECK(!strncmp(get("/sys/devices/system/node/node0/meminfo"), "Node 0 MemTotal:", 16));
	CHECK(open("/sys/devices/system/node/node1", O_RDONLY) < 0 && errno == ENOENT);
}

/* One descriptor's link is looked up without looking at all. */
static void
many_descriptors(void)
{
	char path[32], target[32];
	int last = 0;

	for (int i = 0; i < MANY; i++)
		last = open("/dev/null", O_RDONLY);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", last);
	for (int i = 0; i < MANY; i++)
		CHECK_EQ(readlink(path, target, sizeof(target)), 9);
	close(last);
	CHECK_EQ(readlink(path, target, sizeof(target)), -1);
	CHECK_EQ(errno, ENOENT);
}

int
main(void)
{
	the_system();
	node();
	threads();
	mappings();
	names();
	many_descriptors();
	return check_end();
}
