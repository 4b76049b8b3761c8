# SPDX-License-Identifier: BSD-3-Clause
"""The console's devices: what a screen shows, several serial ports at once, a PS/2 keyboard."""

import re
import socket
import struct
import time

import pytest

from harness import Machine
from harness.vga import ROWS as VGA_ROWS
from harness.vga import vga_text

LINES = 60
WAIT_SECONDS = 180  # most of it UEFI and GRUB
DEBUG = 'bare.exit=debug bare.panic=debug'

GLYPH = re.compile(r'\{0x([0-9a-f]{16}), 0x([0-9a-f]{16})\}')
GLYPH_WIDTH, GLYPH_HEIGHT = 8, 16
CURSOR_ROWS = 2  # at a glyph's foot, which the cursor's mark may cover

COM2 = 0x2f8
SPCR_BAUD_57600 = 6


def ended(lines):
    """Whether the screen has the program's last line."""
    return any('exit: status 0' in line for line in lines)


def scrolled(lines, rows):
    """Whether the screen is full, and holds the last of the numbered lines, without a gap."""
    numbered = [line for line in lines if line.startswith('line ')]
    return (len(lines) >= rows - 1 and len(numbered) >= min(rows - 3, LINES) and
            numbered == [f'line {i}' for i in range(LINES - len(numbered) + 1, LINES + 1)])


def check_last_lines(read_screen, rows):
    """The screen comes to show the run's end. While it scrolls a picture is torn: look again."""
    until = time.monotonic() + WAIT_SECONDS
    lines = []
    while not (ended(lines) and scrolled(lines, rows)):
        assert time.monotonic() < until, '\n'.join(lines)
        time.sleep(0.2)
        lines = [line.rstrip() for line in read_screen() if line.rstrip()]


def font(root):
    """Glyph to character, from the kernel's own drawing."""
    words = GLYPH.findall((root / 'kernel' / 'console' / 'font.c').read_text())
    keep = GLYPH_HEIGHT - CURSOR_ROWS
    return {bytes.fromhex(high + low)[:keep]: chr(ord(' ') + i)
            for i, (high, low) in enumerate(words)}


def framebuffer_text(guest, picture, glyphs):
    """The characters of a framebuffer, read off the picture."""
    guest.monitor.execute('screendump', filename=str(picture))
    header, pixels = re.match(rb'(P6\s+\d+\s+\d+\s+255\s)(.*)', picture.read_bytes(),
                              re.DOTALL).groups()
    width, height = (int(word) for word in header.split()[1:3])
    lit = [value > 0x40 for value in pixels[::3]]
    lines = []
    for top in range(0, height - GLYPH_HEIGHT + 1, GLYPH_HEIGHT):
        line = ''
        for left in range(0, width - GLYPH_WIDTH + 1, GLYPH_WIDTH):
            rows = []
            for y in range(top, top + GLYPH_HEIGHT - CURSOR_ROWS):
                bits = lit[y * width + left:y * width + left + GLYPH_WIDTH]
                rows.append(sum(bit << (GLYPH_WIDTH - 1 - x) for x, bit in enumerate(bits)))
            line += glyphs.get(bytes(rows), '\ufffd')
        lines.append(line)
    return lines


def test_vga_text(boot, build):
    """Without a serial port and a framebuffer the VGA's text mode shows the last lines."""
    guest = boot(Machine(kernel=build / 'guest' / 'console_devices.elf', serial=False, video=True,
                         memory=128), WAIT_SECONDS)
    check_last_lines(lambda: vga_text(guest), VGA_ROWS)


@pytest.mark.parametrize('firmware', ['bios', 'uefi'])
def test_framebuffer(boot, build, root, make_iso, tmp_path, firmware):
    """GRUB's framebuffer shows the boot from its first line, in the kernel's own font."""
    image = make_iso(build / 'guest' / 'console_devices.elf', '')
    guest = boot(Machine(image=image, firmware=firmware, serial=False, video=True), WAIT_SECONDS)
    glyphs = font(root)
    check_last_lines(lambda: framebuffer_text(guest, tmp_path / 'screen.ppm', glyphs), 37)


def second_port(tmp_path):
    """Words for QEMU that add a serial port, and the file that has what is written to it."""
    path = tmp_path / 'second-port'
    return ['-serial', f'file:{path}'], path


def test_several_ports(boot, build, tmp_path):
    """Each console gets all of the output, whatever its speed."""
    words, path = second_port(tmp_path)
    guest = boot(Machine(kernel=build / 'guest' / 'console_devices.elf', memory=128, extra=words,
                         args=f'{DEBUG} bare.console=ttyS0 bare.console=ttyS1,9600e7'))
    assert guest.wait_exit() == 0
    assert path.read_bytes().replace(b'\r\n', b'\n').decode() == guest.console


