# SPDX-License-Identifier: BSD-3-Clause
#
# Models of devices that QEMU does not have: host programs that QEMU's x-pci-proxy-dev attaches.

MODEL_FLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -g $(WARNINGS)
IX82599_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/models/ix82599/*.c))

$(eval $(call flags_file,model,MODEL_FLAGS))

$(BUILD)/tests/models/%.o: tests/models/%.c $(BUILD)/flags/model
	$(call step,HOSTCC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(MODEL_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/models/ix82599: $(IX82599_OBJECTS)
	$(call step,HOSTLD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -o $@ $^

# A DPDK program on the bare machine that tries what a driver promises: tests/portcheck.
PORTCHECK_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/portcheck/*.c))

$(BUILD)/tests/portcheck/%.o: tests/portcheck/%.c $(BUILD)/flags/dpdk-app $(DPDK_STAMP)
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(DPDK_APP_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/portcheck.elf: $(MACHINE_OBJECTS) $(EAL_OBJECTS) $(PORTCHECK_OBJECTS) \
		$(LINK_NEEDS) $(DPDK_LINK)
	$(call step,LINK,$@)
	$(call dpdk_link,$@,$(filter %.o,$^))

-include $(IX82599_OBJECTS:.o=.d)
