# SPDX-License-Identifier: BSD-3-Clause
"""Compares how Linux and the bare machine answer the same random calls (docs/linux.md)."""
