# SPDX-License-Identifier: BSD-3-Clause
"""QEMU's machine protocol (docs/interop/qmp-spec): one JSON object a line."""

import json


class QmpError(Exception):
    """The monitor refused a command or did not answer in time."""


class Qmp:
    """A monitor on a connected stream socket. Not for use by two threads at once."""

    ANSWER_SECONDS = 10

    def __init__(self, sock):
        sock.settimeout(self.ANSWER_SECONDS)
        self._stream = sock.makefile('rwb', buffering=0)
        self._negotiated = False

    def execute(self, command, **arguments):
        """Run a command and give its result; the underscores of a name stand for dashes."""
        if not self._negotiated:
            self._read()  # the greeting
            self._negotiated = True
            self._call('qmp_capabilities', {})
        return self._call(command, {k.replace('_', '-'): v for k, v in arguments.items()})

    def set_link(self, port, up):
        """Plug (up) or unplug the cable of a port, counted from 0."""
        self.execute('set_link', name=f'nic{port}', up=up)

    def human(self, line):
        """A command of the monitor that people use, for what QMP does not offer."""
        return self.execute('human-monitor-command', command_line=line)

    def _call(self, command, arguments):
        request = {'execute': command, 'arguments': arguments}
        try:
            self._stream.write(json.dumps(request).encode() + b'\n')
        except OSError as error:
            raise QmpError(f'{command}: the monitor is gone: {error}') from error
        while True:
            answer = self._read()
            if 'return' in answer:
                return answer['return']
            if 'error' in answer:
                raise QmpError(f'{command}: {answer["error"]["desc"]}')
            # Else an event: nobody waits for those.

    def _read(self):
        try:
            line = self._stream.readline()
        except OSError as error:
            raise QmpError(f'the monitor does not answer: {error}') from error
        if not line:
            raise QmpError('the monitor closed the connection')
        return json.loads(line)
