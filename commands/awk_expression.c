/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Expressions of awk, computed as they are read (POSIX awk, "Expressions in awk", without its
 * functions but int() and length(), arrays, ?: and ^). One function for each rank of operators, the
 * loosest last.
 */
#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "awk.h"

#define NUMBER_SIZE 32
#define LARGEST_INTEGER 1e15

static struct awk_value
number(double value)
{
	return (struct awk_value){.number = value};
}

/* Without what is behind the point. (There may be no libm in the link.) */
static double
whole(double value)
{
	return value < LARGEST_INTEGER && value > -LARGEST_INTEGER ? (double)(long long)value
								   : value;
}

static double
remainder_of(double value, double by)
{
	return value - by * whole(value / by);
}

static struct awk_value
text(const char *value, bool outside)
{
	return (struct awk_value){.text = value, .outside = outside};
}

double
awk_number(struct awk_value value)
{
	return value.text != NULL ? strtod(value.text, NULL) : value.number;
}

/* Whether it is a number: text from outside may be one, with blanks around. */
static bool
is_number(struct awk_value value)
{
	char *end;

	if (value.text == NULL)
		return true;
	strtod(value.text, &end);
	return value.outside && end != value.text && end[strspn(end, " \t\n")] == '\0';
}

const char *
awk_text(struct awk *awk, struct awk_value value)
{
	char *made;

	if (value.text != NULL)
		return value.text;
	made = awk_scrap(awk, NUMBER_SIZE);
	if (awk->failed)
		return made;
	if (value.number == whole(value.number) && value.number < LARGEST_INTEGER &&
	    value.number > -LARGEST_INTEGER)
		snprintf(made, NUMBER_SIZE, "%lld", (long long)value.number);
	else
		snprintf(made, NUMBER_SIZE, "%.6g", value.number);
	return made;
}

bool
awk_true(struct awk_value value)
{
	return is_number(value) ? awk_number(value) != 0 : value.text[0] != '\0';
}

bool
awk_take(struct awk *awk, const char *word)
{
	size_t length = strlen(word);

	awk->at += strspn(awk->at, " \t");
	if (strncmp(awk->at, word, length) != 0)
		return false;
	/* (A name ends where it ends.) */
	if (isalpha((unsigned char)word[length - 1]) &&
	    (isalnum((unsigned char)awk->at[length]) || awk->at[length] == '_'))
		return false;
	awk->at += length;
	return true;
}

static bool
matches(struct awk *awk, const char *subject, const char *pattern)
{
	regex_t regex;
	bool found;

	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
		awk_fail(awk);
		return false;
	}
	found = regexec(&regex, subject, 0, NULL, 0) == 0;
	regfree(&regex);
	return found;
}

/* What stands between two of the character that was taken, "\x" in text being one character. */
static const char *
quoted(struct awk *awk, char end)
{
	const char *from = awk->at;
	char *to, *made = awk_scrap(awk, strlen(from) + 1);

	if (awk->failed)
		return made;
	for (to = made; *from != end && *from != '\0'; from++) {
		static const char letters[] = "ntr\"\\/", meant[] = "\n\t\r\"\\/";
		const char *letter = *from == '\\' && from[1] ? strchr(letters, from[1]) : NULL;

		if (letter != NULL && (end == '"' || from[1] == '/'))
			*to++ = meant[letter - letters], from++;
		else
			*to++ = *from;
	}
	awk->at = from + (*from == end);
	if (*from != end)
		awk_fail(awk);
	*to = '\0';
	return made;
}

static struct awk_value
field(struct awk *awk, double which)
{
	if (awk->fields == NULL || which < 0 || which > (double)awk->field_count)
		return text("", true);
	return text(awk->fields[(size_t)which], true);
}

/* A variable, with what is done to it; NR and NF are no others' to change. */
static struct awk_value
named(struct awk *awk, const char *name, size_t length)
{
	static const char *const operators[] = {"++", "--", "+=", "-=", "*=", "/="};
	struct awk_variable *variable;
	struct awk_value before;

	if (length == 2 && strncmp(name, "NR", length) == 0)
		return number((double)awk->record_number);
	if (length == 2 && strncmp(name, "NF", length) == 0)
		return number((double)awk->field_count);
	variable = awk_variable(awk, name, length);
	if (variable == NULL || awk_take(awk, "(") || awk_take(awk, "["))
		return awk_fail(awk), number(0);
	before = variable->value;
	for (unsigned i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		double now = awk_number(before), by = 1;

		if (!awk_take(awk, operators[i]))
			continue;
		if (i > 1)
			by = awk_number(awk_expression(awk));
		now = i == 4 ? now * by : i == 5 ? now / by : i & 1 ? now - by : now + by;
		awk_assign(awk, variable, number(now));
		return i > 1 ? number(now) : number(awk_number(before));
	}
	if (strncmp(awk->at, "==", 2) == 0 || !awk_take(awk, "="))
		return before;
	awk_assign(awk, variable, awk_expression(awk));
	return variable->value;
}

