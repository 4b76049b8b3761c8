/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/firmware/usb_legacy.c */
/* SOURCES: kernel/firmware/usb_handoff.c kernel/firmware/usb_handoff_xhci.c */
/* SOURCES: kernel/firmware/usb_handoff_ehci.c kernel/firmware/usb_handoff_old.c */
/*
 * USB controllers of all kinds whose firmware gives them, gives them late, or never; that run, that
 * do not stop; whose registers and lists make no sense.
 */
#include "tests/unit/usb_fake.h"

/* What holds when all have been taken, whether they were given or not. */
static void
check_taken(const unsigned at[3])
{
	CHECK_EQ(register_get(at[0] + LEGACY, 4), 0x01 | OURS);
	CHECK_EQ(register_get(at[0] + LEGACY + 4, 4), 0xe0e1000e); /* SMIs off, the rest kept */
	CHECK_EQ(register_get(at[0] + OPERATION, 4), 0);
	CHECK_EQ(config[1][EECP + 2], 0);
	CHECK_EQ(config[1][EECP + 3], 1);
	CHECK_EQ(config[1][EECP + 4], 0);
	CHECK_EQ(register_get(at[1] + OPERATION, 4), 0x30);
	CHECK_EQ(register_get(at[1] + OPERATION + 8, 4), 0);
	CHECK_EQ(register_get(at[2] + 0x04, 4), 1 << 9);
	CHECK_EQ(register_get(at[2] + 0x10, 4), 0);
	CHECK_EQ(config[3][0xc0] | config[3][0xc1] << 8, 0x8f00);
	CHECK_EQ(uhci_command & 1, 0);
	CHECK_EQ(uhci_interrupts, 0);
}

static void
test_given(void)
{
	unsigned at[3];

	machine_all(at);
	usb_handoff();
	check_taken(at);
	CHECK_EQ(worst, LOG_INFO);
	CHECK(strstr(said, "0000:00:00.0: the firmware has handed over the xHCI"));
	CHECK(strstr(said, "0000:00:01.0: the firmware has handed over the EHCI"));
	CHECK(strstr(said, "0000:00:02.0: the firmware has handed over the OHCI"));
	CHECK(strstr(said, "0000:00:03.0: the firmware has handed over the UHCI"));
	CHECK(strstr(said, "4 controllers are stopped"));
	/* All at once: firmware's 20 ms are not paid three times. */
	CHECK(registers_time < 30 * NS_PER_MS);
	CHECK(!probed[4] && !probed[5]);
}

static void
test_forced(void)
{
	unsigned at[3];

	machine_all(at);
	deaf = true;
	usb_handoff();
	check_taken(at);
	CHECK_EQ(worst, LOG_WARNING);
	CHECK(strstr(said, "does not let go of the xHCI controller: taken all the same"));
	CHECK(strstr(said, "does not let go of the EHCI controller"));
	CHECK(strstr(said, "does not let go of the OHCI controller"));
	CHECK(strstr(said, "has handed over the UHCI"));
	CHECK(registers_time < NS_PER_SECOND + 30 * NS_PER_MS);
}

static void
test_restless(void)
{
	unsigned at[3];

	machine_all(at);
	restless = true;
	usb_handoff();
	check_taken(at);
	CHECK_EQ(worst, LOG_WARNING);
	CHECK(strstr(said, "the xHCI controller does not stop"));
	CHECK(strstr(said, "the EHCI controller does not stop"));
	CHECK(strstr(said, "the UHCI controller does not stop"));
	CHECK(registers_time < 60 * NS_PER_MS);
}

/* Nothing is firmware's and all is stopped: nothing is waited for. */
static void
test_idle(void)
{
	unsigned at[3];

	machine_all(at);
	register_put(at[0] + LEGACY, 4, 0x01);
	register_put(at[0] + OPERATION, 4, 0);
	register_put(at[0] + OPERATION + 4, 4, 1);
	config[1][EECP + 2] = 0;
	register_put(at[1] + OPERATION + 4, 4, 1 << 12);
	register_put(at[2] + 0x04, 4, 0);
	config[3][0xc0] = 0;
	uhci_status = 1 << 5;
	usb_handoff();
	CHECK_EQ(config[1][EECP + 3], 0);
	CHECK(!strstr(said, "firmware"));
	CHECK_EQ(worst, LOG_INFO);
	CHECK(registers_time < NS_PER_MS);

	machine_new();
	machine_add(0x020000);
	usb_handoff();
	CHECK_STRING(said, "");
}

