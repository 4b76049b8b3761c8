# SPDX-License-Identifier: BSD-3-Clause
#
# Boot media, and the run that a newcomer sees first.
#
#   APP=      the application                 ARGS=     its command line
#   MODULES=  files, as FILE or FILE=/PATH    SECONDS=  of traffic, without: until Ctrl-C
#   MACS=     for pxe: a file with a line "MAC COMMAND LINE" for each machine with one of its own
#   CPUS=, MEM= (MB), NIC= (QEMU's device model, with options), FIRMWARE=bios|uefi: the machine

ARGS ?=
MODULES ?=
MACS ?=
SECONDS ?=
CPUS ?= 2
MEM ?= 512
NIC ?= virtio-net-pci
FIRMWARE ?= bios
# With NET=1 it is the image with TCP/IP (mk/net.mk).
IMAGE = $(BUILD)/$(NET:%=net/)$(APP)
MODULE_FILES = $(foreach module,$(MODULES),$(firstword $(subst =/, ,$(module))))

# By the environment, so that no quote in it is touched on the way.
export ARGS
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: iso pxe run

iso: $(IMAGE).iso ## make build/APP.iso, for BIOS and UEFI, CD and USB stick

pxe: $(BUILD)/pxe/boot/$(APP).elf ## make build/pxe, a TFTP tree for BIOS, UEFI and iPXE

run: $(IMAGE).iso ## boot it in QEMU with traffic through two ports (SECONDS=10 ends it)
	$(Q)tools/traffic $< --cpus $(CPUS) --memory $(MEM) --nic '$(NIC)' --ports 2 --firmware $(FIRMWARE) \
		$(if $(SECONDS),--seconds $(SECONDS))

# Changes when the command line or the list of modules does.
$(BUILD)/flags/iso-%: FORCE | $(BUILD)/.deps
	@mkdir -p $(@D)
	@printf '%s\n' "$$ARGS" '$(MODULES)' '$(MACS)' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(BUILD)/%.iso: $(BUILD)/%.elf tools/mkiso tools/bootmedium.py tools/modulefile.py \
		$(BUILD)/flags/iso-% $(MODULE_FILES)
	$(call step,ISO,$@)
	$(Q)tools/mkiso $< -o $@ --args="$$ARGS" $(MODULES:%=--module %)

$(BUILD)/pxe/boot/%.elf: $(BUILD)/%.elf tools/mkpxe tools/bootmedium.py tools/modulefile.py \
		$(BUILD)/flags/iso-% $(MODULE_FILES) $(MACS)
	$(call step,PXE,$(BUILD)/pxe)
	$(Q)tools/mkpxe $< -o $(BUILD)/pxe --args="$$ARGS" $(MODULES:%=--module %) \
		$(MACS:%=--macs %)
