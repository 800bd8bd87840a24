"""How a bulletin ranks units; docs/decisions/116 has the reasons.

* in_order 按期完成率: of a unit's matters that could be judged, the share that is in order. A return that was due: accepted, in
  time; what was late only because its unit waited for somebody else is in time, and while it waits nothing is judged. A task
  with a due day: done in time; while it is under way, not behind its time (欠序时). A unit's share of a target whose day is
  over: met. A rectification that was due, or was closed: closed in time. Each counts alike; what cannot be judged yet counts for
  nothing.
* progress 任务平均进度: the mean of what was told last of the tasks that a unit answers for; a closed task is 100. Where nothing
  was told of one of them the unit is not ranked: the others would speak for it.

Units with the same share have the same place, and the next place is left out for each (1, 2, 2, 4). A unit of which nothing can
be told has no place, and is named with the reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from gaoxin.i18n import Code, Message

NOTHING = Code("bulletins.nothing_to_rank", "本期没有可据以判断的事项", "nothing of it could be judged")
UNTOLD = Code("bulletins.progress_untold", "承担的 {count} 项任务中，{untold} 项没有报告过进度",
              "of its {count} task(s) no progress was told of {untold}", count=int, untold=int)
NO_TASKS = Code("bulletins.no_tasks", "没有承担任务", "it answers for no task")


@dataclass(frozen=True)
class Matter:
    """What a unit answers for. in_order: None where that cannot be told yet."""

    unit: str
    kind: Literal["return", "task", "quota", "rectification"]
    ref: str
    in_order: bool | None


@dataclass(frozen=True)
class Score:
    """share: 0 to 1. of: how many matters or tasks it rests on; good: how many of them are in order, None of a mean."""

    share: Fraction
    of: int
    good: int | None = None


@dataclass(frozen=True)
class Placed:
    """before: its place in the bulletin before, None where it had none."""

    unit: str
    place: int
    score: Score
    before: int | None = None

    @property
    def rose(self) -> int | None:
        """By how many places; below nought where it fell."""
        return None if self.before is None else self.before - self.place


@dataclass(frozen=True)
class Ranked:
    """placed: the first place first, of one place in the order in which units were given. unranked: by unit the reason."""

    placed: tuple[Placed, ...]
    unranked: Mapping[str, Message]

    @property
    def places(self) -> dict[str, int]:
        return {p.unit: p.place for p in self.placed}


def by_order(matters: Iterable[Matter]) -> Score | Message:
    """Of one unit's matters."""
    judged = [m.in_order for m in matters if m.in_order is not None]
    return Score(Fraction(sum(judged), len(judged)), len(judged), sum(judged)) if judged else NOTHING()


def by_progress(told: Iterable[Decimal | None]) -> Score | Message:
    """Of one unit's tasks. told: of each its progress in %, None where nothing was told."""
    tasks = list(told)
    known = [Fraction(one) / 100 for one in tasks if one is not None]
    if not tasks:
        return NO_TASKS()
    if len(known) < len(tasks):
        return UNTOLD(count=len(tasks), untold=len(tasks) - len(known))
    return Score(sum(known, Fraction(0)) / len(known), len(known))


def ranked(scores: Mapping[str, Score | Message], before: Mapping[str, int] | None = None) -> Ranked:
    """scores: by unit, in the order of the plan. before: the places in the bulletin before."""
    known = {unit: score for unit, score in scores.items() if isinstance(score, Score)}
    placed = [Placed(unit, 1 + sum(other.share > score.share for other in known.values()), score, (before or {}).get(unit))
              for unit, score in known.items()]
    return Ranked(tuple(sorted(placed, key=lambda p: p.place)),
                  {unit: why for unit, why in scores.items() if isinstance(why, Message)})
