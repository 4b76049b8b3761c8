# SPDX-License-Identifier: BSD-3-Clause
"""ACPI tables of a test's own in a running machine.

QEMU without ACPI (board option acpi=off) passes on what it is given by fw_cfg, and SeaBIOS installs
that as it installs QEMU's own tables: by a list of commands (QEMU, hw/acpi/bios-linker-loader.c).
"""

import re
import struct

HEADER = 36
CHECKSUM = 9
NAME = 56  # of a file, in a command
COMMAND = 128

HIGH, LOW = 1, 2  # where a file is put: among the tables, or where the RSDP is looked for
RSDP_SUM, RSDP_RSDT, RSDP_LENGTH = 8, 16, 20
FACP_FACS, FACP_DSDT, FACP_X_FACS, FACP_X_DSDT = 36, 40, 132, 140

RSDP = 'etc/acpi/rsdp'
TABLES = 'etc/acpi/tables'
LOADER = 'etc/table-loader'


def captured(path):
    """The tables of tests/data/acpi/NAME.hex: {signature: bytearray}, without RSDP and RSDT."""
    tables = {}
    for line in path.read_text().splitlines():
        place = re.match(r'@\w+ (\S+)', line)
        if place:
            table = tables[place[1]] = bytearray()
        else:
            table.extend(bytes.fromhex(line))
    return {name: table for name, table in tables.items() if name not in ('RSDP', 'RSDT')}


def new_table(signature, body):
    """A table with a head that is sound."""
    table = bytearray(struct.pack('<4sIBB6s8sI4sI', signature.encode(), HEADER + len(body), 1, 0,
                                  b'LINUXL', b'TEST    ', 1, b'TEST', 1) + body)
    repair(table)
    return table


def repair(table):
    """Makes the sum of a table right again."""
    table[CHECKSUM] = 0
    table[CHECKSUM] = -sum(table) & 0xff


def put(table, offset, form, *values):
    """Changes bytes of a table, and repairs its sum."""
    struct.pack_into('<' + form, table, offset, *values)
    repair(table)


def _command(number, form, *fields):
    return struct.pack('<I' + form, number, *fields).ljust(COMMAND, b'\0')


def _allocate(file, zone):
    return _command(1, f'{NAME}sIB', file.encode(), 16, zone)


def _add_pointer(file, to, offset, size):
    return _command(2, f'{NAME}s{NAME}sIB', file.encode(), to.encode(), offset, size)


def _add_checksum(file, offset, start, length):
    return _command(3, f'{NAME}sIII', file.encode(), offset, start, length)


def machine_words(facp, dsdt, others, folder):
    """Words for QEMU that give a machine these tables as they are, but for the FACP, whose pointers
    are set and whose sum is right then. folder: for files.
    """
    blob = bytearray(facp)
    struct.pack_into('<II', blob, FACP_FACS, 0, len(blob))
    struct.pack_into('<QQ', blob, FACP_X_FACS, 0, len(blob))
    blob.extend(dsdt)
    named = [0]
    for table in others:
        named.append(len(blob))
        blob.extend(table)
    rsdt = len(blob)
    blob.extend(new_table('RSDT', struct.pack(f'<{len(named)}I', *named)))
    blob[CHECKSUM] = blob[rsdt + CHECKSUM] = 0
    commands = [
        _allocate(RSDP, LOW), _allocate(TABLES, HIGH),
        _add_pointer(TABLES, TABLES, FACP_DSDT, 4), _add_pointer(TABLES, TABLES, FACP_X_DSDT, 8),
        _add_checksum(TABLES, CHECKSUM, 0, len(facp)),
        *(_add_pointer(TABLES, TABLES, rsdt + HEADER + 4 * i, 4) for i in range(len(named))),
        _add_checksum(TABLES, rsdt + CHECKSUM, rsdt, len(blob) - rsdt),
        _add_pointer(RSDP, TABLES, RSDP_RSDT, 4), _add_checksum(RSDP, RSDP_SUM, 0, RSDP_LENGTH)]
    rsdp = struct.pack('<8sB6sBI', b'RSD PTR ', 0, b'LINUXL', 0, rsdt)

    words = []
    for name, content in ((RSDP, rsdp), (TABLES, blob), (LOADER, b''.join(commands))):
        file = folder / name.replace('/', '-')
        file.write_bytes(content)
        words += ['-fw_cfg', f'name={name},file={file}']
    return words
