# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's ip_pipeline: pipelines of tables by a script of commands, which is a module."""

import pytest
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Ether

from harness import Nic

# What both pipelines have: two ports, and a table that every packet is looked up in.
SCRIPT = """\
mempool MEMPOOL0 buffer 2304 pool 8K cache 256 cpu 0
link LINK0 port 0 rxq 1 128 MEMPOOL0 txq 1 512 promiscuous on
link LINK1 port 1 rxq 1 128 MEMPOOL0 txq 1 512 promiscuous on
table action profile AP0 ipv4 offset 270 fwd {actions}
pipeline PIPELINE0 period 10 offset_port_id 0 cpu 0
pipeline PIPELINE0 port in bsz 32 link LINK0 rxq 0
pipeline PIPELINE0 port in bsz 32 link LINK1 rxq 0
pipeline PIPELINE0 port out bsz 32 link LINK0 txq 0
pipeline PIPELINE0 port out bsz 32 link LINK1 txq 0
pipeline PIPELINE0 port out bsz 32 sink
pipeline PIPELINE0 table match {match} action AP0
pipeline PIPELINE0 port in 0 table 0
pipeline PIPELINE0 port in 1 table 0
thread 1 pipeline PIPELINE0 enable
pipeline PIPELINE0 table 0 rule add match default action fwd port 2
{rules}
pipeline PIPELINE0 port in 0 stats read
"""
RULE = 'pipeline PIPELINE0 table 0 rule add match'

ROUTES = SCRIPT.format(
    actions='encap ether', match='lpm ipv4 offset 286 size 4K',
    rules=f"""\
{RULE} lpm ipv4 100.0.0.0 10 action fwd port 0 encap ether a0:a1:a2:a3:a4:a5 00:01:02:03:04:05
{RULE} lpm ipv4 100.64.0.0 10 action fwd port 1 encap ether b0:b1:b2:b3:b4:b5 10:11:12:13:14:15
{RULE} lpm ipv4 100.64.7.0 24 action fwd port 0 encap ether a0:a1:a2:a3:a4:a5 00:01:02:03:04:05""")
FIREWALL = SCRIPT.format(
    actions='', match='acl ipv4 offset 270 size 4K',
    rules=f"""\
{RULE} acl priority 0 ipv4 0.0.0.0 0 100.0.0.0 10 0 65535 0 65535 6 action fwd port 0
{RULE} acl priority 0 ipv4 0.0.0.0 0 100.64.0.0 10 0 65535 80 80 6 action fwd port 1""")


@pytest.fixture(name='pipeline')
def fixture_pipeline(example, tmp_path):
    """pipeline(script): ip_pipeline when it has gone through the script."""
    def start(script):
        path = tmp_path / 'script.cli'
        path.write_text(script)
        return example('ip_pipeline', '-l 0,1 -- -s /script.cli', '^Pkts in: 0$',
                       nics=[Nic('e1000e'), Nic('e1000e')], cpus=2, modules=[path])

    return start


def frame(dst, transport, number):
    """An Ethernet frame with an IPv4 packet."""
    return bytes(Ether(src='02:00:00:00:00:98', dst='02:00:00:00:00:99')
                 / IP(src='10.0.0.1', dst=dst, id=number) / transport / bytes([number] * 40))


def test_routes(pipeline):
    """The longest prefix chooses the port and the Ethernet header; what has no route is dropped."""
    run = pipeline(ROUTES)
    heads = [Ether(dst=dst, src=src) for dst, src in (('a0:a1:a2:a3:a4:a5', '00:01:02:03:04:05'),
                                                      ('b0:b1:b2:b3:b4:b5', '10:11:12:13:14:15'))]
    due = [[], []]
    for number, (dst, out) in enumerate([('100.1.2.3', 0), ('100.65.2.3', 1), ('100.64.7.9', 0),
                                         ('101.0.0.1', None)] * 5):
        one = frame(dst, UDP(), number)
        run.wires[number // 4 % 2].send(one)
        if out is not None:
            due[out].append(bytes(heads[out])[:12] + one[12:])
    for wire, frames in zip(run.wires, due):
        assert sorted(wire.collect(len(frames))) == sorted(frames)


def test_firewall(pipeline):
    """Rules of addresses, ports and protocol let packets through as they are, and no others."""
    run = pipeline(FIREWALL)
    due = [[], []]
    for number, (dst, transport, out) in enumerate([
            ('100.1.2.3', TCP(dport=7), 0), ('100.1.2.3', UDP(dport=7), None),
            ('100.65.2.3', TCP(dport=80), 1), ('100.65.2.3', TCP(dport=81), None)] * 5):
        one = frame(dst, transport, number)
        run.wires[number // 4 % 2].send(one)
        if out is not None:
            due[out].append(one)
    for wire, frames in zip(run.wires, due):
        assert sorted(wire.collect(len(frames))) == sorted(frames)
