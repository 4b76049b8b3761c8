# SPDX-License-Identifier: BSD-3-Clause
#
# Cycles on this machine's own processor: the same sources as programs for Linux, one of Debian's
# DPDK and glibc, one of our archives, musl and strings/, and a third one with mimalloc.

NATIVE := $(BENCH)/native
NATIVE_SOURCES := $(wildcard bench/native/*.c)
NATIVE_PROGRAMS := $(addprefix $(NATIVE)/,debian linuxless mimalloc)
NATIVE_DRIVERS := bus_vdev bus_pci mempool_ring net_virtio
NATIVE_LIBS := ethdev net meter mbuf mempool ring pci eal telemetry kvargs lpm hash rcu cryptodev \
	dmadev
# (-fno-builtin: each call of the C library is one.)
NATIVE_FLAGS := -O3 -g -w -fno-builtin

$(NATIVE)/debian: $(NATIVE_SOURCES) bench/native/native.h bench/native/native.mk | $(BUILD)/.deps
	$(call step,HOSTCC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(NATIVE_FLAGS) $$(pkg-config --cflags libdpdk) $(NATIVE_SOURCES) -no-pie -o $@ \
		-Wl,--whole-archive $(NATIVE_DRIVERS:%=-l:librte_%.a) -l:librte_net_vhost.a \
		-Wl,--no-whole-archive -Wl,--start-group -l:librte_vhost.a \
		$(NATIVE_LIBS:%=-l:librte_%.a) -Wl,--end-group \
		-lnuma -lbsd -lcrypto -lm -lpthread -ldl

# The far end: no image has it, and so no archive of ours.
NATIVE_FAR := $(patsubst $(DPDK_TREE)/%.c,$(NATIVE)/far/%.o,$(wildcard \
	$(DPDK_TREE)/lib/vhost/*.c $(DPDK_TREE)/drivers/net/vhost/*.c))
NATIVE_FAR_FLAGS = -O3 -w -fno-strict-aliasing -ffunction-sections @$(DPDK_BUILD)/cflags \
	-DALLOW_EXPERIMENTAL_API -DALLOW_INTERNAL_API -DVHOST_GCC_UNROLL_PRAGMA \
	-I$(DPDK_TREE)/lib/vhost -I$(DPDK_TREE)/drivers/bus/vdev

$(NATIVE)/far/%.o: $(DPDK_TREE)/%.c $(DPDK_STAMP) bench/native/native.mk
	$(Q)mkdir -p $(@D)
	$(Q)musl-gcc $(NATIVE_FAR_FLAGS) -c $< -o $@

# native_link OUTPUT,ARCHIVES: ours, with what comes before musl.
define native_link
	$(call step,HOSTCC,$(1))
	$(Q)musl-gcc $(NATIVE_FLAGS) @$(DPDK_BUILD)/cflags -I$(DPDK_TREE)/drivers/bus/vdev \
		$(NATIVE_SOURCES) $(NATIVE_FAR) -static -no-pie -Wl,--gc-sections -o $(1) \
		-Wl,--whole-archive $(NATIVE_DRIVERS:%=$(DPDK_BUILD)/meson/drivers/librte_%.a) \
		-Wl,--no-whole-archive -Wl,--start-group \
		$(NATIVE_LIBS:%=$(DPDK_BUILD)/meson/lib/librte_%.a) $(2) -lc -Wl,--end-group
endef

$(NATIVE)/linuxless: $(NATIVE_SOURCES) bench/native/native.h $(NATIVE_FAR) $(DPDK_LINK) $(STRINGS)
	$(call native_link,$@,$(STRINGS))

$(NATIVE)/mimalloc: $(NATIVE)/linuxless $(MIMALLOC)/mimalloc.o
	$(call native_link,$@,$(MIMALLOC)/mimalloc.o $(STRINGS))
