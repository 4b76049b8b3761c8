/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Output. Writers put whole texts into the ring under a lock; the control CPU alone moves them
 * on to the devices, so a device needs no lock and a lcore never waits for one:
 *
 *	on the control CPU	the writer itself pumps what the devices take at once, but no
 *				more than a few kilobytes: the rest comes with other interrupts
 *	on another CPU		the writer sends the control CPU an interrupt, which pumps
 *	when a UART has room	its transmit interrupt pumps
 *
 * Until console_start() the writer waits for the devices with the lock held, whatever its CPU.
 * After console_direct() everything is written so, without a lock.
 */
#include "kernel/console/console.h"

#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/format.h"
#include "kernel/base/spinlock.h"
#include "kernel/console/console_device.h"
#include "kernel/console/repeats.h"
#include "kernel/time/clock.h"

#define CONSOLE_WAIT (10 * NS_PER_MS)
/* Of the ring what only the control CPU's writers have: no flood of another's keeps them out. */
#define CONTROL_ROOM (16 * KB)
#define NOTICE_SIZE 80

enum writer_kind {
	WRITER_THREAD, /* may go on with a line that it has left open itself */
	WRITER_LINE,   /* begins a line of its own */
	WRITER_ECHO,   /* goes on with whatever line is open */
};

struct writer {
	enum writer_kind kind;
	const void *thread;
	unsigned cpu;
};

enum put_result { PUT_DONE, PUT_LINE_IS_OPEN, PUT_NO_ROOM };

static struct spinlock console_lock = SPINLOCK_INIT; /* for writing to the ring, and the next two */
static struct {
	bool open;
	const void *thread; /* that left it open; NULL: none may go on with it */
	unsigned cpu;
} console_line;
static uint64_t console_dropped; /* bytes, since the last notice */
static void (*console_tap)(const char *text, size_t length); /* NULL: nobody listens in */

static void
put_bytes(const char *text, size_t length)
{
	spin_assert_held(&console_lock);
	ring_put(&console_ring, text, length);
	if (console_tap)
		console_tap(text, length);
}

void
console_set_tap(void (*tap)(const char *text, size_t length))
{
	uint64_t flags = spin_lock(&console_lock);
	uint64_t head = console_ring.head;
	size_t at = head % console_ring.size;

	if (head > console_ring.size)
		tap(console_ring.bytes + at, console_ring.size - at);
	tap(console_ring.bytes, at);
	console_tap = tap;
	spin_unlock(&console_lock, flags);
}

/* Writes a line on how many of `what` there were. */
static void
put_notice(unsigned long count, const char *what)
{
	char notice[NOTICE_SIZE];
	size_t length = format_text(notice, sizeof(notice), "%s[console: %lu %s]\n",
				    console_line.open ? "\n" : "", count, what);

	spin_assert_held(&console_lock);
	put_bytes(notice, MIN(length, sizeof(notice)));
	console_line.open = false;
}

/* Says what is missing from the output, before it goes on. */
static void
put_notices(void)
{
	unsigned long repeated = repeats_take();

	if (repeated)
		put_notice(repeated, "more of the line before");
	if (console_dropped)
		put_notice(console_dropped, "bytes were dropped");
	console_dropped = 0;
}

/* Whether the devices are so far behind that what is repeated is better counted. */
static bool
is_behind(void)
{
	return console_state.started && ring_room(&console_ring) < console_ring.size / 2;
}

void
console_report_repeats(void)
{
	uint64_t flags;

	if (!repeats_any() || is_behind())
		return;
	flags = spin_lock(&console_lock);
	put_notices();
	spin_unlock(&console_lock, flags);
}

/* Whether the writer's text may stand behind what is on the line now. */
static bool
may_go_on(const struct writer *writer)
{
	if (writer->kind == WRITER_THREAD)
		return writer->thread == console_line.thread;
	return writer->kind == WRITER_ECHO;
}

static bool
ring_has_room(unsigned cpu, size_t length)
{
	size_t kept = console_state.started && cpu != CONTROL_CPU ? CONTROL_ROOM : 0;

	return ring_room(&console_ring) >= length + 1 + 2 * NOTICE_SIZE + kept;
}

bool
console_has_room(size_t length)
{
	return console_state.direct ||
	       ring_has_room(cpu_this()->index, MIN(length, CONSOLE_WRITE_MAX));
}

