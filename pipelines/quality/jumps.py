"""Stretches between a jump away and the jump back."""

import numpy as np

from pipelines.quality.sliding import Bools, Floats, Ints


def between(
    jump: Bools, *, subject: Ints, at_s: Floats, value: Floats, longest_s: float, back: float | Floats
) -> Bools:
    """Marks each jump, and the rows up to the next one where that returns to within `back` of where it left.

    `value` is what jumped. A jump marks the row it lands on; one that returns marks the rows away, not the row
    after. `back` may differ from row to row, and is that of the way back. Only a jump within `longest_s` seconds and
    in the same subject can be the way back.
    """
    marked = jump.copy()
    nearest = np.broadcast_to(np.asarray(back, dtype=np.float64), jump.shape)
    places = np.flatnonzero(jump)
    position = 0
    while position < len(places) - 1:
        out, home = places[position], places[position + 1]
        near = subject[out] == subject[home] and at_s[home] - at_s[out] <= longest_s
        if near and out > 0 and abs(value[home] - value[out - 1]) <= nearest[home]:
            marked[out:home] = True
            marked[home] = False
            position += 2
        else:
            position += 1
    return marked
