/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which node a PCI root bridge is near, where AML says so in constants, found by the bytes that its
 * encoding fixes (ACPI 6.5 §20.2), without an interpreter:
 *
 *	Device (PC40) { … _HID … Name (_BBN, 0x40) … Name (_PXM, 1) … }
 *	Scope (\_SB.PC40) { Method (_PXM) { Return (1) } }
 *	Method (_PXM) { If (…) { Return (1) } … }
 *
 * The last is what servers have whose setup can part a socket into clusters. Where each Return of a
 * method has the same constant that is the answer, whatever the condition; else there is none. A
 * Scope and a Device belong together by the last part of their names.
 */
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/string.h"

#define AML_METHOD 0x14
#define AML_SCOPE 0x10
#define AML_EXTENDED 0x5b
#define AML_DEVICE 0x82 /* behind AML_EXTENDED */
#define AML_DUAL_NAME 0x2e
#define AML_MULTI_NAME 0x2f
#define AML_ROOT_CHARACTER '\\'
#define AML_PARENT_CHARACTER '^'
#define AML_RETURN_VALUE 0xa4
#define AML_MORE_LENGTH_SHIFT 6
#define AML_SHORT_LENGTH_MASK 0x3f
#define AML_LONG_LENGTH_MASK 0x0f
#define AML_SEGMENT 4 /* bytes of a name's part */

/* [at, end) of an object's bytes. */
struct aml_span {
	const uint8_t *at, *end;
};

/* Reads a package's length at span->at, §20.2.4: what is left of the span is its inside. */
static bool
enter_package(struct aml_span *span)
{
	const uint8_t *start = span->at;
	size_t left = (size_t)(span->end - start), length;

	if (left == 0)
		return false;
	unsigned more = start[0] >> AML_MORE_LENGTH_SHIFT;
	if (left < 1 + more)
		return false;
	length = start[0] & (more ? AML_LONG_LENGTH_MASK : AML_SHORT_LENGTH_MASK);
	for (unsigned i = 0; i < more; i++)
		length |= (size_t)start[1 + i] << (4 + 8 * i);
	if (length < 1 + more || length > left)
		return false;
	span->at = start + 1 + more;
	span->end = start + length;
	return true;
}

/* Whether a name's part may begin with, or have, this character, §20.2.2. */
static bool
is_name_character(uint8_t character)
{
	return (character >= 'A' && character <= 'Z') || character == '_' ||
	       (character >= '0' && character <= '9');
}

/* Passes a name at span->at, and gives its last part; NULL: it is none. */
static const uint8_t *
pass_name(struct aml_span *span)
{
	unsigned parts = 1;

	while (span->at < span->end &&
	       (*span->at == AML_ROOT_CHARACTER || *span->at == AML_PARENT_CHARACTER))
		span->at++;
	if (span->at < span->end && *span->at == AML_DUAL_NAME) {
		parts = 2;
		span->at++;
	} else if (span->end - span->at >= 2 && *span->at == AML_MULTI_NAME) {
		parts = span->at[1];
		span->at += 2;
	}
	if (parts == 0 || (size_t)(span->end - span->at) < (size_t)parts * AML_SEGMENT)
		return NULL;
	span->at += (size_t)parts * AML_SEGMENT;
	for (unsigned i = 1; i <= AML_SEGMENT; i++) {
		if (!is_name_character(span->at[-(int)i]))
			return NULL;
	}
	return span->at - AML_SEGMENT;
}

/*
 * The constant that all Returns of a method have. Returns how many there are, 0 also when they
 * differ, or one returns something else.
 */
static unsigned
constant_of_returns(const struct aml_span *method, uint32_t *value)
{
	unsigned count = 0;

	for (const uint8_t *at = method->at; at < method->end; at++) {
		const uint8_t *behind = at + 1;
		uint32_t constant;

		if (*at != AML_RETURN_VALUE)
			continue;
		if (!acpi_aml_integer(&behind, method->end, &constant) ||
		    (count && constant != *value))
			return 0;
		*value = constant;
		count++;
		at = behind - 1;
	}
	return count;
}

/* Whether a method of this name begins at its package's length; then what it returns. */
static bool
constant_of_method(struct aml_span span, const char *name, uint32_t *value)
{
	if (!enter_package(&span) || span.end - span.at <= AML_SEGMENT ||
	    memcmp(span.at, name, AML_SEGMENT) != 0)
		return false;
	span.at += AML_SEGMENT + 1; /* and its flags */
	return constant_of_returns(&span, value) > 0;
}

/* The constant of an object's Name or Method; false when it has none. */
static bool
constant_of(const struct aml_span *object, const char *name, uint32_t *value)
{
	for (const uint8_t *at = object->at; at < object->end; at++) {
		struct aml_span span = {at + 1, object->end};

		if (*at == AML_METHOD && constant_of_method(span, name, value))
			return true;
		if (*at != AML_NAME || span.end - span.at < AML_SEGMENT ||
		    memcmp(span.at, name, AML_SEGMENT) != 0)
			continue;
		span.at += AML_SEGMENT;
		if (acpi_aml_integer(&span.at, span.end, value))
			return true;
	}
	return false;
}

static bool
mentions(const struct aml_span *object, const char *name)
{
	for (const uint8_t *at = object->at; object->end - at >= AML_SEGMENT; at++) {
		if (memcmp(at, name, AML_SEGMENT) == 0)
			return true;
	}
	return false;
}

/* The record of a name, a new one if need be; NULL when there is no room. */
static struct acpi_root_node *
record_of(const uint8_t *name)
{
	for (unsigned i = 0; i < acpi_info.root_node_count; i++) {
		if (memcmp(acpi_info.root_nodes[i].name, name, AML_SEGMENT) == 0)
			return &acpi_info.root_nodes[i];
	}
	if (acpi_info.root_node_count == ACPI_ROOT_NODES_MAX)
		return NULL;
	struct acpi_root_node *record = &acpi_info.root_nodes[acpi_info.root_node_count++];
	memcpy(record->name, name, AML_SEGMENT);
	return record;
}

/* A Device or Scope, at its package's length. */
static void
read_object(struct aml_span span, bool is_device)
{
	struct acpi_root_node *record;
	const uint8_t *name;
	uint32_t value;
	bool is_root;

	if (!enter_package(&span) || !(name = pass_name(&span)))
		return;
	is_root = is_device && acpi_aml_roots(span.at, span.end) > 0;
	if (!is_root && (is_device || !constant_of(&span, "_PXM", &value)))
		return;
	record = record_of(name);
	if (!record)
		return;
	if (is_root) {
		record->is_root = true;
		value = 0; /* without a _BBN */
		record->has_bus = constant_of(&span, "_BBN", &value) || !mentions(&span, "_BBN");
		record->has_bus &= value < ACPI_BUSES;
		record->bus = (uint8_t)value;
		record->segment = (uint16_t)(constant_of(&span, "_SEG", &value) ? value : 0);
	}
	if (!record->has_domain && constant_of(&span, "_PXM", &value)) {
		record->has_domain = true;
		record->domain = value;
	}
}

void
acpi_pxm_scan(const uint8_t *code, const uint8_t *end)
{
	for (const uint8_t *at = code; end - at > 2; at++) {
		if (at[0] == AML_SCOPE)
			read_object((struct aml_span){at + 1, end}, false);
		else if (at[0] == AML_EXTENDED && at[1] == AML_DEVICE)
			read_object((struct aml_span){at + 2, end}, true);
	}
}
