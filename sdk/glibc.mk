# SPDX-License-Identifier: BSD-3-Clause
#
# The SDK's part for --libc=glibc: what is compiled against glibc's headers, by a make of its own
# with LIBC=glibc, and Debian's DPDK by links to its archives. `make sdk-glibc` adds it, and from
# then on `make sdk` takes it along.

.PHONY: sdk-glibc

sdk-glibc: $(BUILD)/.deps $(SDK_GLIBC)/.made ## build/sdk with --libc=glibc: Debian's glibc and DPDK

ifeq ($(LIBC),musl)
$(GLIBC_BUILD)/sdk/bare-dpdk.o: FORCE | $(BUILD)/.deps $(DPDK_TREE)/VERSION
	$(Q)$(MAKE) -s --no-print-directory LIBC=glibc BUILD=$(GLIBC_BUILD) DPDK_SRC= \
		DPDK_BUILD=$(GLIBC_BUILD)/dpdk DPDK_FETCHED=$(abspath $(DPDK_FETCHED)) \
		$@ $(GLIBC_BUILD)/sdk/bare-net.o $(GLIBC_BUILD)/commands.a \
		$(GLIBC_BUILD)/beside_debian.o
endif

$(SDK_GLIBC)/.made: $(SDK)/.made $(GLIBC_BUILD)/sdk/bare-dpdk.o sdk/glibc.ld sdk/linuxless.ini
	$(call step,SDK,$(@D))
	$(Q)rm -rf $(@D)
	$(Q)mkdir -p $(@D)/pkgconfig
	$(Q)cp $(GLIBC_BUILD)/sdk/bare-dpdk.o $(GLIBC_BUILD)/sdk/bare-net.o \
		$(GLIBC_BUILD)/commands.a \
		$(GLIBC_BUILD)/beside_debian.o sdk/glibc.ld $(@D)/
	$(Q)mkdir $(@D)/dpdk
	$(Q)cd $(GLIBC_BUILD)/dpdk && cp -r meson external targets $(abspath $(@D))/dpdk/
	$(Q)printf '\n' > $(@D)/dpdk/drivers
	$(Q)libs=$$(sed 's|.*/|-l:|' $(@D)/dpdk/targets | tr '\n' ' ') && \
		sed -e "s|@VERSION@|$$(cat $(DPDK_TREE)/VERSION)|" \
		-e 's|@LINUXLESS_VERSION@|$(LINUXLESS_VERSION)|' -e "s|@LIBS@|$$libs|" \
		sdk/libdpdk-glibc.pc.in > $(@D)/pkgconfig/libdpdk.pc
	$(Q)sed "s/^\(.*\) = '\(linuxless-.*\)'/\1 = ['\2', '--libc=glibc']/" sdk/linuxless.ini \
		> $(SDK)/share/meson/cross/linuxless-glibc.ini
	$(Q)touch $@
