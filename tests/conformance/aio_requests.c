/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random asynchronous requests, and how they and their completions are said.
 */
#include "tests/conformance/aio_requests.h"

#include <poll.h>
#include <string.h>

#include "tests/conformance/words.h"

static const struct words operations[] = {
	{IOCB_CMD_PREAD, "PREAD"},	 {IOCB_CMD_PWRITE, "PWRITE"},
	{IOCB_CMD_FSYNC, "FSYNC"},	 {IOCB_CMD_FDSYNC, "FDSYNC"},
	{IOCB_CMD_POLL, "POLL"},	 {IOCB_CMD_NOOP, "NOOP"},
	{IOCB_CMD_PREADV, "PREADV"},	 {IOCB_CMD_PWRITEV, "PWRITEV"},
	{0, NULL},
};

struct aio_state *
aio_state_of(struct episode *episode)
{
	return episode->state;
}

static void
fill_poll(struct episode *episode, struct iocb *request)
{
	static const unsigned asked[] = {POLLIN, POLLOUT, POLLIN | POLLOUT, 0, POLLRDHUP,
					 POLLIN | POLLRDNORM, 0x10001};

	request->aio_buf = episode_one_of(episode, asked);
	request->aio_nbytes = 0;
	request->aio_offset = 0;
	if (episode_chance(episode, 3))
		request->aio_nbytes = 1;
}

static void
fill_transfer(struct episode *episode, struct iocb *request, unsigned at)
{
	static const size_t sizes[] = {0, 1, 8, 8, 8, 100, AIO_BUFFER_SIZE};
	struct aio_state *state = aio_state_of(episode);
	size_t size = episode_one_of(episode, sizes);

	episode_letters(episode, state->buffers[at], AIO_BUFFER_SIZE);
	request->aio_buf = (uintptr_t)state->buffers[at];
	request->aio_nbytes = size;
	request->aio_offset = episode_chance(episode, 40) ? episode_below(episode, 9000) : 0;
	if (episode_chance(episode, 3))
		request->aio_offset = -1;
	if (request->aio_lio_opcode < IOCB_CMD_PREADV)
		return;
	state->vectors[at][0] = (struct iovec){state->buffers[at], size / 2};
	state->vectors[at][1] = (struct iovec){state->buffers[at] + size / 2, size - size / 2};
	request->aio_buf = (uintptr_t)state->vectors[at];
	request->aio_nbytes = 2;
	if (episode_chance(episode, 4))
		request->aio_buf = (uintptr_t)AIO_BAD_ADDRESS;
	else if (episode_chance(episode, 4))
		request->aio_nbytes = 1025;
}

bool
aio_request_is_sync(const struct iocb *request)
{
	return request->aio_lio_opcode == IOCB_CMD_FSYNC ||
	       request->aio_lio_opcode == IOCB_CMD_FDSYNC;
}

void
aio_request_fill(struct episode *episode, struct iocb *request, unsigned at, unsigned slot,
		 unsigned told)
{
	static const uint16_t codes[] = {IOCB_CMD_POLL,	  IOCB_CMD_POLL,   IOCB_CMD_POLL,
					 IOCB_CMD_POLL,	  IOCB_CMD_PREAD,  IOCB_CMD_PREAD,
					 IOCB_CMD_PWRITE, IOCB_CMD_PWRITE, IOCB_CMD_PREADV,
					 IOCB_CMD_PWRITEV};
	static const uint16_t others[] = {IOCB_CMD_NOOP, IOCB_CMD_FSYNC, IOCB_CMD_FDSYNC, 9, 4};
	static const unsigned rw_flags[] = {1, 2, 4, 8, 16, 32, 48, 64, 0x8000};

	*request = (struct iocb){.aio_data = 1000 + at, .aio_key = 77};
	request->aio_lio_opcode = episode_chance(episode, 10) ? episode_one_of(episode, others)
							      : episode_one_of(episode, codes);
	request->aio_fildes = (unsigned)slots_of(episode)->fd[slot];
	if (request->aio_lio_opcode == IOCB_CMD_POLL)
		fill_poll(episode, request);
	else if (!aio_request_is_sync(request))
		fill_transfer(episode, request, at);
	if (episode_chance(episode, 8))
		request->aio_rw_flags = (int)episode_one_of(episode, rw_flags);
	if (told < SLOTS_COUNT) {
		request->aio_flags = IOCB_FLAG_RESFD;
		request->aio_resfd = (unsigned)slots_of(episode)->fd[told];
	}
	if (episode_chance(episode, 5)) {
		request->aio_flags |= IOCB_FLAG_IOPRIO;
		request->aio_reqprio = (int16_t)(episode_below(episode, 8) << 13 |
						 episode_below(episode, 2));
	}
	if (episode_chance(episode, 2))
		request->aio_reserved2 = 1;
}

/* Says a request as it is. */
void
aio_request_say(struct episode *episode, const struct iocb *request, unsigned at, unsigned slot,
	    unsigned told)
{
	struct aio_state *state = aio_state_of(episode);
	bool is_poll = request->aio_lio_opcode == IOCB_CMD_POLL;

	episode_say(episode, " [r%u %s f%u", at,
		    words_value(operations, request->aio_lio_opcode).text, slot);
	if (is_poll)
		episode_say(episode, " %#llx", (unsigned long long)request->aio_buf);
	else if (request->aio_buf == (uintptr_t)state->vectors[at])
		episode_say(episode, " %zu+%zu", state->vectors[at][0].iov_len,
			    state->vectors[at][1].iov_len);
	episode_say(episode, " %llu at %lld flags %#x", (unsigned long long)request->aio_nbytes,
		    (long long)request->aio_offset, request->aio_rw_flags);
	if (request->aio_flags & IOCB_FLAG_IOPRIO)
		episode_say(episode, " priority %#x", (unsigned)(uint16_t)request->aio_reqprio);
	if (told < SLOTS_COUNT)
		episode_say(episode, " tells f%u", told);
	episode_say(episode, "]");
}

void
aio_event_say(struct episode *episode, const struct io_event *event)
{
	struct aio_state *state = aio_state_of(episode);
	long at = (struct iocb *)(uintptr_t)event->obj - state->requests;

	episode_say(episode, " r%ld:%llu:", at, (unsigned long long)event->data);
	if (at < 0 || at >= AIO_REQUESTS)
		return;
	if (event->res < 0)
		episode_say(episode, "%s", words_error((int)-event->res));
	else if (state->requests[at].aio_lio_opcode == IOCB_CMD_POLL)
		episode_say(episode, "%s", words_flags(words_poll, (long)event->res).text);
	else
		episode_say(episode, "%lld", (long long)event->res);
	if (event->res > 0 && (state->requests[at].aio_lio_opcode == IOCB_CMD_PREAD ||
			       state->requests[at].aio_lio_opcode == IOCB_CMD_PREADV))
		episode_say_bytes(episode, state->buffers[at], (size_t)event->res);
}
