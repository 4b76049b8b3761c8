# SPDX-License-Identifier: BSD-3-Clause
"""What DPDK's l2fwd and the examples made of it do to frames."""


def readdressed(frame, port, macs):
    """The frame as l2fwd's kin send it out of `port`: from that port, to a made-up address."""
    return bytes.fromhex(f'0200000000{port:02x}{macs[port].replace(":", "")}') + frame[12:]


def crossed(run, some):
    """Frames into each of two ports must come out of the other, in order, with new addresses."""
    for source, sink in ((0, 1), (1, 0)):
        for frame in some:
            run.wires[source].send(frame)
        assert run.wires[sink].collect(len(some)) == [
            readdressed(frame, sink, run.macs) for frame in some]
