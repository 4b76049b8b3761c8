# SPDX-License-Identifier: BSD-3-Clause
"""testpmd by its console: editing, completion, command files, ports, flow rules on the 82599."""

import re

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from harness import Flow, Machine, Nic, forward, frames
from harness.testpmd import PROMPT

UP, DOWN, RIGHT, LEFT = (f'\x1b[{letter}' for letter in 'ABCD')
DELETE, WORD_LEFT = '\x1b[3~', '\x1bb'


def control(letter):
    """The key with Ctrl."""
    return chr(ord(letter) & 0x1f)


def spoken(text, keys):
    """What `set verbose N` says when keys have made that command."""
    return keys + '\n', rf'^Change verbose level from \d+ to {text}$'


def test_line_editing(testpmd):
    """Keys that move and delete; each line is judged by what testpmd makes of it."""
    run = testpmd()
    for keys, level in [
            ('set verbosX\x7fe 11', 11),                                  # backspace
            ('set verbosX\be 12', 12),
            (f'set vebose 13{LEFT * 7}r', 13),                            # insert in the middle
            (f'set verXbose 14{LEFT * 8}{DELETE}', 14),
            (f'set verXbose 15{LEFT * 9}{RIGHT}{control("D")}', 15),
            (f'et verbose 1{control("A")}s{control("E")}6', 16),          # ends of the line
            (f'set verbose 17 and more{LEFT * 9}{control("K")}', 17),     # cut to the end
            (f'18{LEFT * 2}{control("K")}set verbose {control("Y")}', 18),  # and paste
            (f'set verbose nonsense{control("W")}19', 19),                # a word back
            (f'st verbose 20{WORD_LEFT * 3}{RIGHT}e', 20),
            (f'show port stats all{control("C")}set verbose 21', 21)]:    # a line given up
        run.keys(*spoken(level, keys))
    run.quit()


def test_screen_while_editing(testpmd):
    """What is written to the terminal makes its screen show the line, with the cursor in place."""
    run = testpmd()
    run.keys(f'set vebose 30{LEFT * 7}r', 'rbose 30')
    run.keys('\n', '^Change verbose level from 0 to 30$')
    raw = (run.guest.logs / 'console').read_bytes().decode('latin-1')
    # Seven steps to the left, the letter, the rest once more, and back over it.
    assert f'testpmd> set vebose 30{LEFT * 7}r\x1b[0Kbose 30\x1b[7D\r\n' in raw
    run.quit()


def test_history(testpmd):
    """Lines come back with the arrow keys, may be changed, and the newest is below."""
    run = testpmd()
    for level in (1, 2, 3):
        run.run(f'set verbose {level}')
    run.keys(*spoken(2, UP * 2))
    run.keys(*spoken(25, UP + '5'))
    run.keys(*spoken(3, UP * 4 + DOWN))
    run.keys(*spoken(25, control('P') * 2))
    run.quit()


def test_completion(testpmd):
    """Tab fills up what is unambiguous and lists what is not; ? explains."""
    run = testpmd()
    assert 'NIC statistics for port 1 ' in run.run('sho\tpor\tsta\tall')
    listed = run.keys('set fwd \t', rf'(?s)\n(.*?){PROMPT}set fwd ')[1]
    modes = {'io', 'mac', 'macswap', 'flowgen', 'rxonly', 'txonly', 'csum', 'icmpecho', 'noisy',
             '5tswap', 'shared_rxq'}
    assert modes <= set(re.findall(r'\w+', listed))
    assert 'Set macswap packet forwarding mode' in run.run('macs\t')
    listed = run.keys('show fwd ?', rf'(?s)\n(.*?){PROMPT}show fwd ')[1]
    assert 'show|clear fwd stats all' in listed
    assert 'Forward statistics for port 1' in run.run('stats all')
    assert 'Bad arguments' in run.run('show port nonsense')
    assert 'Command not found' in run.run('nonsense')
    run.quit()


def test_end_of_input(testpmd):
    """Ctrl-D on an empty line ends the session like `quit`."""
    run = testpmd()
    run.keys(control('D'), r'^Bye\.\.\.$')
    assert run.guest.wait_exit() == 0


