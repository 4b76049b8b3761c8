/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who called whom. The kernel and most applications keep frame pointers only in part, musl and
 * DPDK none, so the chain is followed while it is sound, and from there on the stack is searched
 * for words that point behind a call instruction; those are marked '?', since they may be stale.
 * A chain that ends as the ABI has it, with 0 (System V ABI §3.4.1), is whole.
 */
#include "kernel/end/backtrace.h"

#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/format.h"
#include "kernel/base/image.h"
#include "kernel/base/log.h"
#include "kernel/base/panic.h"
#include "kernel/memory/paging.h"

#define SCAN_BYTES (8 * KB)
#define FRAME_BYTES_MAX (1 * KB) /* of one without a frame pointer, at the top */

#define CALL_NEAR 0xe8	   /* E8 rel32: five bytes */
#define CALL_INDIRECT 0xff /* FF /2: two to seven bytes */
#define MODRM_CALL_MASK 0x38
#define MODRM_CALL 0x10

bool
backtrace_symbol(uint64_t address, char name[SYMBOLS_NAME_MAX], uint64_t *offset)
{
	if (address < (uint64_t)text_start || address >= (uint64_t)text_end)
		return false;
	return symbols_find(symbols_start, (size_t)(symbols_end - symbols_start),
			    (uint32_t)(address - (uint64_t)image_start), name, offset);
}

static bool
is_text(uint64_t address)
{
	return address > (uint64_t)text_start && address <= (uint64_t)text_end;
}

static bool
readable_word(uint64_t address)
{
	struct paging_mapping mapping;

	return IS_ALIGNED(address, sizeof(uint64_t)) && paging_lookup(address, &mapping);
}

/* Whether the instruction before an address is a call (SDM vol. 2, CALL). */
static bool
follows_call(uint64_t address)
{
	const uint8_t *code = (const uint8_t *)address;

	if (!is_text(address) || address - 7 < (uint64_t)text_start)
		return false;
	if (code[-5] == CALL_NEAR)
		return true;
	for (int length = 2; length <= 7; length++) {
		if (code[-length] == CALL_INDIRECT &&
		    (code[-length + 1] & MODRM_CALL_MASK) == MODRM_CALL)
			return true;
	}
	return false;
}

/* Takes a line: its number, a return address, and whether it is sure. */
struct walker {
	void (*take)(struct walker *walker, unsigned number, uint64_t address, bool sure);
};

struct collector {
	struct walker walker;
	struct backtrace *trace;
};

#define LINE_MAX (SYMBOLS_NAME_MAX + 64)

static void
format_line(char *line, unsigned number, uint64_t address, bool sure)
{
	/* A return address belongs to the call before it, which may end its function. */
	unsigned back = number == 0 ? 0 : 1;
	char name[SYMBOLS_NAME_MAX];
	uint64_t offset;

	if (!backtrace_symbol(address - back, name, &offset))
		format_text(line, LINE_MAX, "  #%u %016lx%s", number, address, sure ? "" : " ?");
	else
		format_text(line, LINE_MAX, "  #%u %016lx %s+%#lx%s", number, address, name,
			    offset + back, sure ? "" : " ?");
}

static void
print_line(struct walker *walker, unsigned number, uint64_t address, bool sure)
{
	char line[LINE_MAX];

	(void)walker;
	format_line(line, number, address, sure);
	panic_print("%s\n", line);
}

static void
collect_line(struct walker *walker, unsigned number, uint64_t address, bool sure)
{
	struct backtrace *trace = ((struct collector *)walker)->trace;

	trace->address[number] = address;
	trace->sure[number] = sure;
	trace->count = number + 1;
}

/* Takes what may be return addresses in [from, end); returns the number of the next line. */
static unsigned
scan_stack(struct walker *walker, unsigned line, uint64_t from, uint64_t end)
{
	while (line < BACKTRACE_LINES_MAX && from < end && readable_word(from)) {
		uint64_t address = *(const uint64_t *)from;

		from += sizeof(uint64_t);
		if (follows_call(address))
			walker->take(walker, line++, address, false);
	}
	return line;
}

/* Whether a frame lies at rbp, above what has been seen: the caller's RBP, a return address. */
static bool
frame_is_sound(uint64_t rbp, uint64_t above)
{
	return rbp >= above && readable_word(rbp) && readable_word(rbp + 8) &&
	       follows_call(((const uint64_t *)rbp)[1]);
}

static void
walk(struct walker *walker, uint64_t rip, uint64_t rsp, uint64_t rbp)
{
	uint64_t seen = ALIGN_UP(rsp, sizeof(uint64_t));
	unsigned line = 0;
	bool followed = false;

	walker->take(walker, line++, rip, true);
	/* A function without a frame of its own leaves RBP to its caller. */
	if (frame_is_sound(rbp, seen) && rbp - seen <= FRAME_BYTES_MAX)
		line = scan_stack(walker, line, seen, rbp);
	while (line < BACKTRACE_LINES_MAX && frame_is_sound(rbp, seen)) {
		walker->take(walker, line++, ((const uint64_t *)rbp)[1], true);
		seen = rbp + 16;
		rbp = *(const uint64_t *)rbp;
		followed = true;
	}
	if (followed && !rbp)
		return; /* the first of all frames: what lies above was never called */
	/* After a stack overflow RSP is on the guard page: the stack begins above it. */
	if (!readable_word(seen))
		seen = ALIGN_UP(seen + 1, PAGE_4K);
	scan_stack(walker, line, seen, seen + SCAN_BYTES);
}

void
backtrace_print(uint64_t rip, uint64_t rsp, uint64_t rbp)
{
	struct walker printer = {print_line};

	walk(&printer, rip, rsp, rbp);
}

void
backtrace_collect(struct backtrace *trace, uint64_t rip, uint64_t rsp, uint64_t rbp)
{
	struct collector collector = {{collect_line}, trace};

	walk(&collector.walker, rip, rsp, rbp);
}

void
backtrace_log(const struct backtrace *trace)
{
	char line[LINE_MAX];

	for (unsigned i = 0; i < trace->count; i++) {
		format_line(line, i, trace->address[i], trace->sure[i]);
		log_info("%s", line);
	}
}
