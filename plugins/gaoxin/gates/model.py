"""Evidence in, verdict out: the values that a gate is a function of, and what it returns. Plain frozen values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from gaoxin.extensions.model import NONE, Days
from gaoxin.i18n import Message, Text, Worded
from gaoxin.indicators.model import IndicatorResult
from gaoxin.ledger.acts import Act
from gaoxin.periods import Period
from gaoxin.plan.criteria.rectifications_closed import Origin
from gaoxin.returns.model import ReturnState
from gaoxin.scoring.model import Score
from gaoxin.tasks.model import TaskHistory


class GateVerdict(StrEnum):
    PASS = "pass"
    HOLD = "hold"
    WAIVED = "waived"


class Mode(StrEnum):
    """What an evaluation is: before the decision window a rehearsal ("if it were today"), in it and after a decision."""

    REHEARSAL = "rehearsal"
    DECISION = "decision"


@dataclass(frozen=True)
class OwedReturn(Act):
    """One owed return as of a time. business_day, entered_because, account, authenticated: of the version that counts. version,
    return_id: the version that counts, which is the accepted one with the highest number, or else the newest; None while nothing
    has come. rejected_version: a version newer than the accepted one that was rejected; the accepted facts stand meanwhile.
    waiting_version: one that is not checked yet.
    late_days: days after the due day until the first accepted version came; for what came and is not judged yet, until it came;
    for what is missing or stands rejected, until now. 0 when in time. Errors and warnings are those of the version that counts.
    warnings_explained: of which an explanation is accepted and holds; warnings_waiting: of which one waits for a reviewer;
    warnings_sent_back, warnings_expired: of which the last one was sent back, or holds no more. words: the sha256 of what was
    accepted, None where nothing was. untrusted: how many rules were broken when that version was judged. due: the day that
    stands; of what was put off, due_before is the day before, extension the request that was granted last, late_before by how
    many days it was late when one was granted. What came is late by the limit that stood when it came."""

    unit: str
    form: str
    period: Period
    due: date
    state: ReturnState
    version: int | None = None
    late_days: int = 0
    return_id: str | None = None
    received_at: datetime | None = None
    rejected_version: int | None = None
    waiting_version: int | None = None
    errors: int = 0
    warnings: int = 0
    warnings_explained: int = 0
    warnings_waiting: int = 0
    warnings_sent_back: int = 0
    warnings_expired: int = 0
    words: str | None = None
    untrusted: int = 0
    due_before: date | None = None
    extension: int | None = None
    late_before: int | None = None

    @property
    def has_later(self) -> bool:
        """Whether it is accepted and a later version came that does not count: rejected, or not checked yet."""
        return self.state is ReturnState.ACCEPTED and bool(self.rejected_version or self.waiting_version)

    @property
    def to_explain(self) -> int:
        """How many warnings its unit owes an explanation of; of a broken rule it can say nothing."""
        return max(0, self.warnings - self.warnings_explained - self.warnings_waiting - self.untrusted)

    @property
    def rejected_id(self) -> str | None:
        """The id of the version that stands rejected, where one does; the newest where there are several."""
        if self.return_id is None or (self.rejected_version is None and self.state is not ReturnState.REJECTED):
            return None
        return f"{self.return_id.rpartition('__v')[0]}__v{self.rejected_version or self.version}"


@dataclass(frozen=True)
class Counted:
    """Accepted returns of one form and period of which nothing is to be said: no errors, and of every warning an explanation
    that is accepted. Where there are many they are counted and not listed. digest: sha256 over what the seal covers of each.
    unvouched: how many of all accepted ones are of accounts that nobody vouches for."""

    form: str
    period: Period
    count: int
    warnings: int
    digest: str
    unvouched: int = 0


@dataclass(frozen=True)
class DeliverableEvidence(Act):
    """seq: the number of its event."""

    task: str
    deliverable: str
    sha256: str
    recorded_at: datetime
    recorded_by: str
    seq: int = 0


DECISIONS = {"approve": Text("同意", "consented"), "reject": Text("不同意", "refused")}  # a unit's, in words


@dataclass(frozen=True)
class ApprovalEvidence(Act):
    """A unit's decision, sealed to the hash of what it was given for (`seal`). seq: the number of its event, which tells words of
    one moment apart: in a drill the clock stands still between played days. scan: the sha256 of the signed or sealed sheet that
    was handed in with it."""

    phase: str
    by: str
    decision: str  # of DECISIONS
    seal: str
    recorded_at: datetime
    reason: str | None = None
    seq: int = 0
    scan: str | None = None

    @property
    def mark(self) -> str:
        """By which a criterion's evidence names it."""
        return f"approval:{self.by}:{self.decision}:{self.seal}:{self.recorded_at.isoformat()}"


