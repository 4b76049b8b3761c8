/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mapping files: of a regular file its own pages, or copies, are shown; of others a copy of what
 * they give to read.
 */
#include "kernel/base/errno.h"
#include "libc/base/abi.h"
#include "libc/files/files.h"
#include "libc/memory/mapping.h"

/* With what lies behind the end of the file zero. */
int64_t
files_map_copy(struct file *file, struct mapping_request *request)
{
	uint32_t protection = request->protection;
	int64_t base, result;

	request->protection = ABI_PROT_READ | ABI_PROT_WRITE;
	base = mapping_map(request); /* of what is read alone nobody sees that it is not shared */
	if (base < 0)
		return base;
	result = file->operations->read(file, (void *)base, request->length, request->offset);
	if (result >= 0)
		result = mapping_protect((uint64_t)base, request->length, protection);
	if (result >= 0)
		return base;
	mapping_remove((uint64_t)base, request->length);
	return result;
}

int64_t
files_map(int descriptor, struct mapping_request *request)
{
	struct file *file = file_get(descriptor);
	bool writes = request->shared && (request->protection & ABI_PROT_WRITE);
	int64_t result;

	if (!file)
		return -EBADF;
	if (!file_reads(file) || (writes && !file_writes(file)))
		result = -EACCES;
	else if (file->operations->map)
		result = file->operations->map(file, request);
	else
		result = -ENODEV;
	file_put(file);
	return result;
}
