# SPDX-License-Identifier: BSD-3-Clause
#
# The SDK as a Debian package, out of `make install`.
#
#   MAINTAINER=   "Name <address>" that the package gives

RELEASE := $(shell cat VERSION)
DEB := $(BUILD)/linuxless-sdk_$(RELEASE)_amd64.deb

.PHONY: deb

deb: $(BUILD)/.deps $(DEB) ## the SDK as a Debian package

$(DEB): $(SDK_MADE) $(SDK_GLIBC)/.made sdk/make-deb $(wildcard sdk/debian/*) docs/sdk.md CHANGES.md VERSION \
		$(BUILD)/flags/release-date
	$(call step,DEB,$@)
	$(Q)rm -rf $(BUILD)/deb
	$(Q)$(MAKE) --no-print-directory install DESTDIR=$(BUILD)/deb PREFIX=/usr/lib/linuxless
	$(Q)SOURCE_DATE_EPOCH=$(RELEASE_DATE) sdk/make-deb $(BUILD)/deb $(RELEASE) $@
	$(Q)rm -rf $(BUILD)/deb