def test_command_file(testpmd, tmp_path):
    """A multiboot module's commands are carried out before the prompt, and again by `load`."""
    commands = tmp_path / 'commands'
    commands.write_text('set fwd macswap\nset verbose 7\nstart\n')
    run = testpmd(app='-i --cmdline-file=/commands', modules=(commands,))
    console = run.guest.console
    assert (console.index('Change verbose level from 0 to 7')
            < console.index('macswap packet forwarding - ports=2')
            < console.index('Change verbose level from 7 to 0'))
    frame = frames.plain(100)
    run.guest.wires[0].send(frame)
    assert run.guest.wires[1].receive(10) == frame[6:12] + frame[:6] + frame[12:]
    run.keys('load /commands\n', r'(?s)^Change verbose level from 0 to 7$.*'
             rf'^Packet forwarding already started$.*^{PROMPT}')
    run.keys('set verbose 0\n', rf'^Change verbose level from 7 to 0\n{PROMPT}')
    assert re.search('^Failed to .* /other', run.run('load /other'))
    run.stop()
    run.quit()


def test_without_prompt(testpmd):
    """Without -i it forwards at once, tells statistics each second, and Ctrl-C ends it."""
    run = testpmd(app='--stats-period=1')
    one, other = run.guest.wires
    run.guest.wait_for('^Port statistics')
    forward(Flow(one, other, frames.mixture(100)))
    run.guest.wait_for(r'(?s)statistics for port 1 .{,400}?TX-packets: 100 ')
    run.guest.type(control('C'))
    assert run.guest.wait_exit() == 0
    assert 'Bye...' in run.guest.console


@pytest.mark.parametrize('words, why', [
    ('--proc-type=secondary', 'Invalid argument'), ('-m 99999', 'Out of memory'),
    ('--vdev=net_nothing0', 'No such device'), ('-- --nb-cores=7', 'nb-cores should be > 0')])
def test_start_that_fails(boot, build, words, why):
    """What DPDK cannot begin with it says, and the program ends, whatever is up by then."""
    guest = boot(Machine(kernel=build / 'dpdk-testpmd.elf', cpus=2,
                         args=f'bare.exit=debug bare.panic=debug {words}'))
    assert guest.wait_exit() == 1
    assert 'Error - exiting with code: 1' in guest.console and why in guest.console


def test_port_information(testpmd):
    """What testpmd knows of a port is what the machine has."""
    run = testpmd([Nic(mac='52:54:00:aa:bb:cc'), Nic()])
    text = run.run('show port info 0')
    for line in ('MAC address: 52:54:00:AA:BB:CC', 'Driver name: net_virtio', 'Link status: up',
                 'MTU: 1500', 'Promiscuous mode: enabled'):
        assert f'\n{line}\n' in text
    text = run.run('show port summary all')
    assert re.search(r'^1 +52:54:00:00:00:02 +\S+ +net_virtio +up', text, re.M)
    run.start('io')
    forward(Flow(*run.guest.wires, frames.mixture(50)))
    xstats = run.xstats(1)
    assert xstats['tx_good_packets'] == 50 and xstats['rx_good_packets'] == 0
    assert run.xstats(0)['rx_q0_good_packets'] == 50
    run.stop()
    run.guest.monitor.set_link(1, up=False)
    run.guest.wait_for('^Port 1: link state change event')
    assert '\nLink status: down\n' in run.run('show port info 1')
    run.quit()


def test_ports_stopped_and_configured(testpmd):
    """A stopped port takes nothing; ring sizes, MTU and the receive mode are changed in between."""
    run = testpmd(nics=[Nic(options='host_mtu=3000')] * 2,
                  app='-i --mbuf-size=3200 --total-num-mbufs=8192')
    wires = run.guest.wires
    run.start('io')
    assert 'Please remove port 1 from forwarding configuration' in run.run('port stop all')
    run.stop()
    assert 'Checking link statuses' in run.run('port stop all')
    run.run('start')
    assert 'Packet forwarding not started' in run.run('stop')
    for command in ('port config all rxd 128', 'port config all txd 64', 'port config mtu 0 2900',
                    'port config mtu 1 2900', 'set promisc all off'):
        run.run(command)
    assert 'Checking link statuses' in run.run('port start all', within=60)
    run.start('io')
    text = run.run('show config rxtx')
    assert text.count('RX desc=128 ') == 2 and text.count('TX desc=64 ') == 2
    big = [frames.plain(length, length) for length in (60, 1514, 2048, 2914)]
    forward(Flow(*wires, [b'\x52\x54\0\0\0\x01' + frame[6:] for frame in big]))
    wires[0].send(frames.plain(90))  # to another's address
    assert wires[1].receive(0.5) is None
    run.run('set promisc 0 on')
    forward(Flow(*wires, big))
    run.stop()
    run.quit()


