/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A directive is read into struct directive, its argument is fetched once, and one of three
 * writers (character, string, number) puts it out with its padding. Output that does not fit
 * is counted but not stored.
 */
#include "kernel/base/format.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#define FIELD_MAX 1024 /* a wider width or precision is cut to this */
#define DIGITS_MAX 20  /* of UINT64_MAX in decimal */

struct output {
	char *buffer;
	size_t size;
	size_t length; /* of the whole text, stored or not */
};

enum length { LENGTH_CHAR, LENGTH_SHORT, LENGTH_INT, LENGTH_LONG, LENGTH_LONG_LONG, LENGTH_SIZE };

struct directive {
	bool left, zero, alternate;
	char sign; /* what stands before a positive signed number: '+', ' ' or 0 */
	int width;
	int precision; /* -1: none was given */
	enum length length;
	char conversion;
};

struct number {
	const char *prefix; /* "", "-", "0x", … */
	uint64_t magnitude;
	unsigned base;
	bool upper;
};

static void
put_character(struct output *out, char c)
{
	if (out->length + 1 < out->size)
		out->buffer[out->length] = c;
	out->length++;
}

static void
put_repeated(struct output *out, char c, int count)
{
	while (count-- > 0)
		put_character(out, c);
}

static void
put_padded(struct output *out, const struct directive *d, const char *text, int length)
{
	if (!d->left)
		put_repeated(out, ' ', d->width - length);
	for (int i = 0; i < length; i++)
		put_character(out, text[i]);
	if (d->left)
		put_repeated(out, ' ', d->width - length);
}

static void
put_string(struct output *out, const struct directive *d, const char *text)
{
	int length = 0;

	if (!text)
		text = "(null)";
	while ((d->precision < 0 || length < d->precision) && length < INT_MAX && text[length])
		length++;
	put_padded(out, d, text, length);
}

static void
put_number(struct output *out, const struct directive *d, const struct number *n)
{
	const char *alphabet = n->upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char digits[DIGITS_MAX];
	int count = 0, prefix = 0, zeros;

	for (uint64_t rest = n->magnitude; rest; rest /= n->base)
		digits[count++] = alphabet[rest % n->base];
	while (n->prefix[prefix])
		prefix++;
	if (d->precision >= 0)
		zeros = d->precision - count;
	else if (d->zero && !d->left)
		zeros = MAX(d->width - prefix - count, !count);
	else
		zeros = !count;
	zeros = MAX(zeros, 0);

	if (!d->left)
		put_repeated(out, ' ', d->width - prefix - zeros - count);
	for (int i = 0; i < prefix; i++)
		put_character(out, n->prefix[i]);
	put_repeated(out, '0', zeros);
	for (int i = count; i > 0; i--)
		put_character(out, digits[i - 1]);
	if (d->left)
		put_repeated(out, ' ', d->width - prefix - zeros - count);
}

static int64_t
fetch_signed(enum length length, va_list *args)
{
	switch (length) {
	case LENGTH_CHAR:
		return (signed char)va_arg(*args, int);
	case LENGTH_SHORT:
		return (short)va_arg(*args, int);
	case LENGTH_LONG:
	case LENGTH_LONG_LONG:
	case LENGTH_SIZE:
		return va_arg(*args, long long);
	default:
		return va_arg(*args, int);
	}
}

static uint64_t
fetch_unsigned(enum length length, va_list *args)
{
	switch (length) {
	case LENGTH_CHAR:
		return (unsigned char)va_arg(*args, unsigned);
	case LENGTH_SHORT:
		return (unsigned short)va_arg(*args, unsigned);
	case LENGTH_LONG:
	case LENGTH_LONG_LONG:
	case LENGTH_SIZE:
		return va_arg(*args, unsigned long long);
	default:
		return va_arg(*args, unsigned);
	}
}

static void
put_signed(struct output *out, const struct directive *d, int64_t value)
{
	struct number n = {"", (uint64_t)value, 10, false};

	if (value < 0) {
		n.prefix = "-";
		n.magnitude = -(uint64_t)value;
	} else if (d->sign) {
		n.prefix = d->sign == '+' ? "+" : " ";
	}
	put_number(out, d, &n);
}

