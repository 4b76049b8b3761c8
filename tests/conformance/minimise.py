# SPDX-License-Identifier: BSD-3-Clause
"""Finds the few steps of an episode that a difference needs.

A minimiser is a generator that yields lists of steps to try, many at once, since a try costs a boot
and a hundred of them cost no more; it is sent, for each, whether the difference was still there.
"""


def chunks(steps, size):
    """The steps in pieces of that size."""
    return [steps[at:at + size] for at in range(0, len(steps), size)]


def without(steps, gone):
    """The steps that are not in any of the pieces."""
    out = {step for piece in gone for step in piece}
    return [step for step in steps if step not in out]


def minimise(steps):
    """Yields lists of lists of steps, is sent lists of bool; returns the shortest list found.

    The last step of `steps` is where the difference is seen: it always stays.
    """
    *steps, last = steps
    size = max(1, (len(steps) + 1) // 2)
    while steps:
        pieces = chunks(steps, size)
        good = yield [without(steps, [piece]) + [last] for piece in pieces]
        gone = [piece for piece, still in zip(pieces, good) if still]
        if gone:
            # Each of them alone can go; perhaps all, or at least the first few together.
            unions = [gone[:count] for count in range(len(gone), 1, -1)]
            good = yield [without(steps, union) + [last] for union in unions]
            best = next((union for union, still in zip(unions, good) if still), gone[:1])
            steps = without(steps, best)
        elif size == 1:
            break
        if size > 1:
            size = max(1, min(size // 2, (len(steps) + 1) // 2))
    return steps + [last]


def run_all(minimisers, ask):
    """Drives minimisers together: {key: generator} -> {key: steps}.

    ask: is given [(key, steps)], for all that are to be tried now, and gives a list of bool.
    """
    results, waiting = {}, {}

    def advance(key, answers):
        try:
            waiting[key] = minimisers[key].send(answers)
        except StopIteration as end:
            waiting.pop(key, None)
            results[key] = end.value

    for key in minimisers:
        advance(key, None)
    while waiting:
        tries = [(key, steps) for key, candidates in waiting.items() for steps in candidates]
        answers = iter(ask(tries) if tries else [])
        for key, candidates in list(waiting.items()):
            advance(key, [next(answers) for _ in candidates])
    return results
