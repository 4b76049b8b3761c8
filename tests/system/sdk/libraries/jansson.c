/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes, and reads. */
#include <jansson.h>
#include <stdio.h>

int
main(void)
{
	json_t *read = json_loads("[1, {\"x\": 3}]", 0, NULL);
	json_t *json = json_pack("{s:i, s:[s]}", "a", 1, "b", "c");

	printf("%s, %d\n", json_dumps(json, JSON_SORT_KEYS),
	       (int)json_integer_value(json_object_get(json_array_get(read, 1), "x")));
	return 0;
}