def test_ports_come_and_go(testpmd):
    """A PCI port is detached from its driver and attached again, one of software comes and goes."""
    run = testpmd()
    run.run('port stop 1')
    assert 'Now total ports is 1' in run.run('port detach 1')
    assert 'Port 1 is attached' in run.run('port attach 0000:00:02.0')
    run.run('port start 1')
    run.run('set portlist 0,1')
    run.start('io')
    forward(*(Flow(*wires, frames.mixture(50))
              for wires in (run.guest.wires, run.guest.wires[::-1])))
    run.stop()
    assert 'Port 2 is attached' in run.run('port attach net_null0,size=100')
    run.run('port start 2')
    run.run('set portlist 2,0')
    run.start('io')
    for _ in range(50):
        frame = run.guest.wires[0].receive(10)
        assert frame == bytes(100)
    run.stop()
    run.guest.wires[0].drain(1)
    run.run('port stop 2')
    assert 'Now total ports is 2' in run.run('port detach 2')
    run.run('port stop 1')
    assert 'Port 1 is closed' in run.run('port close 1')
    assert 'Invalid port 1' in run.run('show port info 1')
    run.quit()


def test_flow_rules(testpmd, new_model):
    """On the 82599 rules are validated, listed, steer frames to queues, and are taken away."""
    model = new_model(['kx4'])
    run = testpmd(nics=0, model=model, eal='--force-max-simd-bitwidth=64',
                  app='-i --rxq=4 --txq=4 --disable-rss')
    check_steering(run, model)
    run.quit()


def steered(run, model, ports):
    """Send a frame to each UDP port; gives the queues by which they came, in order."""
    at = len(run.guest.console)
    for port in ports:
        model.wires[0].send(bytes(Ether(src='02:00:00:00:00:99', dst=model.macs[0])
                                  / IP(src='10.0.0.1', dst='10.0.0.2')
                                  / UDP(sport=1000, dport=port) / bytes(30)))
        assert model.wires[0].receive(10) is not None
    run.run('')
    return [int(queue) for queue in re.findall(r'^port 0/queue (\d+): received 1 packets$',
                                               run.guest.console[at:], re.M)]


def check_steering(run, model):
    """Create, validate, list, destroy and flush rules while frames flow."""
    rule = ('0 ingress pattern eth / ipv4 src is 10.0.0.1 dst is 10.0.0.2 proto is 17 /'
            ' udp src is 1000 dst is {} / end actions queue index {} / end')
    run.start('macswap', 'set verbose 1')
    ports = [5001, 5002, 5003, 5004]
    assert steered(run, model, ports) == [0, 0, 0, 0]
    assert 'Flow rule validated' in run.run('flow validate ' + rule.format(5001, 1))
    other_way = rule.replace('ingress', 'egress').format(5001, 1)
    assert 'Caught PMD error' in run.run('flow validate ' + other_way)
    for number, port in enumerate((5001, 5002, 5003)):
        assert f'Flow rule #{number} created' in run.run(
            'flow create ' + rule.format(port, number + 1))
    assert len(re.findall(r'ETH IPV4 UDP => QUEUE$', run.run('flow list 0'), re.M)) == 3
    assert steered(run, model, ports) == [1, 2, 3, 0]
    assert 'Flow rule #2 destroyed' in run.run('flow destroy 0 rule 2')
    assert steered(run, model, ports) == [1, 2, 0, 0]
    run.run('flow flush 0')
    assert 'QUEUE' not in run.run('flow list 0')
    assert steered(run, model, ports) == [0, 0, 0, 0]
    run.stop()
