# SPDX-License-Identifier: BSD-3-Clause
#
# Which lines of kernel/, libc/ and eal_bare/ the tests run: host programs by gcov, machines by what
# QEMU translates (tests/harness/coverage.py). Some tests may fail, and still count.

COVERAGE_DIR := $(BUILD)/coverage
COVERAGE_TESTS ?= tests/guest tests/conformance tests/system

.PHONY: coverage units

units: $(UNIT_TESTS)

coverage: $(BUILD)/.deps ## which lines no test runs: longer than `make test`
	$(Q)rm -rf $(COVERAGE_DIR)/runs $(COVERAGE_DIR)/host
	$(Q)mkdir -p $(COVERAGE_DIR)/runs
	$(Q)$(MAKE) --no-print-directory BUILD=$(COVERAGE_DIR)/host UNIT_SANITIZERS=--coverage units
	$(Q)$(MAKE) --no-print-directory $(GUEST_TESTS) $(CONFORMANCE_IMAGES) $(SYSTEM_IMAGES)
	-$(Q)BUILD=$(COVERAGE_DIR)/host $(PYTEST) -q -n $(JOBS) -k 'not fuzz' \
		tests/unit/test_unit.py
	-$(Q)COVERAGE=$(abspath $(COVERAGE_DIR)/runs) $(PYTEST) -n $(JOBS) -m 'not long' \
		$(COVERAGE_TESTS)
	$(Q)tests/coverage/report $(BUILD)
