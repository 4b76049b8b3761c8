/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One update, chosen on the boot CPU, is loaded on each CPU that has an older one. Two threads of a
 * core share their microcode: one CPU at a time loads, so that the second finds it there.
 */
#include "kernel/speed/microcode.h"

#include "kernel/base/compiler.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/log.h"
#include "kernel/base/processor.h"
#include "kernel/base/spinlock.h"
#include "kernel/base/string.h"
#include "kernel/loader/boot_info.h"
#include "kernel/speed/microcode_internal.h"

struct microcode_maker {
	enum processor_vendor vendor;
	const char *folder;
	bool (*find)(const uint8_t *file, size_t size, uint32_t signature,
		     struct microcode_update *best);
	uint32_t (*revision)(void);
	bool (*load)(const struct microcode_update *update);
};

static const struct microcode_maker microcode_makers[] = {
	{PROCESSOR_INTEL, "lib/firmware/intel-ucode/", microcode_intel_find,
	 microcode_intel_revision, microcode_intel_load},
	{PROCESSOR_AMD, "lib/firmware/amd-ucode/", microcode_amd_find, microcode_amd_revision,
	 microcode_amd_load},
};

static const struct microcode_maker *microcode_maker; /* NULL: nothing to load */
static struct microcode_update microcode_update;
static uint32_t microcode_signature;
static struct spinlock microcode_lock = SPINLOCK_INIT;

static const struct microcode_maker *
microcode_find_maker(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(microcode_makers); i++) {
		if (microcode_makers[i].vendor == processor_vendor())
			return &microcode_makers[i];
	}
	return NULL;
}

static uint32_t
microcode_own_signature(void)
{
	return processor_cpuid(CPUID_FEATURES, 0).eax;
}

/* A module's name as a file, from the root, with or without the slash. */
static bool
microcode_is_for(const struct microcode_maker *maker, const struct boot_module *module)
{
	const char *name = module->name + (module->name[0] == '/');

	return string_starts_with(name, maker->folder);
}

/* Looks through the modules. Returns whether there was a file of the maker's. */
static bool
microcode_choose(const struct microcode_maker *maker)
{
	bool any = false;

	for (unsigned i = 0; i < boot_info.module_count; i++) {
		const struct boot_module *module = &boot_info.modules[i];

		if (!microcode_is_for(maker, module))
			continue;
		any = true;
		if (!maker->find((const uint8_t *)module->base, module->length,
				 microcode_own_signature(), &microcode_update))
			log_warning("microcode: \"%s\" is damaged, or no microcode", module->name);
	}
	return any;
}

/* Loads the update unless it is there. Returns the revision that the CPU has then. */
static uint32_t
microcode_load(const struct microcode_maker *maker)
{
	uint64_t flags = spin_lock(&microcode_lock);
	uint32_t revision = maker->revision();

	if (revision < microcode_update.revision && maker->load(&microcode_update))
		revision = maker->revision();
	spin_unlock(&microcode_lock, flags);
	return revision;
}

void
microcode_init(void)
{
	const struct microcode_maker *maker = microcode_find_maker();
	uint32_t before, after;
	bool any;

	microcode_maker = NULL;
	if (!maker || processor_is_virtual())
		return;
	before = maker->revision();
	microcode_signature = microcode_own_signature();
	microcode_update = (struct microcode_update){NULL, before};
	any = microcode_choose(maker);
	if (!microcode_update.data) {
		log_info("microcode: revision %#x%s", before,
			 any ? "; no module has a newer one for this CPU" : "");
		return;
	}
	after = microcode_load(maker);
	if (after == microcode_update.revision) {
		microcode_maker = maker;
		log_info("microcode: revision %#x, from a module (firmware's: %#x)", after, before);
	} else {
		log_warning("microcode: the CPU does not take revision %#x and has %#x",
			    microcode_update.revision, after);
	}
}

void
microcode_start_cpu(void)
{
	if (microcode_maker && microcode_own_signature() == microcode_signature)
		microcode_load(microcode_maker);
}
