"""What a deadline is, whoever made it: the plan, or an act that somebody else has to answer. Plain frozen values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from gaoxin.i18n import Message, Text, Worded


class Kind(StrEnum):
    """By the plan: RETURN to BULLETIN; opened by an act: the others."""

    RETURN = "return"
    TASK = "task"
    MILESTONE = "milestone"
    PHASE = "phase"
    GATE = "gate"
    INDICATOR = "indicator"
    CADENCE = "cadence"
    BULLETIN = "bulletin"
    RECTIFICATION = "rectification"
    EXPLANATION = "explanation"
    CONSENT = "consent"
    QUESTION = "question"
    CORRECTION = "correction"
    EXTENSION = "extension"
    MAPPING = "mapping"
    CLOSING = "closing"


NAMES = {
    Kind.RETURN: Text("报送", "return"), Kind.TASK: Text("任务", "task"), Kind.MILESTONE: Text("任务节点", "milestone"),
    Kind.PHASE: Text("阶段起止", "phase"), Kind.GATE: Text("关口", "gate"), Kind.INDICATOR: Text("指标", "indicator"),
    Kind.CADENCE: Text("调度", "cadence"), Kind.BULLETIN: Text("通报", "bulletin"),
    Kind.RECTIFICATION: Text("整改", "rectification"),
    Kind.EXPLANATION: Text("情况说明", "explanation"), Kind.CONSENT: Text("审批", "consent"),
    Kind.QUESTION: Text("提问", "question"), Kind.CORRECTION: Text("更正", "correction"),
    Kind.EXTENSION: Text("延期申请", "extension"), Kind.MAPPING: Text("对照", "mapping"),
    Kind.CLOSING: Text("销号", "closing"),
}


class State(StrEnum):
    """OPEN: its day is to come, or today. HANDED_IN: it came, and nobody has said yet whether it will do. PASSED: its day is over
    and it is not done; also where a version of the plan gave another day after it had passed. WITHDRAWN: nobody owes it any
    more."""

    OPEN = "open"
    HANDED_IN = "handed_in"
    MET = "met"
    MET_LATE = "met_late"
    PASSED = "passed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Move:
    """A day that stood before. by: what moved it: an extension, or a version of the plan, of that number; at: when."""

    was: date
    by: Literal["extension", "plan"]
    number: int
    at: datetime


@dataclass(frozen=True)
class Deadline:
    """ref: stable, among those of a kind; of several units that owe one thing, each has its own. what: in words. source: where
    its day comes from: a place in the document, a rule, or the act that opened it. done_on: when it was met; late_days: after the
    limit that counts, until then or until now. moves: from which days, the first one first. recorded_at: since when it stands
    as it does; None where nothing is recorded of it."""

    kind: Kind
    ref: str
    unit: str
    what: Message
    due: date
    source: Worded | str
    state: State
    done_on: date | None = None
    late_days: int = 0
    moves: tuple[Move, ...] = ()
    recorded_at: datetime | None = None

    @property
    def pending(self) -> bool:
        return self.state in (State.OPEN, State.PASSED)


def stands(done_on: date | None, late_days: int) -> State:
    """How something that is owed stands, by whether it is done, and how late it is or was."""
    if done_on is None:
        return State.PASSED if late_days else State.OPEN
    return State.MET_LATE if late_days else State.MET
