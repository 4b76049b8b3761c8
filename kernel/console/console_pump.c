/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the ring to the devices. Only the control CPU does this once the console is started, with
 * interrupts off, so that a device needs no lock; before, whoever holds the writers' lock.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/panic.h"
#include "kernel/base/x86.h"
#include "kernel/console/console.h"
#include "kernel/console/console_device.h"
#include "kernel/interrupts/irq.h"
#include "kernel/interrupts/lapic.h"
#include "kernel/thread/futex.h"
#include "kernel/thread/timer.h"
#include "kernel/time/clock.h"

#define CONSOLE_RING_SIZE 65536
#define PUMP_BYTES 4096		/* what one pump moves to a device, with interrupts off */
#define POLL_NS (1 * NS_PER_MS) /* a FIFO of 16 bytes lasts longer at 115200 baud */
#define WAKE_ROOM (CONSOLE_RING_SIZE / 2)
#define CONSOLE_DRAIN_DEADLINE (30 * NS_PER_SECOND) /* the ring takes 6 at 115200 baud */

static char console_bytes[CONSOLE_RING_SIZE];
struct ring console_ring = {.bytes = console_bytes, .size = CONSOLE_RING_SIZE};
struct console_state console_state;

static struct console_device *console_devices[CONSOLE_DEVICES_MAX];
static unsigned console_device_count;
static const struct console_source *console_sources[CONSOLE_SOURCES_MAX];
static unsigned console_source_count;
static bool console_pumping; /* a message from within a pump is taken by that pump */
static int console_kick_vector;
static bool console_kicked;
static bool console_more;	  /* a pump has left something that a device may take at once */
static bool console_later;	  /* or that one will take which has no interrupt */
static struct timer console_timer;
static bool console_waiting;	  /* somebody waits for room */
static uint32_t console_progress; /* a futex word: changes when there is room */

enum feeding {
	FED_ALL,
	FED_DEVICE, /* it takes nothing more now */
	FED_ENOUGH, /* there is more, which it may take: in a while */
};

/* Gives a device what it takes, up to `most` bytes: writers may be faster than it for ever. */
static enum feeding
device_feed(struct console_device *device, size_t most)
{
	const char *bytes;
	size_t length;

	while ((length = ring_peek(&console_ring, device->reader, &bytes)) > 0) {
		size_t asked = MIN(length, most), taken;

		if (!asked)
			return FED_ENOUGH;
		taken = device->put(device, bytes, asked);
		ring_take(&console_ring, device->reader, taken);
		most -= taken;
		if (taken < asked)
			return FED_DEVICE;
	}
	return FED_ALL;
}

static void
device_stop(struct console_device *device)
{
	ring_remove_reader(&console_ring, device->reader);
	device->stopped = true;
	device->complaint = "takes no output any more";
}

/* Waits until a device has taken what was written up to now. */
static void
device_drain(struct console_device *device)
{
	uint64_t end = __atomic_load_n(&console_ring.head, __ATOMIC_ACQUIRE);

	while (console_ring.tails[device->reader] < end) {
		size_t left = end - console_ring.tails[device->reader];

		if (device_feed(device, left) == FED_DEVICE && device->wait &&
		    !device->wait(device)) {
			device_stop(device);
			return;
		}
	}
	if (device->flush)
		device->flush(device);
}

/* Waits until the last byte has left the device. */
static void
device_settle(struct console_device *device)
{
	if (device->wait)
		device->wait(device);
}

/*
 * What a device does not take now it takes at its interrupt; one that has none is asked again.
 */
static void
device_pump(struct console_device *device)
{
	enum feeding result = device_feed(device, PUMP_BYTES);

	if (device->flush)
		device->flush(device);
	if (device->want_interrupt &&
	    !device->want_interrupt(device, result == FED_DEVICE) && result == FED_DEVICE)
		console_later = true;
	console_more |= result == FED_ENOUGH;
}

static void
for_each_device(void (*use)(struct console_device *device))
{
	for (unsigned i = 0; i < console_device_count; i++)
		if (!console_devices[i]->stopped)
			use(console_devices[i]);
}

static void (*console_ready_hook)(bool input);

void
console_set_ready_hook(void (*hook)(bool input))
{
	console_ready_hook = hook;
}

void
console_tell_ready(bool input)
{
	if (console_ready_hook)
		console_ready_hook(input);
}

/* Writers that wait for room are woken when there is much of it, not for each byte. */
static void
wake_writers(void)
{
	if (!READ_ONCE(console_waiting) || ring_room(&console_ring) < WAKE_ROOM)
		return;
	__atomic_store_n(&console_waiting, false, __ATOMIC_SEQ_CST);
	console_tell_ready(false);
	__atomic_add_fetch(&console_progress, 1, __ATOMIC_SEQ_CST);
	futex_wake(&console_progress, INT32_MAX);
}

