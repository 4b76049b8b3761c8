# SPDX-License-Identifier: BSD-3-Clause
#
# DPDK's build, included by the Makefile: source package or DPDK_SRC, meson with musl, archives, a
# response file for the linker. DPDK's sources are read and never written to.
#
# For the Makefile:
#   DPDK_STAMP         newer than any compiling of DPDK: what includes its headers depends on it
#   DPDK_CFLAGS        for programs that use DPDK's public headers
#   DPDK_EAL_CFLAGS    for eal_bare, in addition: headers inside the EAL and the buses
#   DPDK_LINK          the linker's arguments for all of DPDK: links depend on it
#   $(DPDK_BUILD)/programs/dpdk-X.rsp   on the link line of a program of DPDK's own, as @FILE
#
# A changed setting configures and compiles DPDK again; an unchanged one costs a comparison.

# A DPDK tree to build; empty: the distribution's source package, fetched to $(BUILD)/dpdk-src.
DPDK_SRC ?=
# Where DPDK is built; CHECKED=1 takes that of the usual build. Several work trees may share one,
# with the same DPDK_SRC.
DPDK_BUILD ?= $(BUILD:%/checked=%)/dpdk
# With LIBC=glibc, DPDK is Debian's own, of the package libdpdk-dev: dpdk/debian. It has its folder to
# itself: one of the environment's may be shared with a DPDK for musl.
DPDK_DEBIAN := $(filter glibc,$(LIBC))
ifneq ($(DPDK_DEBIAN),)
override DPDK_BUILD := $(BUILD:%/checked=%)/dpdk
endif
# The same with SMALL=1, whose DPDK is compiled otherwise.
DPDK_BUILD_SMALL ?= $(BUILD)/dpdk
# The oldest CPU that the image is for: x86-64-v2, x86-64-v3, x86-64-v4 or native.
MARCH ?= x86-64-v2
# Drivers to link, such as "virtio ice", which are built if they are not yet; all: those of
# DPDK_MORE_DRIVERS as well; empty: DPDK_DRIVERS.
DRIVERS ?=

ifneq ($(SMALL),)
override DPDK_BUILD := $(DPDK_BUILD_SMALL)
override DRIVERS := $(or $(DRIVERS),virtio)
DPDK_DRIVERS := bus/pci bus/vdev mempool/ring \
	$(foreach driver,$(DRIVERS),$(if $(findstring /,$(driver)),,net/)$(driver))
DPDK_DISABLE_LIBS := bitratestats cfgfile flow_classify gpudev gro gso jobstats kni latencystats \
	metrics node pdump pipeline port power table vhost
