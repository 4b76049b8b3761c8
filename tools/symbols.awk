# SPDX-License-Identifier: BSD-3-Clause
#
# Turns `nm --numeric-sort` of the first link into the symbol table that backtraces read
# (kernel/symbols.c): a count, pairs of (offset from image_start, offset of the name), and the
# names. Only functions are kept; of several names at one address the first global one.

function hex(string,    i, value) {
	value = 0
	for (i = 1; i <= length(string); i++)
		value = value * 16 + index("0123456789abcdef", substr(string, i, 1)) - 1
	return value
}

$3 == "image_start" { base = hex($1) }

$2 ~ /^[TtWw]$/ && $3 !~ /^(image|text|rodata|data|bss|symbols)_(start|end)$/ && $3 !~ /^\.L/ {
	if ($1 == last) {
		if ($2 == "T" && kind[count] != "T") {
			name[count] = $3
			kind[count] = $2
		}
		next
	}
	count++
	last = $1
	address[count] = hex($1)
	name[count] = $3
	kind[count] = $2
}

END {
	print "section .symbols progbits alloc noexec nowrite align=4"
	printf "\tdd %d\n", count
	offset = 0
	for (i = 1; i <= count; i++) {
		printf "\tdd %d, %d\n", address[i] - base, offset
		offset += length(name[i]) + 1
	}
	for (i = 1; i <= count; i++)
		printf "\tdb `%s`, 0\n", name[i]
}
