# SPDX-License-Identifier: BSD-3-Clause
#
# An SDK with libraries for musl (`make sdk-libs`), beside the usual one, which other tests find
# without; and DPDK's own tests with what stands on them. `make test` builds the few that take a
# minute.

WITH_LIBS := $(BUILD)/with-libs
LIBS_TESTED := zlib pcap jansson
SYSTEM_IMAGES += $(WITH_LIBS)/.made

.PHONY: test-libs

$(WITH_LIBS)/.made: FORCE | $(SDK)/.made
	$(Q)$(MAKE) --no-print-directory sdk-libs LIBS='$(LIBS_TESTED)' SDK=$(WITH_LIBS)/sdk \
		SDK_LIBS=$(WITH_LIBS)/libs DPDK_WITH_LIBS=$(WITH_LIBS)/dpdk
	$(Q)touch $@

$(WITH_LIBS)/dpdk-test.elf: $(WITH_LIBS)/.made
	$(call step,DPDK,compiling dpdk-test with libraries)
	$(Q)$(DPDK_ENV) dpdk/compile $(WITH_LIBS)/dpdk dpdk-test
	$(call step,LINK,$@)
	$(Q)$(WITH_LIBS)/sdk/bin/linuxless-cc @$(WITH_LIBS)/dpdk/programs/dpdk-test.rsp -lrte_eal \
		-lm -o $@

test-libs: LIBS_TESTED := all
test-libs: $(WITH_LIBS)/dpdk-test.elf ## every library of `make sdk-libs`, built and tried in guests
	$(Q)$(PYTEST) -k 'not glibc' tests/system/sdk/test_libraries.py \
		tests/system/sdk/test_ciphers.py
