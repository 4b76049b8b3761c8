# SPDX-License-Identifier: BSD-3-Clause
#
# mimalloc for --malloc=mimalloc, out of the distribution's source package: the binary package has
# a shared library alone. `make sdk-malloc` adds it, and from then on `make sdk` takes it along.

MIMALLOC := $(BUILD)/mimalloc
SDK_MALLOC := $(SDK)/lib/linuxless/mimalloc

.PHONY: sdk-malloc

sdk-malloc: $(BUILD)/.deps $(SDK_MALLOC)/.made ## build/sdk with --malloc=mimalloc, a faster malloc

# (Its warnings are not ours. By __USE_ISOC11, a word of glibc's, it has aligned_alloc().)
MIMALLOC_FLAGS = -std=gnu11 -O2 -g -w -ffile-prefix-map="$(CURDIR)=." -DNDEBUG \
	-DMI_MALLOC_OVERRIDE=1 -DMI_LIBC_MUSL=1 -D__USE_ISOC11=1 \
	-fno-builtin-malloc -ftls-model=local-exec \
	-fno-pie -ffunction-sections -fdata-sections -fstack-clash-protection \
	-fno-asynchronous-unwind-tables $(LIBC_FLAGS)
$(eval $(call flags_file,mimalloc,MIMALLOC_FLAGS))
# All of musl's functions that give or take such memory, C++'s operators, and mimalloc's own: no
# other name is in a program's way.
MIMALLOC_NAMES := malloc calloc realloc reallocarray free aligned_alloc posix_memalign memalign \
	malloc_usable_size _Z* mi_*

$(MIMALLOC)/tree/LICENSE: | $(BUILD)/.deps
	$(Q)tools/fetch-source $(MIMALLOC) tree=mimalloc

$(MIMALLOC)/mimalloc.o: $(MIMALLOC)/tree/LICENSE $(BUILD)/flags/mimalloc sdk/malloc.mk
	$(call step,CC,$@)
	$(Q)$(CC) $(MIMALLOC_FLAGS) -I$(MIMALLOC)/tree/include \
		-c $(MIMALLOC)/tree/src/static.c -o $@
	$(Q)objcopy --wildcard $(MIMALLOC_NAMES:%=--keep-global-symbol='%') $@

$(SDK_MALLOC)/.made: $(SDK)/.made $(MIMALLOC)/mimalloc.o
	$(call step,SDK,$(@D))
	$(Q)mkdir -p $(@D)
	$(Q)cp $(MIMALLOC)/mimalloc.o $(MIMALLOC)/tree/LICENSE \
		$(MIMALLOC)/tree/include/mimalloc.h $(@D)/
	$(Q)touch $@
