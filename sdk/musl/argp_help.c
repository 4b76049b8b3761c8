/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Help about an argp: usage, long or short, the texts, and the list of options, laid out as glibc
 * does.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/musl/argp_internal.h"

#define RIGHT 79	/* columns */
#define SHORT_COLUMN 2	/* of short options */
#define LONG_COLUMN 6	/* of long ones that have none before them */
#define TEXT_COLUMN 29	/* of their texts */
#define TITLE_COLUMN 1
#define USAGE_COLUMN 12

struct page {
	FILE *stream;
	int column;
};

static void
put(struct page *page, const char *text, int length)
{
	page->column += fprintf(page->stream, "%.*s", length, text);
}

static void
end_line(struct page *page)
{
	putc('\n', page->stream);
	page->column = 0;
}

static void
indent_to(struct page *page, int column)
{
	while (page->column < column)
		put(page, " ", 1);
}

/* Writes what must stay together behind a blank, or on a line of its own. */
static void
put_word(struct page *page, const char *word, int length, int left)
{
	if (page->column > left && page->column + 1 + length >= RIGHT)
		end_line(page);
	if (page->column > left)
		put(page, " ", 1);
	indent_to(page, left);
	put(page, word, length);
}

/* Writes a text, broken at blanks, in the columns from `left` on. */
static void
fill(struct page *page, const char *text, size_t size, int left)
{
	const char *end = text + size;

	while (text < end) {
		size_t length = strcspn(text, " \n");

		if (length > (size_t)(end - text))
			length = (size_t)(end - text);
		if (length)
			put_word(page, text, (int)length, left);
		text += length;
		if (text < end && *text++ == '\n')
			end_line(page);
	}
}

/* -- Options ----------------------------------------------------------------------------------- */

static bool
is_hidden(const struct argp_option *option)
{
	return option->flags & OPTION_HIDDEN;
}

/* "-q, -s", with the argument if there is no long name; returns how many. */
static unsigned
put_shorts(struct page *page, const struct argp_entry *entry, bool alone)
{
	const struct argp_option *real = entry->option;
	unsigned count = 0;

	for (const struct argp_option *option = real; option <= real + entry->aliases; option++) {
		if (!argp_is_short(option) || is_hidden(option))
			continue;
		if (count++)
			put(page, ", ", 2);
		indent_to(page, SHORT_COLUMN);
		page->column += fprintf(page->stream, "-%c", option->key);
		if (alone && real->arg)
			page->column += fprintf(page->stream,
						real->flags & OPTION_ARG_OPTIONAL ? "[%s]" : " %s",
						real->arg);
	}
	return count;
}

static void
put_longs(struct page *page, const struct argp_entry *entry, unsigned before)
{
	const struct argp_option *real = entry->option;

	for (const struct argp_option *option = real; option <= real + entry->aliases; option++) {
		if (!option->name || is_hidden(option))
			continue;
		if (before++)
			put(page, ", ", 2);
		if (option->flags & OPTION_DOC) {
			indent_to(page, SHORT_COLUMN);
			put(page, option->name, INT_MAX);
			continue;
		}
		indent_to(page, LONG_COLUMN);
		page->column += fprintf(page->stream, "--%s", option->name);
		if (real->arg)
			page->column += fprintf(page->stream,
						real->flags & OPTION_ARG_OPTIONAL ? "[=%s]"
										  : "=%s",
						real->arg);
	}
}

static bool
has_long(const struct argp_entry *entry)
{
	for (unsigned i = 0; i <= entry->aliases; i++)
		if (entry->option[i].name && !is_hidden(entry->option + i))
			return true;
	return false;
}

/* Notes in *both whether an argument is shown for a long option and meant for a short one too. */
static void
put_option(struct page *page, const struct argp_entry *entry, bool *both)
{
	const char *doc = entry->option->doc;
	bool with_long = has_long(entry);
	unsigned shorts = put_shorts(page, entry, !with_long);

	put_longs(page, entry, shorts);
	*both = *both || (shorts && with_long && entry->option->arg);
	if (doc && *doc) {
		if (page->column > TEXT_COLUMN + 3)
			end_line(page);
		else if (page->column >= TEXT_COLUMN)
			indent_to(page, page->column + 3);
		indent_to(page, TEXT_COLUMN);
		fill(page, doc, strlen(doc), TEXT_COLUMN);
	}
	end_line(page);
}

static bool
put_entries(struct page *page, const struct argp_entry *entries, unsigned count)
{
	const struct argp_entry *last = NULL;
	bool both = false;

	for (const struct argp_entry *entry = entries; entry < entries + count; entry++) {
		const char *title = entry->title;

		if (entry->option && is_hidden(entry->option))
			continue;
		if (last && (last->outer != entry->outer || last->child != entry->child ||
			     (last->option && last->inner != entry->inner)))
			end_line(page);
		last = entry;
		if (entry->option && !entry->option->name && !entry->option->key)
			title = entry->option->doc;
		if (!title) {
			put_option(page, entry, &both);
		} else if (*title) {
			indent_to(page, TITLE_COLUMN);
			fill(page, title, strlen(title), TITLE_COLUMN);
			end_line(page);
		}
	}
	return both;
}

static void
put_list(struct page *page, const struct argp *argp)
{
	static const char note[] = "Mandatory or optional arguments to long options are also "
				   "mandatory or optional for any corresponding short options.";
	unsigned count;
	struct argp_entry *entries = argp_list(argp, &count);

	if (entries && put_entries(page, entries, count)) {
		end_line(page);
		fill(page, note, sizeof(note) - 1, 0);
		end_line(page);
	}
	free(entries);
}