static struct awk_value
in_parentheses(struct awk *awk)
{
	bool outer = awk->no_greater;
	struct awk_value value;

	awk->no_greater = false;
	value = awk_expression(awk);
	awk->no_greater = outer;
	if (!awk_take(awk, ")"))
		awk_fail(awk);
	return value;
}

static struct awk_value
primary(struct awk *awk)
{
	const char *from;
	char *end;

	if (awk_take(awk, "$"))
		return field(awk, awk_number(primary(awk)));
	if (awk_take(awk, "("))
		return in_parentheses(awk);
	if (awk_take(awk, "\""))
		return text(quoted(awk, '"'), false);
	if (awk_take(awk, "/"))
		return number(matches(awk, awk->record, quoted(awk, '/')));
	if (awk_take(awk, "!"))
		return number(!awk_true(primary(awk)));
	if (awk_take(awk, "-"))
		return number(-awk_number(primary(awk)));
	if (awk_take(awk, "int("))
		return number(whole(awk_number(in_parentheses(awk))));
	if (awk_take(awk, "length("))
		return number((double)strlen(awk_text(awk, in_parentheses(awk))));
	from = awk->at;
	if (isdigit((unsigned char)*from)) {
		double value = strtod(from, &end);

		awk->at = end;
		return number(value);
	}
	while (isalnum((unsigned char)*awk->at) || *awk->at == '_')
		awk->at++;
	if (awk->at == from)
		return awk_fail(awk), number(0);
	return named(awk, from, (size_t)(awk->at - from));
}

static struct awk_value
product(struct awk *awk)
{
	struct awk_value value = primary(awk);

	for (;;) {
		if (awk_take(awk, "*"))
			value = number(awk_number(value) * awk_number(primary(awk)));
		else if (awk_take(awk, "/"))
			value = number(awk_number(value) / awk_number(primary(awk)));
		else if (awk_take(awk, "%"))
			value = number(remainder_of(awk_number(value), awk_number(primary(awk))));
		else
			return value;
	}
}

static struct awk_value
sum(struct awk *awk)
{
	struct awk_value value = product(awk);

	for (;;) {
		if (awk_take(awk, "+"))
			value = number(awk_number(value) + awk_number(product(awk)));
		else if (awk_take(awk, "-"))
			value = number(awk_number(value) - awk_number(product(awk)));
		else
			return value;
	}
}

/* Values side by side are joined. */
static struct awk_value
joined(struct awk *awk)
{
	struct awk_value value = sum(awk);

	for (;;) {
		const char *one, *other;
		char *both;

		awk->at += strspn(awk->at, " \t");
		if (*awk->at == '\0' || (strchr("$\"(_", *awk->at) == NULL &&
					 !isalnum((unsigned char)*awk->at)))
			return value;
		one = awk_text(awk, value);
		other = awk_text(awk, sum(awk));
		both = awk_scrap(awk, strlen(one) + strlen(other) + 1);
		if (!awk->failed)
			strcat(strcpy(both, one), other);
		value = text(both, false);
	}
}

static int
order(struct awk *awk, struct awk_value one, struct awk_value other)
{
	if (is_number(one) && is_number(other))
		return (awk_number(one) > awk_number(other)) -
		       (awk_number(one) < awk_number(other));
	return strcmp(awk_text(awk, one), awk_text(awk, other));
}

static struct awk_value
comparison(struct awk *awk)
{
	struct awk_value value = joined(awk);

	if (awk_take(awk, "=="))
		return number(order(awk, value, joined(awk)) == 0);
	if (awk_take(awk, "!="))
		return number(order(awk, value, joined(awk)) != 0);
	if (awk_take(awk, "<="))
		return number(order(awk, value, joined(awk)) <= 0);
	if (awk_take(awk, "<"))
		return number(order(awk, value, joined(awk)) < 0);
	if (!awk->no_greater && awk_take(awk, ">="))
		return number(order(awk, value, joined(awk)) >= 0);
	if (!awk->no_greater && awk_take(awk, ">"))
		return number(order(awk, value, joined(awk)) > 0);
	return value;
}

/* What stands behind ~: a pattern between slashes, or any value's text. */
static const char *
pattern(struct awk *awk)
{
	return awk_take(awk, "/") ? quoted(awk, '/') : awk_text(awk, comparison(awk));
}

static struct awk_value
match(struct awk *awk)
{
	struct awk_value value = comparison(awk);

	if (awk_take(awk, "~"))
		return number(matches(awk, awk_text(awk, value), pattern(awk)));
	if (awk_take(awk, "!~"))
		return number(!matches(awk, awk_text(awk, value), pattern(awk)));
	return value;
}

static struct awk_value
conjunction(struct awk *awk)
{
	struct awk_value value = match(awk);

	while (awk_take(awk, "&&")) {
		bool other = awk_true(match(awk));

		value = number(awk_true(value) && other);
	}
	return value;
}

struct awk_value
awk_expression(struct awk *awk)
{
	struct awk_value value = conjunction(awk);

	while (awk_take(awk, "||")) {
		bool other = awk_true(conjunction(awk));

		value = number(awk_true(value) || other);
	}
	return value;
}
