# SPDX-License-Identifier: BSD-3-Clause
#
# DPDK's examples, out of its source tree and unchanged, each by the Makefile that it comes with:
# `make static CC=linuxless-cc`, as docs/sdk.md tells. They are built in a tree of symbolic links,
# as DPDK's sources are never written to.
#
#   EXAMPLE=  a folder below DPDK's examples/: the program becomes $(BUILD)/NAME.elf, NAME being
#             the folder's last part, and is then the APP of the other targets
#
# docs/examples.md tells of each what it does here.

EXAMPLE ?=
ifneq ($(EXAMPLE),)
APP := $(notdir $(EXAMPLE))
endif

# All that build. Those of multi_process and server_node_efd are run alone, as the first process.
EXAMPLES := bbdev_app bond cmdline distributor dma ethtool eventdev_pipeline flow_filtering \
	helloworld ip_fragmentation ip_pipeline ip_reassembly ipsec-secgw ipv4_multicast l2fwd \
	l2fwd-crypto l2fwd-event l2fwd-jobstats l2fwd-keepalive l3fwd l3fwd-graph l3fwd-power \
	link_status_interrupt packet_ordering pipeline ptpclient qos_meter qos_sched \
	rxtx_callbacks service_cores skeleton timer vmdq vmdq_dcb \
	multi_process/simple_mp multi_process/symmetric_mp server_node_efd/server

# Those that the tests run, by the program's name.
EXAMPLES_TESTED := cmdline distributor flow_filtering helloworld ip_fragmentation ip_reassembly \
	ipv4_multicast l2fwd-event l3fwd link_status_interrupt packet_ordering qos_sched \
	service_cores timer l3fwd-graph l3fwd-power qos_meter simple_mp symmetric_mp server \
	bond dma ethtool eventdev_pipeline ip_pipeline ipsec-secgw l2fwd-crypto l2fwd-jobstats \
	l2fwd-keepalive vmdq vmdq_dcb ptpclient

EXAMPLES_TREE := $(BUILD)/examples
EXAMPLE_FILES := $(foreach example,$(EXAMPLES),$(BUILD)/$(notdir $(example)).elf)

.PHONY: examples

examples: $(BUILD)/.deps ## every example of DPDK's that builds: build/NAME.elf
	$(Q)$(MAKE) --no-print-directory EXAMPLE= $(EXAMPLE_FILES)

$(EXAMPLES_TREE)/.linked: $(DPDK_STAMP)
	$(Q)rm -rf $(EXAMPLES_TREE)
	$(Q)mkdir -p $(EXAMPLES_TREE)
	$(Q)cp -rs $(abspath $(DPDK_TREE))/examples/. $(EXAMPLES_TREE)
	$(Q)touch $@

# example FOLDER: rules for one. The program is build/ANY-static in the folder or one below it.
define example_rules
$(BUILD)/$(notdir $(1)).elf: $$(SDK)/.made $$(EXAMPLES_TREE)/.linked sdk/build-example
	$$(call step,EXAMPLE,$$@)
	$$(Q)sdk/build-example $$(SDK) $$(EXAMPLES_TREE)/$(1) $$@
endef
$(foreach example,$(sort $(EXAMPLES) $(EXAMPLE)),$(eval $(call example_rules,$(example))))
