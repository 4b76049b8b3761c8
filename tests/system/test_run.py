# SPDX-License-Identifier: BSD-3-Clause
"""The README's first command: tools/traffic, as `make run` and linuxless-run start it."""

import re
import struct
import subprocess
import sys

import pytest

from harness import GuestError, Machine
from trafficlib import kvm

DEADLINE = 240

# Says what it was given, and whether such files are there; ends with status 7.
TELLER = """\
#include <stdio.h>

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "r");
		char text[32] = "";

		printf("<%s> %s\\n", argv[i], file ? fgets(text, sizeof(text), file) : "none");
	}
	return 7;
}
"""


def run(root, image, *options):
    """Run it without a terminal; gives status and output."""
    done = subprocess.run([root / 'tools' / 'traffic', image, *options], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=DEADLINE)
    return done.returncode, done.stdout


@pytest.fixture(scope='module')
def teller(build, tmp_path_factory):
    """The program above."""
    folder = tmp_path_factory.mktemp('teller')
    (folder / 'teller.c').write_text(TELLER)
    subprocess.run([build / 'sdk' / 'bin' / 'linuxless-cc', folder / 'teller.c',
                    '-o', folder / 'teller'], check=True, timeout=120)
    return folder / 'teller'


def passed(output, one, other):
    """How many frames went from a port to another, by the last line about them; none were lost."""
    counts = re.findall(rf'^{one} -> {other} +(\d+) sent +(\d+) received +0 lost', output,
                        re.MULTILINE)
    assert counts and counts[-1][0] == counts[-1][1], output
    return int(counts[-1][1])


@pytest.mark.parametrize('nic', ['virtio-net-pci', 'e1000'])
def test_bridge_passes(root, build, make_iso, nic):
    """Frames both ways, none lost: status 0, and the summary says so."""
    status, output = run(root, make_iso(build / 'bridge.elf'), '--seconds', '5', '--nic', nic,
                         '--ports', '2')
    assert status == 0, output
    assert passed(output, 0, 1) and passed(output, 1, 0)
    assert '\x1b[' not in output, 'colours without a terminal'


def test_hello_does_not_pass(root, build, make_iso):
    """A program that forwards nothing: not a success."""
    status, output = run(root, make_iso(build / 'hello.elf'), '--seconds', '5')
    assert status == 1
    assert 'No frame passed' in output


@pytest.mark.parametrize('word', ['answering', 'forwarding'])
def test_programs_end_without_forwarding(root, teller, word):
    """It has the program's status, where no time of traffic was asked for; a program that says that
    it forwards is held to it."""
    status, output = run(root, teller, '--args', word)
    assert status == (1 if word == 'forwarding' else 7), output
    assert ('Nothing was forwarded; the program ended with status 7' in output) == (status == 7)


def frames_in(capture):
    """The frames of a capture file: a header of 24 bytes, then 16 before each."""
    data = capture.read_bytes()
    assert struct.unpack_from('=I', data)[0] == 0xa1b2c3d4
    frames, at = [], 24
    while at < len(data):
        size = struct.unpack_from('=I', data, at + 8)[0]
        frames.append(data[at + 16:at + 16 + size])
        at += 16 + size
    return frames


def test_ports_of_several_kinds(root, build, tmp_path):
    """Five ports of three kinds: two pairs with traffic, one without; each has a capture."""
    kinds = ('virtio', 'e1000e', 'vmxnet3', 'virtio,packed=on', 'virtio')
    status, output = run(root, build / 'bridge.elf', '--seconds', '2', '--rate', '100',
                         '--args', '-l 1 -b 0000:00:06.0', '--pcap', tmp_path / 'seen.pcap',
                         *(word for kind in kinds for word in ('--nic', kind)))
    assert status == 0, output
    for one, other in ((0, 1), (1, 0), (2, 3), (3, 2)):
        count = passed(output, one, other)
        sent, came = (frames_in(tmp_path / f'seen.{port}.pcap') for port in (one, other))
        assert 0 < count <= len(set(sent) & set(came))
    assert not frames_in(tmp_path / 'seen.4.pcap')


def test_no_traffic(root, build, tmp_path):
    """--no-traffic sends nothing, and --seconds is then from power-on."""
    status, output = run(root, build / 'bridge.elf', '--seconds', '5', '--no-traffic',
                         '--nic', 'e1000', '--ports', '2', '--pcap', tmp_path / 'seen.pcap')
    assert status == 0 and 'forwarding' in output and ' sent ' not in output, output
    assert not frames_in(tmp_path / 'seen.0.pcap') + frames_in(tmp_path / 'seen.1.pcap')


@pytest.mark.parametrize('ports', [['--nic', 'none'], ['--ports', '0'], ['--nic', 'e1000'],
                                   ['--no-traffic']])
def test_status_is_the_programs(root, teller, ports):
    """Where there is no traffic the program's status is the tool's."""
    status, output = run(root, teller, '--args', "one '' three", *ports)
    assert status == 7, output
    assert re.findall(r'^<(.*)> none', output, re.MULTILINE) == ['one', '', 'three']
    assert ' sent ' not in output


@pytest.mark.parametrize('line', ['--help', '-v', '-l 0 -- -p 3', ''])
def test_any_line(root, teller, tmp_path, line):
    """A command line may look like one of the tool's own options."""
    status, output = run(root, teller, '--nic', 'none', '--args', line)
    assert status == 7 and re.findall(r'^<(.*)> none', output, re.MULTILINE) == line.split()
    for tool, made in (('mkiso', 'x.iso'), ('mkpxe', 'tree')):
        subprocess.run([root / 'tools' / tool, teller, '-o', tmp_path / made, '--args', line],
                       check=True, timeout=60)


