# SPDX-License-Identifier: BSD-3-Clause
#
# The checked build, `make CHECKED=1`: kernel and libc with the compiler's checks of undefined
# behaviour, each of which ends in an invalid opcode, and with headers of checked/ in place of those
# of the same name: locks that know their holder, assertions, a pattern in free memory.

ifneq ($(CHECKED),)
# (-Wno-conversion: the usual build warns, and the sanitizer's own arithmetic is not ours.)
KERNEL_FLAGS += -fsanitize=undefined -fsanitize-undefined-trap-on-error -Wno-conversion

$(BUILD)/checked/%.o: checked/%.c $(BUILD)/flags/kernel
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_FLAGS) -MMD -MP -c $< -o $@
endif
