# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's testpmd at its prompt, as a person at the serial console has it."""

import re

PROMPT = 'testpmd> '


class Testpmd:
    """A running testpmd that has shown its prompt."""

    def __init__(self, guest):
        self.guest = guest

    def keys(self, text, answer, within=90):
        """Type, and wait for `answer` (regular expression) in what follows; gives the match."""
        __tracebackhide__ = True
        at = len(self.guest.console)
        self.guest.type(text)
        return self.guest.wait_for(answer, within, after=at)

    def run(self, command, within=90):
        """Enter a command; gives what it wrote until the next prompt."""
        __tracebackhide__ = True
        return self.keys(f'{command}\n', f'(?s)\n(.*?)^{PROMPT}', within)[1]

    def start(self, mode, *commands):
        """Start forwarding in `mode`, with statistics at 0."""
        for command in (f'set fwd {mode}', *commands, 'clear port stats all', 'clear fwd stats all',
                        'start'):
            text = self.run(command)
        assert f'{mode} packet forwarding - ports=' in text, text

    def stop(self):
        """Stop forwarding; gives (received, sent) of all ports together, as testpmd counts."""
        text = self.run('stop')
        total = text[text.index('Accumulated forward statistics'):]
        return tuple(int(count) for count in re.findall(r'[RT]X-packets: (\d+)', total))

    def stats(self):
        """Of each port (received frames, their bytes, sent frames, their bytes)."""
        text = self.run('show port stats all')
        rows = [re.findall(rf'{way}-packets: (\d+) .*{way}-bytes:  (\d+)', text)
                for way in ('RX', 'TX')]
        return [tuple(int(count) for count in received + sent)
                for received, sent in zip(*rows, strict=True)]

    def xstats(self, port):
        """The port's extended statistics by name."""
        text = self.run(f'show port xstats {port}')
        return {name: int(value) for name, value in re.findall(r'^(\w+): (\d+)$', text, re.M)}

    def quit(self):
        """Leave as a person does; every port must close, and main must return 0."""
        __tracebackhide__ = True
        self.keys('quit\n', r'^Bye\.\.\.$')
        assert self.guest.wait_exit() == 0
