# SPDX-License-Identifier: BSD-3-Clause
#
# memcpy(), strlen() and their kin (strings/), which come before musl's. A small image has musl's, and
# glibc has its own.

STRINGS_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard strings/*.c))

# (No loop of theirs becomes a call of themselves.)
STRINGS_FLAGS = $(COMMON_FLAGS) -O3 -ffreestanding -fno-tree-loop-distribute-patterns \
	$(LIBC_FLAGS)
$(eval $(call flags_file,strings,STRINGS_FLAGS))

$(BUILD)/strings/%.o: strings/%.c $(BUILD)/flags/strings
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(STRINGS_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/strings.a: $(STRINGS_OBJECTS)
	$(Q)rm -f $@
	$(Q)$(AR) rcsD $@ $^
