# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's l3fwd-power in the modes that ask nothing of Linux's cpufreq; what it says in others.

It routes P+1.1.1.0/24 to port P, and sends what has no route back.
"""

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

PORTS = '-p 3 -P --config=(0,0,1),(1,0,1)'


def route(run, count):
    """Packets one after another into both ports, each of which comes out where its route leads."""
    for number in range(count):
        net = (1, 2, 9)[number % 3]
        source = number % 2
        sink = {1: 0, 2: 1}.get(net, source)
        packet = (IP(src='10.0.0.1', dst=f'{net}.1.1.{number}')
                  / UDP(sport=1, dport=number) / bytes(20))
        run.wires[source].send(bytes(Ether(src='02:00:00:00:00:98', dst=run.macs[source])
                                     / packet))
        packet.ttl -= 1
        due = bytes(Ether(src=run.macs[sink], dst=f'02:00:00:00:00:{sink:02x}') / packet)
        assert run.wires[sink].collect(1, 20, 0) == [due]


def test_interrupts(example):
    """Without cpufreq it chooses to sleep until a frame interrupts it, on the frame's queue."""
    run = example('l3fwd-power', f'-l 1 -- {PORTS}', 'entering main interrupt loop', ix82599=2,
                  cpus=2)
    run.guest.wait_for('^L3FWD_POWER: Selected operation mode: interrupt-only$')
    at = 0
    for port in (0, 1, 0):
        run.wires[port].send(bytes(Ether(dst=run.macs[port]) / IP(dst='9.1.1.1') / UDP()))
        assert run.wires[port].receive(20)
        at = run.guest.wait_for('^L3FWD_POWER: lcore 1 is waked up from rx interrupt '
                                f'on port {port} queue 0$', after=at).end()
        at = run.guest.wait_for('^L3FWD_POWER: lcore 1 sleeps until interrupt triggers$',
                                after=at).end()
    route(run, 30)


@pytest.mark.long
@pytest.mark.parametrize('mode, lcores', [
    ('--telemetry', '0,1'), ('--pmd-mgmt=baseline', '1'), ('--pmd-mgmt=pause', '1')])
def test_polling(example, mode, lcores):
    """The modes that poll, and pause or count as they do so, route as well."""
    run = example('l3fwd-power', f'-l {lcores} -- {PORTS} {mode}',
                  'entering main.* loop.* on lcore 1$', ix82599=2, cpus=2)
    route(run, 60)


@pytest.mark.long
@pytest.mark.parametrize('mode, cause', [
    ('--legacy', 'init_power_library failed'), ('--empty-poll=0,0,0', 'init_power_library failed'),
    ('--pmd-mgmt=scale', 'rte_power_ethdev_pmgmt_queue_enable: err=-95, port=0'),
    ('--pmd-mgmt=monitor', 'rte_power_ethdev_pmgmt_queue_enable: err=-95, port=0')])
def test_refused(example, mode, cause):
    """A mode that wants cpufreq, or a CPU that can wait for memory to change, ends without it.

    "Cause:" is what DPDK before 26.07 says.
    """
    guest = example('l3fwd-power', f'-l 1 -- {PORTS} {mode}', f'^(?:  Cause: )?{cause}$',
                    ix82599=2, cpus=2).guest
    assert guest.wait_exit() != 0
