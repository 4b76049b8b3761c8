# SPDX-License-Identifier: BSD-3-Clause
#
# Libraries for musl in the SDK, out of Debian's source packages (sdk/build-libs; one file each in
# sdk/libs/ tells how), and what DPDK has on top of them (dpdk/with-libs). What has been built once
# is in every SDK that is made. docs/sdk-libraries.md has the list.
#
#   LIBS=   which: names of sdk/libs, or "all"

# Without a choice: those that DPDK has something on top of.
SDK_LIBS_DPDK := pcap zlib openssl ipsec-mb jansson elf
LIBS ?= $(SDK_LIBS_DPDK) numa

SDK_LIBS_ALL := $(notdir $(wildcard sdk/libs/*))
SDK_LIBS_CXX := $(notdir $(shell grep -l '^language=c++' sdk/libs/*))
SDK_LIBS_WANTED = $(if $(filter all,$(LIBS)),$(SDK_LIBS_ALL),$(LIBS))

.PHONY: sdk-libs

# C++'s library comes along where one of them is for it.
SDK_LIBS_NEED = $(if $(filter $(SDK_LIBS_CXX),$(SDK_LIBS_WANTED)),$(SDK_CXX)/.made)

sdk-libs: $(BUILD)/.deps $(SDK)/.made ## build/sdk with libraries for musl (LIBS= some, or all)
	$(if $(SDK_LIBS_NEED),$(Q)$(MAKE) --no-print-directory $(SDK_LIBS_NEED))
	$(Q)sdk/build-libs $(SDK) $(SDK_LIBS) $(CXX_LIBRARY) $(SDK_LIBS_WANTED)
	$(Q)$(MAKE) --no-print-directory $(SDK_LIBS_PART)/.made

# What was built, as of this make's start.
SDK_LIBS_BUILT := $(patsubst $(SDK_LIBS)/%/identity,%,$(wildcard $(SDK_LIBS)/*/identity))
SDK_LIBS_BENEATH := $(filter $(SDK_LIBS_DPDK),$(SDK_LIBS_BUILT))
DPDK_WITH_LIBS := $(BUILD)/dpdk-with-libs

$(DPDK_WITH_LIBS)/built: $(DPDK_STAMP) dpdk/with-libs \
		$(SDK_LIBS_BENEATH:%=$(SDK_LIBS)/%/identity)
	$(call step,DPDK,compiling what stands on $(SDK_LIBS_BENEATH))
	$(Q)$(DPDK_ENV) dpdk/with-libs $(DPDK_TREE) $(@D) $(DPDK_BUILD) $(SDK_LIBS) \
		$(SDK_LIBS_BENEATH)
	$(Q)dpdk/link-args $(@D) $(DRIVERS:all=) > $(@D)/link.rsp
	$(Q)touch $@

$(SDK_LIBS_PART)/.made: $(SDK)/.made sdk/libdpdk.pc.in $(SDK_LIBS_BUILT:%=$(SDK_LIBS)/%/identity) \
		$(if $(SDK_LIBS_BENEATH),$(DPDK_WITH_LIBS)/built)
	$(call step,SDK,$(@D))
	$(Q)rm -rf $(@D)
	$(Q)mkdir -p $(@D)/copyright
	$(Q)for name in $(SDK_LIBS_BUILT); do \
		cp -r $(SDK_LIBS)/$$name/include $(SDK_LIBS)/$$name/lib $(@D)/ && \
		cp $(SDK_LIBS)/$$name/copyright $(@D)/copyright/$$name; done
	$(if $(SDK_LIBS_BENEATH),$(sdk_with_libs))
	$(Q)touch $@

# DPDK in the SDK becomes the one with more in it.
define sdk_with_libs
	$(Q)cp $(DPDK_WITH_LIBS)/meson/lib/librte_*.a $(DPDK_WITH_LIBS)/meson/drivers/librte_*.a \
		$(SDK)/lib/
	$(Q)cp $(DPDK_WITH_LIBS)/targets $(SDK)/lib/linuxless/dpdk/
	$(Q)sed 's|.*/|../libs/lib/|' $(DPDK_WITH_LIBS)/external \
		> $(SDK)/lib/linuxless/dpdk/external
	$(Q)$(call libdpdk_pc,$(DPDK_WITH_LIBS)/link.rsp)
	$(Q)sdk/install-headers $(DPDK_WITH_LIBS)/meson $(SDK)/include
endef
