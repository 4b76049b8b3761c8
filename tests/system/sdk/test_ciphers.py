# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's examples with real ciphers, by OpenSSL and by Intel's library, with both C libraries:
ipsec-secgw, whose frames Scapy deciphers, and fips_validation."""

import functools
import json
import os
import re
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from scapy.layers.inet import IP, UDP
from scapy.layers.ipsec import ESP, SecurityAssociation
from scapy.layers.l2 import Ether

from harness import Nic

HOST = '02:00:00:00:00:98'
ENDS = ('172.16.1.5', '172.16.2.5')
KEY = bytes(range(16))
AUTHENTICATION = bytes(range(100, 120))


@pytest.fixture(scope='module')
def make_static(build, tree, environment, tmp_path_factory):
    """make_static('l2fwd', 'musl'): the image of an example, built once by its own Makefile."""
    @functools.cache
    def make(name, libc):
        folder = tmp_path_factory.mktemp(libc) / name
        shutil.copytree(tree / 'examples' / name, folder)
        shutil.copytree(tree / 'examples' / 'common', folder.parent / 'common')
        sdk = build / ('sdk' if libc == 'glibc' else 'with-libs/sdk')
        done = subprocess.run(
            ['make', '-C', folder, 'static', 'CC=linuxless-cc', 'PKGCONF=linuxless-pkg-config'],
            env={**environment, 'LIBC': libc, 'PATH': f'{sdk}/bin:{os.environ["PATH"]}'},
            timeout=600, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, done.stdout
        return next((folder / 'build').glob('*-static'))
    return make


def coloned(key):
    """A key as ipsec-secgw reads it."""
    return ':'.join(f'{byte:02x}' for byte in key)


ALGORITHMS = (f'cipher_algo aes-128-cbc cipher_key {coloned(KEY)} auth_algo sha1-hmac '
              f'auth_key {coloned(AUTHENTICATION)} mode ipv4-tunnel')

CONFIGURATION = f"""\
sp ipv4 out esp protect 5 pri 1 dst 192.168.105.0/24 sport 0:65535 dport 0:65535
sp ipv4 in esp protect 105 pri 1 dst 192.168.115.0/24 sport 0:65535 dport 0:65535
sa out 5 {ALGORITHMS} src {ENDS[0]} dst {ENDS[1]}
sa in 105 {ALGORITHMS} src {ENDS[1]} dst {ENDS[0]}
rt ipv4 dst {ENDS[1]}/32 port 0
rt ipv4 dst 192.168.115.0/24 port 1
neigh port 0 02:00:00:00:0a:00
neigh port 1 02:00:00:00:0a:01
"""


def association(spi, source, destination):
    """Scapy's part of a tunnel's one direction."""
    return SecurityAssociation(ESP, spi=spi, crypt_algo='AES-CBC', crypt_key=KEY,
                               auth_algo='HMAC-SHA1-96', auth_key=AUTHENTICATION,
                               tunnel_header=IP(src=source, dst=destination))


def packet(run, port):
    """The IP packet of the next frame from a port."""
    frame = Ether(run.wires[port].receive(10))
    assert IP in frame, frame.show(dump=True)
    return frame[IP]


@pytest.mark.parametrize('libc, device', [
    ('glibc', 'crypto_openssl0'), ('glibc', 'crypto_aesni_mb0'),
    pytest.param('musl', 'crypto_openssl0', marks=pytest.mark.long),
    pytest.param('musl', 'crypto_aesni_mb0', marks=pytest.mark.long)])
def test_ipsec(example, make_static, tmp_path, libc, device):
    """Frames through a tunnel, each way."""
    configuration = tmp_path / 'gateway.cfg'
    configuration.write_text(CONFIGURATION)
    run = example('ipsec-secgw', f'-l 1 --vdev {device} -- -p 3 -P -u 1 --config=(0,0,1),(1,0,1) '
                  '-f /gateway.cfg', 'entering main loop on lcore 1', nics=[Nic('e1000e')] * 2,
                  cpus=2, modules=[configuration], image=make_static('ipsec-secgw', libc))
    out, back = association(5, *ENDS), association(105, *reversed(ENDS))
    for number in range(1, 9):
        payload = bytes([number] * (30 + number))
        inner = IP(src='10.0.0.1', dst='192.168.105.9', id=number) / UDP() / payload
        run.wires[1].send(bytes(Ether(src=HOST, dst=run.macs[1]) / inner))
        outer = packet(run, 0)
        assert payload not in bytes(outer)
        plain = out.decrypt(outer)
        assert (plain.dst, plain.id, bytes(plain[UDP].payload)) == (inner.dst, number, payload)

        answer = IP(src='10.0.0.2', dst='192.168.115.9', id=number) / UDP() / payload
        run.wires[0].send(bytes(Ether(src=HOST, dst=run.macs[0]) / back.encrypt(answer)))
        plain = packet(run, 1)
        assert (plain.dst, plain.id, bytes(plain[UDP].payload)) == (answer.dst, number, payload)


TEXT = bytes(range(64))
CASES = [{'tcId': number, 'key': bytes([number] * 16).hex(), 'iv': bytes([number + 1] * 16).hex(),
          'pt': TEXT.hex()} for number in range(1, 4)]


@pytest.mark.long
@pytest.mark.parametrize('libc, device', [('musl', 'crypto_openssl'), ('musl', 'crypto_aesni_mb')])
def test_fips_validation(example, make_static, tmp_path, libc, device):
    """AES-CBC by a file of requests, whose answers are as those of another library."""
    requests = [{'isSample': False}, {
        'vsId': 1, 'algorithm': 'ACVP-AES-CBC', 'revision': '1.0', 'testGroups': [
            {'tgId': 1, 'testType': 'AFT', 'direction': 'encrypt', 'keyLen': 128, 'tests': CASES}]}]
    (tmp_path / 'cbc.json').write_text(json.dumps(requests))
    run = example('fips_validation', f'-l 0 --vdev {device} -- --req-file /cbc.json '
                  f'--rsp-file /dev/stdout --cryptodev {device}', modules=[tmp_path / 'cbc.json'],
                  image=make_static('fips_validation', libc))
    assert run.guest.wait_exit() == 0
    found = dict(re.findall(r'"tcId": (\d+),\s+"ct": "(\w+)"', run.guest.console))
    for case in CASES:
        aes = Cipher(algorithms.AES(bytes.fromhex(case['key'])),
                     modes.CBC(bytes.fromhex(case['iv']))).encryptor()
        assert found[str(case['tcId'])].lower() == (aes.update(TEXT) + aes.finalize()).hex()
