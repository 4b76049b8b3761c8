// SPDX-License-Identifier: BSD-3-Clause
#include "ring.hh"

#include <cerrno>
#include <ctime>
#include <stdexcept>
#include <system_error>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace
{

constexpr unsigned room = 128;
constexpr uint32_t magic = 0xa10a10a1;

long
need(long result, const char *what)
{
	if (result < 0)
		throw std::system_error(errno, std::generic_category(), what);
	return result;
}

} // namespace

Ring::Ring()
{
	need(syscall(SYS_io_setup, room, &context), "io_setup");
	shared = reinterpret_cast<Shared *>(context);
	if (shared->magic != magic || shared->incompatible != 0)
		throw std::runtime_error("the ring is not one that can be read in memory");
}

Ring::~Ring()
{
	syscall(SYS_io_destroy, context);
}

void
Ring::poll(int fd, uint64_t token)
{
	iocb *request = &requests[token];

	*request = {};
	request->aio_data = token;
	request->aio_lio_opcode = IOCB_CMD_POLL;
	request->aio_fildes = static_cast<uint32_t>(fd);
	request->aio_buf = POLLIN;
	need(syscall(SYS_io_submit, context, 1, &request), "io_submit");
}

unsigned
Ring::harvest(const Use &use)
{
	unsigned taken = 0;

	for (; any(); taken++) {
		uint64_t token = shared->events[shared->head].data;

		__atomic_store_n(&shared->head, (shared->head + 1) % shared->count,
				 __ATOMIC_RELEASE);
		use(token);
	}
	return taken;
}

void
Ring::wait(unsigned milliseconds, const Use &use)
{
	timespec span{milliseconds / 1000, milliseconds % 1000 * 1000000L};
	io_event event;

	if (need(syscall(SYS_io_pgetevents, context, 1, 1, &event, &span, nullptr),
		 "io_pgetevents") == 1)
		use(event.data);
}
