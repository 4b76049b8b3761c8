# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's examples that need no port: what they show is on the console."""

import re

UP = '\x1b[A'
CTRL_D = '\x04'


def test_helloworld(example):
    """Every lcore says hello, and the program ends."""
    guest = example('helloworld', '-l 0-3', cpus=4).guest
    assert guest.wait_exit() == 0
    said = re.findall(r'^hello from core (\d+)$', guest.console, re.MULTILINE)
    assert sorted(said) == ['0', '1', '2', '3']


def test_timer(example):
    """A periodic timer stays on its lcore; one that is set again moves from lcore to lcore."""
    guest = example('timer', '-l 1-3', cpus=4).guest
    at = 0
    for lcore in (2, 3, 1, 2):
        at = guest.wait_for(rf'^timer1_cb\(\) on lcore {lcore}$', after=at).end()
    guest.wait_for(r'(?s)timer0_cb\(\) on lcore 1$.*timer0_cb\(\) on lcore 1$')
    assert set(re.findall(r'timer0_cb\(\) on lcore (\d+)', guest.console)) == {'1'}


def test_cmdline(example):
    """Commands over the serial line, with completion and history; Ctrl-D ends the program."""
    guest = example('cmdline', '-l 0', ready='^example> ').guest
    at = 0
    for typed, answer in (('add server 10.0.0.1\n', r'^Object server added, ip=10\.0\.0\.1$'),
                          ('show ser\t\n', r'^Object server, ip=10\.0\.0\.1$'),
                          (f'{UP}\n', r'^Object server, ip=10\.0\.0\.1$'),
                          ('add server 10.0.0.2\n', '^Object server already exist$'),
                          ('de\tserver\n', r'^Object server removed, ip=10\.0\.0\.1$'),
                          ('show server\n', '^Bad arguments$')):
        guest.type(typed)
        at = guest.wait_for(answer, after=at).end()
        at = guest.wait_for('^example> ', after=at).start()
    guest.type(CTRL_D)
    assert guest.wait_exit() == 0


def test_service_cores(example):
    """Services run on the service cores that the first profile gives them, one each."""
    guest = example('service_cores', '-l 0-5', cpus=6).guest
    profile = guest.wait_for('^==> Profile: High Performance$')
    guest.wait_for('^==> Profile: Mid-High Performance$', after=profile.end())
    first = guest.console[profile.end():].split('==> Profile')[0]
    calls = re.findall(r'service_(\d): stats 1\tcalls (\d+)', first)
    assert [number for number, _ in calls] == [*'12345'] * 2
    for (_, early), (_, late) in zip(calls[:5], calls[5:]):
        assert 0 < int(early) < int(late)
    # Of each service core the calls of each service: it has its own alone.
    cores = re.findall(r'^0([1-5])\t(\d+)\t(\d+)\t(\d+)\t(\d+)\t(\d+)\t$', first, re.MULTILINE)
    assert [core for core, *_ in cores] == [*'12345'] * 2
    for core, *called in cores:
        assert [number for number, count in zip('12345', called) if int(count) > 0] == [core]
