/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console as a terminal file. Of termios the flags that the console has are kept (ICANON,
 * ECHO, ISIG); the others read as they are and cannot be changed.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/console/console.h"
#include "kernel/thread/futex.h"
#include "kernel/thread/thread_internal.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/user.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/tree/tree.h"

struct abi_termios {
	uint32_t input, output, control, local;
	uint8_t line;
	uint8_t characters[19];
};
_Static_assert(sizeof(struct abi_termios) == 36, "the kernel's struct termios");
#define ABI_ICRNL 0000400
#define ABI_OPOST 0000001
#define ABI_ONLCR 0000004
#define ABI_CS8_CREAD_B38400 0000277
#define ABI_ISIG 0000001
#define ABI_ICANON 0000002
#define ABI_ECHO 0000010
#define ABI_ECHOE 0000020
#define ABI_VINTR 0
#define ABI_VQUIT 1
#define ABI_VERASE 2
#define ABI_VKILL 3
#define ABI_VEOF 4
#define ABI_VMIN 6

struct abi_winsize {
	uint16_t rows, columns, width, height;
};

#define ABI_TCGETS 0x5401
#define ABI_TCSETS 0x5402
#define ABI_TCSETSW 0x5403
#define ABI_TCSETSF 0x5404
#define ABI_TIOCGWINSZ 0x5413

#define PART 1024 /* bytes: for these there is room, or the console is not writable */

/* Sleeps until there may be input. Returns 0, or -EINTR. */
static int
await_input(uint32_t seen)
{
	uint64_t interval = console_poll_interval();
	uint64_t deadline = interval ? clock_deadline_ns(interval) : THREAD_NO_DEADLINE;

	return futex_wait(console_input_word(), seen, deadline) == -EINTR ? -EINTR : 0;
}

static int64_t
terminal_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	(void)offset;
	if (!size)
		return 0;
	for (;;) {
		uint32_t seen = READ_ONCE(*console_input_word());
		int result = -EAGAIN;

		if (console_readable())
			result = console_read(buffer, size);
		if (result != -EAGAIN || (file->flags & ABI_O_NONBLOCK))
			return result;
		if (await_input(seen))
			return -EINTR;
	}
}

/* A thread that has a CPU to itself does not sleep for a console: what is too much is dropped. */
static bool
may_sleep(void)
{
	uint32_t cpu = thread_current()->only_cpu;

	return cpu == THREAD_NO_CPU || cpu == CONTROL_CPU;
}

/* Sleeps until there is room for a text. Returns 0, -EAGAIN or -EINTR. */
static int
await_room(const struct file *file, size_t size)
{
	while (may_sleep()) {
		uint32_t *word = console_output_word();
		uint32_t seen = READ_ONCE(*word);

		if (console_has_room(size))
			break;
		if (file->flags & ABI_O_NONBLOCK)
			return -EAGAIN;
		if (futex_wait(word, seen, THREAD_NO_DEADLINE) == -EINTR)
			return -EINTR;
	}
	return 0;
}

/* Who is not to block writes a part if there is no room for all. */
static size_t
most_at_once(const struct file *file)
{
	return file->flags & ABI_O_NONBLOCK ? PART : CONSOLE_WRITE_MAX;
}

static int64_t
terminal_write(struct file *file, const void *buffer, size_t size, uint64_t offset)
{
	size_t done = 0;

	(void)offset;
	while (done < size) {
		size_t part = MIN(size - done, most_at_once(file));
		int result = await_room(file, part);

		if (result)
			return done ? (int64_t)done : result;
		console_write((const char *)buffer + done, part);
		done += part;
	}
	return (int64_t)size;
}

/* Whether a write would go on; where not, those who sleep in ready_wait() hear of room. */
static bool
terminal_has_room(void)
{
	if (console_has_room(PART))
		return true;
	console_output_word();
	return console_has_room(PART);
}

static uint32_t
terminal_ready(struct file *file)
{
	(void)file;
	return (console_readable() ? ABI_POLLIN | ABI_POLLRDNORM : 0) |
	       (terminal_has_room() ? ABI_POLLOUT | ABI_POLLWRNORM : 0);
}

/* -- What has happened to it, for epoll -------------------------------------------------------- */

static struct ready_source source;

static struct ready_source *
terminal_source(struct file *file)
{
	(void)file;
	return &source;
}

/* Room is told of where others may hold locks: what is more than marking waits for the next. */
static void
mark(bool input)
{
	ready_mark(&source, input ? ABI_POLLIN | ABI_POLLRDNORM : ABI_POLLOUT | ABI_POLLWRNORM);
	if (input)
		ready_changed_anywhere();
}

void
terminal_init(void)
{
	console_set_ready_hook(mark);
}

/* -- ioctl() ----------------------------------------------------------------------------------- */

static int64_t
get_mode(struct abi_termios *termios)
{
	struct console_mode mode;

	console_mode_get(&mode);
	*termios = (struct abi_termios){
		.input = ABI_ICRNL,
		.output = ABI_OPOST | ABI_ONLCR,
		.control = ABI_CS8_CREAD_B38400,
		.local = (mode.canonical ? ABI_ICANON : 0u) |
			 (mode.echo ? ABI_ECHO | ABI_ECHOE : 0u) | (mode.signals ? ABI_ISIG : 0u),
		.characters = {
			[ABI_VINTR] = 'C' & 0x1f,
			[ABI_VQUIT] = '\\' & 0x1f,
			[ABI_VERASE] = 0x7f,
			[ABI_VKILL] = 'U' & 0x1f,
			[ABI_VEOF] = 'D' & 0x1f,
			[ABI_VMIN] = 1,
		},
	};
	return 0;
}

static int64_t
set_termios(const struct abi_termios *termios)
{
	struct console_mode mode = {
		.canonical = termios->local & ABI_ICANON,
		.echo = termios->local & ABI_ECHO,
		.signals = termios->local & ABI_ISIG,
	};

	console_mode_set(&mode);
	return 0;
}

static int64_t
get_window_size(struct abi_winsize *size)
{
	unsigned columns, rows;

	console_size(&columns, &rows);
	*size = (struct abi_winsize){.rows = (uint16_t)rows, .columns = (uint16_t)columns};
	return 0;
}

static int64_t
terminal_control(struct file *file, uint64_t request, uint64_t argument)
{
	size_t size = request == ABI_TIOCGWINSZ ? sizeof(struct abi_winsize)
						: sizeof(struct abi_termios);

	(void)file;
	switch (request) {
	case ABI_TCGETS:
	case ABI_TIOCGWINSZ:
		if (!user_writable((const void *)argument, size))
			return -EFAULT;
		break;
	case ABI_TCSETS:
	case ABI_TCSETSW:
	case ABI_TCSETSF:
		if (!user_readable((const void *)argument, size))
			return -EFAULT;
	}
	switch (request) {
	case ABI_TCGETS:
		return get_mode((struct abi_termios *)argument);
	case ABI_TCSETS:
	case ABI_TCSETSW:
	case ABI_TCSETSF:
		return set_termios((const struct abi_termios *)argument);
	case ABI_TIOCGWINSZ:
		return get_window_size((struct abi_winsize *)argument);
	default:
		return -ENOTTY;
	}
}

const struct file_operations terminal_operations = {
	.read = terminal_read,
	.write = terminal_write,
	.control = terminal_control,
	.ready = terminal_ready,
	.source = terminal_source,
};
