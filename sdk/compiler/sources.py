# SPDX-License-Identifier: BSD-3-Clause
"""Sources on a link line: each is compiled once, to an object in its place."""

import subprocess
from pathlib import Path

from compiler.command import Source


def _side_files(source, options, output):
    """Arguments by which what gcc writes beside an object is named as by one call for all."""
    name, output = Path(source.name), Path(output)
    words = ['-dumpdir', f'{output}-', '-dumpbase', name.name, '-dumpbase-ext', name.suffix]
    if {'-MD', '-MMD'}.intersection(options):
        if '-MF' not in options:
            words += ['-MF', str(output.with_suffix('.d'))]
        if not {'-MT', '-MQ'}.intersection(options):
            words += ['-MQ', str(output)]
    return words


def compile_all(tools, options, output, inputs, scratch):
    """The inputs of a link to `output`, with objects in `scratch` where Sources stood."""
    before, behind = tools.compile_words()
    compiled = []
    for number, source in enumerate(inputs):
        if not isinstance(source, Source):
            compiled.append(source)
            continue
        language = ['-x', source.language] if source.language else []
        compiled.append(str(scratch / f'{number}.o'))
        subprocess.run(
            [tools.gcc, *before, *options, '-c', '-o', compiled[-1],
             *_side_files(source, options, output), *language, source.name, *behind], check=True)
    return compiled
