# SPDX-License-Identifier: BSD-3-Clause
#
# DPDK's own tests on the bare machine. TESTS= names some of them; MACHINES= run side by side.

SYSTEM_IMAGES += $(BUILD)/dpdk-test.elf

TESTS ?=
MACHINES ?= 2
DPDK_TESTS = PYTHONPATH=tests /usr/bin/python3 -m dpdk --build $(BUILD) --tree $(DPDK_TREE) \
	--machines $(MACHINES)

.PHONY: dpdk-tests dpdk-tests-perf dpdk-tests-table

dpdk-tests: $(BUILD)/dpdk-test.elf ## DPDK's own fast tests, on the bare machine (TESTS= some)
	$(Q)$(DPDK_TESTS) fast $(TESTS)

dpdk-tests-perf: $(BUILD)/dpdk-test.elf ## DPDK's perf tests; output: build/dpdk-tests/perf/output
	$(Q)$(DPDK_TESTS) perf $(TESTS)

dpdk-tests-table: $(BUILD)/dpdk-test.elf ## as dpdk-tests, and write the table in docs/dpdk-tests.md
	$(Q)$(DPDK_TESTS) fast --table docs/dpdk-tests.md
