/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Steps of `files`: files without a name and their seals, and vectors with flags.
 */
#include "tests/conformance/files_sealed.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/conformance/slots.h"

#define RWF_NOWAIT_ 8
#define BUFFER_SIZE 6000

void
files_sealed_make(struct episode *episode)
{
	static const unsigned flags[] = {MFD_ALLOW_SEALING, MFD_ALLOW_SEALING, MFD_CLOEXEC, 0,
					 8,  /* MFD_NOEXEC_SEAL */
					 16, /* MFD_EXEC */
					 24, 32};
	unsigned slot = slots_free_one(episode), flag = episode_one_of(episode, flags);

	if (episode_call(episode, "memfd_create", "%#x", flag))
		slots_set(episode, slot, memfd_create("sealed", flag));
}

void
files_sealed_seal(struct episode *episode)
{
	static const unsigned seals[] = {F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE, 16,
					 32, F_SEAL_SHRINK | F_SEAL_GROW, 64, 0};
	unsigned slot = slots_pick(episode), seal = episode_one_of(episode, seals);
	int fd = slots_of(episode)->fd[slot];

	if (episode_chance(episode, 40)) {
		if (episode_call(episode, "fcntl_get_seals", "f%u", slot))
			episode_answer(episode, fcntl(fd, F_GET_SEALS));
	} else if (episode_call(episode, "fcntl_add_seals", "f%u, %#x", slot, seal)) {
		episode_answer(episode, fcntl(fd, F_ADD_SEALS, seal));
	}
}

/* A mapping for the length of the step, in which a file may be sealed. */
void
files_sealed_map(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	int fd = slots_of(episode)->fd[slot];
	bool writes = episode_chance(episode, 60), seals = episode_chance(episode, 40);
	int how = episode_chance(episode, 70) ? MAP_SHARED : MAP_PRIVATE;
	void *page;

	if (!episode_call(episode, "mmap", "f%u, %d, %d", slot, writes, how))
		return;
	page = mmap(NULL, 4096, writes ? PROT_READ | PROT_WRITE : PROT_READ, how, fd, 0);
	episode_answer_ok(episode, page == MAP_FAILED ? -1 : 0);
	if (page == MAP_FAILED)
		return;
	if (seals) {
		episode_say(episode, " sealed");
		episode_answer(episode, fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
	}
	munmap(page, 4096);
}

void
files_sealed_vector(struct episode *episode)
{
	static const int flags[] = {0, 0, 1, 2, 4, RWF_NOWAIT_, 0x10, 0x20, 0x30, 0x40, 0x8000};
	unsigned slot = slots_pick(episode);
	int fd = slots_of(episode)->fd[slot], flag = episode_one_of(episode, flags);
	size_t size = episode_size(episode, BUFFER_SIZE);
	long offset = episode_chance(episode, 40) ? -1 : (long)episode_below(episode, 9000);
	char own[BUFFER_SIZE];
	struct iovec vector[2] = {{own, size / 2}, {own + size / 2, size - size / 2}};
	long result;

	if (episode_chance(episode, 4))
		offset = -2;
	episode_letters(episode, own, size);
	if (episode_chance(episode, 50)) {
		if (episode_call(episode, "pwritev2", "f%u, %zu, %ld, %#x", slot, size, offset,
				 flag))
			episode_answer(episode, syscall(SYS_pwritev2, fd, vector, 2, offset, 0,
							flag));
		return;
	}
	if (!episode_call(episode, "preadv2", "f%u, %zu, %ld, %#x", slot, size, offset, flag))
		return;
	result = episode_answer(episode,
				syscall(SYS_preadv2, fd, vector, 2, offset, 0, flag));
	if (result > 0)
		episode_say_bytes(episode, own, (size_t)result);
}
