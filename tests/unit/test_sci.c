/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/firmware/sci.c kernel/base/format.c */
/*
 * ACPI mode on ports that are memory: firmware that is there already, that takes its time, that
 * never comes; what is enabled, what is cleared, and what an interrupt leads to.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/base/errno.h"
#include "kernel/firmware/registers.h"
#include "kernel/firmware/sci.h"
#include "kernel/interrupts/ioapic.h"
#include "kernel/interrupts/irq.h"
#include "kernel/loader/settings.h"
#include "kernel/time/clock.h"
#include "tests/unit/check.h"
#include "tests/unit/log_captured.h"

#define PM1A_STATUS 0x600
#define PM1A_ENABLE 0x602
#define PM1A_CONTROL 0x604
#define GPE0_STATUS 0x620
#define GPE0_ENABLE 0x624
#define GPE0_BYTES 4
#define SMI_COMMAND 0xb2
#define ENABLE_VALUE 0xa1
#define POWER_BUTTON (1u << 8)
#define TIMER (1u << 0)
#define VECTOR 50

struct acpi_info acpi_info;
struct settings settings;

static uint8_t ports[0x1000];
static uint64_t now, answers_at; /* 0: at once; UINT64_MAX: never */
static bool asked;
static void (*handler)(void *);
static uint32_t routed_gsi;
static bool masked, no_route;
static unsigned presses;

static uint32_t
port_get(uint64_t port, unsigned bytes)
{
	uint32_t value = 0;

	memcpy(&value, ports + port, bytes);
	return value;
}

static void
port_put(uint64_t port, unsigned bytes, uint32_t value)
{
	memcpy(ports + port, &value, bytes);
}

static bool
is_status(uint64_t port)
{
	return (port >= PM1A_STATUS && port < PM1A_ENABLE) ||
	       (port >= GPE0_STATUS && port < GPE0_ENABLE);
}

uint32_t
registers_get(bool port, uint64_t address, unsigned bytes)
{
	CHECK(port && address + bytes <= sizeof(ports));
	if (address == PM1A_CONTROL && asked && now >= answers_at)
		port_put(PM1A_CONTROL, 2, port_get(PM1A_CONTROL, 2) | 1);
	return port_get(address, bytes);
}

void
registers_set(bool port, uint64_t address, unsigned bytes, uint32_t value)
{
	CHECK(port && address + bytes <= sizeof(ports));
	CHECK(address != PM1A_CONTROL);
	if (address == SMI_COMMAND) {
		CHECK_EQ(value, ENABLE_VALUE);
		asked = true;
	} else {
		port_put(address, bytes,
			 is_status(address) ? port_get(address, bytes) & ~value : value);
	}
}

int
registers_map(uint64_t base, uint64_t length)
{
	(void)base;
	(void)length;
	return -EINVAL;
}

uint64_t
clock_ns(void)
{
	return now += NS_PER_MS;
}

int
irq_alloc(void (*serve)(void *argument), void *argument, const char *name)
{
	(void)argument;
	(void)name;
	handler = serve;
	return VECTOR;
}

void
irq_free(int vector)
{
	CHECK_EQ(vector, VECTOR);
	handler = NULL;
}

uint32_t
ioapic_isa_to_gsi(uint8_t isa_irq)
{
	return isa_irq + 100u;
}

int
ioapic_route_gsi(uint32_t gsi, int vector, bool active_low, bool level)
{
	CHECK(active_low && level);
	CHECK_EQ(vector, VECTOR);
	routed_gsi = gsi;
	masked = true;
	return no_route ? -ENODEV : 0;
}

void
ioapic_mask_gsi(uint32_t gsi, bool mask)
{
	CHECK_EQ(gsi, routed_gsi);
	masked = mask;
}

static void
pressed(void)
{
	presses++;
}

static struct acpi_events
events_at(uint64_t status, uint8_t bytes)
{
	return (struct acpi_events){
		.status = {ACPI_REGISTER_IO, (uint8_t)(8 * bytes), status},
		.enable = status + bytes,
		.bytes = bytes,
	};
}

