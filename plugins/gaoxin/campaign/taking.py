"""One file that is taken in: landed, made a return or refused, in one transaction. Which version it is, the store says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gaoxin.campaign import sticking
from gaoxin.campaign.entering import AT_ONCE, Entered
from gaoxin.campaign.judging import refused, replaced
from gaoxin.campaign.workplace import Workplace
from gaoxin.i18n import Message
from gaoxin.ledger.actor import Actor
from gaoxin.ledger.acts import Act
from gaoxin.ledger.kinds import EventKind
from gaoxin.mapping.choosing import DRIFTED
from gaoxin.plan.forms import Severity
from gaoxin.plan.reading.loader import plan_hash
from gaoxin.quality.model import CheckResult, Finding, Outcome
from gaoxin.quality.other_forms import WAITING
from gaoxin.quality.verdict import BROKEN
from gaoxin.returns.cover import explanation_of
from gaoxin.returns.model import ReadReturn, ReturnKey, Verdict
from gaoxin.warehouse import landing
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.stored import Added, Arrival, StoredReturn
from gaoxin.warehouse.values import figures_of

_AT_ONCE = 50  # files, for which a transaction lasts tenths of a second


@dataclass(frozen=True)
class NotJudged:
    """Why checks of a return are not judged yet, and which."""

    reason: Message
    rules: tuple[str, ...]


@dataclass(frozen=True)
class CheckedFile:
    """A file and its verdict. checks: that were made of it just now."""

    file: str
    read: ReadReturn
    verdict: Verdict
    findings: tuple[Finding, ...]
    checks: tuple[CheckResult, ...] = ()

    @property
    def not_judged(self) -> tuple[NotJudged, ...] | None:
        """The plan's checks that look at what is not there yet; None where there are none. That nothing is known of former
        periods is in the quality report."""
        waiting: dict[Message, list[str]] = {}
        for check in self.checks:
            if check.outcome is Outcome.NOT_EVALUATED and check.reason and check.reason.code in WAITING:
                waiting.setdefault(check.reason, []).append(check.rule)
        return tuple(NotJudged(reason, tuple(rules)) for reason, rules in waiting.items()) or None

    @property
    def key(self) -> ReturnKey | None:
        return self.read.key

    @property
    def signed(self) -> dict[str, str] | None:
        """Who answers for it, as its cover says; None where nobody filled that in."""
        return dict(self.read.signed) or None

    @property
    def waits(self) -> bool:
        """Whether it is no return because the office has to update a mapping first: its unit has nothing to correct."""
        return any(f.rule == f"file.{DRIFTED}" for f in self.findings)

    @property
    def units_to_act(self) -> bool:
        """Whether what it was rejected for, or is asked about, is for its unit to correct or to explain: not what rules did not
        judge because they are broken."""
        if self.waits:
            return False
        severity = Severity.ERROR if self.verdict is Verdict.REJECTED else Severity.WARNING
        return any(f.severity is severity and f.message.code != BROKEN.code for f in self.findings)


@dataclass(frozen=True)
class SubmittedFile(CheckedFile, Act):
    """A file that was taken in. return_id and version are None when its cover is unreadable, and when it is an earlier version
    that a newer one came after: then it is kept, but is no return. created: False when the same bytes were known. rows: how many
    rows of facts it holds, None when rejected. number: of the event that recorded that it came."""

    return_id: str | None = None
    version: int | None = None
    created: bool = False
    rows: int | None = None
    number: int | None = None

    @property
    def sha256(self) -> str:
        return self.read.sha256


def giving(read: ReadReturn, reason: str | None) -> ReadReturn:
    """A file with the reason that is given beside it, which comes first: a note on a cell says less of why."""
    said = explanation_of(reason)
    return replace(read, reason="；".join(dict.fromkeys(r for r in (said, read.reason) if r))) if said else read


@dataclass(frozen=True)
class Given:
    """A file that is handed in. content: its bytes; read: what they say; actor: who hands it in."""

    file: str
    content: bytes
    read: ReadReturn
    actor: Actor


def take(w: Workplace, file: str, content: bytes, read: ReadReturn, source: str, entered: Entered = AT_ONCE, *,
         stuck: bool = False, arrival: Arrival | None = None) -> SubmittedFile:
    """Lands one file and makes it a return, in one transaction. Not judged yet: the verdict is what is known of it. An earlier
    version that was replaced and is not handed in anew is refused, and no return. stuck: it could not be moved before, and its
    refusal is recorded once. arrival: of a file of the inbox."""
    with w.warehouse.begin() as store:
        return _taken(w, store, [Given(file, content, read, w.actor)], source, entered, stuck=stuck, arrival=arrival)[0]


def take_all(w: Workplace, given: Sequence[Given], source: str, entered: Entered = AT_ONCE) -> list[SubmittedFile]:
    """As take, of many, so many in one transaction that nobody waits for long; in the order given."""
    found = list[SubmittedFile]()
    for n in range(0, len(given), _AT_ONCE):
        together = given[n:n + _AT_ONCE]
        for one in together:
            landing.put(w.settings.landing, one.content)  # while others may still record
        with w.by(together[0].actor).warehouse.begin() as store:
            found += _taken(w, store, together, source, entered)
    return found


def _taken(w: Workplace, store: Store, given: Sequence[Given], source: str, entered: Entered, *, stuck: bool = False,
           arrival: Arrival | None = None) -> list[SubmittedFile]:
    landed = []
    for one in given:
        store.ledger.actor = one.actor
        landed.append(_landed(w, store, one, source, entered, stuck=stuck, arrival=arrival))
    added = [one for one in landed if isinstance(one, Added)]
    if not all(one.created for one in added):
        store.ledger.flush()  # who brought it may be in this transaction, too
    there = store.returns.several(one.return_id for one in added)
    return [one if isinstance(one, SubmittedFile) else _came(w.by(by.actor), store, by, one, there[one.return_id])
            for by, one in zip(given, landed, strict=True)]


def _landed(w: Workplace, store: Store, given: Given, source: str, entered: Entered, *, stuck: bool, arrival: Arrival | None
            ) -> Added | SubmittedFile:
    """The version that it is, or what came of it where it is none."""
    file, content, read = given.file, given.content, given.read
    store.returns.land(content, read.file, w.now, source)
    added = store.returns.add(read, w.now, plan_hash(w.plan), entered.at(store.ledger.moment(w.now)),
                              arrival=arrival, figures=figures_of(read, w.plan) if read.key and not read.problems else None)
    if (told := replaced(store, read, added)) is read:
        return added
    before = stuck and sticking.refused_before(w, store, {"sha256": read.sha256, "came_as": read.file})
    number = None if before else refuse(store, w.plan.id, content, told, w.now, source, named=True)
    return SubmittedFile(file, told, Verdict.REJECTED, refused(told), number=number, **w.by(given.actor).told_by)


def _came(w: Workplace, store: Store, given: Given, added: Added, kept: StoredReturn) -> SubmittedFile:
    """kept: the version that it is."""
    by = w.told_by if added.created else {"account": kept.account, "authenticated": kept.authenticated}
    return SubmittedFile(given.file, given.read, kept.verdict or Verdict.REJECTED,
                         () if added.created else tuple(store.returns.findings(added.return_id)),
                         **vars(added), business_day=kept.business_day, entered_because=kept.entered_because, **by,
                         number=kept.seq if added.created else None)


def refuse(store: Store, campaign: str, content: bytes, read: ReadReturn, at: datetime, source: str, *, named: bool = False
           ) -> int:
    """Keeps a file that is no return, and says so in the ledger: the event's number. named: by which name it came, too."""
    told = {"sha256": store.returns.land(content, read.file, at, source), "problems": sorted({p.kind for p in read.problems})}
    store.ledger.note(campaign, EventKind.FILE_REFUSED, at, told | ({"came_as": read.file} if named else {}))
    return store.ledger.last_number()