/* -- Usage ------------------------------------------------------------------------------------- */

/* "[-x ARG]", "[--long=ARG]": `before` and `optional` are what comes before the argument. */
static void
put_usage(struct page *page, const char *name, const struct argp_option *real, const char *before,
	  const char *optional)
{
	char *text;
	int length;
	bool may = real->flags & OPTION_ARG_OPTIONAL;

	if (real->arg)
		length = asprintf(&text, "[%s%s%s%s]", name, may ? optional : before, real->arg,
				  may ? "]" : "");
	else
		length = asprintf(&text, "[%s]", name);
	if (length < 0)
		return;
	put_word(page, text, length, USAGE_COLUMN);
	free(text);
}

enum usage {
	LETTERS,
	SHORT_WITH_ARGUMENT,
	LONG,
};

/* Of one option, what is due in that part of the usage; letters are gathered. */
static void
use(struct page *page, const struct argp_option *option, const struct argp_option *real,
    enum usage part, char *letters)
{
	char name[256];

	if (!argp_is_option(option) || is_hidden(option) || is_hidden(real) ||
	    (option->flags & OPTION_NO_USAGE))
		return;
	if (part == LETTERS && argp_is_short(option) && !real->arg) {
		letters[strlen(letters)] = (char)option->key;
	} else if (part == SHORT_WITH_ARGUMENT && argp_is_short(option) && real->arg) {
		snprintf(name, sizeof(name), "-%c", option->key);
		put_usage(page, name, real, " ", "[");
	} else if (part == LONG && option->name) {
		snprintf(name, sizeof(name), "--%s", option->name);
		put_usage(page, name, real, "=", "[=");
	}
}

static void
put_all_usage(struct page *page, const struct argp *argp)
{
	unsigned count;
	struct argp_entry *entries = argp_list(argp, &count);

	for (enum usage part = LETTERS; entries && part <= LONG; part++) {
		char letters[128] = "[-";

		for (unsigned i = 0; i < count; i++)
			for (unsigned name = 0; entries[i].option && name <= entries[i].aliases;
			     name++)
				use(page, entries[i].option + name, entries[i].option, part,
				    letters);
		if (letters[2]) {
			strcat(letters, "]");
			put_word(page, letters, (int)strlen(letters), USAGE_COLUMN);
		}
	}
	free(entries);
}

/* The next of the lines about arguments, over all argps that have some; false: it was the last. */
static bool
put_arguments(struct page *page, const struct argp *argp, unsigned line)
{
	const char *text = argp->args_doc;
	bool more = false;

	if (text) {
		for (; line && strchr(text, '\n'); line--)
			text = strchr(text, '\n') + 1;
		more = strchr(text, '\n');
		fill(page, text, strcspn(text, "\n"), USAGE_COLUMN);
	}
	for (const struct argp_child *child = argp->children; child && child->argp; child++)
		more |= put_arguments(page, child->argp, line);
	return more;
}

static void
put_usages(struct page *page, const struct argp *argp, unsigned flags, const char *name)
{
	bool more = true;

	for (unsigned line = 0; more; line++) {
		page->column += fprintf(page->stream, "%s %s", line ? "  or: " : "Usage:", name);
		if (flags & ARGP_HELP_SHORT_USAGE || line)
			put_word(page, "[OPTION...]", 11, USAGE_COLUMN);
		else
			put_all_usage(page, argp);
		more = put_arguments(page, argp, line);
		end_line(page);
	}
}

/* -- All of it --------------------------------------------------------------------------------- */

/* The part of each argp's text before or behind "\v"; returns whether there was any. */
static bool
put_texts(struct page *page, const struct argp *argp, bool behind, bool before)
{
	const char *text = argp->doc;
	const char *parted = text ? strchr(text, '\v') : NULL;

	if (behind)
		text = parted ? parted + 1 : NULL;
	if (text && *text && text != parted) {
		if (before)
			end_line(page);
		fill(page, text, parted && !behind ? (size_t)(parted - text) : strlen(text), 0);
		end_line(page);
		before = true;
	}
	for (const struct argp_child *child = argp->children; child && child->argp; child++)
		before = put_texts(page, child->argp, behind, before);
	return before;
}

void
argp_write_help(const struct argp *argp, FILE *stream, unsigned flags, const char *name)
{
	struct page page = {.stream = stream};
	bool before = false;

	if (flags & (ARGP_HELP_USAGE | ARGP_HELP_SHORT_USAGE))
		put_usages(&page, argp, flags, name);
	if (flags & ARGP_HELP_PRE_DOC)
		before = put_texts(&page, argp, false, false);
	if (flags & ARGP_HELP_SEE)
		fprintf(stream, "Try `%s --help' or `%s --usage' for more information.\n", name,
			name);
	if (flags & ARGP_HELP_LONG) {
		if (before)
			end_line(&page);
		put_list(&page, argp);
		before = true;
	}
	if (flags & ARGP_HELP_POST_DOC)
		put_texts(&page, argp, true, before);
	if ((flags & ARGP_HELP_BUG_ADDR) && argp_program_bug_address) {
		if (before)
			end_line(&page);
		fprintf(stream, "Report bugs to %s.\n", argp_program_bug_address);
	}
}
