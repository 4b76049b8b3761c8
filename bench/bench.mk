# SPDX-License-Identifier: BSD-3-Clause
#
# Measurements: the tools of the rig, our images and the Linux side's programs. What is built is
# under $(BUILD)/bench.

BENCH := $(BUILD)/bench
BENCH_TOOLS := $(BENCH)/load $(BENCH)/count.so
BENCH_IMAGES := $(BUILD)/bridge.elf $(BENCH)/bridge-virtio.elf

.PHONY: bench-tools bench-check

bench-tools: $(BUILD)/.deps ## what bench/insn needs to measure an image
	$(Q)$(MAKE) --no-print-directory $(BENCH_TOOLS)

bench-check: $(BUILD)/.deps ## compare exact figures with the committed ones: 1 minute
	$(Q)$(MAKE) --no-print-directory $(BENCH_TOOLS) $(BENCH_IMAGES)
	$(Q)bench/check

# Host programs, with the distribution's DPDK.
BENCH_HOST_FLAGS := -std=gnu11 -O3 -Wall -Wextra -Werror

$(BENCH)/load: $(wildcard bench/load/*.[ch]) | $(BUILD)/.deps
	$(call step,HOSTCC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(BENCH_HOST_FLAGS) $(filter %.c,$^) -o $@ $$(pkg-config --cflags --libs libdpdk)

$(BENCH)/count.so: $(wildcard bench/count/*.[ch]) | $(BUILD)/.deps
	$(call step,HOSTCC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(BENCH_HOST_FLAGS) -shared -fPIC -fvisibility=hidden $(filter %.c,$^) -o $@

# The bridge with the one driver that virtual machines need.
BENCH_BRIDGE := $(patsubst %.c,$(BUILD)/%.o,$(wildcard apps/bridge/*.c))

$(BENCH)/bridge-virtio.elf: DRIVERS := virtio
$(BENCH)/bridge-virtio.elf: $(MACHINE_OBJECTS) $(EAL_OBJECTS) $(BENCH_BRIDGE) linker.ld \
		tools/symbols.awk $(BUILD)/flags/link $(DPDK_LINK)
	$(call step,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(call dpdk_link,$@,$(filter %.o,$^))
