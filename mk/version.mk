# SPDX-License-Identifier: BSD-3-Clause
#
# What is built is named after its source: VERSION, and the commit where it is not the release's
# (tools/version). Another name compiles kernel/start/version.c and links again; no other object has
# it.
#
# For the Makefile:
#   LINUXLESS_VERSION           the name; from the environment in a make below this one
#   RELEASE_DATE                VERSION's date, in seconds of 1970 (tools/release-date)
#   $(BUILD)/flags/version, $(BUILD)/flags/release-date     change with them

ifndef LINUXLESS_VERSION
LINUXLESS_VERSION := $(shell tools/version)
endif
export LINUXLESS_VERSION
RELEASE_DATE := $(shell tools/release-date)

$(eval $(call flags_file,version,LINUXLESS_VERSION))
$(eval $(call flags_file,release-date,RELEASE_DATE))

VERSION_OBJECT := $(filter %/version.o,$(KERNEL_OBJECTS))
$(VERSION_OBJECT): $(BUILD)/flags/version
$(VERSION_OBJECT): private KERNEL_FLAGS += -DVERSION_NAME='"$(LINUXLESS_VERSION)"'
