"""What an auditor asks of the record: the ledger page by page, how it was verified, its checkpoints, the versions of the plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gaoxin.campaign.anchoring import cut_off, kept, read, verifiers
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.files import sha256_of
from gaoxin.campaign.freshness import stale_reports
from gaoxin.campaign.questioning import about_name
from gaoxin.campaign.registering import who
from gaoxin.campaign.veiling import veiled_payload
from gaoxin.campaign.wording import known
from gaoxin.campaign.workplace import Workplace
from gaoxin.errors import UsageError
from gaoxin.i18n import Code, Lang, Message, Text, Worded
from gaoxin.ledger.actor import told_of
from gaoxin.ledger.chain import Head, LedgerEvent, fault
from gaoxin.ledger.kinds import REPORTED, EventKind, payload_of
from gaoxin.people.acts import NAMES, Act
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.returns.model import PROBLEMS
from gaoxin.settings import Settings
from gaoxin.warehouse import rows
from gaoxin.warehouse.audit import KeptReport, Recorded, kept_reports
from gaoxin.warehouse.engine import Store, Warehouse
from gaoxin.warehouse.verifying import earlier, gave_way

LEAF = 50  # events of a page
_DIGITS = 18  # of a number that the database can have
_CHECKPOINTS = 30  # the newest, of one a day
_RUNS = 12  # verifications that are told one by one
_REPORTED = 200  # statistics runs whose reports are told
_LISTED = 6  # of what an event lists, one by one
_MORE = Text("…… 共 {} 项", "… {} in all")
_VERSION = Code("auditing.version", "{unit}“{form}”{period}第 {version} 版",
                "{form} {period} of {unit}, version {version}", unit=Worded, form=Worded, period=str, version=str)
# Why a file is refused beside what is wrong in it.
_NOT_THEIRS = {"other_unit": Text("封面是另一单位", "another unit's cover"),
               "other_campaign": Text("另一项创建工作的报表", "a return of another campaign")}
_NOBODYS, _FILE = Text("不限单位", "of no one unit"), Text("账号文件", "the accounts file")
_RETURNS = ("return_id", "replaces")  # fields that name a version of a return
_WHO = ("by", "owner", "audience", "unit")  # fields that name a unit
_STATES = ("verdict", "mode", "decision", "outcome", "level")  # fields that say a state
# Kinds by what they are about, from their first words; what is new stands under its own until somebody says otherwise.
GROUPS: Mapping[str, frozenset[str]] = {
    "plan": frozenset({"plan", "deadline"}), "returns": frozenset({"file", "return", "explanation", "inbox", "source"}),
    "corrections": frozenset({"correction"}),
    "figures": frozenset({"indicators", "verdict", "statistics", "report", "dossier", "bulletin"}),
    "gates": frozenset({"gate", "consent", "approval", "waiver", "rectification", "score", "evidence", "task"}),
    "reminders": frozenset({"reminder"}), "questions": frozenset({"question"}), "extensions": frozenset({"extension", "clock"}),
    "cadences": frozenset({"cadence"}),
    "cards": frozenset({"card"}),
    "runs": frozenset({"run", "alarm", "campaign"}),
    "record": frozenset({"ledger", "rows", "key", "accounts", "backup", "drill", "act"}),
}


class LedgerEntry(Answer):
    """An event in words, and as it was recorded. told: None for one of an earlier kind, which keeps what it carries. actor: as
    the ledger has it; None where that was not recorded. authenticated: see `ledger.actor.By`. fault: what is wrong with it in the
    chain, its hash computed again and held against the event before it; None where it holds."""

    seq: int
    campaign: str
    kind: str
    at: datetime
    told: Message | None
    actor: dict[str, Any] | None
    account: str | None
    authenticated: bool | None
    payload: dict[str, Any]
    rows: dict[str, Any] | None
    prev_hash: str
    hash: str
    fault: Message | None


@dataclass(frozen=True)
class Wanted:
    """What of the ledger is asked for. kind: one, or a group of them. before: events before that number."""

    kind: str | None = None
    account: str | None = None
    unit: str | None = None
    day: date | None = None
    before: int | None = None

    @property
    def kinds(self) -> list[EventKind]:
        """Raises UsageError for a kind that there is not."""
        if self.kind is None:
            return []
        found = [k for k in EventKind if k == self.kind or k.partition(".")[0] in GROUPS.get(self.kind, ())]
        if not found:
            raise UsageError(Text(f"没有 {self.kind!r} 这类事件", f"there are no events of the kind {self.kind!r}"), where="kind",
                             todo=Text("从列表中选择", "choose one of the list"))
        return found


class LedgerPage(Answer):
    """Events of a campaign and of the installation, the newest first. last: the number of the last event of all that was known.
    older: before which number the next page goes on; None where nothing is left. looked_to: down to which number was looked.
    accounts: who did any of the last events. ends: what is wrong with where the ledger ends, whichever page is looked at."""

    campaign: str
    as_of: datetime
    wanted: Wanted
    last: int
    entries: Sequence[LedgerEntry]
    older: int | None
    looked_to: int
    accounts: Sequence[str]
    ends: Message | None

    @property
    def holds(self) -> bool:
        return self.ends is None and all(e.fault is None for e in self.entries)


class Verified(Answer):
    """One verification as the ledger records it. whole: whether of everything, else of what was recorded after `since`."""

    seq: int
    at: datetime
    since: int
    until: int
    rows: int
    files: int
    faults: int

    @property
    def whole(self) -> bool:
        return self.since == 0


class KeptCheckpoint(Answer):
    """A signed note that is kept. name: its file. signed: whether a key of this installation signed it. holds: whether the ledger
    says the same of that event; None for a file that is no note. cut: whether the ledger ends before that event."""

    name: str
    seq: int | None
    head: str | None
    signed: bool
    holds: bool | None
    cut: bool = False


class PlanInForce(Answer):
    """A version of the plan. by: who put it into force, in words. changed: how much it changed of the version before, as it was
    recorded; None where that was not. changes: in words, where they are asked for. seq: its event."""

    version: int
    plan_hash: str
    since: datetime
    by: Worded
    reason: str | None
    changed: int | None
    changes: Sequence[Worded]
    seq: int


class PlansInForce(Answer):
    campaign: str
    as_of: datetime
    plans: Sequence[PlanInForce]


class ReportInRecord(Answer):
    """The page of a report that was kept. data, book: the digests of the same as JSON and of its findings as a workbook, where
    they were kept beside it. newest: whether it is the last of that name. stale: since when the newest no longer says how its
    period stands. there: whether a file of it is kept; what it holds is looked at when it is opened."""

    period: Period
    name: str
    sha256: str
    data: str | None
    book: str | None
    at: datetime
    seq: int
    newest: bool
    stale: datetime | None
    there: bool


class Audited(Answer):
    """How the record stands. events: the number of the last one known; head: its hash. verified: the last verifications, the
    newest first; whole: the last of everything; unverified: events since the last. alone: whether one database account holds all
    rights. checkpoints: the newest first, so many of `checkpoints_kept`; those that the ledger does not reach are among them
    whatever time is asked for. verifiers: the public keys. reports: the newest of each name and digest. ends: what is wrong with
    where the ledger ends."""

    campaign: str
    as_of: datetime
    events: int
    head: str | None
    verified: Sequence[Verified]
    whole: Verified | None
    unverified: int
    alone: bool
    accounts_file: str | None
    checkpoints: Sequence[KeptCheckpoint]
    checkpoints_kept: int
    verifiers: Sequence[str]
    plans: Sequence[PlanInForce]
    reports: Sequence[ReportInRecord]
    corrections: int
    corrections_open: int
    ends: Message | None


def recorded(settings: Settings) -> list[Recorded]:
    """The campaigns of which anything is recorded."""
    with Warehouse.open(settings).read() as store:
        return store.audit.campaigns()


def ledger_page(w: Workplace, wanted: Wanted, limit: int = LEAF, *, words: bool = True) -> LedgerPage:
    """Events known at `w.now`. words: with what somebody wrote. Raises UsageError for a kind that there is not."""
    kinds, lying = wanted.kinds, kept(w.settings)
    with w.warehouse.read() as store:
        last = store.ledger.known(w.known)
        since, until = store.audit.numbers_of(wanted.day) if wanted.day else (0, last)
        until = min(until, last, wanted.before - 1 if wanted.before else last)
        leaf = store.audit.leaf((w.plan.id, ""), until, kinds=kinds, account=wanted.account, unit=wanted.unit, since=since,
                                limit=limit)
        return LedgerPage(w.plan.id, w.now, wanted, last, entries(w, store, leaf.events, words=words), leaf.older, leaf.looked_to,
                          store.audit.accounts(last), _end(store, lying)[1])


def _end(store: Store, lying: Sequence[Path]) -> tuple[int, Message | None]:
    """The number of the last event that is there, and what is wrong with that, by the head that is kept apart and by the
    checkpoints that lie here: they were looked for before the snapshot."""
    end, wrong = store.audit.end()
    noted = max((_number(f) or 0 for f in lying), default=0)
    return end, wrong or (cut_off(noted, end) if noted > end else None)


def _number(file: Path) -> int | None:
    """Of which event a note's name says that it is; None where it says none."""
    return int(file.stem) if file.stem.isdecimal() and len(file.stem) <= _DIGITS else None