uint32_t *
console_output_word_quiet(void)
{
	return &console_progress;
}

uint32_t *
console_output_word(void)
{
	__atomic_store_n(&console_waiting, true, __ATOMIC_SEQ_CST);
	return &console_progress;
}

/* A device's functions must not log: their complaints are logged here, afterwards. */
void
console_pass_complaints(void)
{
	for (unsigned i = 0; i < console_device_count; i++) {
		struct console_device *device = console_devices[i];
		const char *complaint = device->complaint;

		device->complaint = NULL;
		if (complaint)
			log_warning("console: %s %s", device->name, complaint);
	}
}

void
console_pump(void)
{
	if (console_pumping)
		return;
	console_pumping = true;
	console_more = console_later = false;
	for_each_device(device_pump);
	console_pumping = false;
	if (console_more)
		console_kick(); /* after what else waits for this CPU's attention */
	else if (console_later)
		timer_set(&console_timer, clock_deadline_ns(POLL_NS));
	wake_writers();
	console_state.pumped();
	console_pass_complaints();
}

void
console_drain_here(void)
{
	for_each_device(device_drain);
}

void
console_add_source(const struct console_source *source)
{
	if (console_source_count == CONSOLE_SOURCES_MAX)
		panic("console: more than %d sources of input", CONSOLE_SOURCES_MAX);
	console_sources[console_source_count++] = source;
}

bool
console_is_polled(void)
{
	for (unsigned i = 0; i < console_source_count; i++)
		if (console_sources[i]->is_polled())
			return true;
	return false;
}

static void
poll_sources(void)
{
	for (unsigned i = 0; i < console_source_count; i++)
		console_sources[i]->poll();
}

static void
kick_interrupt(void *argument)
{
	(void)argument;
	__atomic_store_n(&console_kicked, false, __ATOMIC_SEQ_CST);
	poll_sources();
	console_pump();
}

/* A kick that the local APIC does not send is made up for by the next one. */
void
console_kick(void)
{
	if (__atomic_exchange_n(&console_kicked, true, __ATOMIC_SEQ_CST))
		return;
	if (lapic_send(cpu_get(0)->apic_id, LAPIC_DELIVER_FIXED, (uint8_t)console_kick_vector))
		__atomic_store_n(&console_kicked, false, __ATOMIC_SEQ_CST);
}

static bool
on_control_cpu(void)
{
	return !console_state.started || cpu_this()->index == 0;
}

/* The control CPU waits for the devices here, another CPU for the control CPU. */
void
console_drain(void)
{
	uint64_t flags = interrupts_save();
	uint64_t deadline = clock_deadline_ns(CONSOLE_DRAIN_DEADLINE);

	if (on_control_cpu() || console_state.direct) {
		console_drain_here();
		for_each_device(device_settle);
	} else {
		console_kick();
		while (ring_room(&console_ring) < CONSOLE_RING_SIZE && !clock_passed(deadline))
			cpu_pause();
	}
	interrupts_restore(flags);
}

void
console_poll_input(void)
{
	uint64_t flags;

	if (!console_is_polled())
		return;
	flags = interrupts_save();
	if (on_control_cpu())
		poll_sources();
	else
		console_kick();
	interrupts_restore(flags);
}

static void
device_send(struct console_device *device, const char *text, size_t length)
{
	while (length) {
		size_t taken = device->put(device, text, length);

		text += taken;
		length -= taken;
		if (length && device->wait && !device->wait(device)) {
			device_stop(device);
			return;
		}
	}
	if (device->flush)
		device->flush(device);
}

void
console_send_here(const char *text, size_t length)
{
	for (unsigned i = 0; i < console_device_count; i++)
		if (!console_devices[i]->stopped)
			device_send(console_devices[i], text, length);
}

int
console_add_device(struct console_device *device)
{
	int reader = ring_add_reader(&console_ring);

	if (reader < 0 || console_device_count == CONSOLE_DEVICES_MAX)
		return -ENOSPC;
	device->reader = (unsigned)reader;
	console_devices[console_device_count++] = device;
	device_drain(device);
	return 0;
}

void
console_remove_device(struct console_device *device)
{
	device_stop(device);
	device->complaint = NULL;
}

static void
pump_again(struct timer *timer)
{
	(void)timer;
	console_pump();
}

void
console_pump_start(void (*pumped)(void))
{
	console_state.pumped = pumped;
	console_timer.expire = pump_again;
	console_kick_vector = irq_alloc(kick_interrupt, NULL, "console");
	if (console_kick_vector < 0)
		panic("console: no interrupt vector is free");
	console_state.started = true;
}
