"""Which files of a task count. A reopening takes them all back: what is handed in after it counts, and what a closing since
confirms as good all the same. Pure; docs/decisions/103.
"""

from collections.abc import Mapping
from datetime import datetime

from gaoxin.tasks.model import Handed, Move, TaskHistory, TaskMove

_Entry = tuple[datetime, int, int, str | TaskMove]


def counting(history: TaskHistory) -> Mapping[str, Handed]:
    """By piece of work that is in the file since which it is: the first, of one reopened since the first after that. What is of
    one moment and number counts as handed in before it was decided."""
    files: list[_Entry] = [(h.at, h.seq, 0, piece) for piece, all_ in history.delivered.items() for h in all_]
    moves: list[_Entry] = [(m.recorded_at, m.seq, 1, m) for m in history.moves]
    counts: dict[str, Handed] = {}
    old: dict[str, Handed] = {}
    for at, seq, _, what in sorted([*files, *moves], key=lambda one: one[:3]):
        if not isinstance(what, TaskMove):
            counts.setdefault(what, Handed(at, seq))
        elif what.move is Move.REOPENED:
            old |= counts
            counts = {}
        elif what.move is Move.CLOSED and what.confirmed:
            counts = old | counts
    return counts
