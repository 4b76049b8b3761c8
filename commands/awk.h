/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What awk's two files share: the program's text as it is read, and the record that it is about.
 */
#ifndef COMMANDS_AWK_H
#define COMMANDS_AWK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define AWK_VARIABLES_MAX 16
#define AWK_NAME_SIZE     24

/*
 * A number, or text. Text that came from outside and looks like a number is compared as one (POSIX
 * awk, "Expressions in awk").
 */
struct awk_value {
	const char *text; /* NULL: a number */
	double number;
	bool outside;
};

struct awk_variable {
	char name[AWK_NAME_SIZE];
	struct awk_value value;
	char *own; /* the value's text, or NULL */
};

/* When an action is done: before all records, for one, behind all. */
enum awk_phase { AWK_BEGIN, AWK_RECORD, AWK_END };

struct awk {
	const char *at; /* the program, from here on */
	FILE *out;       /* NULL: the program is read, and nothing done */
	bool failed;     /* it is not understood */
	bool no_greater; /* > is no comparison: it would be a redirection of print's */
	const char *separator;
	char *record;
	char **fields; /* from 1 on; [0] is the record */
	unsigned long field_count, record_number;
	struct awk_variable variables[AWK_VARIABLES_MAX];
	unsigned variable_count;
	void **scraps; /* text that lasts until the record's end */
	size_t scrap_count;
};

#define AWK_INTERNAL(name) __asm__("__linuxless_awk_" #name)

/* Reads the program, and does what belongs to a phase; with `out` NULL nothing. */
void awk_run(struct awk *awk, const char *program, enum awk_phase phase, FILE *out)
	AWK_INTERNAL(run);

/* The value of the expression that the program goes on with. */
struct awk_value awk_expression(struct awk *awk) AWK_INTERNAL(expression);

double awk_number(struct awk_value value) AWK_INTERNAL(number);
const char *awk_text(struct awk *awk, struct awk_value value) AWK_INTERNAL(text);
bool awk_true(struct awk_value value) AWK_INTERNAL(true);

/* Goes past white space (line ends too, where they mean nothing) and a word, if it is the next. */
bool awk_take(struct awk *awk, const char *word) AWK_INTERNAL(take);

/* What follows is not understood: no more of the program is read. */
void awk_fail(struct awk *awk) AWK_INTERNAL(fail);

/* Memory until the record's end; the program fails where there is none, and has "". */
char *awk_scrap(struct awk *awk, size_t size) AWK_INTERNAL(scrap);

/* Frees what lasts until the record's end. */
void awk_throw_away(struct awk *awk) AWK_INTERNAL(throw_away);

/* The variable of a name, made if it is not there; NULL: too many. */
struct awk_variable *awk_variable(struct awk *awk, const char *name, size_t length)
	AWK_INTERNAL(variable);

/* Gives a variable a value of its own. */
void awk_assign(struct awk *awk, struct awk_variable *variable, struct awk_value value)
	AWK_INTERNAL(assign);

#endif