static void
test_left_alone(void)
{
	unsigned at[3];

	machine_all(at);
	settings.usb_stays = true;
	usb_handoff();
	CHECK_STRING(said, "");
	CHECK_EQ(registers_writes, 0);
	CHECK_EQ(config[3][0xc0], 0x30);

	machine_all(at);
	for (unsigned i = 0; i < machine_count; i++)
		config[i][PCI_COMMAND] = 0;
	usb_handoff();
	CHECK_STRING(said, "");
	CHECK_EQ(registers_writes, 0);
}

/* Lists that leave the registers, loop, or are not there; the controllers are stopped all the same.
 */
static void
test_lists(void)
{
	static const struct {
		uint32_t parameters;
		uint32_t capability; /* at 0x400 */
	} xhci[] = {{0, 0x02},
		    {0x100 << 16, 0x02},
		    {0x100 << 16, 0x02 | 0xff << 8 | 1 << 31},
		    {0xffffu << 16, 0x02},
		    {0x3ff << 16, 0x01},
		    {0x100 << 16, 0xffffffff}};
	static const uint8_t eecp[] = {0, 0x3c, 0x41, 0xfc, 0xff, 0x80};

	for (unsigned i = 0; i < sizeof(xhci) / sizeof(xhci[0]); i++) {
		machine_new();
		unsigned at = machine_add(XHCI);
		register_put(at + LEGACY, 4, 0);
		register_put(at + 0xffc, 4, 0x01 | FIRMWARE); /* its control would be beyond */
		register_put(at + 0x10, 4, xhci[i].parameters);
		register_put(at + 0x400, 4, xhci[i].capability);
		usb_handoff();
		CHECK(!strstr(said, "firmware"));
		CHECK_EQ(register_get(at + OPERATION, 4), 0);
	}
	for (unsigned i = 0; i < sizeof(eecp); i++) {
		machine_new();
		unsigned at = machine_add(EHCI);
		register_put(at + 0x08, 4, (uint32_t)eecp[i] << 8);
		config[0][0xfc] = 1;
		config[0][0x80] = 2; /* a list of two that never ends */
		config[0][0x81] = 0x90;
		config[0][0x90] = 2;
		config[0][0x91] = 0x80;
		usb_handoff();
		CHECK(!strstr(said, "firmware"));
		CHECK_EQ(register_get(at + OPERATION, 4), 0x30);
	}
}

/* Registers that are not a controller's are not written. */
static void
test_nonsense(void)
{
	static const uint8_t lengths[] = {0, 0x08, 0x21, 0xff};
	unsigned at;

	for (unsigned i = 0; i < sizeof(lengths); i++) {
		machine_new();
		register_put(machine_add(XHCI), 1, lengths[i]);
		register_put(machine_add(EHCI), 1, lengths[i]);
		usb_handoff();
		CHECK_EQ(registers_writes, 0);
	}
	machine_all((unsigned[3]){0});
	machine[0].bars[0].size = 0x10; /* shorter than the registers */
	machine[1].bars[0].base = 0;
	machine[2].bars[0].io = true;
	machine[3].bars[4].base = 0x1000; /* where nothing is */
	usb_handoff();
	CHECK_EQ(registers_writes, 0);
	CHECK_STRING(said, "");

	machine_all((unsigned[3]){0});
	machine_count = 3;
	memset(registers_fake, 0xff, sizeof(registers_fake));
	usb_handoff();
	CHECK_EQ(registers_writes, 0);

	machine_new();
	at = machine_add(XHCI);
	registers_refused = true; /* in RAM */
	usb_handoff();
	CHECK_EQ(register_get(at + OPERATION, 4), 0x0d);

	machine_new();
	while (machine_count < MACHINE_MAX)
		machine_add(UHCI);
	usb_handoff();
	CHECK_EQ(worst, LOG_WARNING);
	CHECK(strstr(said, "more than 32 controllers"));
}

int
main(void)
{
	test_given();
	test_forced();
	test_restless();
	test_idle();
	test_left_alone();
	test_lists();
	test_nonsense();
	return check_end();
}
