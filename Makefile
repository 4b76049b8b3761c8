# SPDX-License-Identifier: BSD-3-Clause
#
# Linuxless: the build. `make help` lists the targets.
#
# An application apps/X becomes $(BUILD)/X.elf: boot code, kernel, libc seam, the environment
# layer and DPDK when the application uses DPDK, the application, and stock musl, in one file.
# Objects depend on a file that holds their flags, so that changed flags rebuild what they
# concern and nothing else.

# SMALL=1: an image for size, with the drivers that DRIVERS names (dpdk/small/small.h says what it
# does without), in a folder of its own.
SMALL ?=
# CHECKED=1: kernel and libc look after themselves (mk/checked.mk), in a folder of its own as well.
CHECKED ?=
# LIBC=glibc: programs with Debian's static glibc (mk/libc.mk), in a folder of its own, too.
LIBC ?= musl
BUILD ?= build$(if $(CHECKED),/checked)$(if $(SMALL),/small)$(if $(filter glibc,$(LIBC)),/glibc)
APP ?= bridge
V ?= 0

# Applications that use DPDK; the others are plain POSIX programs.
DPDK_APPS := bridge doze hiccups
APPS := $(notdir $(wildcard apps/*))

# Debian packages that building and testing need.
DEPS := gcc binutils nasm musl-dev musl-tools python3 \
	meson ninja-build python3-pyelftools dpkg-dev linux-libc-dev pkg-config \
	grub-common grub-pc-bin grub-efi-amd64-bin xorriso mtools xz-utils \
	qemu-system-x86 ovmf ipxe-qemu bochs bochs-term bochsbios seabios \
	g++ git cmake help2man lintian python3-pytest python3-pytest-xdist python3-scapy \
	python3-cryptography \
	clang libclang-rt-14-dev libdpdk-dev \
	libboost-filesystem-dev libboost-program-options-dev libboost-thread-dev libfmt-dev

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

ifeq ($(V),1)
Q :=
else
Q := @
endif
# step NAME,what: the one short line that a step shows.
step = @printf '  %-8s %s\n' '$(1)' '$(2)'

# flags NAME,VARIABLE: the file $(BUILD)/flags/NAME changes only when the flags do.
define flags_file
$(BUILD)/flags/$(1): FORCE | $(BUILD)/.deps
	@mkdir -p $$(@D)
	@printf '%s\n' '$$($(2))' | cmp -s - $$@ || printf '%s\n' '$$($(2))' > $$@
endef

CC := gcc
NASM := nasm
LINK_NEEDS = $(LINKER_SCRIPT) tools/symbols $(BUILD)/flags/link $(COMMANDS) $(BESIDE_DEBIAN) \
	$(STRINGS) $(MUSL_MORE)
include mk/libc.mk

WARNINGS := -Wall -Wextra -Wmissing-prototypes -Wstrict-prototypes -Wvla -Werror
OPTIMISE := $(if $(SMALL),-Os -fno-align-functions -fno-align-jumps -fno-align-loops,-O2)
INCLUDES := $(if $(CHECKED),-Ichecked) -I.
# (No object names a folder of this machine: equal sources make equal images.)
COMMON_FLAGS := -std=gnu11 -g -ffile-prefix-map="$(CURDIR)=." -fno-pie -fno-strict-aliasing \
	-ffunction-sections -fdata-sections -fstack-clash-protection \
	-fno-asynchronous-unwind-tables $(INCLUDES) $(WARNINGS)

# Kernel and libc seam: general registers only, no red zone, nothing hosted.
# (min-pagesize: gcc 12 takes the BIOS data area's constant address for a null pointer.)
KERNEL_FLAGS := $(COMMON_FLAGS) -Wshadow -Wcast-qual -Wconversion $(OPTIMISE) \
	-ffreestanding -mgeneral-regs-only -mno-red-zone -fno-stack-protector \
	-fno-omit-frame-pointer -march=x86-64 --param=min-pagesize=0 \
	-include kernel/base/string_memory.h

# Applications: an ordinary program.
APP_FLAGS = $(COMMON_FLAGS) -O2 -D_GNU_SOURCE $(LIBC_FLAGS)

# The linker script includes the list of functions that run at the start.
LINKER_SCRIPT := linker.ld sdk/glibc.ld bench/start_order.ld
# (--wrap: eal_bare/eal_malloc.c, eal_memalloc.c, eal_keepalive.c.)
LINK_FLAGS := -nostdlib -static -no-pie -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack \
	-Wl,--build-id=none -Wl,--gc-sections -Wl,--no-warn-rwx-segments \
	-Wl,--orphan-handling=warn -Wl,--wrap=malloc_elem_alloc \
	-Wl,--wrap=eal_memalloc_is_contig -Wl,--wrap=rte_keepalive_create -Lbench \
	$(LIBC_SCRIPT) -T linker.ld
NASM_FLAGS := -f elf64 -g -F dwarf -Werror -I boot/ -I $(BUILD)/boot/

# -- Sources ------------------------------------------------------------------------------------

# (The far ends of sockets, libc/far/, are in images with a network stack alone: mk/net.mk.)
KERNEL_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out libc/far/%,$(wildcard kernel/*/*.c \
	libc/*/*.c $(if $(CHECKED),checked/*/*/*.c))))
ASM_OBJECTS := $(patsubst %.asm,$(BUILD)/%.asm.o,$(wildcard boot/*.asm libc/*/*.asm))
# What a small image has otherwise is in a file of the same name.
EAL_SOURCES := $(wildcard eal_bare/*.c)
ifneq ($(SMALL),)
EAL_SMALL := $(wildcard eal_bare/small/*.c)
EAL_SOURCES := $(EAL_SMALL) $(filter-out $(EAL_SMALL:eal_bare/small/%=eal_bare/%),$(EAL_SOURCES))
endif
EAL_OBJECTS := $(EAL_SOURCES:%.c=$(BUILD)/%.o)
MACHINE_OBJECTS := $(ASM_OBJECTS) $(KERNEL_OBJECTS)

# -- What the parts add -------------------------------------------------------------------------

include mk/version.mk
include mk/checked.mk
include mk/strings.mk
include mk/dpdk.mk
include mk/net.mk
include mk/fast.mk
include sdk/sdk.mk
include sdk/glibc.mk
include sdk/malloc.mk
include sdk/libs.mk
include mk/package.mk
include mk/examples.mk
include mk/iso.mk
include bench/bench.mk
include tests/tests.mk
include mk/releases.mk
include tests/models/models.mk

# -- Targets ------------------------------------------------------------------------------------

.PHONY: all help deps clean FORCE

all: $(BUILD)/.deps ## build every application: build/APP.elf
	$(Q)$(MAKE) --no-print-directory \
		$(if $(EXAMPLE),$(BUILD)/$(APP).elf,$(APPS:%=$(BUILD)/$(NET:%=net/)%.elf))

help: ## this list
	@echo 'Linuxless: DPDK on a bare x86-64 machine. Targets:'
	@sed -n 's/^\([a-z][a-z+-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | \
		awk -F'\t' '{ printf "%-18s %s\n", $$1, $$2 }'
	@echo 'Variables: APP=$(APP) EXAMPLE= ARGS= CPUS= MEM= NIC= SECONDS= MARCH= DPDK_SRC=' \
		'SMALL=1 CHECKED=1 NET=1 DRIVERS= V=1 BUILD=$(BUILD)'

deps: ## install the Debian packages that are missing (asks before sudo)
	$(Q)tools/install-deps $(DEPS)

clean: ## remove what was built, but not DPDK's build
	$(call step,CLEAN,$(BUILD))
	$(Q)find $(BUILD) -mindepth 1 -maxdepth 1 ! -name dpdk ! -name '*-src' -exec rm -rf {} +

# Checked again whenever the list above changes.
$(BUILD)/.deps: Makefile tools/install-deps
	$(Q)mkdir -p $(@D)
	$(Q)tools/install-deps $(DEPS)
	$(Q)touch $@

# -- Compiling ----------------------------------------------------------------------------------

DPDK_APP_FLAGS = $(APP_FLAGS) $(DPDK_CFLAGS)
EAL_FLAGS = $(DPDK_APP_FLAGS) $(if $(SMALL),$(OPTIMISE)) $(DPDK_EAL_CFLAGS)
$(eval $(call flags_file,kernel,KERNEL_FLAGS))
$(eval $(call flags_file,asm,NASM_FLAGS))
$(eval $(call flags_file,app,APP_FLAGS))
$(eval $(call flags_file,dpdk-app,DPDK_APP_FLAGS))
$(eval $(call flags_file,eal,EAL_FLAGS))
$(eval $(call flags_file,link,LINK_FLAGS))
FORCE:

$(BUILD)/kernel/%.o: kernel/%.c $(BUILD)/flags/kernel
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/libc/%.o: libc/%.c $(BUILD)/flags/kernel
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/eal_bare/%.o: eal_bare/%.c $(BUILD)/flags/eal $(DPDK_STAMP)
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(EAL_FLAGS) -MMD -MP -c $< -o $@

# Layouts that C and NASM share are written once, in C: boot/offsets.c has lines
# OFFSET(NAME, value), which arrive in the assembler's output as "->NAME value".
$(BUILD)/boot/offsets.inc: boot/offsets.c $(BUILD)/flags/kernel
	$(call step,OFFSETS,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_FLAGS) -MMD -MP -MT $@ -MF $(BUILD)/boot/offsets.d -S $< -o - | \
		sed -n 's/.*->\([A-Z0-9_]*\) \$$*\(-\{0,1\}[0-9]*\).*/%define \1 \2/p' > $@

$(BUILD)/%.asm.o: %.asm $(BUILD)/boot/offsets.inc tools/nasm-folder $(BUILD)/flags/asm
	$(call step,NASM,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(NASM) $(NASM_FLAGS) -MD $(@:.o=.d) -MP $< -o $@
	$(Q)tools/nasm-folder $@ $<

# -- Linking ------------------------------------------------------------------------------------

# popen(), system() and dlsym(), for programs that call them: before the C library's own.
COMMANDS_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard commands/*.c) sdk/dlsym.c \
	$(if $(filter glibc,$(LIBC)),sdk/iterate_phdr_glibc.c))

$(BUILD)/commands/%.o: commands/%.c $(BUILD)/flags/app
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(APP_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/sdk/dlsym.o $(BUILD)/sdk/iterate_phdr_glibc.o: $(BUILD)/sdk/%.o: sdk/%.c \
		$(BUILD)/flags/app
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(APP_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/beside_debian.o: sdk/beside_debian.c $(BUILD)/flags/app
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(APP_FLAGS) -MMD -MP -c $< -o $@

$(COMMANDS): $(COMMANDS_OBJECTS)
	$(Q)rm -f $@
	$(Q)$(AR) rcsD $@ $^

LINK_END = -Wl,--start-group $(LIBRARIES) $(LIBGCC) -Wl,--end-group $(LIBC_END)

# What glibc has and musl has not: an object for each subject, which nothing but its use brings into
# an image. The kernel's reader of its table of names is there a second time: the first is the
# machine's own.
ifneq ($(MUSL_MORE),)
MUSL_MORE_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard sdk/musl/*.c)) \
	$(patsubst %.asm,$(BUILD)/%.asm.o,$(wildcard sdk/musl/*.asm)) $(BUILD)/sdk/musl/symbols.o
MUSL_MORE_NAMES := -Dsymbols_find=__linuxless_symbols_find

$(BUILD)/sdk/musl/symbols.o: kernel/end/symbols.c $(BUILD)/flags/app
	$(call step,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(APP_FLAGS) $(MUSL_MORE_NAMES) -MMD -MP -c $< -o $@

$(BUILD)/sdk/musl/%.o: sdk/musl/%.c $(BUILD)/flags/app
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(APP_FLAGS) $(MUSL_MORE_NAMES) -MMD -MP -c $< -o $@

$(MUSL_MORE): $(MUSL_MORE_OBJECTS)
	$(Q)rm -f $@
	$(Q)$(AR) rcsD $@ $^
endif

# link OUTPUT,OBJECTS: twice, the second time with the names of the functions found by the first.
# (NASM writes its source's name into the object: one without a folder.)
define link
	$(Q)$(CC) $(LINK_FLAGS) -Wl,-Map=$(1).map -o $(1).pass1 $(LIBC_BEGIN) $(2) $(LINK_END)
	$(Q)nm --numeric-sort $(1).pass1 | tools/symbols > $(1).symbols.asm
	$(Q)cd $(dir $(1)) && $(NASM) -f elf64 $(notdir $(1)).symbols.asm
	$(Q)$(CC) $(LINK_FLAGS) -Wl,-Map=$(1).map -o $(1).pass2 $(LIBC_BEGIN) $(1).symbols.o $(2) \
		$(LINK_END)
	$(Q)rm -f $(1).pass1 $(1).symbols.asm $(1).symbols.o
	$(Q)mv $(1).pass2 $(1)
endef

# dpdk_link OUTPUT,OBJECTS: link with the libraries of DPDK that the objects use, which a first link
# shows, and with the drivers.
define dpdk_link
	$(Q)dpdk/link-args --used none $(DPDK_BUILD) $(DRIVERS:all=) > $(1).dpdk.rsp
	$(Q)$(CC) $(LINK_FLAGS) -Wl,-Map=$(1).map -o $(1).pass0 $(LIBC_BEGIN) $(2) $(DPDK_USED) \
		$(LINK_END)
	$(Q)rm $(1).pass0
	$(Q)dpdk/link-args --used $(1).map $(DPDK_BUILD) $(DRIVERS:all=) > $(1).dpdk.rsp
	$(call link,$(1),$(2) $(DPDK_USED))
	$(Q)dpdk/check-link-map $(1).map
endef
DPDK_USED = -Wl,@$(1).dpdk.rsp

# app NAME: rules for an application of apps/NAME.
define app_rules
$(1)_OBJECTS := $$(patsubst %.c,$$(BUILD)/%.o,$$(wildcard apps/$(1)/*.c))
$(1)_DPDK := $$(filter $(1),$$(DPDK_APPS))

$$(BUILD)/apps/$(1)/%.o: apps/$(1)/%.c $$(BUILD)/flags/$$(if $$($(1)_DPDK),dpdk-app,app) \
		$$(if $$($(1)_DPDK),$$(DPDK_STAMP))
	$$(call step,CC,$$<)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(if $$($(1)_DPDK),$$(DPDK_APP_FLAGS),$$(APP_FLAGS)) -MMD -MP -c $$< -o $$@

$$(BUILD)/$(1).elf: $$(MACHINE_OBJECTS) $$(if $$($(1)_DPDK),$$(EAL_OBJECTS)) $$($(1)_OBJECTS) \
		$(LINK_NEEDS) $$(if $$($(1)_DPDK),$$(DPDK_LINK))
	$$(call step,LINK,$$@)
	$$(call $$(if $$($(1)_DPDK),dpdk_link,link),$$@,$$(filter %.o,$$^))
endef
$(foreach app,$(APPS),$(eval $(call app_rules,$(app))))
$(foreach app,$(APPS),$(eval $(call net_app_rules,$(app))))

# A program of DPDK's own app/ folder, by the name that DPDK gives it: dpdk-testpmd, dpdk-test.
$(BUILD)/dpdk-%.elf: $(MACHINE_OBJECTS) $(EAL_OBJECTS) $(LINK_NEEDS) $(DPDK_LINK) \
		$(DPDK_BUILD)/programs/dpdk-%.rsp
	$(call step,LINK,$@)
	$(call dpdk_link,$@,$(filter %.o,$^) @$(filter %/dpdk-$*.rsp,$^))

# For less than 24 MB of RAM: linked at 2 MB. Not for UEFI, which may keep what it needs there.
$(BUILD)/low/%.elf: private LINK_FLAGS += -Wl,--defsym=__linuxless_image_base=0x200000
$(BUILD)/low/bridge.elf: $(MACHINE_OBJECTS) $(EAL_OBJECTS) $(bridge_OBJECTS) $(LINK_NEEDS) \
		$(DPDK_LINK)
	$(call step,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(call dpdk_link,$@,$(filter %.o,$^))

# A small image beside the others: `make SMALL=1`, from below this make.
ifeq ($(SMALL),)
$(BUILD)/small/%.elf: FORCE | $(BUILD)/.deps $(DPDK_TREE)/VERSION
	$(Q)$(MAKE) --no-print-directory SMALL=1 BUILD=$(BUILD)/small \
		DPDK_SRC=$(abspath $(DPDK_TREE)) $@
endif

# Small kernels for the tests: one source, one subject.
$(BUILD)/tests/guest/%.o: tests/guest/%.c $(BUILD)/flags/app
	$(call step,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(APP_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/guest/%.elf: $(BUILD)/tests/guest/%.o $(MACHINE_OBJECTS) $(LINK_NEEDS)
	$(call step,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(call link,$@,$(filter %.o,$^))

.SECONDARY:

-include $(shell find $(BUILD) -name '*.d' -type f -not -path '$(BUILD)/*-src/*' \
	-not -path '$(BUILD)/dpdk*' 2>/dev/null)