def test_failures(root, build, teller):
    """QEMU's refusals are shown; what cannot be is refused before."""
    status, output = run(root, teller, '--nic', 'nonesuch')
    assert status == 1 and "'nonesuch' is not a valid device model" in output
    for options in (['--nic', 'virtio', '--nic', 'none'], ['--ports', '-1'], ['--tap', 'a/b'],
                    ['--nic', 'virtio', '--nic', 'e1000', '--ports', '2'], ['--rate', '0'],
                    ['--nic', 'virtio', '--tap', 't0', '--tap', 't1'],
                    ['--module', build / 'nothing'], ['--module', f'{teller}=/a/../b'],
                    ['--module', teller, '--module', f'{teller}=/teller']):
        status, output = run(root, teller, *options)
        assert status == 2 and 'error:' in output, options


@pytest.fixture
def modules(tmp_path):
    """[(--module's argument, the path that is due, the file's text)]."""
    listed = []
    for number, (name, path) in enumerate((('rules.txt', ''), ('it is, so.txt', ''), ('x=y', ''),
                                           ('b.cfg', '/etc/deep/er.cfg'),
                                           ('c.cfg', "/two words' \"x\\y"))):
        file = tmp_path / 'folder' / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f'text {number}\n')
        listed.append((f'{file}={path}' if path else str(file), path or f'/{name}',
                       f'text {number}'))
    return listed


def assert_modules(console, modules):
    """Each is at its path, and none at that of the file here."""
    there = dict(re.findall(r'^<(.*)> (.*?)\r?$', console, re.MULTILINE))
    for word, path, text in modules:
        assert there[path] == text
        assert word in there and (word == path or there[word] == 'none')


def words_for(modules):
    """The teller's command line, and --module of each."""
    quoted = (''.join(f'\\{letter}' if letter in ' \'"\\' else letter for letter in name)
              for word, path, _ in modules for name in (path, word))
    return ' '.join(quoted), [word for listed in modules for word in ('--module', listed[0])]


def test_module_paths(root, teller, modules):
    """FILE is /NAME, FILE=/PATH is /PATH, whatever they are called."""
    line, options = words_for(modules)
    status, output = run(root, teller, '--args', line, '--nic', 'none', *options)
    assert status == 7, output
    assert_modules(output, modules)


def test_module_paths_on_a_medium(root, boot, teller, modules, tmp_path):
    """The same from an ISO."""
    line, options = words_for(modules)
    subprocess.run([root / 'tools' / 'mkiso', teller, '-o', tmp_path / 'x.iso',
                    f'--args=bare.exit=debug {line}', *options], check=True, timeout=60)
    guest = boot(Machine(image=tmp_path / 'x.iso'))
    assert guest.wait_exit() == 7
    assert_modules(guest.console, modules)


def test_kvm_is_tried(build, boot):
    """KVM is said to work where an image boots with it, whether or not there is a /dev/kvm."""
    class KvmAlone(Machine):
        """Without the fall-back on emulation."""

        def _accelerator(self):
            return ['-accel', 'kvm']

    guest = boot(KvmAlone(kernel=build / 'hello.elf', args='bare.exit=debug bare.panic=debug'))
    try:
        boots = guest.wait_exit(5) == 0
    except GuestError:
        boots = False
    assert kvm.works() == boots
    assert kvm.works('tcg') and not kvm.works('nonesuch')


# In a network of its own: two TAP interfaces, the tool with a bridge, frames through both.
INSIDE = """\
import socket, subprocess, sys, time

for name in ('t0', 't1'):
    subprocess.run(['ip', 'tuntap', 'add', 'dev', name, 'mode', 'tap'], check=True)
    subprocess.run(['ip', 'link', 'set', name, 'up'], check=True)
tool = subprocess.Popen(sys.argv[1:] + ['--tap', 't0', '--tap', 't1'], stdin=subprocess.DEVNULL)
ends = []
for name in ('t0', 't1'):
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88b5))
    end.bind((name, 0x88b5))
    end.settimeout(0.5)
    ends.append(end)
frame = bytes.fromhex('0200000001010200000002 0288b5') + bytes(range(100))
until = time.monotonic() + 200
came = b''
while came != frame and time.monotonic() < until and tool.poll() is None:
    ends[0].send(frame)
    try:
        came = ends[1].recv(2000)
    except TimeoutError:
        pass
tool.terminate()
print('tool', tool.wait(30), 'frame', came == frame)
"""


def test_tap(root, build, tmp_path):
    """Ports on TAP interfaces of the host, with a capture; the tool sends nothing itself."""
    done = subprocess.run(['unshare', '--user', '--map-root-user', '--net', sys.executable, '-c',
                           INSIDE, root / 'tools' / 'traffic', build / 'bridge.elf', '--pcap',
                           tmp_path / 'seen.pcap'], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=DEADLINE)
    assert 'tool 0 frame True' in done.stdout, done.stdout
    test_frames = [frame for frame in frames_in(tmp_path / 'seen.1.pcap')
                   if frame[12:14] == b'\x88\xb5']
    assert test_frames and all(frame[14:] == bytes(range(100)) for frame in test_frames)
