# SPDX-License-Identifier: BSD-3-Clause
#
# TCP/IP on a port of its own: lwIP, out of the distribution's source package, and net/, which joins
# it to libc's sockets. An image has it when it is asked for: $(BUILD)/net/APP.elf beside
# $(BUILD)/APP.elf, which has nothing of it. docs/operate.md tells what it does.
#
#   NET=1       the image of `make`, `make iso`, `make run` is the one with it
#   LWIP_SRC=   an lwIP tree; empty: the source package, fetched to $(BUILD)/lwip-src
#
# For the Makefile:
#   NET_OBJECTS   what is linked beside an application's and eal_bare's objects

NET ?=
LWIP_SRC ?=
# One for all builds of a work tree, as with DPDK.
LWIP_FETCHED := $(patsubst %/glibc,%,$(patsubst %/small,%,$(BUILD:%/checked=%)))/lwip-src
LWIP_TREE := $(or $(LWIP_SRC),$(LWIP_FETCHED)/tree)

LWIP_SOURCES := $(addprefix core/,def dns inet_chksum init ip mem memp netif pbuf raw stats tcp \
	tcp_in tcp_out timeouts udp) \
	$(addprefix core/ipv4/,dhcp etharp icmp ip4 ip4_addr ip4_frag) \
	$(addprefix core/ipv6/,ethip6 icmp6 inet6 ip6 ip6_addr ip6_frag mld6 nd6) netif/ethernet

NET_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard libc/far/*.c net/*.c)) \
	$(LWIP_SOURCES:%=$(BUILD)/net/lwip/%.o)

LWIP_INCLUDES := -Inet/lwip -isystem $(LWIP_TREE)/src/include
NET_FLAGS = $(DPDK_APP_FLAGS) $(LWIP_INCLUDES)
# lwIP's own sources: their warnings are not ours.
LWIP_FLAGS = $(APP_FLAGS) $(LWIP_INCLUDES) -ffile-prefix-map="$(LWIP_TREE)=lwip" -w
$(eval $(call flags_file,net,NET_FLAGS))
$(eval $(call flags_file,lwip,LWIP_FLAGS))

ifeq ($(LWIP_SRC),)
$(LWIP_TREE)/COPYING: | $(BUILD)/.deps
	$(Q)tools/fetch-source $(LWIP_FETCHED) tree=lwip || { \
		echo 'make: LWIP_SRC=DIR names a tree of your own' >&2; exit 1; }
else
$(LWIP_TREE)/COPYING:
	$(error LWIP_SRC=$(LWIP_SRC) is no lwIP source tree)
endif

$(BUILD)/net/lwip/%.o: $(BUILD)/flags/lwip net/lwip/lwipopts.h | $(LWIP_TREE)/COPYING
	$(call step,CC,lwip/$*.c)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LWIP_FLAGS) -MMD -MP -c $(LWIP_TREE)/src/$*.c -o $@

$(BUILD)/net/%.o: net/%.c $(BUILD)/flags/net $(DPDK_STAMP) | $(LWIP_TREE)/COPYING
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(NET_FLAGS) -MMD -MP -c $< -o $@

# A program that does not call rte_eal_init(): net/ does so before main().
NET_ALONE := -Wl,--wrap=main

# net_app NAME: the image of apps/NAME with the stack; app_rules come first.
define net_app_rules
$$(BUILD)/net/$(1).elf: $$(MACHINE_OBJECTS) $$(EAL_OBJECTS) $$($(1)_OBJECTS) $$(NET_OBJECTS) \
		$(LINK_NEEDS) $$(DPDK_LINK)
	$$(call step,LINK,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(call dpdk_link,$$@,$$(filter %.o,$$^) $$(if $$($(1)_DPDK),,$$(NET_ALONE)))
endef

# What the tests talk to: programs without DPDK.
$(BUILD)/tests/net/%.o: tests/net/%.c $(BUILD)/flags/app
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(APP_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/net/netcheck.elf: $(BUILD)/tests/net/netcheck.o $(MACHINE_OBJECTS) $(EAL_OBJECTS) \
		$(NET_OBJECTS) $(LINK_NEEDS) $(DPDK_LINK)
	$(call step,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(call dpdk_link,$@,$(filter %.o,$^) $(NET_ALONE))

# For fuzzing: what other machines send (tests/fuzz/fuzz_net.c), its checksums taken for right.
LWIP_FUZZ = $(LWIP_INCLUDES) $(foreach sum,IP TCP UDP ICMP ICMP6,-DCHECKSUM_CHECK_$(sum)=0)
$(BUILD)/fuzz-host/net/%.o: private FUZZ_FLAGS += $(LWIP_FUZZ) -Wno-address
$(BUILD)/fuzz-host/tests/fuzz/fuzz_net.o: private FUZZ_FLAGS += $(LWIP_FUZZ) -Wno-address
$(BUILD)/fuzz-host/net/net_link.o $(BUILD)/fuzz-host/tests/fuzz/fuzz_net.o: | $(LWIP_TREE)/COPYING

$(BUILD)/fuzz-host/lwip/%.o: $(BUILD)/flags/fuzz net/lwip/lwipopts.h | $(LWIP_TREE)/COPYING
	$(Q)mkdir -p $(@D)
	$(Q)clang $(FUZZ_FLAGS) $(LWIP_FUZZ) -w -MMD -MP -c $(LWIP_TREE)/src/$*.c -o $@

$(BUILD)/fuzz/fuzz_net: $(LWIP_SOURCES:%=$(BUILD)/fuzz-host/lwip/%.o)
