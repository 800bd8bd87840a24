"""What a dossier tells: one snapshot of a campaign, put together by whoever reads the store. Plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from gaoxin.extensions.model import NONE, Days, Extension, Kind
from gaoxin.gates.model import ApprovalEvidence, DeliverableEvidence, GateResult, Rectification, WaiverEvidence
from gaoxin.gates.waiving import scope_told
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.indicators.behind import Behind
from gaoxin.indicators.model import IndicatorResult
from gaoxin.plan.model import Plan, Task
from gaoxin.scoring.model import Score
from gaoxin.tasks.model import TaskState

_ASKED = Code("dossier.criterion", "{asked}（{id}）", "{asked} ({id})", asked=Text, id=str)
_WITHIN = Code("dossier.waived_within", "，限于{parts:、}", ", limited to {parts:,}", parts=tuple)
_WAIVED = Code("dossier.waived_criterion", "{criterion}{within}", "{criterion}{within}", criterion=Worded, within=Message | None)

Word = Literal["stands", "void", "replaced"]


@dataclass(frozen=True)
class Stood:
    """Where the record stood, and what the dossier was made with. known_seq, head: number and hash of the ledger's last event
    that it knows; checkpoint: the same as a signed note. program: the version. pages: the address of the installation's pages, ""
    where links are to be left out. sample: whether any return is made up."""

    campaign: str
    as_of: datetime
    known_seq: int
    head: str | None
    checkpoint: str | None
    plan_version: int | None
    plan_hash: str
    program: str
    pages: str
    drill: bool
    sample: bool


@dataclass(frozen=True)
class GateStands:
    """A phase's gate. result: the decision by which it passed, else how it would be judged; None where the phase has not begun.
    passed_at: when it let its phase end."""

    phase: str
    result: GateResult | None
    passed_at: datetime | None


@dataclass(frozen=True)
class Approved:
    given: ApprovalEvidence
    state: Word


@dataclass(frozen=True)
class OpenCorrection:
    """A correction of which something is not decided yet. items: what rests on the old figures, in words."""

    return_id: str
    unit: str
    recorded_at: datetime
    items: tuple[Message, ...]


@dataclass(frozen=True)
class Delivered:
    """How the returns that are due stand. Both shares are 0–1, None where nothing is due."""

    completeness: Decimal | None
    timeliness: Decimal | None
    owed: int


@dataclass(frozen=True)
class Mended:
    """What was done about a rectification since it was opened for the n-th time: handed_in, accepted, sent_back. sha256: of the
    evidence that was handed in."""

    rectification: str
    opening: int
    kind: Literal["handed_in", "accepted", "sent_back"]
    by: str
    at: datetime
    text: str | None
    sha256: str | None


@dataclass(frozen=True)
class Extended:
    """A request for another day, with what was decided. what: what it is about. settled: that came, or is asked for
    no more, before anybody decided."""

    given: Extension
    what: Message
    settled: bool = False


@dataclass(frozen=True)
class Snapshot:
    """behind: by indicator its computed values with their cells. everything: the gate that asks for all that the plan has
    (`gates.everything`): its shortfalls are open. words: what states are called, in Chinese. tasks: by id how each stands.
    mended: what was done about rectifications. days: extensions that were granted. scores: of every assessment."""

    plan: Plan
    stood: Stood
    indicators: tuple[IndicatorResult, ...]
    everything: GateResult
    behind: Mapping[str, tuple[Behind, ...]]
    delivered: Delivered
    words: Mapping[str, str]
    gates: tuple[GateStands, ...] = ()
    tasks: Mapping[str, TaskState] = field(default_factory=dict)
    deliverables: tuple[DeliverableEvidence, ...] = ()
    approvals: tuple[Approved, ...] = ()
    waivers: tuple[WaiverEvidence, ...] = ()
    rectifications: tuple[Rectification, ...] = ()
    mended: tuple[Mended, ...] = ()
    days: Days = NONE
    extensions: tuple[Extended, ...] = ()
    corrections: tuple[OpenCorrection, ...] = ()
    scores: tuple[Score, ...] = ()

    def unit(self, unit_id: str) -> str:
        """A unit's name; one that the plan no longer has by its id."""
        return self.unit_named(unit_id).zh

    def unit_named(self, unit_id: str) -> Text:
        return next((_both(u.name) for u in self.plan.units if u.id == unit_id), Text(unit_id, unit_id))

    def due_of(self, task: Task) -> date | None:
        """By when it is to be done, by the day that stands."""
        return task.due and self.days.day(Kind.TASK, task.id, task.due)

    def phase(self, phase_id: str) -> str:
        return self.phase_named(phase_id).zh

    def phase_named(self, phase_id: str) -> Text:
        return next((_both(p.name) for p in self.plan.phases if p.id == phase_id), Text(phase_id, phase_id))

    def waived(self, w: WaiverEvidence) -> Message:
        """The condition that a waiver is of, and what of it."""
        asked = next((c.asked for p in self.plan.phases if p.id == w.phase for c in p.gate.criteria if c.id == w.criterion), None)
        within = scope_told(self.plan, w)
        return _WAIVED(criterion=_ASKED(asked=asked, id=w.criterion) if asked else Text(w.criterion, w.criterion),
                       within=_WITHIN(parts=within) if within else None)


