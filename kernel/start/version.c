/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The one object that another version makes anew: mk/version.mk defines VERSION_NAME for it.
 */
#include "kernel/start/version.h"

const char version_name[] = VERSION_NAME;