/* `break_line`: a line that another has left open is ended, not waited for. */
static enum put_result
put_locked(const struct writer *writer, const char *text, size_t length, bool break_line)
{
	bool foreign = console_line.open && !may_go_on(writer);

	spin_assert_held(&console_lock);
	if (!console_line.open && is_behind() && repeats_count(text, length))
		return PUT_DONE;
	if (foreign && !break_line && writer->cpu != console_line.cpu)
		return PUT_LINE_IS_OPEN;
	if (!ring_has_room(writer->cpu, length))
		return PUT_NO_ROOM;
	if (console_dropped || repeats_any())
		put_notices();
	else if (foreign)
		put_bytes("\n", 1);
	put_bytes(text, length);
	repeats_note(text, length);

	/* An echo leaves an open line to the thread that began it, with a prompt as it seems. */
	if (!console_line.open || writer->kind != WRITER_ECHO) {
		console_line.thread = writer->kind == WRITER_THREAD ? writer->thread : NULL;
		console_line.cpu = writer->cpu;
	}
	console_line.open = text[length - 1] != '\n';
	return PUT_DONE;
}

static enum put_result
put_text(const struct writer *writer, const char *text, size_t length, bool break_line)
{
	uint64_t flags = spin_lock(&console_lock);
	enum put_result result = put_locked(writer, text, length, break_line);

	spin_unlock(&console_lock, flags);
	return result;
}

static void
drop_oldest(size_t length)
{
	uint64_t flags = spin_lock(&console_lock);

	console_dropped += length;
	spin_unlock(&console_lock, flags);
}

static void
write_started(const struct writer *writer, const char *text, size_t length)
{
	bool control = writer->cpu == CONTROL_CPU;
	uint64_t start = clock_ns(), deadline = start + CONSOLE_WAIT;
	bool late = false, break_line = false;

	/* The time is read before each try, so that a CPU that was held up still gets one. */
	for (;;) {
		enum put_result result = put_text(writer, text, length, break_line);

		if (result == PUT_DONE)
			break;
		if (result == PUT_NO_ROOM && late) {
			drop_oldest(length);
			break;
		}
		if (result == PUT_NO_ROOM && control)
			console_pump();
		cpu_pause();
		late = clock_passed(deadline);
		break_line = clock_passed(start + CONSOLE_LINE_WAIT);
	}
	if (control)
		console_pump();
	else
		console_kick();
}

static void
write_direct(const struct writer *writer, const char *text, size_t length)
{
	uint64_t flags = spin_lock(&console_lock);

	put_locked(writer, text, length, true);
	console_drain_here();
	spin_unlock(&console_lock, flags);
	console_pass_complaints();
}

static void
write_parts(const struct writer *writer, const char *text, size_t length)
{
	while (length) {
		size_t part = MIN(length, (size_t)CONSOLE_WRITE_MAX);

		if (console_state.direct)
			console_write_panic(text, part);
		else if (console_state.started)
			write_started(writer, text, part);
		else
			write_direct(writer, text, part);
		text += part;
		length -= part;
	}
}

/*
 * Interrupts are off meanwhile, so that the writer stays on its CPU. Before there are threads,
 * all of the boot counts as one.
 */
static void
write_as(enum writer_kind kind, const char *text, size_t length)
{
	uint64_t flags = interrupts_save();
	struct writer writer = {.kind = kind, .thread = &console_line};

	if (console_state.started) {
		writer.thread = cpu_this()->current;
		writer.cpu = cpu_this()->index;
	}
	write_parts(&writer, text, length);
	interrupts_restore(flags);
}

void
console_write(const char *text, size_t length)
{
	write_as(WRITER_THREAD, text, length);
}

void
console_write_line(const char *text, size_t length)
{
	write_as(WRITER_LINE, text, length);
}

void
console_echo(const char *text, size_t length)
{
	write_as(WRITER_ECHO, text, length);
}

void
console_direct(void)
{
	if (console_state.direct)
		return;
	console_state.direct = true;
	console_drain_here();
	if (console_line.open)
		console_send_here("\n", 1);
}

void
console_write_panic(const char *text, size_t length)
{
	console_direct();
	console_send_here(text, length);
}
