// SPDX-License-Identifier: BSD-3-Clause
#include "shard.hh"

#include <chrono>
#include <csignal>
#include <ctime>
#include <stdexcept>

#include <linux/membarrier.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace
{

constexpr auto patience = std::chrono::seconds(5);
constexpr unsigned idle_turns = 50, sleep_ms = 200;
constexpr size_t stack_blocks = 32;
enum Token : uint64_t { rung, ticked };

Shard *shards[16];
thread_local Shard *own;
thread_local volatile sig_atomic_t stalls;

void
need(long result, const char *what)
{
	if (result < 0)
		throw std::system_error(errno, std::generic_category(), what);
}

void
barrier(int command)
{
	need(syscall(SYS_membarrier, command, 0, 0), "membarrier");
}

} // namespace

bool
Mailbox::put(Message &message)
{
	unsigned at = written.load(std::memory_order_relaxed);

	if (at - read.load(std::memory_order_acquire) == room)
		return false;
	messages[at % room] = std::move(message);
	written.store(at + 1, std::memory_order_release);
	return true;
}

bool
Mailbox::take(Message &message)
{
	unsigned at = read.load(std::memory_order_relaxed);

	if (at == written.load(std::memory_order_acquire))
		return false;
	message = std::move(messages[at % room]);
	read.store(at + 1, std::memory_order_release);
	return true;
}

Shard::Shard(unsigned index, unsigned count)
    : index(index), space(index), bell(eventfd(0, EFD_NONBLOCK)),
      tick(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK)), inbox(count)
{
	need(bell, "eventfd");
	need(tick, "timerfd");
	barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
	ring.poll(bell, rung);
	shards[index] = own = this;
}

Shard::~Shard()
{
	close(bell);
	close(tick);
}

Shard &
Shard::here()
{
	return *own;
}

// -- Fibers --------------------------------------------------------------------------------------

void
Shard::enter(unsigned low, unsigned high)
{
	auto *fiber = reinterpret_cast<Fiber *>(uint64_t{high} << 32 | low);

	fiber->work();
	fiber->done = true;
	swapcontext(&fiber->context, &own->home);
}

void
Shard::start(std::function<void()> work)
{
	auto fiber = std::make_unique<Fiber>();
	auto address = reinterpret_cast<uint64_t>(fiber.get());

	if (stacks.empty())
		stacks.push_back(space.take_stack(stack_blocks));
	getcontext(&fiber->context);
	fiber->work = std::move(work);
	fiber->context.uc_stack.ss_sp = stacks.back();
	fiber->context.uc_stack.ss_size = stack_blocks * block_size;
	stacks.pop_back();
	makecontext(&fiber->context, reinterpret_cast<void (*)()>(enter), 2,
		    static_cast<unsigned>(address), static_cast<unsigned>(address >> 32));
	ready.push_back(fiber.get());
	fibers.push_back(std::move(fiber));
}

bool
Shard::run_fibers()
{
	size_t due = ready.size();

	for (size_t i = 0; i < due; i++) {
		current = ready.front();
		ready.pop_front();
		swapcontext(&home, &current->context);
		if (current->done) {
			stacks.push_back(static_cast<char *>(current->context.uc_stack.ss_sp));
			std::erase_if(fibers,
				      [this](auto &fiber) { return fiber.get() == current; });
		}
		current = nullptr;
	}
	return due != 0;
}

void
Shard::yield()
{
	ready.push_back(current);
	swapcontext(&current->context, &home);
}

void
Shard::call(unsigned shard, const std::function<void()> &work)
{
	std::exception_ptr thrown;
	Fiber *caller = current;

	send(shard, [this, caller, &work, &thrown] {
		try {
			work();
		} catch (...) {
			thrown = std::current_exception();
		}
		own->send(index, [this, caller] { ready.push_back(caller); });
	});
	swapcontext(&caller->context, &home);
	if (thrown)
		std::rethrow_exception(thrown);
}

// -- Messages and sleep --------------------------------------------------------------------------

void
Shard::send(unsigned shard, Mailbox::Message message)
{
	Shard *other = shards[shard];
	uint64_t one = 1;

	while (!other->inbox[index].put(message))
		take_messages(); // the other may be waiting for room as well
	std::atomic_signal_fence(std::memory_order_seq_cst);
	if (other->sleeping.load(std::memory_order_relaxed))
		need(write(other->bell, &one, sizeof(one)), "ringing");
}

bool
Shard::take_messages()
{
	Mailbox::Message message;
	bool any = false;

	for (auto &mailbox : inbox)
		for (unsigned i = 0; i < 64 && mailbox.take(message); i++) {
			any = true;
			message();
		}
	return any;
}

void
Shard::completed(uint64_t token)
{
	uint64_t count;

	if (read(token == rung ? bell : tick, &count, sizeof(count)) != sizeof(count))
		throw std::runtime_error(token == rung ? "rung by nobody" : "ticked too early");
	if (token == rung) {
		woken++;
		ring.poll(bell, rung);
	}
}

void
Shard::sleep()
{
	sleeping.store(true, std::memory_order_relaxed);
	barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
	bool nothing = true;
	for (auto &mailbox : inbox)
		nothing = nothing && mailbox.empty();
	if (nothing) {
		sleeps++;
		ring.wait(sleep_ms, [this](uint64_t token) { completed(token); });
	}
	sleeping.store(false, std::memory_order_relaxed);
}

void
Shard::run(const std::function<bool()> &poller)
{
	unsigned idle = 0;

	running = true;
	while (running) {
		bool did = run_fibers();

		did = take_messages() || did;
		did = ring.harvest([this](uint64_t token) { completed(token); }) || did;
		did = (poller && poller()) || did;
		idle = did || poller ? 0 : idle + 1;
		if (idle > idle_turns)
			sleep();
	}
}

// -- Timers --------------------------------------------------------------------------------------

bool
Shard::compute_until_preempted()
{
	itimerspec once{{}, {0, 10000000}};
	auto until = steady_clock::now() + patience;

	ring.harvest([this](uint64_t token) { completed(token); });
	need(timerfd_settime(tick, 0, &once, nullptr), "timerfd_settime");
	ring.poll(tick, ticked);
	while (!ring.any() && steady_clock::now() < until)
		;
	return ring.any();
}

bool
Shard::stall()
{
	struct sigaction action = {};
	struct sigevent event = {};
	itimerspec span{{0, 50000000}, {0, 50000000}};
	auto until = steady_clock::now() + patience;
	timer_t timer;

	action.sa_handler = [](int) { stalls = stalls + 1; };
	need(sigaction(SIGRTMIN, &action, nullptr), "sigaction");
	event.sigev_notify = SIGEV_THREAD_ID;
	event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
	event.sigev_signo = SIGRTMIN;
	need(timer_create(CLOCK_MONOTONIC, &event, &timer), "timer_create");
	need(timer_settime(timer, 0, &span, nullptr), "timer_settime");
	while (stalls < 2 && steady_clock::now() < until)
		;
	timer_delete(timer);
	return stalls >= 2;
}