def entries(w: Workplace, store: Store, events: Sequence[LedgerEvent], *, words: bool = True) -> list[LedgerEntry]:
    """Events in words, each held against the one before it."""
    drill = store.ledger.drill and store.ledger.accounts_file(w.known) is None
    before = store.audit.hashes(e.seq - 1 for e in events) | {0: Head().hash}
    return [_entry(e, before.get(e.seq - 1, ""), drill, words) for e in events]


def _entry(event: LedgerEvent, before: str, drill: bool, words: bool) -> LedgerEntry:
    wrong = fault(event, Head(event.seq - 1, before))
    payload = event.payload if words else veiled_payload(event.payload, known=happened(event) is not None)
    return LedgerEntry.of(event, payload=payload, told=_said(event.kind, payload), fault=wrong and wrong[1],
                          **told_of(event.actor, drill=drill))


def happened(event: LedgerEvent) -> Message | None:
    """What happened, in words; None for an event of an earlier kind."""
    return _said(event.kind, event.payload)


def _said(kind: str, payload: Mapping[str, Any]) -> Message | None:
    try:
        return payload_of(EventKind(kind), payload)
    except (TypeError, ValueError):
        return None


def in_names(plan: Plan, entry: LedgerEntry, lang: Lang) -> str:
    """What happened, with the plan's names in place of ids, states in words, and of long lists the beginning."""
    names: dict[str, Mapping[str, str]] = {
        "phase": _names(plan.phases, lang), "indicator": _names(plan.indicators, lang), "task": _names(plan.tasks, lang),
        "indicators": _names(plan.indicators, lang), **dict.fromkeys(_WHO, _names(plan.units, lang)),
        "problems": {kind: title.to(lang) for kind, title in (PROBLEMS | _NOT_THEIRS).items()}}

    def named(field: str, value: Any) -> Any:
        if isinstance(value, Mapping | list) and field != "rows":
            told = [named(field, one) for one in value]
            return told if len(told) <= _LISTED else [*told[:_LISTED], _MORE.to(lang).format(len(told))]
        if not isinstance(value, str):
            return value
        if field in _RETURNS and value.count("__") == 4:
            return _version_named(plan, value).to(lang)
        if field == "about":
            return about_name(plan, value).to(lang)
        came = "came" if (entry.kind, field) == (EventKind.FILE_LANDED, "source") else None  # elsewhere it is a source's id
        word = known(value, came or field) if came or field in _STATES else None
        return word.to(lang) if word else names.get(field, {}).get(value, value)

    payload = _refusal(entry.payload, lang) if entry.kind == EventKind.ACT_REFUSED else entry.payload
    told = _said(entry.kind, {field: named(field, value) for field, value in payload.items()})
    return told.to(lang) if told else " ".join(f"{key}={value}" for key, value in entry.payload.items())