static void
put_hexadecimal(struct output *out, const struct directive *d, uint64_t value)
{
	struct number n = {"", value, 16, d->conversion == 'X'};

	if (d->alternate && value)
		n.prefix = n.upper ? "0X" : "0x";
	put_number(out, d, &n);
}

/* Reads a width or precision: digits, or '*' for an argument. Cut to +-FIELD_MAX. */
static const char *
field_read(int *field, const char *format, va_list *args)
{
	*field = 0;
	if (*format == '*') {
		int value = va_arg(*args, int);

		*field = MAX(MIN(value, FIELD_MAX), -FIELD_MAX);
		return format + 1;
	}
	for (; *format >= '0' && *format <= '9'; format++)
		*field = MIN(*field * 10 + *format - '0', FIELD_MAX);
	return format;
}

static const char *
flags_read(struct directive *d, const char *format)
{
	for (;; format++) {
		if (*format == '-')
			d->left = true;
		else if (*format == '0')
			d->zero = true;
		else if (*format == '#')
			d->alternate = true;
		else if (*format == '+' || (*format == ' ' && !d->sign))
			d->sign = *format;
		else if (*format != ' ')
			return format;
	}
}

static const char *
length_read(enum length *length, const char *format)
{
	if (*format == 'z') {
		*length = LENGTH_SIZE;
		return format + 1;
	}
	if (*format == 'h') {
		*length = format[1] == 'h' ? LENGTH_CHAR : LENGTH_SHORT;
		return format + 1 + (format[1] == 'h');
	}
	if (*format == 'l') {
		*length = format[1] == 'l' ? LENGTH_LONG_LONG : LENGTH_LONG;
		return format + 1 + (format[1] == 'l');
	}
	return format;
}

/* Returns the character after the directive that begins at `format`, behind its '%'. */
static const char *
directive_read(struct directive *d, const char *format, va_list *args)
{
	*d = (struct directive){.precision = -1, .length = LENGTH_INT};
	format = field_read(&d->width, flags_read(d, format), args);
	if (d->width < 0) {
		d->left = true;
		d->width = -d->width;
	}
	if (*format == '.')
		format = field_read(&d->precision, format + 1, args);
	format = length_read(&d->length, format);
	d->conversion = *format;
	return *format ? format + 1 : format;
}

/* Puts one directive out. Returns false, with nothing put out, for an unknown conversion. */
static bool
convert(struct output *out, struct directive *d, va_list *args)
{
	char c;

	switch (d->conversion) {
	case 'c':
		c = (char)va_arg(*args, int);
		put_padded(out, d, &c, 1);
		return true;
	case 's':
		put_string(out, d, va_arg(*args, const char *));
		return true;
	case 'd':
	case 'i':
		put_signed(out, d, fetch_signed(d->length, args));
		return true;
	case 'u':
		put_number(out, d,
			   &(struct number){"", fetch_unsigned(d->length, args), 10, false});
		return true;
	case 'x':
	case 'X':
		put_hexadecimal(out, d, fetch_unsigned(d->length, args));
		return true;
	case 'p':
		put_number(out, d,
			   &(struct number){"0x", (uintptr_t)va_arg(*args, void *), 16, false});
		return true;
	case '%':
		put_character(out, '%');
		return true;
	default:
		return false;
	}
}

size_t
format_text_va(char *buffer, size_t size, const char *format, va_list arguments)
{
	struct output out = {buffer, size, 0};
	struct directive d;
	va_list args;

	va_copy(args, arguments);
	while (*format) {
		const char *start = format;

		if (*format++ != '%') {
			put_character(&out, *start);
			continue;
		}
		format = directive_read(&d, format, &args);
		if (!convert(&out, &d, &args))
			while (start < format)
				put_character(&out, *start++);
	}
	va_end(args);
	if (size)
		buffer[MIN(out.length, size - 1)] = '\0';
	return out.length;
}

size_t
format_text(char *buffer, size_t size, const char *format, ...)
{
	va_list args;
	size_t length;

	va_start(args, format);
	length = format_text_va(buffer, size, format, args);
	va_end(args);
	return length;
}
