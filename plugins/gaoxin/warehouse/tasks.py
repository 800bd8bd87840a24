"""The ledger of tasks: what leads told of them, and what others decided about them."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from gaoxin.ledger.kinds import EventKind
from gaoxin.numerals import plain
from gaoxin.tasks.model import Handed, Move, TaskHistory, TaskMove, TaskReport
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository, row_of

_MOVES = {Move.CLOSED: EventKind.TASK_CLOSED, Move.REOPENED: EventKind.TASK_REOPENED, Move.SET_ASIDE: EventKind.TASK_SET_ASIDE,
          Move.RESUMED: EventKind.TASK_RESUMED}


class TaskStore(Repository):
    """store.tasks. What is said is recorded each time."""

    def tell(self, campaign: str, said: TaskReport) -> None:
        row: dict[str, Any] = {"campaign": campaign, **row_of(said)}
        words = {"words": rows.digest(said.words) if said.words else None}
        if said.milestone:
            late = {"late_because": rows.digest(said.late_because)} if said.late_because else {}
            self._say("task_reports", row, EventKind.TASK_MILESTONE, said.recorded_at, "task milestone reached stood_on by",
                      **words, **late)
        else:
            percent = None if said.percent is None else plain(said.percent)
            self._say("task_reports", row, EventKind.TASK_TOLD, said.recorded_at, "task stood_on by", percent=percent, **words)

    def move(self, campaign: str, made: TaskMove, **told: Any) -> None:
        """told: what its event says beside."""
        row = {"campaign": campaign, **{name: value for name, value in row_of(made).items() if name != "seq"}}
        if made.confirmed:
            told["confirmed"] = rows.digest(made.confirmed)
        self._say("task_moves", row, _MOVES[made.move], made.recorded_at, "task by",
                  reason=rows.digest(made.reason), **told)

    def histories(self, campaign: str, as_of: datetime) -> dict[str, TaskHistory]:
        """By task what was known by then; of one of which nothing was recorded an empty one."""
        told, moved = defaultdict[str, list[TaskReport]](list), defaultdict[str, list[TaskMove]](list)
        for row in self._acted("task_reports", campaign=campaign, as_of=as_of):
            told[row["task"]].append(rows.made(TaskReport, row))
        for row in self._acted("task_moves", campaign=campaign, as_of=as_of):
            moved[row["task"]].append(rows.made(TaskMove, row))
        delivered: dict[str, dict[str, list[Handed]]] = defaultdict(lambda: defaultdict(list))
        for row in self._known("evidence", campaign=campaign, as_of=as_of):
            delivered[row["task"]][row["deliverable"]].append(Handed(row["recorded_at"], row["seq"]))
        names = sorted({*told, *moved, *delivered})
        return defaultdict(TaskHistory, {n: TaskHistory(tuple(told[n]), tuple(moved[n]), dict(delivered[n])) for n in names})
