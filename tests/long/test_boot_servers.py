# SPDX-License-Identifier: BSD-3-Clause
"""The examples of docs/boot.md: dnsmasq and ISC dhcpd, with their very text as configuration.

The servers are Debian's packages, which apt fetches at that moment.
"""

import re
import shlex

import pytest
from harness import Machine, Nic
from harness.servers import Servers, server
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

pytestmark = pytest.mark.long

DEBUG = 'bare.exit=debug bare.panic=debug'
DHCP_SERVER_PORT = 67
IPXE_OPTIONS = ('user_class', 175)
UEFI_OWN = 'romfile='  # else QEMU's boot ROM is iPXE


def example(root, subject):
    """The indented lines that follow the paragraph that begins with **subject**."""
    text = (root / 'docs' / 'boot.md').read_text()
    found = re.search(rf'^\*\*{subject}\*\*(?:.+\n)+\n((?:    .*\n|\n)+)', text, re.MULTILINE)
    return re.sub('^    ', '', found[1], flags=re.MULTILINE)


def plain_pxe(frame):
    """A request of iPXE's as a network card's own ROM sends it."""
    packet = Ether(frame)
    if UDP not in packet or packet[UDP].dport != DHCP_SERVER_PORT or DHCP not in packet:
        return frame
    assert any(option[0] in IPXE_OPTIONS for option in packet[DHCP].options), 'this is not iPXE'
    packet[DHCP].options = [option for option in packet[DHCP].options
                            if option[0] not in IPXE_OPTIONS]
    del packet[IP].len, packet[IP].chksum, packet[UDP].len, packet[UDP].chksum
    return bytes(packet)


@pytest.fixture(name='dnsmasq')
def fixture_dnsmasq(build):
    """dnsmasq(arguments): its command; libraries."""
    path, libraries = server(build, 'dnsmasq-base', 'dnsmasq')
    # That way it keeps its user: a user name space has no other.
    return f'{path} --no-daemon --log-facility=-', libraries


@pytest.fixture(name='servers', params=['dnsmasq', 'ISC dhcpd'])
def fixture_servers(request, build, root, make_pxe, tmp_path, dnsmasq):
    """Servers on, with hello in the tree."""
    tree = make_pxe(build / 'hello.elf', f'{DEBUG} "from the network"')
    configuration = tmp_path / 'configuration'
    configuration.write_text(example(root, request.param))
    command, libraries = dnsmasq
    leases = tmp_path / 'leases'
    leases.touch()
    if request.param == 'dnsmasq':
        commands = [f'{command} --conf-file={configuration} --dhcp-leasefile={leases}']
    else:
        dhcpd, _ = server(build, 'isc-dhcp-server', 'dhcpd')
        commands = [f'{command} --conf-file=/dev/null --port=0 --enable-tftp '
                    '--tftp-root=/srv/linuxless',
                    f'{dhcpd} -f -d --no-pid -cf {shlex.quote(str(configuration))} -lf {leases} '
                    'eth1']
    with Servers(tmp_path, tree, commands, [libraries]) as servers:
        yield servers


@pytest.mark.parametrize('firmware, nic, change, loaded', [
    ('bios', Nic(boots=True), plain_pxe, 'boot/grub/bios.0'),
    ('bios', Nic('e1000', boots=True), plain_pxe, 'boot/grub/bios.0'),
    ('bios', Nic(boots=True), None, 'boot.ipxe'),
    ('uefi', Nic(options=UEFI_OWN, boots=True), None, 'boot/grub/uefi.efi'),
    ('uefi', Nic(boots=True), None, 'boot/grub/uefi.efi')],
    ids=['bios', 'bios-e1000', 'bios-ipxe', 'uefi', 'uefi-ipxe'])
def test_example(boot, servers, firmware, nic, change, loaded):
    """Each kind of machine gets the file that is for it, and hello with its command line."""
    guest = boot(Machine(firmware=firmware, nics=[nic]), 180)
    servers.connect(guest.wires[0], *([change] if change else []))
    guest.wait_for(r'^argv\[\d+\]: from the network$', within=120)
    assert guest.wait_exit() == 0
    sent = re.findall(r'sent /srv/linuxless/(\S+) to', servers.said())
    assert loaded in sent
    assert {'boot.ipxe', 'boot/grub/bios.0', 'boot/grub/uefi.efi'} & set(sent) == {loaded}