/* A machine in legacy mode, whose firmware has left events enabled and pending. */
static void
machine(void)
{
	memset(ports, 0, sizeof(ports));
	acpi_info = (struct acpi_info){
		.pm1a_control = {ACPI_REGISTER_IO, 16, PM1A_CONTROL},
		.pm1a_events = events_at(PM1A_STATUS, 2),
		.gpe0 = events_at(GPE0_STATUS, GPE0_BYTES),
		.smi_command_port = SMI_COMMAND,
		.acpi_enable_value = ENABLE_VALUE,
		.sci_interrupt = 9,
		.has_power_button = true,
	};
	settings = (struct settings){0};
	port_put(PM1A_STATUS, 2, TIMER | POWER_BUTTON);
	port_put(PM1A_ENABLE, 2, TIMER);
	port_put(GPE0_STATUS, GPE0_BYTES, 0x10203040);
	port_put(GPE0_ENABLE, GPE0_BYTES, UINT32_MAX);
	now = answers_at = 0;
	asked = no_route = false;
	handler = NULL;
	routed_gsi = 0;
	presses = 0;
	log_forget();
}

static void
test_goes_over(void)
{
	machine();
	answers_at = 20 * NS_PER_MS;
	sci_init();
	CHECK(asked && !masked);
	CHECK_EQ(routed_gsi, 109);
	CHECK_EQ(port_get(PM1A_STATUS, 2), 0);
	CHECK_EQ(port_get(PM1A_ENABLE, 2), POWER_BUTTON);
	CHECK_EQ(port_get(GPE0_STATUS, GPE0_BYTES), 0);
	CHECK_EQ(port_get(GPE0_ENABLE, GPE0_BYTES), 0);
	CHECK(log_said("ACPI mode, interrupt 109, with the power button"));
}

static void
test_is_there_already(void)
{
	machine();
	acpi_info.sci_interrupt = 20;
	acpi_info.has_power_button = false;
	port_put(PM1A_CONTROL, 2, 1);
	sci_init();
	CHECK(!asked);
	CHECK_EQ(routed_gsi, 20);
	CHECK_EQ(port_get(PM1A_ENABLE, 2), 0);
}

/* Nothing is touched of what firmware keeps. */
static void
check_left_alone(bool is_asked)
{
	sci_init();
	CHECK_EQ(asked, is_asked);
	CHECK(!handler);
	CHECK_EQ(port_get(PM1A_ENABLE, 2), TIMER);
	CHECK_EQ(port_get(GPE0_ENABLE, GPE0_BYTES), UINT32_MAX);
}

static void
test_left_alone(void)
{
	machine();
	answers_at = UINT64_MAX;
	check_left_alone(true);
	CHECK(log_said("within 3 s"));
	CHECK(now >= 3 * NS_PER_SECOND && now < 4 * NS_PER_SECOND);
	machine();
	acpi_info.smi_command_port = 0;
	check_left_alone(false);
	CHECK(log_said("offers no way"));
	machine();
	settings.power_stays = true;
	check_left_alone(false);
	machine();
	acpi_info.hardware_reduced = true;
	check_left_alone(false);
	machine();
	acpi_info.pm1a_control.space = ACPI_REGISTER_MEMORY;
	check_left_alone(false);
}

static void
test_power_button(void)
{
	machine();
	sci_init();
	port_put(PM1A_STATUS, 2, POWER_BUTTON | TIMER);
	handler(NULL);
	CHECK(log_said("the power button was pressed"));
	CHECK_EQ(port_get(PM1A_STATUS, 2), TIMER); /* which is not enabled, and so is left */
	sci_on_power_button(pressed);
	port_put(PM1A_STATUS, 2, POWER_BUTTON);
	handler(NULL);
	handler(NULL);
	CHECK_EQ(presses, 1);
}

static void
test_stuck(void)
{
	machine();
	sci_init();
	port_put(PM1A_STATUS, 2, POWER_BUTTON);
	for (unsigned i = 0; i < 1000; i++)
		handler(NULL);
	port_put(PM1A_STATUS, 2, POWER_BUTTON);
	handler(NULL);
	for (unsigned i = 0; i < 999; i++)
		handler(NULL);
	CHECK(!masked);
	handler(NULL);
	CHECK(masked);
	CHECK(log_said("that no event explains"));
}

static void
test_no_input(void)
{
	machine();
	no_route = true;
	sci_init();
	CHECK(!handler && log_said("cannot be served"));
	CHECK_EQ(port_get(PM1A_ENABLE, 2), 0);
}

int
main(void)
{
	test_goes_over();
	test_is_there_already();
	test_left_alone();
	test_power_button();
	test_stuck();
	test_no_input();
	return check_end();
}
