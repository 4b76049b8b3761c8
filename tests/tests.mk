# SPDX-License-Identifier: BSD-3-Clause
#
# Building and running the tests. Everything is run by pytest; docs/testing.md tells more.
#
# A host program tests/unit/test_X.c names the sources that it tests in a comment of its own,
#	/* SOURCES: kernel/base/foo.c kernel/time/bar.c */
# and so does a fuzz target tests/fuzz/fuzz_X.c. What kernel/base/log.h and kernel/base/panic.h
# declare is there without.

PYTEST ?= /usr/bin/python3 -m pytest -c tests/pytest.ini --rootdir=.
JOBS ?= 2
export BUILD CHECKED

UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
FUZZ_TESTS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
GUEST_TESTS := $(patsubst tests/guest/%.c,$(BUILD)/guest/%.elf,$(wildcard tests/guest/*.c \
	$(if $(CHECKED),tests/guest/checked/*.c)))
# The small kernels of a checked build, which `make test` runs beside the usual ones.
# What the kernel takes from ACPI tables, for `make test-acpi`.
ACPI_FACTS := $(BUILD)/acpi-facts
CHECKED_BUILD := $(if $(CHECKED),$(BUILD),$(BUILD)/checked)
SYSTEM_IMAGES := $(APPS:%=$(BUILD)/%.elf) $(BUILD)/load $(BUILD)/models/ix82599 $(SDK)/.made \
	$(SDK_GLIBC)/.made $(SDK_MALLOC)/.made $(DEB) \
	$(BUILD)/low/bridge.elf $(BUILD)/small/bridge.elf $(BUILD)/fast/bridge.elf \
	$(BUILD)/portcheck.elf $(BUILD)/dpdk-testpmd.elf $(EXAMPLES_TESTED:%=$(BUILD)/%.elf)
include tests/system/sdk/libraries.mk
include tests/ealcheck/ealcheck.mk
include tests/conformance/conformance.mk
include tests/dpdk/dpdk-tests.mk
include tests/coverage/coverage.mk

# What `make lint` needs beside the compiler.
LINT_DEPS := cppcheck clang-tidy

NET_IMAGES := $(addprefix $(BUILD)/net/,bridge.elf netcheck.elf)
NET_TESTED := $(addprefix $(BUILD)/,bridge.elf hello.elf bench/count.so) $(SDK)/.made
SYSTEM_IMAGES += $(NET_IMAGES) $(BUILD)/bench/count.so

.PHONY: lint test guests test-unit test-guest test-system test-net test-long test-acpi check \
	architecture fuzz

# One make below this one, so that the packages are there before anything else is looked at.
test: $(BUILD)/.deps ## run the whole test suite
	$(Q)$(MAKE) --no-print-directory $(UNIT_TESTS) $(FUZZ_TESTS) $(GUEST_TESTS) \
		$(CONFORMANCE_IMAGES) $(SYSTEM_IMAGES)
	$(Q)$(MAKE) --no-print-directory releases
	$(Q)$(MAKE) --no-print-directory CHECKED=1 BUILD=$(CHECKED_BUILD) guests
	$(Q)$(MAKE) --no-print-directory LIBC=glibc BUILD=$(GLIBC_BUILD) guests
	$(Q)$(MAKE) --no-print-directory bench-check
	$(Q)CHECKED_BUILD=$(CHECKED_BUILD) GLIBC_BUILD=$(GLIBC_BUILD) \
		$(PYTEST) -n $(JOBS) -m 'not long' tests

test-unit: $(UNIT_TESTS) $(FUZZ_TESTS) ## host programs with sanitizers, and short fuzzing
	$(Q)$(PYTEST) -n $(JOBS) tests/unit

guests: $(GUEST_TESTS)

test-guest: $(GUEST_TESTS) ## small kernels in QEMU, one subject each; CHECKED=1: mk/checked.mk
	$(Q)$(PYTEST) -n $(JOBS) tests/guest

test-system: $(SYSTEM_IMAGES) ## applications in QEMU: boot matrix, frames
	$(Q)$(PYTEST) -n $(JOBS) -m 'not long' tests/system

test-net: $(NET_IMAGES) $(NET_TESTED) ## TCP/IP on a port of its own
	$(Q)$(PYTEST) -n $(JOBS) tests/net

test-long: LIBS_TESTED := all
test-long: $(WITH_LIBS)/dpdk-test.elf
test-long: $(SYSTEM_IMAGES) $(CONFORMANCE_IMAGES) $(SDK_CXX)/.made ## what takes minutes to an hour
	$(Q)$(PYTEST) -m long tests

check: $(MACHINE_OBJECTS) $(EAL_OBJECTS) $(NET_OBJECTS) ## the sources' structure: floors, sizes
	$(Q)$(PYTEST) -q tests/checks

lint: $(BUILD)/flags/kernel $(BUILD)/flags/eal $(DPDK_STAMP) ## static analysers: 2 minutes
	$(Q)tools/install-deps $(LINT_DEPS)
	$(Q)tests/lint/lint $(BUILD)

architecture: $(MACHINE_OBJECTS) $(EAL_OBJECTS) $(NET_OBJECTS) ## draw docs/architecture.svg anew
	$(Q)tools/architecture $(BUILD)

test-acpi: $(ACPI_FACTS) ## compare the ACPI parsers with iasl over dumps of machines: DIR=FOLDER
	$(Q)tools/install-deps acpica-tools
	$(Q)tests/acpi/compare $(ACPI_FACTS) $(DIR)

fuzz: $(FUZZ_TESTS) ## fuzz for ten minutes a target (FUZZ_SECONDS=)
	$(Q)FUZZ_SECONDS=$${FUZZ_SECONDS:-600} $(PYTEST) -n $(JOBS) -k test_fuzz tests/unit

# -- Host programs --------------------------------------------------------------------------------

HOST_FLAGS := -std=gnu11 -O1 -g -Itests/unit/host -I. -Wall -Wextra -Werror -fno-omit-frame-pointer
UNIT_SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_SANITIZERS := -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all

# What the kernel's sources call, where a test brings nothing of its own.
HOST_STANDINS := tests/unit/host_log.c tests/unit/host_log_setters.c tests/unit/host_panic.c \
	tests/unit/host_machine.c tests/unit/host_settings.c

# sources FILE: those that the comment in it names.
sources = $(shell sed -n 's,^/\* SOURCES: \(.*\) \*/$$,\1,p' $(1))

UNIT_FLAGS = $(HOST_FLAGS) $(UNIT_SANITIZERS)
FUZZ_FLAGS = $(HOST_FLAGS) $(FUZZ_SANITIZERS)
$(eval $(call flags_file,unit,UNIT_FLAGS))
$(eval $(call flags_file,fuzz,FUZZ_FLAGS))

# Headers that stand before the kernel's: a new one is in no object's list of dependencies.
HOST_HEADERS := $(wildcard tests/unit/host/kernel/*/*.h)

$(BUILD)/host/%.o: %.c $(BUILD)/flags/unit $(HOST_HEADERS)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(UNIT_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/host/standins.a: $(HOST_STANDINS:%.c=$(BUILD)/host/%.o)
	$(Q)rm -f $@
	$(Q)ar rcs $@ $^

# host_program PROGRAM,SOURCE without .c
define host_program
$(1): $(BUILD)/host/$(2).o $(patsubst %.c,$(BUILD)/host/%.o,$(call sources,$(2).c)) \
		$(BUILD)/host/standins.a
	$$(call step,HOSTLD,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(UNIT_SANITIZERS) -o $$@ $$^
endef
$(foreach test,$(notdir $(UNIT_TESTS)), \
	$(eval $(call host_program,$(BUILD)/unit/$(test),tests/unit/$(test))))
$(eval $(call host_program,$(ACPI_FACTS),tests/acpi/facts))

$(BUILD)/fuzz-host/%.o: %.c $(BUILD)/flags/fuzz
	$(Q)mkdir -p $(@D)
	$(Q)clang $(FUZZ_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/fuzz-host/standins.a: $(HOST_STANDINS:%.c=$(BUILD)/fuzz-host/%.o)
	$(Q)rm -f $@
	$(Q)ar rcs $@ $^

define fuzz_rules
$(BUILD)/fuzz/$(1): $(BUILD)/fuzz-host/tests/fuzz/$(1).o \
		$(patsubst %.c,$(BUILD)/fuzz-host/%.o,$(call sources,tests/fuzz/$(1).c)) \
		$(BUILD)/fuzz-host/standins.a
	$$(call step,FUZZLD,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)clang $$(FUZZ_SANITIZERS) -o $$@ $$^
endef
$(foreach test,$(notdir $(FUZZ_TESTS)),$(eval $(call fuzz_rules,$(test))))

# The load for vhost-user ports is a Linux program with the distribution's DPDK.
$(BUILD)/load: tests/load/load.c | $(BUILD)/.deps
	$(call step,HOSTCC,$@)
	$(Q)$(CC) -std=gnu11 -O3 -Wall -Wextra -Werror $< -o $@ \
		$$(pkg-config --cflags --libs libdpdk)
