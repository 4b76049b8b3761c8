/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Settings of parts that a host program has none of: the linker script's two names.
 */
__asm__(".globl __linuxless_settings_start, __linuxless_settings_end\n"
	".section .settings_text, \"aw\"\n"
	".balign 8\n"
	"__linuxless_settings_start:\n"
	"__linuxless_settings_end:\n"
	".text\n");
