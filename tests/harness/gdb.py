# SPDX-License-Identifier: BSD-3-Clause
"""The debugger's end of QEMU's gdb stub: enough of its protocol to change memory, code as well."""

import socket
import tempfile
from pathlib import Path

ANSWER_SECONDS = 20


class Gdb:
    """A machine that stands still for as long as this is open."""

    def __init__(self, guest):
        self._folder = tempfile.TemporaryDirectory(prefix='gdb')
        path = Path(self._folder.name) / 'stub'
        guest.monitor.human(f'gdbserver unix:{path},server=on,wait=off')
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(ANSWER_SECONDS)
        self._socket.connect(str(path))
        self._stream = self._socket.makefile('rwb', buffering=0)
        self._guest = guest

    def __enter__(self):
        self.ask('?')
        return self

    def __exit__(self, *_):
        self.ask('D')  # detach: the machine goes on
        self._socket.close()
        self._guest.monitor.human('gdbserver none')
        self._folder.cleanup()

    def ask(self, text):
        """One packet and its answer (gdb's manual, appendix E)."""
        data = text.encode()
        self._stream.write(b'$' + data + b'#%02x' % (sum(data) % 256))
        answer = self._packet()
        while answer.startswith('T') and text != '?':  # the machine has stopped: known
            answer = self._packet()
        return answer

    def _packet(self):
        """The next $packet#sum, which it acknowledges."""
        packet = b''
        while packet[-3:-2] != b'#':
            byte = self._stream.read(1)
            assert byte, 'the stub is gone'
            packet += byte if packet or byte == b'$' else b''
        self._stream.write(b'+')
        return packet[1:-3].decode()

    def read(self, address, size):
        """Bytes of guest memory."""
        return bytes.fromhex(self.ask(f'm{address:x},{size:x}'))

    def write(self, address, data):
        """Change guest memory, read-only pages as well."""
        assert self.ask(f'M{address:x},{len(data):x}:{data.hex()}') == 'OK'
