# SPDX-License-Identifier: BSD-3-Clause
#
# The fast image, $(BUILD)/fast/bridge.elf: the bridge with virtio alone and a DPDK of its own,
# compiled for fewer instructions per packet. docs/performance.md says what each setting gives and
# what an application gives up. `make fast` calls make again with FAST=1 and a BUILD of its own;
# this file adds to the flags there and nothing elsewhere.

.PHONY: fast $(BUILD)/fast/bridge.elf

fast: $(BUILD)/fast/bridge.elf ## build build/fast/bridge.elf: virtio alone, fewer instructions

# Libraries that the bridge uses; the image has no other.
FAST_LIBS := kvargs telemetry eal ring rcu mempool mbuf net meter ethdev pci
FAST_DISABLE_LIBS := kni flow_classify vhost bitratestats cfgfile gpudev gro gso jobstats \
	latencystats metrics node pdump pipeline port power table

$(BUILD)/fast/bridge.elf: | $(BUILD)/.deps $(DPDK_TREE)/VERSION
	$(Q)$(MAKE) --no-print-directory FAST=1 BUILD=$(BUILD)/fast \
		DPDK_SRC=$(abspath $(DPDK_TREE)) DPDK_BUILD=$(abspath $(BUILD)/fast/dpdk) \
		DPDK_PROGRAMS= DPDK_LIBS='$(FAST_LIBS)' \
		DPDK_DRIVERS='bus/pci bus/vdev mempool/ring net/virtio' \
		DPDK_DISABLE_LIBS='$(FAST_DISABLE_LIBS)' $@

ifeq ($(FAST),1)
# All of DPDK and of the image as the usual image has what every packet goes through (dpdk/packet-cc
# says why), and optimised further.
FAST_CODE := -O3 @$(abspath dpdk/packet.flags)
# Link-time optimisation of DPDK without its EAL (fast/fast-cc), eal_bare and the application; LTO=0
# leaves it out. Sections are named after functions here too, for linker.ld's order.
LTO ?= 1
ifeq ($(LTO),1)
FAST_CODE += -flto
LINK_FLAGS += -flto=2 -O3 -ffunction-sections -fdata-sections -Wno-stringop-overflow
endif
FAST_CONFIG := -include $(abspath fast/config.h)

# A second cross file: its c_args take the place of those in dpdk/musl.cross.in, and so repeat them.
# Its name is made of its content: other flags are other arguments, for which DPDK is built anew.
FAST_DPDK_FLAGS := -I$(abspath $(DPDK_BUILD))/shim/over -isystem $(abspath $(DPDK_BUILD))/shim \
	@$(abspath $(DPDK_BUILD))/prefix-map \
	-ffunction-sections -fdata-sections $(FAST_CODE) $(FAST_CONFIG)
FAST_CROSS := $(abspath $(BUILD))/flags/fast-$(firstword $(shell echo '$(FAST_DPDK_FLAGS)' | \
	cat - fast/config.h fast/fast-cc dpdk/packet.flags | cksum)).cross
DPDK_MESON_ARGS += --cross-file=$(FAST_CROSS)

$(DPDK_STAMP): | $(FAST_CROSS)
$(FAST_CROSS):
	$(Q)mkdir -p $(@D)
	$(Q){ printf '[binaries]\nc = '"'%s'"'\n' $(abspath fast/fast-cc) && \
		echo '[built-in options]' && printf 'c_args = [' && \
		printf "'%s'," $(FAST_DPDK_FLAGS) && echo ']'; } > $@

APP_FLAGS += $(FAST_CODE)
DPDK_CFLAGS += $(FAST_CONFIG)
EAL_OBJECTS += $(BUILD)/fast/virtio_stats.o

# With strict aliasing, as DPDK itself is compiled: a function without it takes it from those that
# it is inlined into, which then read their fields again after each store.
$(BUILD)/fast/%.o: fast/%.c $(BUILD)/flags/eal $(DPDK_STAMP)
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(APP_FLAGS) -fstrict-aliasing @$(DPDK_BUILD)/cflags $(DPDK_EAL_CFLAGS) \
		-MMD -MP -c $< -o $@
endif
