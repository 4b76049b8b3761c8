#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Captures the ACPI tables of a QEMU machine as hex text, for tests/unit/test_acpi.c.

usage: capture.py seconds output.hex qemu-argument...

Runs QEMU for some seconds, so that the firmware has built its tables, saves the guest's first
memory through the monitor, and writes what acpi.c reads: RSDP, root table, and the tables that
it parses. Of the others only the header is kept, zero bytes after it left out.
"""
import struct
import subprocess
import sys
import tempfile
import time
import os

WANTED = {b"APIC", b"SRAT", b"MCFG", b"HPET", b"FACP", b"SSDT"}
MEMORY = 256 << 20


def dump(seconds, arguments):
    with tempfile.TemporaryDirectory() as folder:
        image = os.path.join(folder, "memory")
        qemu = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", "tcg", "-display", "none", "-m", "256",
             "-serial", "none", "-monitor", "stdio"] + arguments,
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        time.sleep(seconds)
        qemu.communicate(f"pmemsave 0 {MEMORY} \"{image}\"\nquit\n", timeout=60)
        with open(image, "rb") as file:
            return file.read()


def tables(memory):
    at = next(i for i in range(0, len(memory), 16)
              if memory[i:i + 8] == b"RSD PTR " and sum(memory[i:i + 20]) % 256 == 0)
    revision, rsdt = memory[at + 15], struct.unpack_from("<I", memory, at + 16)[0]
    yield "RSDP", at, memory[at:at + (36 if revision >= 2 else 20)]
    roots = [(rsdt, "<I")] if rsdt else []
    if revision >= 2:
        roots.insert(0, (struct.unpack_from("<Q", memory, at + 24)[0], "<Q"))
    seen = set()
    for root, form in roots:
        length = struct.unpack_from("<I", memory, root + 4)[0]
        yield memory[root:root + 4].decode(), root, memory[root:root + length]
        for (table,) in struct.iter_unpack(form, memory[root + 36:root + length]):
            if table in seen:
                continue
            seen.add(table)
            name, size = memory[table:table + 4], struct.unpack_from("<I", memory, table + 4)[0]
            yield name.decode(), table, memory[table:table + (size if name in WANTED else 36)]
            if name == b"FACP":
                dsdt = struct.unpack_from("<I", memory, table + 40)[0]
                if size >= 148:
                    dsdt = struct.unpack_from("<Q", memory, table + 140)[0] or dsdt
                size = struct.unpack_from("<I", memory, dsdt + 4)[0]
                yield "DSDT", dsdt, memory[dsdt:dsdt + size]


def main():
    seconds, output, arguments = float(sys.argv[1]), sys.argv[2], sys.argv[3:]
    memory = dump(seconds, arguments)
    with open(output, "w") as file:
        for name, address, content in tables(memory):
            file.write(f"@{address:x} {name}\n")
            for i in range(0, len(content), 48):
                file.write(content[i:i + 48].hex() + "\n")


main()