@dataclass(frozen=True)
class WaiverEvidence(Act):
    """A named role lets one criterion of one phase's gate pass, until a day; where a scope is given only what lies within all
    of it: of an indicator, of a unit (whoever owes it, or whose return it is), of a period; rule: returns of which nothing but
    what this rule found is the matter. items: what was lacking when it was given, by `Shortfall.ref`; what comes later it does
    not let pass. None: it does, as every waiver did before there were items."""

    phase: str
    criterion: str
    by: str
    reason: str
    expires: date
    recorded_at: datetime
    indicator: str | None = None
    unit: str | None = None
    rule: str | None = None
    period: Period | None = None
    items: tuple[str, ...] | None = None

    @property
    def limited(self) -> bool:
        """Whether it lets pass a part alone of what may be lacking."""
        return bool(self.scope) or self.items is not None

    @property
    def scope(self) -> dict[str, str]:
        """What it is limited to, by name; nothing where it covers its criterion whole."""
        found = {name: getattr(self, name) for name in ("indicator", "unit", "rule", "period")}
        return {name: str(value) for name, value in found.items() if value is not None}

    @property
    def within(self) -> str:
        """The scope in one word; empty where there is none."""
        return ",".join(f"{name}={value}" for name, value in self.scope.items())

    @property
    def mark(self) -> str:
        """By which a criterion's evidence names it."""
        return f"waiver:{self.by}:{self.recorded_at.isoformat()}" + (f":{self.within}" if self.scope else "")


@dataclass(frozen=True)
class OpenRectification:
    """origin: a gate, of whose criterion it is a shortfall, or how people found it; then it is of no criterion."""

    id: str
    phase: str
    criterion: str
    owner: str
    subject: Worded
    due: date
    origin: Origin = field(default="gate", kw_only=True)


@dataclass(frozen=True)
class Rectification(OpenRectification, Act):
    """整改: one shortfall with an owner and a date. id is deterministic from what it is about: a gate that holds twice opens
    it once, and so does a list that is sent twice. The act is its closing. opening: how often it was opened; first_due: the
    day that was given when it was first. Of what people found: finder, the unit that found it and re-checks it; source, the
    inspection or document; number, its own in that list; standard, when it is made good; found_on; list_sha256, place: the
    list and cell that it was read from. stage: what was done last since it was opened: handed_in, sent_back, accepted, and
    when."""

    subject: Message
    campaign: str
    ref: str
    opened_at: datetime
    closed_at: datetime | None = None
    closed_because: Message | None = None
    opening: int = 1
    first_due: date | None = None
    finder: str | None = None
    source: str | None = None
    number: str | None = None
    standard: str | None = None
    found_on: date | None = None
    list_sha256: str | None = None
    place: str | None = None
    stage: str | None = None
    stage_at: datetime | None = None

    @property
    def by_people(self) -> bool:
        """Whether people found it, and not a gate."""
        return self.origin != "gate"

    @property
    def state(self) -> Literal["open", "handed_in", "sent_back", "closed"]:
        """handed_in: it waits for its re-check, which is nobody's where a gate opened it."""
        if self.closed_at is not None:
            return "closed"
        return "handed_in" if self.stage == "handed_in" and self.finder else "sent_back" if self.stage == "sent_back" else "open"


