# SPDX-License-Identifier: BSD-3-Clause
#
# The conformance tester: the same objects linked for Linux and for the bare machine.

CONFORMANCE_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/conformance/*.c))
CONFORMANCE_IMAGES := $(BUILD)/conformance.elf $(BUILD)/conformance/linux

.PHONY: conformance

$(BUILD)/tests/conformance/%.o: tests/conformance/%.c $(BUILD)/flags/app
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(APP_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/conformance.elf: $(CONFORMANCE_OBJECTS) $(MACHINE_OBJECTS) $(LINK_NEEDS)
	$(call step,LINK,$@)
	$(call link,$@,$(filter %.o,$^))

$(BUILD)/conformance/linux: $(CONFORMANCE_OBJECTS)
	$(call step,HOSTLD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(if $(filter glibc,$(LIBC)),$(CC),musl-gcc) -static -no-pie -o $@ $^

conformance: $(CONFORMANCE_IMAGES) ## look for answers other than Linux's (EPISODES=, KINDS=, SEED=)
	$(Q)tests/conformance/compare --build $(BUILD) --episodes $(or $(EPISODES),2000) \
		$(if $(KINDS),--kinds $(KINDS)) $(if $(SEED),--seed $(SEED))
