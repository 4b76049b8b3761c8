# SPDX-License-Identifier: BSD-3-Clause
#
# The SDK: what a DPDK application outside this tree is built with. $(BUILD)/sdk can be moved.
#
#   bin/linuxless-cc, -c++, -pkg-config, -iso, -pxe, -run
#   share/meson/cross/linuxless.ini, share/cmake/linuxless.cmake
#   lib/*.a, lib/pkgconfig/libdpdk.pc                   include/
#   share/man/man1/  a page for each tool, out of its --help
#   lib/linuxless/  the machine, without and with eal_bare, and with TCP/IP as well, as one object
#                   each, and what the tools use
#   lib/linuxless/dpdk/  DPDK's archives again, placed as in its build, for link-args
#   lib/linuxless/names/  gcc, cc, g++, c++, pkg-config: links to the tools above
#   lib/linuxless/c++/  C++'s library, once `make sdk-c++` has built it, which takes minutes
#   lib/linuxless/libs/  further libraries, once `make sdk-libs` has built them

PREFIX ?= /usr/local
SDK := $(BUILD)/sdk
# Links by the names that build systems have for a compiler, to put first in PATH.
SDK_NAMES := $(SDK)/lib/linuxless/names

.PHONY: sdk sdk-c++ install

# By which Makefiles of DPDK's since 23.11 make their command lines, where DPDK has it.
DPDK_GENERATOR := buildtools/dpdk-cmdline-gen.py

# What the SDK's tools are made of.
SDK_TOOLS := $(addprefix tools/,bootmedium.py modulefile.py mkiso mkpxe symbols traffic trafficlib)

