# SPDX-License-Identifier: BSD-3-Clause
#
# eal_bare against the headers of other releases of DPDK: `make releases`, and a part of `make test`.
# Nothing of them is compiled: a tree is configured, with the drivers that have headers of their
# own, and then each file of eal_bare is compiled without an object.
#
#   DPDK_TREES=  the trees, separated by blanks; empty: none

DPDK_TREES ?=

RELEASES := $(BUILD)/releases
RELEASES_CHECKED := $(foreach tree,$(DPDK_TREES),$(RELEASES)/$(notdir $(abspath $(tree))).checked)
RELEASES_ENV := PATH=/usr/bin:$$PATH PYTHONDONTWRITEBYTECODE=1 MARCH='$(MARCH)' DPDK_PROGRAMS= \
	DPDK_DRIVERS='bus/pci bus/vdev mempool/ring net/virtio' DPDK_DISABLE_LIBS= DPDK_MESON_ARGS=

.PHONY: releases

releases: $(BUILD)/.deps $(RELEASES_CHECKED) ## compile eal_bare against the headers of DPDK_TREES=

# release TREE: rules for one.
define release_rules
$(RELEASES)/$(notdir $(abspath $(1))).checked: $(1)/VERSION $(wildcard eal_bare/*.[ch]) \
		$(wildcard kernel/*/*.h) dpdk/configure $(BUILD)/flags/app
	$$(call step,DPDK,eal_bare with the headers of $(1))
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(RELEASES_ENV) dpdk/configure $(1) $$(@:.checked=)
	$$(Q)printf '%s\n' $(wildcard eal_bare/*.c) | xargs -P $(JOBS) -n 1 $$(CC) $$(APP_FLAGS) \
		-fsyntax-only @$$(@:.checked=)/cflags @$$(@:.checked=)/cflags-internal
	$$(Q)touch $$@
endef
$(foreach tree,$(DPDK_TREES),$(eval $(call release_rules,$(tree))))
