/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The list of kinds.
 */
#include "tests/conformance/kinds.h"

#include <string.h>

const struct episode_kind *const kinds_all[] = {
	&files_kind, &names_kind, &descriptors_kind, &pipes_kind,   &events_kind,  &epoll_kind,
	&local_kind, &inet_kind,  &memory_kind,	     &signals_kind, &threads_kind, &clocks_kind,
	&aio_kind,   &queues_kind,
	NULL,
};

const struct episode_kind *
kinds_find(const char *name)
{
	for (const struct episode_kind *const *kind = kinds_all; *kind; kind++)
		if (!strcmp((*kind)->name, name))
			return *kind;
	return NULL;
}
