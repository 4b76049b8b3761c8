/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The options of an argp and its children in the order in which help shows them: by groups, 0 first
 * and negative ones last, and in a group by their letters; a child with a title or a group of its
 * own stays together.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sdk/musl/argp_internal.h"

struct list {
	struct argp_entry *entries; /* NULL: they are only counted */
	unsigned count;
	unsigned children;
};

static void
add(struct list *list, struct argp_entry entry)
{
	entry.number = list->count;
	if (list->entries)
		list->entries[list->count] = entry;
	list->count++;
}

static void
add_options(struct list *list, const struct argp_option *option, const struct argp_entry *where)
{
	int group = 0;

	for (; option && !argp_is_end(option); option++) {
		struct argp_entry entry = *where;

		if (option->group)
			group = option->group;
		else if (!option->name && !option->key)
			group++;
		entry.option = option;
		while ((option[1].flags & OPTION_ALIAS) && !argp_is_end(option + 1)) {
			entry.aliases++;
			option++;
		}
		if (entry.child)
			entry.inner = group;
		else
			entry.outer = group;
		add(list, entry);
	}
}

static void
add_argp(struct list *list, const struct argp *argp, const struct argp_entry *where)
{
	add_options(list, argp->options, where);
	for (const struct argp_child *child = argp->children; child && child->argp; child++) {
		struct argp_entry its = *where;

		if (!where->child && (child->header || child->group)) {
			its.child = ++list->children;
			its.outer = child->group;
		}
		if (child->header && *child->header) {
			its.title = child->header;
			add(list, its);
			its.title = NULL;
		}
		add_argp(list, child->argp, &its);
	}
}

static int
compare_groups(int a, int b)
{
	return (a < 0) == (b < 0) ? (a > b) - (a < b) : a < 0 ? 1 : -1;
}

static char
first_letter(const struct argp_entry *entry)
{
	for (unsigned i = 0; i <= entry->aliases; i++)
		if (argp_is_short(entry->option + i))
			return (char)entry->option[i].key;
	return entry->option->name ? entry->option->name[0] : '\0';
}

static bool
has_short(const struct argp_entry *entry)
{
	return entry->option->name == NULL || first_letter(entry) != entry->option->name[0] ||
	       argp_is_short(entry->option);
}

static int
compare_names(const struct argp_entry *a, const struct argp_entry *b)
{
	char first = first_letter(a), second = first_letter(b);
	int order = tolower(first) - tolower(second);

	if (!has_short(a) && !has_short(b))
		return strcasecmp(a->option->name, b->option->name);
	return order ? order : second - first;
}

static bool
is_title(const struct argp_entry *entry)
{
	return !entry->option || (!entry->option->name && !entry->option->key);
}

static int
compare(const void *left, const void *right)
{
	const struct argp_entry *a = left, *b = right;
	int order = compare_groups(a->outer, b->outer);

	if (!order)
		order = (a->child > b->child) - (a->child < b->child);
	if (!order)
		order = !a->option - !b->option ? !b->option - !a->option : 0;
	if (!order)
		order = compare_groups(a->inner, b->inner);
	if (!order)
		order = is_title(b) - is_title(a);
	if (!order && !is_title(a))
		order = !!(a->option->flags & OPTION_DOC) - !!(b->option->flags & OPTION_DOC);
	if (!order && !is_title(a))
		order = compare_names(a, b);
	return order ? order : (a->number > b->number) - (a->number < b->number);
}

struct argp_entry *
argp_list(const struct argp *argp, unsigned *count)
{
	static const struct argp_entry nowhere;
	struct list list = {0};

	add_argp(&list, argp, &nowhere);
	list.entries = calloc(list.count + 1, sizeof(*list.entries));
	*count = list.count;
	if (!list.entries)
		return NULL;
	list.count = list.children = 0;
	add_argp(&list, argp, &nowhere);
	qsort(list.entries, list.count, sizeof(*list.entries), compare);
	return list.entries;
}