def _version_named(plan: Plan, return_id: str) -> Message:
    """A version of a return by names; those that the plan does not know any more as they were written."""
    _, form, unit, period, version = return_id.split("__")
    return _VERSION(form=next((f.name for f in plan.forms if f.id == form), Text(form, form)), period=period,
                    unit=next((u.name for u in plan.units if u.id == unit), Text(unit, unit)), version=version[1:])


def _refusal(payload: Mapping[str, Any], lang: Lang) -> Mapping[str, Any]:
    """What was refused, the act by its name."""
    act = payload.get("act")
    return {**payload, "act": NAMES[Act(act)].to(lang) if act in list(Act) else act,
            "unit": payload.get("unit") or _NOBODYS.to(lang),
            "where": _FILE.to(lang) if payload.get("where") == "GAOXIN_ACCOUNTS" else payload.get("where")}


def _names(parts: Iterable[Any], lang: Lang) -> dict[str, str]:
    return {part.id: part.name.to(lang) for part in parts}


def audited(w: Workplace) -> Audited:
    """How the record stood at `w.now`: as it was stored; nothing is verified here but the checkpoints that are told."""
    lying = kept(w.settings)
    with w.warehouse.read() as store:
        last = store.ledger.known(w.known)
        event = store.ledger.event(last)
        done = [Verified(e.seq, e.at, **rows.pick(e.payload, "since until rows files faults"))
                for e in store.audit.leaf([""], last, kinds=[EventKind.LEDGER_VERIFIED]).events]
        end, wrong = _end(store, lying)
        then = [f for f in lying if (n := _number(f)) is None or n <= last or n > end]
        runs, now = (store.audit.leaf([w.plan.id], to, kinds=REPORTED, limit=_REPORTED).events
                     for to in (last, max(last, end)))
        touched, stale = store.uses.touched(w.plan.id, w.known), stale_reports(w, store)
        return Audited(
            campaign=w.plan.id, as_of=w.now, events=last, head=event.hash if event else None, verified=done[:_RUNS],
            whole=next((v for v in done if v.whole), None), unverified=last - (done[0].until if done else 0),
            alone=store.ledger.one_account(), accounts_file=store.ledger.accounts_file(w.known),
            checkpoints=_checkpoints(w, store, then[::-1][:_CHECKPOINTS], end), checkpoints_kept=len(then),
            verifiers=list(dict.fromkeys(verifiers(w.settings))), plans=_plans(w, store), reports=_reports(w, runs, now, stale),
            corrections=len(store.uses.corrections(w.plan.id, w.known)),
            corrections_open=sum(u.outcome is None for users in touched.values() for u in users), ends=wrong)


