# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's own tests, run on the bare machine.

catalogue.py  which tests there are, read from DPDK's files
verdict.py    what each is expected to do, read from the lists beside this file
session.py    one boot of the image: type a test's name, wait for its result
runner.py     all of them, several a boot, two machines side by side
report.py     lines, summary, and the table in docs/dpdk-tests.md
__main__.py   the command: `make dpdk-tests`
"""
