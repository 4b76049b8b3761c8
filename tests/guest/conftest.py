# SPDX-License-Identifier: BSD-3-Clause
"""What is there to be tested in a checked build alone (mk/checked.mk)."""

import os

collect_ignore = [] if os.environ.get('CHECKED') else ['checked']
