# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's ethtool and bond: ports that are steered from a prompt on the serial line."""

import re
import time

from scapy.layers.l2 import ARP, Ether

from harness import Nic, frames

BOND_IP = '7.0.0.10'


def command(run, prompt, typed, answer):
    """Enter a command; `answer` must come before the next prompt."""
    at = len(run.guest.console)
    run.guest.type(f'{typed}\n')
    end = run.guest.wait_for(f'^{prompt}', after=run.guest.wait_for(answer, after=at).end())
    assert run.guest.console.count(prompt, at, end.end()) == 1


def reflected(run, port, mac):
    """A frame to the port's address must come back to its sender from there, else unchanged."""
    frame = frames.plain(200, port)
    run.wires[port].send(bytes.fromhex(mac.replace(':', '')) + frame[6:])
    assert run.wires[port].collect(1) == [frame[6:12] + bytes.fromhex(mac.replace(':', ''))
                                          + frame[12:]]


def test_ethtool(example):
    """What is asked of a port is told, what is set holds, and frames to its address come back."""
    run = example('ethtool', '-l 0,1', '^EthApp>', nics=[Nic('e1000e'), Nic()], cpus=2)
    for typed, answer in (
            ('drvinfo', r'(?s)^Port 0 driver: net_e1000_em .*^bus-info: 0000:00:01\.0$'),
            ('link', '^Port 0: Up\nPort 1: Up$'),
            ('ringparam 0', r'^  Rx Pending: 1024 \(4096 max\)$'),
            ('pause 0', '^Pause parameters for Port 0:$'),
            ('validate 01:00:00:00:00:01', '^Address is not unicast$'),
            ('mtu 0 1400', '^Port 0: MTU set to 1400$'),
            ('regs 0 /regs', '^Port 0: Operation not supported$')):
        command(run, 'EthApp>', typed, answer)
    for port, mac in enumerate(run.macs):
        reflected(run, port, mac)
    command(run, 'EthApp>', 'macaddr 0 02:11:22:33:44:55', '^MAC address changed$')
    command(run, 'EthApp>', 'macaddr 0', '^Port 0 MAC Address: 02:11:22:33:44:55$')
    reflected(run, 0, '02:11:22:33:44:55')
    command(run, 'EthApp>', 'portstats 0', r'^   In: 2 \(.*\n  Out: 2 \(400 bytes\)$')
    run.guest.type('quit\n')
    assert run.guest.wait_exit() == 0


def ask(run, port, host, answers_on):
    """A host asks by ARP on a port for the bond's address; the answer must come out of a port."""
    mac = f'02:00:00:00:00:{host:02x}'
    run.wires[port].send(bytes(Ether(src=mac, dst='ff:ff:ff:ff:ff:ff')
                               / ARP(op='who-has', hwsrc=mac, psrc=f'7.0.0.{host}', pdst=BOND_IP)))
    answer = Ether(run.wires[answers_on].receive(10))
    assert (answer.dst, answer[ARP].op, answer[ARP].psrc, answer[ARP].pdst) == (
        mac, 2, BOND_IP, f'7.0.0.{host}')
    return answer


# What DPDK calls the ports of a bond, before and since 23.11.
ACTIVE = 'Active_(?:slaves|members)'


def test_bond(example):
    """Two ports as one, balanced by ARP (mode 6): each host is given one, and then the other."""
    run = example('bond', '-l 0,1', '^bond6>', nics=2, cpus=2)
    command(run, 'bond6>', 'show', rf'^{ACTIVE}:2 packets received:Tot:0 Arp:0 IPv4:0$')
    for host, given in ((91, 0), (92, 1), (93, 0)):
        for port in (given, 0, 1):
            answer = ask(run, port, host, answers_on=given)
            assert answer.src == answer[ARP].hwsrc == run.macs[given]
    command(run, 'bond6>', 'send 7.0.0.5', '^$')
    question = Ether(run.wires[0].collect(1)[0])
    assert (question.dst, question[ARP].op, question[ARP].psrc, question[ARP].pdst) == (
        'ff:ff:ff:ff:ff:ff', 1, BOND_IP, '7.0.0.5')

    # Without its link a port is left, which the bond tells all hosts with the next frame it sends.
    run.guest.monitor.set_link(0, False)
    deadline = time.monotonic() + 20
    while not re.search(f'^{ACTIVE}:1 ', run.guest.console, re.MULTILINE):
        command(run, 'bond6>', 'show', f'^{ACTIVE}:')
        assert time.monotonic() < deadline, 'the port without a link is still in use'
    ask(run, 1, 94, answers_on=1)
    told = set()
    while not told >= {f'7.0.0.{host}' for host in (91, 92, 93)}:
        told.add(Ether(run.wires[1].receive(10))[ARP].pdst)
    # Not ended by its `stop` or `quit`: they wait for the other lcore with the lock that it takes
    # after each burst, and so for ever if it is at one.