def _both(name: Worded) -> Text:
    return Text(name.to("zh"), name.to("en"))


class OpenKind(StrEnum):
    """What sort of thing is not settled."""

    TO_WRITE = "to_write"
    MISSING = "missing_return"
    REJECTED = "rejected_return"
    UNEXPLAINED = "unexplained_warning"
    RULE = "broken_rule"
    TARGET = "target_not_met"
    TASK = "task_not_closed"
    RECTIFICATION = "open_rectification"
    SCORE = "score_not_reached"
    UNKNOWN = "not_evaluated"
    GATE = "gate_not_passed"
    VOID = "void_approval"
    REFUSED = "refused_approval"
    WAIVED = "waiver_in_use"
    EXPIRED = "waiver_expired"
    EXTENSION = "extension_waits"
    CORRECTION = "open_correction"
    CONDITION = "condition_not_shown"
    MASKED = "masked_in_document"

    @property
    def words(self) -> Text:
        return _OPEN[self]


_OPEN = {
    OpenKind.TO_WRITE: Text("待填写", "to be written"), OpenKind.MISSING: Text("报送缺失", "return missing"),
    OpenKind.REJECTED: Text("报送有误或未审", "return rejected or not judged"),
    OpenKind.UNEXPLAINED: Text("警告未说明", "warning not explained"), OpenKind.RULE: Text("审核规则失效", "rule broken"),
    OpenKind.TARGET: Text("指标未达标或无法评估", "target not met or not evaluated"),
    OpenKind.TASK: Text("任务未销号", "task not closed"), OpenKind.RECTIFICATION: Text("整改未销号", "rectification open"),
    OpenKind.SCORE: Text("初评未达分或未评完", "score not reached, or sheets missing"),
    OpenKind.UNKNOWN: Text("未评估", "not evaluated"), OpenKind.GATE: Text("关口未通过", "gate not passed"),
    OpenKind.VOID: Text("审批已失效", "approval void"), OpenKind.REFUSED: Text("审批不同意", "consent refused"),
    OpenKind.WAIVED: Text("豁免在用", "waiver in use"), OpenKind.EXPIRED: Text("豁免已过期", "waiver expired"),
    OpenKind.EXTENSION: Text("延期待批复", "extension to be decided"),
    OpenKind.CORRECTION: Text("数据更正待处理", "correction to be decided"),
    OpenKind.CONDITION: Text("认定条件不符合或未评估", "condition not fulfilled or not evaluated"),
    OpenKind.MASKED: Text("公开文本隐去", "hidden in the published text"),
}


@dataclass(frozen=True)
class OpenPoint:
    """What is not settled. who: the unit that it waits for; None where nobody is named. ref: by which it is found."""

    kind: OpenKind
    what: Worded
    who: Text | None
    ref: str