DPDK_PROGRAMS :=
DPDK_MESON_ARGS += --cross-file $(abspath $(DPDK_BUILD))/small/small.cross
DPDK_SMALL_FILES := $(wildcard dpdk/small/*) eal_bare/small/eal_match.h
endif

# Drivers to build: NICs found in machines and in virtual machines, and the software ones.
DPDK_DRIVERS ?= bus/pci bus/vdev mempool/ring mempool/stack \
	net/virtio net/ixgbe net/e1000 net/igc net/i40e net/vmxnet3 net/ena \
	net/null net/ring net/bonding \
	event/sw event/skeleton crypto/null dma/skeleton raw/skeleton
# Other NICs, of servers and clouds; what they need beside is found by dpdk/configure.
DPDK_MORE_DRIVERS ?= net/iavf net/ice net/bnxt net/gve net/qede net/enic net/ionic net/atlantic \
	net/axgbe net/fm10k net/ngbe net/txgbe net/cxgbe net/nfp net/hinic net/idpf \
	net/octeon_ep net/sfc
# named DRIVER: as class/name, where it is not in DPDK_DRIVERS.
named = $(if $(filter $(1:net_%=net/%) %/$(1),$(DPDK_DRIVERS)),,$(if \
	$(findstring /,$(1:net_%=net/%)),$(1:net_%=net/%),net/$(1)))
# Those asked for by name: an error where the release has none of that name.
DPDK_ASKED :=
ifeq ($(SMALL)$(filter command line,$(origin DPDK_DRIVERS)),)
ifeq ($(DRIVERS),all)
DPDK_DRIVERS := $(DPDK_DRIVERS) $(DPDK_MORE_DRIVERS)
else
DPDK_ASKED := $(strip $(foreach driver,$(DRIVERS),$(call named,$(driver))))
DPDK_DRIVERS := $(strip $(DPDK_DRIVERS) $(DPDK_ASKED))
endif
endif
# Libraries to leave out: kni and flow_classify are for a Linux kernel module and deprecated;
# vhost serves other processes over UNIX sockets, and would be a tenth of the build.
DPDK_DISABLE_LIBS ?= kni flow_classify vhost
# Programs of DPDK's app/ to configure; they are compiled when an image of one is asked for.
DPDK_PROGRAMS ?= test-pmd test
# Libraries to compile and link; empty: all that the tree has.
DPDK_LIBS ?=
# Further arguments to meson, such as -Db_lto=true.
DPDK_MESON_ARGS ?=

DPDK_FETCHED := $(patsubst %/glibc,%,$(patsubst %/small,%,$(BUILD:%/checked=%)))/dpdk-src
DPDK_TREE := $(if $(DPDK_SRC),$(DPDK_SRC),$(DPDK_FETCHED)/tree)
DPDK_STAMP := $(DPDK_BUILD)/built
DPDK_LINK := $(BUILD)/dpdk-link.rsp

DPDK_CFLAGS = @$(DPDK_BUILD)/cflags
DPDK_EAL_CFLAGS = @$(DPDK_BUILD)/cflags-internal

# meson and DPDK's scripts want the Python that has pyelftools: the distribution's. Scripts in
# DPDK's tree must not leave their compiled form there.
DPDK_PATH = /usr/bin:$(if $(SMALL),$(abspath $(DPDK_BUILD))/small:)$$PATH
DPDK_ENV = PATH=$(DPDK_PATH) PYTHONDONTWRITEBYTECODE=1 VERBOSE=$(V) MARCH='$(MARCH)' \
	DPDK_DRIVERS='$(DPDK_DRIVERS)' DPDK_DISABLE_LIBS='$(DPDK_DISABLE_LIBS)' \
	DPDK_ASKED='$(DPDK_ASKED)' DPDK_PROGRAMS='$(DPDK_PROGRAMS)' \
	DPDK_MESON_ARGS='$(DPDK_MESON_ARGS)'

# The tests look at what was built.
export DPDK_TREE DPDK_BUILD

.PHONY: dpdk cards

dpdk: $(DPDK_STAMP) ## build DPDK's archives and say what they hold
	$(call step,DPDK,is in $(DPDK_BUILD); the file summary there tells what it holds)

cards: $(DPDK_STAMP) ## list the network cards that the built drivers support: driver, PCI ID
	$(Q)tools/list-cards $(DPDK_BUILD)/meson/drivers/librte_net_*.a

ifeq ($(DPDK_SRC),)
$(DPDK_TREE)/VERSION: | $(BUILD)/.deps
	$(Q)tools/fetch-source $(DPDK_FETCHED) tree=dpdk || { \
		echo 'make: DPDK_SRC=DIR names a tree of your own' >&2; exit 1; }
else
$(DPDK_TREE)/VERSION:
	$(error DPDK_SRC=$(DPDK_SRC) is no DPDK source tree)
endif

# What decides how DPDK is built: the settings, its version and the scripts that configure it.
$(DPDK_BUILD)/wanted: FORCE | $(DPDK_TREE)/VERSION
	@mkdir -p $(@D) $(if $(SMALL),$(@D)/small)
	@for file in $(DPDK_SMALL_FILES); do copy=$(@D)/small/$${file##*/}; \
		cmp -s $$file $$copy || cp $$file $$copy; done
	@{ printf '%s\n' '$(MARCH)' '$(DPDK_DRIVERS)' '$(DPDK_DISABLE_LIBS)' '$(DPDK_PROGRAMS)' \
		'$(DPDK_MESON_ARGS)' $(DPDK_LIBS) && realpath $(DPDK_TREE) && \
		cat $(DPDK_TREE)/VERSION && gcc -dumpfullversion && \
		cat dpdk/$(if $(DPDK_DEBIAN),debian,configure) dpdk/musl.cross.in dpdk/packet-cc \
		dpdk/packet.flags \
		$(DPDK_SMALL_FILES) | cksum; } > $@.$$$$ && \
	if cmp -s $@.$$$$ $@; then rm $@.$$$$; else mv $@.$$$$ $@; fi

ifneq ($(DPDK_DEBIAN),)
$(DPDK_STAMP): $(DPDK_BUILD)/wanted
	$(call step,DPDK,taking that of the package libdpdk-dev)
	$(Q)$(DPDK_ENV) dpdk/debian $(DPDK_TREE) $(DPDK_BUILD)
	$(Q)cat $(DPDK_BUILD)/summary
	$(Q)touch $@
else
# A small image's compiler is a script, whose changes meson does not see: all is compiled again.
$(DPDK_STAMP): $(DPDK_BUILD)/wanted
	$(call step,DPDK,configuring $(DPDK_TREE))
	$(if $(SMALL),$(Q)rm -f $(DPDK_BUILD)/identity)
	$(Q)$(DPDK_ENV) dpdk/configure $(DPDK_TREE) $(DPDK_BUILD)
	$(if $(DPDK_LIBS),$(Q)dpdk/only-libs $(DPDK_BUILD) $(DPDK_LIBS))
	$(Q)cat $(DPDK_BUILD)/summary
	$(Q)$(DPDK_ENV) dpdk/compile $(DPDK_BUILD)
	$(Q)touch $@
endif

$(DPDK_BUILD)/programs/%.rsp: $(DPDK_STAMP) dpdk/compile
	$(call step,DPDK,compiling $*)
	$(Q)$(DPDK_ENV) dpdk/compile $(DPDK_BUILD) $*

$(DPDK_LINK): $(DPDK_STAMP) dpdk/link-args FORCE
	@dpdk/link-args $(DPDK_BUILD) $(DRIVERS:all=) > $@.new && \
	if cmp -s $@.new $@ && [ $@ -nt $(DPDK_STAMP) ]; then rm $@.new; else mv $@.new $@; fi
