/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Vector and floating-point registers belong to the thread: threads that fill all sixteen YMM
 * registers (XMM where there is no AVX) with a pattern of their own find it again after they were
 * preempted, slept, moved to another CPU and made system calls. The rounding mode as well.
 */
/* QEMU: -smp 2 -cpu max */
/* SECONDS: 90 */
#include <cpuid.h>
#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define THREADS 6
#define ROUNDS 60

struct registers {
	uint8_t ymm[16][32];
} __attribute__((aligned(32)));

static bool has_avx;
static unsigned wrong;

#define EACH(op) op(0) op(1) op(2) op(3) op(4) op(5) op(6) op(7) op(8) op(9) op(10) op(11) op(12) \
	op(13) op(14) op(15)
#define LOAD_AVX(n) "vmovdqa 32*" #n "(%0), %%ymm" #n "\n"
#define STORE_AVX(n) "vmovdqa %%ymm" #n ", 32*" #n "(%1)\n"
#define LOAD_SSE(n) "movdqa 32*" #n "(%0), %%xmm" #n "\n"
#define STORE_SSE(n) "movdqa %%xmm" #n ", 32*" #n "(%1)\n"
#define CLOBBERS "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", \
	"xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "rax", "rcx", "r11", "memory"

/* Loads all registers, spins, makes a system call (sched_yield), and stores them again. */
#define HOLD(load, store)                                                                         \
	__asm__ volatile(EACH(load) "1: dec %2\n jnz 1b\n mov $24, %%eax\n syscall\n" EACH(store)  \
			 : "+r"(from), "+r"(to), "+r"(spins)::CLOBBERS)

static void
hold(const struct registers *from, struct registers *to, uint64_t spins)
{
	if (has_avx)
		HOLD(LOAD_AVX, STORE_AVX);
	else
		HOLD(LOAD_SSE, STORE_SSE);
}

static bool
same(const struct registers *a, const struct registers *b)
{
	for (unsigned i = 0; i < 16; i++)
		if (memcmp(a->ymm[i], b->ymm[i], has_avx ? 32 : 16))
			return false;
	return true;
}

static void *
run(void *argument)
{
	static const int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
	int mode = modes[(intptr_t)argument % 4];
	struct registers pattern, found;

	fesetround(mode);
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < sizeof(pattern); i++)
			((uint8_t *)&pattern)[i] = (uint8_t)((intptr_t)argument * 41 + round + i);
		hold(&pattern, &found, 200000);
		if (!same(&pattern, &found) || fegetround() != mode)
			__atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
		if (round % 8 == 0)
			usleep(100);
		if (round % 16 == 0) {
			cpu_set_t set;

			CPU_ZERO(&set);
			CPU_SET(round / 16 % 2, &set);
			sched_setaffinity(0, sizeof(set), &set);
		}
	}
	return NULL;
}

/* A new thread has its creator's rounding mode, as on Linux. */
static void *
get_mode(void *argument)
{
	*(int *)argument = fegetround();
	return NULL;
}

int
main(void)
{
	pthread_t threads[THREADS];
	unsigned a, b, c, d;
	int mode = 0;

	__cpuid(1, a, b, c, d);
	has_avx = c & bit_AVX;
	printf("registers: %s\n", has_avx ? "YMM" : "XMM");
	for (intptr_t i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, run, (void *)i), 0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	CHECK_EQ(wrong, 0);

	fesetround(FE_UPWARD);
	CHECK_EQ(pthread_create(&threads[0], NULL, get_mode, &mode), 0);
	pthread_join(threads[0], NULL);
	CHECK_EQ(mode, FE_UPWARD);
	return check_end();
}