CXX_LIBRARY := $(BUILD)/c++
SDK_CXX := $(SDK)/lib/linuxless/c++
# What --libc=glibc needs (sdk/glibc.mk).
SDK_GLIBC := $(SDK)/lib/linuxless/glibc
GLIBC_BUILD := $(BUILD)/glibc
# Libraries for musl (sdk/libs.mk).
SDK_LIBS := $(BUILD)/sdk-libs
SDK_LIBS_PART := $(SDK)/lib/linuxless/libs
# Once built, C++'s library is in every SDK that is made, and so are other libraries, glibc's part
# and mimalloc.
SDK_MADE := $(SDK)/.made $(if $(wildcard $(CXX_LIBRARY)/built),$(SDK_CXX)/.made) \
	$(if $(wildcard $(SDK_LIBS)/*/identity),$(SDK_LIBS_PART)/.made) \
	$(if $(wildcard $(GLIBC_BUILD)/sdk/bare-dpdk.o),$(SDK_GLIBC)/.made) \
	$(if $(wildcard $(BUILD)/mimalloc/mimalloc.o),$(SDK)/lib/linuxless/mimalloc/.made)

sdk: $(BUILD)/.deps $(SDK_MADE) ## build/sdk: build your own DPDK application with linuxless-cc

sdk-c++: $(BUILD)/.deps $(SDK_CXX)/.made ## build/sdk with linuxless-c++, and C++'s library for musl

install: $(SDK_MADE) ## copy the SDK to PREFIX=
	$(Q)mkdir -p $(DESTDIR)$(PREFIX)
	$(Q)cp -a $(SDK)/bin $(SDK)/include $(SDK)/lib $(SDK)/share $(DESTDIR)$(PREFIX)/

# One object each: bare.o for programs without DPDK, bare-dpdk.o with eal_bare. The machine's names
# are made local, so that an application may have an app_init() or a memory_init() of its own. Of
# the environment layer's those stay global that DPDK's own for Linux has, and what --wrap calls.
SDK_GLOBALS := nm --defined-only --extern-only --format=just-symbols
$(SDK)/bare.o: $(MACHINE_OBJECTS)
	$(Q)mkdir -p $(@D)
	$(Q)ld -r -z noexecstack -o $@.joined $^
	$(Q)$(SDK_GLOBALS) $@.joined | \
		grep -vxE '__linuxless_(entry|loaded)' > $@.names
	$(Q)objcopy --localize-symbols=$@.names $@.joined $@

$(SDK)/bare-dpdk.o: $(SDK)/bare.o $(EAL_OBJECTS) $(DPDK_STAMP)
	$(Q)ld -r -z noexecstack -o $@.joined $(SDK)/bare.o.joined $(EAL_OBJECTS)
	$(Q)$(SDK_GLOBALS) $(DPDK_BUILD)/meson/lib/librte_eal.a \
		$(DPDK_BUILD)/meson/drivers/librte_bus_pci.a > $@.dpdk
	$(Q)$(SDK_GLOBALS) $(EAL_OBJECTS) | \
		grep -vxF -f $@.dpdk | grep -v '^__wrap_' > $@.names
	$(Q)cat $(SDK)/bare.o.names >> $@.names
	$(Q)objcopy --localize-symbols=$@.names $@.joined $@

# With TCP/IP (mk/net.mk): lwIP's names are made local as well, as an application may have its own.
$(SDK)/bare-net.o: $(SDK)/bare-dpdk.o $(NET_OBJECTS)
	$(Q)ld -r -z noexecstack -o $@.joined $(SDK)/bare-dpdk.o.joined $(NET_OBJECTS)
	$(Q)$(SDK_GLOBALS) $(NET_OBJECTS) | grep -v '^__wrap_' > $@.names
	$(Q)cat $(SDK)/bare-dpdk.o.names >> $@.names
	$(Q)objcopy --localize-symbols=$@.names $@.joined $@

# libdpdk_pc ARGUMENTS: make libdpdk.pc of the linker's arguments for DPDK, without those of others.
define libdpdk_pc
libs=$$(sed -e '/^\/.*librte_/!{/^\//d}' -e 's|^/.*/\(librte_.*\.a\)$$|-l:\1|' \
		-e 's|^--|-Wl,&|' $(1) | tr '\n' ' ') && \
		sed -e "s|@VERSION@|$$(cat $(DPDK_TREE)/VERSION)|" \
		-e 's|@LINUXLESS_VERSION@|$(LINUXLESS_VERSION)|' \
		-e 's|@MARCH@|$(MARCH)|' -e "s|@LIBS@|$$libs|" \
		sdk/libdpdk.pc.in > $(SDK)/lib/pkgconfig/libdpdk.pc
endef

$(SDK)/.made: $(SDK)/bare.o $(SDK)/bare-dpdk.o $(SDK)/bare-net.o $(LINKER_SCRIPT) \
		$(filter-out sdk/make-deb sdk/debian sdk/musl sdk/build-c++ sdk/build-libs \
		sdk/libs sdk/libs.mk,$(wildcard sdk/* sdk/compiler/*.py)) \
		$(SDK_TOOLS) $(wildcard tools/trafficlib/*) \
		$(BUILD)/flags/release-date $(wildcard tests/harness/*.py) \
		dpdk/check-link-map dpdk/link-args $(DPDK_LINK) $(BUILD)/flags/link \
		$(BUILD)/flags/version $(COMMANDS) $(STRINGS) $(MUSL_MORE) \
		$(wildcard sdk/musl/include/*.h) \
		$(wildcard sdk/musl/include/*/*.h)
	$(call step,SDK,$(SDK))
	$(Q)rm -rf $(SDK)/bin $(SDK)/include $(SDK)/lib $(SDK)/share
	$(Q)mkdir -p $(SDK)/bin $(SDK)/lib/pkgconfig $(SDK)/lib/linuxless/tests \
		$(SDK)/lib/linuxless/dpdk/meson $(SDK_NAMES) $(SDK)/share/meson/cross \
		$(SDK)/share/cmake
	$(Q)cp sdk/linuxless-cc sdk/linuxless-pkg-config $(SDK)/bin/
	$(Q)ln -s linuxless-cc $(SDK)/bin/linuxless-c++
	$(Q)cp sdk/linuxless.ini $(SDK)/share/meson/cross/
	$(Q)cp sdk/linuxless.cmake sdk/linuxless-packages.cmake $(SDK)/share/cmake/
	$(Q)for name in gcc cc; do ln -s ../../../bin/linuxless-cc $(SDK_NAMES)/$$name; done
	$(Q)for name in g++ c++; do ln -s ../../../bin/linuxless-c++ $(SDK_NAMES)/$$name; done
	$(Q)ln -s ../../../bin/linuxless-pkg-config $(SDK_NAMES)/pkg-config
	$(Q)cp $(COMMANDS) $(STRINGS) $(MUSL_MORE) $(SDK)/lib/linuxless/
	$(Q)cp $(SDK)/bare.o $(SDK)/bare-dpdk.o $(SDK)/bare-net.o $(LINKER_SCRIPT) \
		dpdk/check-link-map \
		dpdk/link-args $(SDK)/lib/linuxless/
	$(Q)mkdir -p $(SDK)/lib/linuxless/tools
	$(Q)cp -r $(SDK_TOOLS) $(SDK)/lib/linuxless/tools/
	$(Q)cp -r sdk/compiler $(SDK)/lib/linuxless/
	$(Q)sdk/wrap-headers $(MUSL_INCLUDE) $(SDK)/lib/linuxless/musl
	$(Q)cp -r tests/harness $(SDK)/lib/linuxless/tests/
	$(Q)find $(SDK)/lib/linuxless -name __pycache__ -prune -exec rm -r {} +
	$(Q)ln -s ../lib/linuxless/tools/mkiso $(SDK)/bin/linuxless-iso
	$(Q)ln -s ../lib/linuxless/tools/mkpxe $(SDK)/bin/linuxless-pxe
	$(Q)ln -s ../lib/linuxless/tools/traffic $(SDK)/bin/linuxless-run
	$(Q)printf '%s\n' '$(filter-out -Lbench -T linker.ld,$(LINK_FLAGS))' \
		> $(SDK)/lib/linuxless/link-flags
	$(Q)cp $(BUILD)/flags/version $(SDK)/lib/linuxless/version
	$(Q)cp -rL $(DPDK_BUILD)/shim $(SDK)/lib/linuxless/shim
	$(Q)cp -r sdk/musl/include/. $(SDK)/lib/linuxless/shim/over/
	$(Q)printf '%s\n' '$(DRIVERS)' > $(SDK)/lib/linuxless/dpdk/drivers
	$(Q)cp $(DPDK_BUILD)/targets $(SDK)/lib/linuxless/dpdk/
	$(Q)cp $(DPDK_BUILD)/meson/lib/librte_*.a $(DPDK_BUILD)/meson/drivers/librte_*.a \
		$(SDK)/lib/
	$(Q)ln -s ../../.. $(SDK)/lib/linuxless/dpdk/meson/lib
	$(Q)ln -s ../../.. $(SDK)/lib/linuxless/dpdk/meson/drivers
	$(Q)$(call libdpdk_pc,$(DPDK_LINK))
	$(Q)sdk/install-headers $(DPDK_BUILD)/meson $(SDK)/include
	$(Q)SOURCE_DATE_EPOCH=$(RELEASE_DATE) sdk/make-manuals $(SDK) '$(LINUXLESS_VERSION)'
	$(Q)[ ! -f $(DPDK_TREE)/$(DPDK_GENERATOR) ] || cp $(DPDK_TREE)/$(DPDK_GENERATOR) $(SDK)/bin/
	$(Q)touch $@

# The compiler first: it tells which source package is its own.
$(CXX_LIBRARY)/built: sdk/build-c++ | $(BUILD)/.deps
	$(Q)tools/install-deps g++
	$(Q)tools/install-deps gcc-$$(g++ -dumpversion)-source
	$(call step,C++,building its library for musl)
	$(Q)sdk/build-c++ g++ $(@D)
	$(Q)touch $@

$(SDK_CXX)/.made: $(SDK)/.made $(CXX_LIBRARY)/built sdk/unwind.c sdk/unwind.ld $(BUILD)/flags/app
	$(call step,SDK,$(@D))
	$(Q)rm -rf $(@D)
	$(Q)mkdir -p $(@D)
	$(Q)cp -r $(CXX_LIBRARY)/include $(CXX_LIBRARY)/lib/libstdc++.a $(CXX_LIBRARY)/COPYING* \
		sdk/unwind.ld $(@D)/
	$(Q)$(CC) $(APP_FLAGS) -c sdk/unwind.c -o $(@D)/unwind.o
	$(Q)touch $@