def _checkpoints(w: Workplace, store: Store, files: Sequence[Path], end: int) -> list[KeptCheckpoint]:
    keys, found = verifiers(w.settings), []
    for file in files:
        try:
            seq, head, signed = read(str(file), keys)
        except UsageError:
            found.append(KeptCheckpoint(file.name, None, None, False, None))
        else:
            found.append(KeptCheckpoint(file.name, seq, head, signed, store.audit.hashes([seq]).get(seq) == head, seq > end))
    return found


def plans_in_force(w: Workplace) -> PlansInForce:
    """The versions known at `w.now`, the newest first, each with what it changed."""
    from gaoxin.planning.authoring.diff import differences

    with w.warehouse.read() as store:
        plans = {v.version: v.plan for v in store.plans.versions(w.plan.id, w.known)}
        changes = {n: [c.message for c in differences(plans[n - 1], plan)] for n, plan in plans.items() if n - 1 in plans}
        return PlansInForce(w.plan.id, w.now, _plans(w, store, changes))


def _plans(w: Workplace, store: Store, changes: Mapping[int, Sequence[Worded]] = MappingProxyType({})) -> list[PlanInForce]:
    return [PlanInForce(v.version, v.plan_hash, v.registered_at, who(w.plan, v.registered_by), v.reason,
                        None if v.changes is None else len(v.changes), changes.get(v.version, ()), v.seq)
            for v in store.audit.versions(w.plan.id, w.known)]


def _reports(w: Workplace, runs: Sequence[LedgerEvent], now: Sequence[LedgerEvent], stale: Mapping[Period, datetime]
             ) -> list[ReportInRecord]:
    """Each content once, the newest period first. now: the last runs there are, whichever time is asked for: theirs lie under the
    names, all others among the earlier ones."""
    found = {(r.name, r.sha256): r for r in kept_reports(runs[::-1])}
    newest, lie = ({r.name: r.sha256 for r in kept_reports(of[::-1])} for of in (runs, now))
    beside = {(r.name, r.seq): r.sha256 for r in kept_reports(runs)}

    def there(r: KeptReport) -> bool:
        place = w.settings.reports / r.name
        if lie.get(r.name, newest[r.name]) == r.sha256 and place.is_file():
            return True
        old = gave_way(place, r.sha256)
        return old.is_file() and (old != earlier(place, r.sha256) or sha256_of(old) == r.sha256)  # and no copy of what is gone

    told = [ReportInRecord.of(r, data=beside.get((f"{r.name[:-5]}.json", r.seq)), book=beside.get((f"{r.name[:-5]}.xlsx", r.seq)),
                              newest=(last := newest[r.name] == r.sha256), stale=stale.get(r.period) if last else None,
                              there=there(r)) for r in found.values() if r.name.endswith(".html")]
    return sorted(told, key=lambda r: (r.period.end, r.period, r.seq, r.name), reverse=True)


def checkpoint_note(settings: Settings, seq: int) -> str:
    """A kept note, as it lies there. Raises UsageError where none is."""
    file = settings.checkpoints / f"{seq:012d}.txt"
    if file not in kept(settings):
        raise UsageError(Text(f"没有第 {seq} 条的检查点", f"no checkpoint of event {seq} is kept"), where=file.name,
                         todo=Text("从督查审计页的列表中选择", "choose one of the list on the audit page"))
    return file.read_text(encoding="utf-8")
