/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A program of awk: its variables, its statements, and which of its actions are done.
 */
#include <stdlib.h>
#include <string.h>

#include "awk.h"

void
awk_fail(struct awk *awk)
{
	awk->failed = true;
	awk->at += strlen(awk->at);
}

void
awk_throw_away(struct awk *awk)
{
	while (awk->scrap_count > 0)
		free(awk->scraps[--awk->scrap_count]);
}

struct awk_variable *
awk_variable(struct awk *awk, const char *name, size_t length)
{
	struct awk_variable *variable = awk->variables;

	for (; variable < awk->variables + awk->variable_count; variable++)
		if (strncmp(variable->name, name, length) == 0 && variable->name[length] == '\0')
			return variable;
	if (awk->variable_count == AWK_VARIABLES_MAX || length >= AWK_NAME_SIZE)
		return NULL;
	memcpy(variable->name, name, length);
	variable->value = (struct awk_value){.text = "", .outside = true};
	awk->variable_count++;
	return variable;
}

/* Remembers what is to be freed at the record's end. Returns whether it can. */
static bool
remember(struct awk *awk, void *scrap)
{
	void **more = realloc(awk->scraps, (awk->scrap_count + 1) * sizeof(*more));

	if (more == NULL)
		return false;
	awk->scraps = more;
	awk->scraps[awk->scrap_count++] = scrap;
	return true;
}

char *
awk_scrap(struct awk *awk, size_t size)
{
	static char nothing[1];
	char *made = calloc(1, size);

	if (made != NULL && remember(awk, made))
		return made;
	free(made);
	awk_fail(awk);
	return nothing;
}

/* (What the variable had may be in use in the same expression.) */
void
awk_assign(struct awk *awk, struct awk_variable *variable, struct awk_value value)
{
	if (awk->out == NULL)
		return;
	if (variable->own != NULL && !remember(awk, variable->own))
		awk_fail(awk);
	variable->own = value.text != NULL ? strdup(value.text) : NULL;
	if (value.text != NULL && variable->own == NULL)
		awk_fail(awk);
	variable->value = value;
	if (value.text != NULL)
		variable->value.text = variable->own != NULL ? variable->own : "";
}

/* -- Statements -------------------------------------------------------------------------------- */

static bool
at_end(struct awk *awk)
{
	awk->at += strspn(awk->at, " \t");
	return strchr(";}\n", *awk->at) != NULL; /* the text's end, too */
}

static void
put(struct awk *awk, const char *text, size_t length)
{
	if (awk->out != NULL && !awk->failed)
		fwrite(text, 1, length, awk->out);
}

static void
put_line(struct awk *awk, const char *text)
{
	put(awk, text, strlen(text));
	put(awk, "\n", 1);
}

static void
print(struct awk *awk)
{
	bool first = true;

	if (at_end(awk)) {
		put_line(awk, awk->record);
		return;
	}
	while (!awk->failed && !at_end(awk)) {
		const char *text = awk_text(awk, awk_expression(awk));

		put(awk, " ", first ? 0 : 1);
		put(awk, text, strlen(text));
		first = false;
		if (!awk_take(awk, ",") && !at_end(awk))
			awk_fail(awk);
	}
	put(awk, "\n", 1);
}

/* One conversion, which begins at a %, of the next argument. Returns what stands behind it. */
static const char *
convert(struct awk *awk, const char *format)
{
	char form[32], made[512];
	size_t length = 1 + strspn(format + 1, "-+ #0123456789.");
	char letter = format[length];
	struct awk_value value;

	if (letter == '%' && length == 1) {
		put(awk, "%", 1);
		return format + 2;
	}
	if (length > sizeof(form) - 4 || letter == '\0' || !strchr("sdiouxXfeEgG", letter) ||
	    !awk_take(awk, ",")) {
		awk_fail(awk);
		return "";
	}
	value = awk_expression(awk);
	snprintf(form, sizeof(form), "%.*s%s%c", (int)length, format,
		 strchr("diouxX", letter) != NULL ? "ll" : "", letter);
	if (letter == 's' && length == 1) /* of any length */
		put(awk, awk_text(awk, value), strlen(awk_text(awk, value)));
	else if (letter == 's')
		snprintf(made, sizeof(made), form, awk_text(awk, value));
	else if (strchr("feEgG", letter) != NULL)
		snprintf(made, sizeof(made), form, awk_number(value));
	else
		snprintf(made, sizeof(made), form, (long long)awk_number(value));
	if (letter != 's' || length > 1)
		put(awk, made, strlen(made));
	return format + length + 1;
}

static void
print_formatted(struct awk *awk)
{
	bool parentheses = awk_take(awk, "(");
	const char *format = awk_text(awk, awk_expression(awk));

	while (!awk->failed && *format != '\0') {
		size_t plain = strcspn(format, "%");

		put(awk, format, plain);
		format += plain;
		if (*format == '%')
			format = convert(awk, format);
	}
	if (parentheses && !awk_take(awk, ")"))
		awk_fail(awk);
}

/* { STATEMENT; STATEMENT } */
static void
action(struct awk *awk)
{
	while (!awk->failed) {
		awk->at += strspn(awk->at, " \t\n;");
		if (awk_take(awk, "}"))
			return;
		awk->no_greater = true;
		if (awk_take(awk, "printf"))
			print_formatted(awk);
		else if (awk_take(awk, "print"))
			print(awk);
		else
			awk_expression(awk);
		awk->no_greater = false;
		if (!at_end(awk) || *awk->at == '\0')
			awk_fail(awk);
	}
}

void
awk_run(struct awk *awk, const char *program, enum awk_phase phase, FILE *out)
{
	awk->at = program;
	while (awk->at += strspn(awk->at, " \t\n;"), *awk->at != '\0') {
		bool begin = awk_take(awk, "BEGIN"), end = !begin && awk_take(awk, "END");
		enum awk_phase when = begin ? AWK_BEGIN : end ? AWK_END : AWK_RECORD;
		bool chosen = when == phase;

		awk->out = NULL;
		if (when == AWK_RECORD && *awk->at != '{')
			chosen &= awk_true(awk_expression(awk));
		awk->out = chosen ? out : NULL;
		if (awk_take(awk, "{"))
			action(awk);
		else if (when == AWK_RECORD)
			put_line(awk, awk->record);
		else
			awk_fail(awk);
	}
}