@dataclass(frozen=True)
class GateChange:
    """What a version of the plan changed of a gate within its decision window. day: on which it came into force; by: who put it
    into force, None where that is not known any more. subject, field: as `gaoxin plan diff` names them."""

    version: int
    day: date
    by: str | None
    subject: str
    field: str
    what: Message


@dataclass(frozen=True)
class Evidence:
    """Everything that a gate may look at, as of a time. What is not here is missing, and missing evidence holds. known_seq: the
    number of the ledger up to which it is known. tasks: what is known of each, by its id. changes: of the gate itself, within
    its decision window. same_as: by id of a return whose figures came before, as those of an earlier version, that version's.
    days: extensions that were granted; of returns the rows tell it. found: by key of a return the rules whose findings keep it
    from being clean, where a waiver names a rule."""

    as_of: datetime
    known_seq: int = 0
    passed_phases: frozenset[str] = field(default_factory=frozenset)
    returns: tuple[OwedReturn, ...] = ()
    counted: tuple[Counted, ...] = ()  # of returns that `returns` does not list
    newer: tuple[OwedReturn, ...] = ()  # of those counted the ones with a later version that does not count
    indicators: tuple[IndicatorResult, ...] = ()
    deliverables: tuple[DeliverableEvidence, ...] = ()
    tasks: Mapping[str, TaskHistory] = field(default_factory=dict)
    approvals: tuple[ApprovalEvidence, ...] = ()
    waivers: tuple[WaiverEvidence, ...] = ()
    rectifications: tuple[OpenRectification, ...] | None = None  # that are open; None: not known, which is not none
    scores: tuple[Score, ...] = ()  # of the assessments that it asks for
    plan_version: int | None = None
    plan_hash: str | None = None
    changes: tuple[GateChange, ...] = ()
    same_as: Mapping[str, str] = field(default_factory=dict)
    days: Days = NONE
    found: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Shortfall:
    """One thing that keeps a criterion from passing: who owes what."""

    owner: str      # unit id
    subject: Message
    ref: str        # return key, task id, indicator id


@dataclass(frozen=True)
class CriterionResult:
    """passed is True, False, or None: not evaluated, which holds like False and says so. waived: passed by a waiver. shortfalls:
    what holds; excused: what waivers let pass that cover a part of it."""

    id: str
    kind: str
    passed: bool | None
    detail: Message
    evidence: tuple[str, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
    waived: bool = False
    excused: tuple[Shortfall, ...] = ()

    @property
    def opens(self) -> bool:
        """Whether the gate may open as far as this criterion goes."""
        return self.passed is True or self.waived


@dataclass(frozen=True)
class GateResult:
    """seal: sha256 over the figures, rules and explanations of all criteria but approvals; an approval is given for it.
    known_seq: the number of the ledger up to which was known what it rests on; None where it was not recorded then. plan_version,
    plan_hash: the version of the plan under which it was judged; None where none was registered."""

    campaign: str
    phase: str
    verdict: GateVerdict
    mode: Mode
    decided_as_of: datetime
    deadline: date
    days_late: int
    seal: str
    criteria: tuple[CriterionResult, ...]
    known_seq: int | None = None
    plan_version: int | None = None
    plan_hash: str | None = None
    changed_within_window: tuple[GateChange, ...] = ()

    @property
    def waits_only_for_approval(self) -> bool:
        return only_approval(self.criteria)


def only_approval(criteria: Iterable[CriterionResult]) -> bool:
    """Whether consent is all that is missing."""
    open_ = [c for c in criteria if not c.opens]
    return bool(open_) and all(c.kind == "approval" for c in open_)
