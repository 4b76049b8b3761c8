// SPDX-License-Identifier: BSD-3-Clause
//
// As much of TCP as answers a client that loses nothing: one request a connection, one answer, sent
// from the shard's own memory without copying it. Connections belong to the shard whose queue they
// come by; with one queue for all, to that which their port chooses, and go there as messages.
#pragma once

#include <cstdint>
#include <deque>

#include <rte_mbuf.h>

#include "port.hh"
#include "shard.hh"

class Responder
{
      public:
	Responder(Shard &shard, unsigned count, Port &port);
	~Responder();

	// Looks at the shard's queue. Returns whether there was something to do.
	bool poll();

	unsigned connections = 0, in_place = 0, passed_on = 0;

      private:
	struct Segment;
	using Frames = std::deque<rte_mbuf *>;

	void receive(const rte_mbuf *mbuf);
	void arp(const rte_mbuf *mbuf);
	void route(const Segment &segment);
	Frames answer(const Segment &segment);
	rte_mbuf *reply(const Segment &to, uint8_t flags, uint32_t sequence, rte_mbuf *data);
	rte_mbuf *data_of(const Segment &segment, size_t from, size_t length);
	void
	queue(const Frames &frames)
	{
		waiting.insert(waiting.end(), frames.begin(), frames.end());
	}

	Shard &shard;
	unsigned count;
	Port &port;
	Frames waiting; // to be sent
};
