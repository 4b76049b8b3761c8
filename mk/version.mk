# SPDX-License-Identifier: BSD-3-Clause
#
# What is built is named after its source: VERSION, and the commit where it is not the release's
# (tools/version). Another name compiles kernel/start/version.c and links again; no other object has
# it.
#
# For the Makefile:
#   LINUXLESS_VERSION           the name; from the environment in a make below this one
#   $(BUILD)/flags/version      changes with it

ifndef LINUXLESS_VERSION
LINUXLESS_VERSION := $(shell tools/version)
endif
export LINUXLESS_VERSION

$(eval $(call flags_file,version,LINUXLESS_VERSION))

VERSION_OBJECT := $(filter %/version.o,$(KERNEL_OBJECTS))
$(VERSION_OBJECT): $(BUILD)/flags/version
$(VERSION_OBJECT): private KERNEL_FLAGS += -DVERSION_NAME='"$(LINUXLESS_VERSION)"'
