# SPDX-License-Identifier: BSD-3-Clause
"""What tools/traffic is made of: the frames of one direction, and the screen."""
