# SPDX-License-Identifier: BSD-3-Clause
#
# A DPDK program on the bare machine that tries what the environment layer promises.

EALCHECK_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/ealcheck/*.c))
SYSTEM_IMAGES += $(BUILD)/ealcheck.elf

$(BUILD)/tests/ealcheck/%.o: tests/ealcheck/%.c $(BUILD)/flags/dpdk-app $(DPDK_STAMP)
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(DPDK_APP_FLAGS) $(DPDK_EAL_CFLAGS) -DALLOW_EXPERIMENTAL_API -MMD -MP -c $< -o $@

$(BUILD)/ealcheck.elf: $(MACHINE_OBJECTS) $(EAL_OBJECTS) $(EALCHECK_OBJECTS) \
		$(LINK_NEEDS) $(DPDK_LINK)
	$(call step,LINK,$@)
	$(call dpdk_link,$@,$(filter %.o,$^))
