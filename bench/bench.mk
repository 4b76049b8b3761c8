# SPDX-License-Identifier: BSD-3-Clause
#
# Measurements: the tools of the rig, our images and the Linux side's programs. What is built is
# under $(BUILD)/bench.

# For bench/run, such as "--row 4".
BENCH_OPTIONS ?=

BENCH := $(BUILD)/bench
BENCH_TOOLS := $(BENCH)/load $(BENCH)/count.so
BENCH_IMAGES := $(BUILD)/bridge.elf $(BENCH)/bridge-virtio.elf $(BUILD)/small/bridge.elf \
	$(BUILD)/fast/bridge.elf

.PHONY: bench bench-tools bench-native bench-check

bench: $(BUILD)/.deps ## measure beside Linux: all figures, in build/bench, less than 40 minutes
	$(Q)$(MAKE) --no-print-directory $(BENCH_TOOLS) $(BENCH_IMAGES) $(BENCH_SIDES) \
		$(NATIVE_PROGRAMS)
	$(Q)bench/run $(BENCH_OPTIONS)

bench-tools: $(BUILD)/.deps ## what bench/insn needs to measure an image
	$(Q)$(MAKE) --no-print-directory $(BENCH_TOOLS)

bench-native: $(BUILD)/.deps ## cycles on this processor, beside Debian's DPDK and glibc
	$(Q)$(MAKE) --no-print-directory $(NATIVE_PROGRAMS)
	$(Q)bench/run --row 8 $(BENCH_OPTIONS)

bench-check: $(BUILD)/.deps ## compare exact figures with the committed ones: 2 minutes
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
$(BENCH)/bridge-virtio.elf: $(MACHINE_OBJECTS) $(EAL_OBJECTS) $(BENCH_BRIDGE) $(LINKER_SCRIPT) \
		tools/symbols $(BUILD)/flags/link $(DPDK_LINK)
	$(call step,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(call dpdk_link,$@,$(filter %.o,$^))

include bench/native/native.mk

# -- The Linux side --------------------------------------------------------------------------------

# The distribution's own archives, with the drivers that the guest needs.
BENCH_LINUX_DRIVERS := bus_pci bus_vdev mempool_ring net_virtio
BENCH_LINUX_LIBS := ethdev net meter mbuf mempool ring pci eal telemetry kvargs lpm fib rib hash \
	rcu eventdev cryptodev security timer acl cmdline \
	bitratestats gro gso ip_frag latencystats metrics sched \
	bus_vdev
BENCH_LINUX_LINK := -Wl,--whole-archive $(BENCH_LINUX_DRIVERS:%=-l:librte_%.a) \
	-Wl,--no-whole-archive -Wl,--start-group $(BENCH_LINUX_LIBS:%=-l:librte_%.a) \
	-Wl,--end-group -lnuma -lbsd -lm -lpthread -ldl

# Sources of a program: ours, testpmd, or DPDK's example of that name.
BENCH_OWN := bridge hiccups
BENCH_EXAMPLES := skeleton l2fwd l3fwd
BENCH_BARE := $(BENCH_EXAMPLES) ops
BENCH_SIDES := $(addprefix $(BENCH)/linux/,$(BENCH_OWN) $(BENCH_BARE) dpdk-testpmd) \
	$(BENCH_BARE:%=$(BENCH)/bare/%.elf) $(BUILD)/hiccups.elf $(BUILD)/dpdk-testpmd.elf \
	$(BUILD)/low/bridge.elf $(BENCH)/ports64/bridge.elf
bench_examples = $(addprefix $(DPDK_TREE)/examples/$(1)/,\
	$(shell sed -n 's/^SRCS-y [:+]*= //p' $(DPDK_TREE)/examples/$(1)/Makefile))
bench_sources = $(or $(wildcard apps/$(1)/*.c bench/$(1)/*.c),\
	$(if $(filter dpdk-testpmd,$(1)),\
		$(filter-out %/bpf_cmd.c,$(wildcard $(DPDK_TREE)/app/test-pmd/*.c)),\
		$(bench_examples)))

# l3fwd of 22.11 insists on a check sum offload that virtio does not have; ops has DPDK's tests in
# it. Headers that Debian does not install come from DPDK's sources.
bench_flags = $(if $(filter dpdk-testpmd,$(1)),-include bench/testpmd.h \
		-idirafter $(DPDK_TREE)/lib/eal/linux/include \
		-idirafter $(DPDK_TREE)/lib/eal/include) \
	$(if $(filter l3fwd,$(1)),-include bench/l3fwd.h) \
	$(if $(filter ops,$(1)),-I$(DPDK_TREE)/app/test -idirafter $(DPDK_TREE)/lib/eal/include)

# Not position-independent, and where no other program of the guest is: the rig knows functions by
# their addresses.
$(BENCH)/linux/%: $(DPDK_STAMP) $(wildcard apps/*/*.[ch] bench/*.h bench/ops/*.c) bench/bench.mk
	$(call step,HOSTCC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -O3 -g -w -no-pie -Wl,-Ttext-segment=0x10000000 \
		$$(pkg-config --cflags libdpdk) -I$(DPDK_TREE)/examples/common \
		$(call bench_flags,$*) $(call bench_sources,$*) -o $@ $(BENCH_LINUX_LINK)

# The bridge with a DPDK of its own built for 64 ports, with what the fast image needs of it.
$(BENCH)/ports64/bridge.elf: FORCE | $(BUILD)/.deps $(DPDK_TREE)/VERSION
	$(Q)$(MAKE) --no-print-directory BUILD=$(BENCH)/ports64 DPDK_SRC=$(abspath $(DPDK_TREE)) \
		DPDK_BUILD=$(abspath $(BENCH)/ports64/dpdk) DPDK_PROGRAMS= \
		DPDK_LIBS='$(FAST_LIBS)' DPDK_DRIVERS='bus/pci bus/vdev mempool/ring net/virtio' \
		DPDK_DISABLE_LIBS='$(FAST_DISABLE_LIBS)' DPDK_MESON_ARGS=-Dmax_ethports=64 $@

# -- The same for us, where the Makefile has no rule -----------------------------------------------

$(BENCH)/bare/%.elf: $(SDK)/.made bench/bench.mk
	$(call step,SDK-CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)PKG_CONFIG_PATH=$(SDK)/lib/pkgconfig && export PKG_CONFIG_PATH && \
		$(SDK)/bin/linuxless-cc -O3 -g -w $$(pkg-config --cflags libdpdk) \
		-I$(DPDK_TREE)/examples/common $(call bench_flags,$*) \
		$(call bench_sources,$*) -o $@ \
		$$(pkg-config --static --libs libdpdk)