def test_other_port_alone(boot, build, tmp_path):
    """A console that is named takes the place of the first port, the boot's start excepted."""
    words, path = second_port(tmp_path)
    guest = boot(Machine(kernel=build / 'guest' / 'console_devices.elf', memory=128, extra=words,
                         args=f'{DEBUG} bare.console=ttyS1'))
    assert guest.wait_exit() == 0
    assert f'line {LINES}' in path.read_text()
    assert 'boot: multiboot' in path.read_text()
    assert 'line 1' not in guest.console


def test_port_that_is_not_there(boot, build):
    """A console that does not exist, and a word that means nothing, are said; nothing hangs."""
    guest = boot(Machine(kernel=build / 'guest' / 'console_devices.elf', memory=128,
                         args=f'{DEBUG} bare.console=ttyS2 bare.console=teletype'))
    assert guest.wait_exit() == 0
    assert 'bare.console=ttyS2: there is no such device' in guest.console
    assert 'bare.console=teletype is not known; there are: ttyS0' in guest.console
    assert f'line {LINES}' in guest.console


def test_no_console_at_all(boot, build):
    """A machine with neither serial port nor screen runs to its end."""
    guest = boot(Machine(kernel=build / 'guest' / 'console_devices.elf', memory=128, serial=False,
                         args=DEBUG))
    assert guest.wait_exit() == 0


def test_firmwares_port(boot, build, tmp_path):
    """The port that the firmware's SPCR names is a console without being asked for."""
    words, path = second_port(tmp_path)
    table = tmp_path / 'spcr'
    table.write_bytes(struct.pack('<B3xBBBBQBBIBBBBB', 0, 1, 8, 0, 1, COM2, 0, 0, 0,
                                  SPCR_BAUD_57600, 0, 1, 0, 0) + bytes(17))
    words += ['-acpitable', f'sig=SPCR,rev=2,data={table}']
    guest = boot(Machine(kernel=build / 'guest' / 'console_devices.elf', memory=128, extra=words,
                         args=DEBUG))
    assert guest.wait_exit() == 0
    assert path.read_bytes().replace(b'\r\n', b'\n').decode() == guest.console


def press(guest, *keys):
    """Press keys one after the other; those of a chord are joined by '-'."""
    for chord in keys:
        guest.monitor.execute('send-key', keys=[{'type': 'qcode', 'data': key}
                                                for key in chord.split('-')])
        time.sleep(0.2)  # QEMU holds a key for 0.1 s


def test_keyboard(boot, build):
    """A PS/2 keyboard is another way to stdin."""
    guest = boot(Machine(kernel=build / 'guest' / 'console_input.elf', memory=128, args=DEBUG))
    at = guest.wait_for(r'^line\?\n').end()
    press(guest, 'h', 'e', 'l', 'l', 'o', 'ret')
    at = guest.wait_for(r'^hello\n', after=at).end()
    guest.wait_for(r'^edited\?\n', after=at)
    press(guest, 'shift-x', 'backspace', 'a', 'c', 'ret')
    guest.wait_for(r'^end\?\n', after=at)
    press(guest, 'ctrl-c')
    guest.wait_for('exit: status 130$', after=at)


@pytest.mark.parametrize('device', [
    ['-serial', 'chardev:slow'],
    ['-device', 'isa-serial,index=1,chardev=slow,irq=9']], ids=['interrupts', 'polled'])
def test_flood(boot, build, device):
    """A CPU logs faster than the console takes its output: what is typed is served all the same.

    The second port's reader takes about 20 KB a second; the flood is some megabytes a second.
    """
    here, there = socket.socketpair()
    there.set_inheritable(True)
    words = ['-chardev', f'socket,id=slow,fd={there.fileno()}', *device]
    guest = boot(Machine(kernel=build / 'guest' / 'console_flood.elf', memory=128, cpus=2,
                         extra=words, args=f'{DEBUG} bare.console=ttyS1',
                         fds=(there.fileno(),)))
    there.close()
    output = bytearray()

    def read_until(pattern, seconds):
        until = time.monotonic() + seconds
        while not re.search(pattern, output):
            assert time.monotonic() < until, bytes(output[-2000:])
            here.settimeout(seconds)
            output.extend(here.recv(500))
            time.sleep(0.025)  # this is how slow the reader is

    read_until(rb'flood', 30)
    read_until(rb'round 1\b', 60)
    here.send(b'q\r')
    read_until(rb'ended after \d+ rounds', 60)
    assert guest.wait_exit() == 0
    assert (b"ttyS1's interrupt does not arrive: it is polled" in output) == ('-device' in device)
    rounds = [int(ms) for ms in re.findall(rb'round \d+, (-?\d+) ms late', output)]
    assert len(rounds) >= 2
    assert re.search(rb'\[console: \d+ more of the line before\]', output)
    assert re.search(rb'\[console: \d+ bytes were dropped\]', output)
