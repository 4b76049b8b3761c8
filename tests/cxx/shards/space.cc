// SPDX-License-Identifier: BSD-3-Clause
#include "space.hh"

#include <cerrno>
#include <cstdint>
#include <mutex>
#include <new>
#include <system_error>

#include <sys/mman.h>

namespace
{

constexpr unsigned part_bits = 36, shards_max = 16;
constexpr size_t part_size = size_t{1} << part_bits, piece_size = 2 << 20;
constexpr int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;

Space *spaces[shards_max];

[[noreturn]] void
fail(const char *what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

// Where the parts begin: at a multiple of all of them, so that bits of an address tell the shard.
char *
reserve()
{
	constexpr size_t size = part_size * shards_max;
	char *base = static_cast<char *>(
		mmap(nullptr, 2 * size, PROT_NONE, anonymous | MAP_NORESERVE, -1, 0));
	char *from = reinterpret_cast<char *>((reinterpret_cast<uintptr_t>(base) + size - 1) &
					      -size);

	if (base == MAP_FAILED || madvise(base, 2 * size, MADV_DONTDUMP) != 0 ||
	    (from != base && munmap(base, static_cast<size_t>(from - base)) != 0) ||
	    munmap(from + size, static_cast<size_t>(base + size - from)) != 0)
		fail("reserving addresses");
	return from;
}

unsigned
owner_of(const void *block)
{
	return reinterpret_cast<uintptr_t>(block) >> part_bits & (shards_max - 1);
}

} // namespace

Space::Space(unsigned shard)
{
	static char *base;
	static std::once_flag once;

	std::call_once(once, [] { base = reserve(); });
	end = base + shard * part_size;
	spaces[shard] = this;
}

// Every other piece in a page of 2 MB for certain, the rest as it comes.
void
Space::grow()
{
	bool certain = pieces++ % 2 == 0;
	char *base = end;

	if (mmap(base, piece_size, PROT_READ | PROT_WRITE,
		 anonymous | MAP_FIXED | (certain ? MAP_HUGETLB : 0), -1, 0) != base)
		fail("mapping a piece");
	if (!certain && madvise(base, piece_size, MADV_HUGEPAGE) != 0)
		fail("advice");
	end += piece_size;
	for (char *at = end - block_size; at >= base; at -= block_size)
		free = new (at) Block{free};
}

void *
Space::take()
{
	if (free == nullptr)
		free = returned.exchange(nullptr, std::memory_order_acquire);
	if (free == nullptr)
		grow();

	Block *block = free;
	free = block->next;
	return block;
}

void
Space::give(void *memory, unsigned here)
{
	unsigned owner = owner_of(memory);
	Space *space = spaces[owner];
	Block *block = new (memory) Block{nullptr};

	if (owner == here) {
		block->next = space->free;
		space->free = block;
		return;
	}
	block->next = space->returned.load(std::memory_order_relaxed);
	while (!space->returned.compare_exchange_weak(block->next, block,
						      std::memory_order_release))
		;
}

char *
Space::take_stack(size_t blocks)
{
	size_t size = (blocks * block_size + piece_size - 1) & -piece_size;
	char *base = end;

	if (mmap(base, size, PROT_READ | PROT_WRITE, anonymous | MAP_FIXED | MAP_NORESERVE, -1,
		 0) != base)
		fail("mapping a stack");
	end += size;
	return base;
}
