"""Whether what stands in the tables and in the folders is what the ledger answers for."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, text

from gaoxin.i18n import Code, Message
from gaoxin.ledger.chain import Adopted, LedgerEvent, Made
from gaoxin.ledger.kinds import FILED, EventKind
from gaoxin.warehouse import answering, landing, objects

FaultKind = Literal["changed", "missing", "no_event", "file"]

_AT_ONCE = 2000
_NAMED = 200  # rows of one event and table that are named one by one
_CHANGED = Code("verify.changed", "与第 {event} 条记录的内容不符（应为 {expected}）",
                "is not what event {event} recorded (expected {expected})", event=int, expected=str)
_AMONG = Code("verify.among", "第 {event} 条的 {count} 行中有改动，无法确定是哪一行（应为 {expected:.12}，实为 {found:.12}）",
              "of the {count} rows of event {event} some changed; which ones cannot be told "
              "(expected {expected:.12}, found {found:.12})", event=int, count=int, expected=str, found=str)
_MISSING = Code("verify.missing", "第 {event} 条记录了 {expected} 行，现有 {found} 行；所缺的摘要：{marks}",
                "event {event} recorded {expected} row(s), {found} are there; digests of what is missing: {marks}",
                event=int, expected=int, found=int, marks=tuple)
_ADDED = Code("verify.added", "第 {event} 条只记录了 {expected} 行，这一行不在其中",
              "event {event} recorded {expected} row(s), and this is none of them", event=int, expected=int)
_UNKNOWN = Code("verify.no_event", "没有任何记录产生过这一行（所标事件 {event}）",
                "no event made this row (it names event {event})", event=int)
_NAMELESS = Code("verify.nameless", "有未标明事件的行", "rows that name no event")
_ADOPTED = Code("verify.adopted", "第 {event} 条之前的记录共应有 {expected} 行（{digest:.12}），现有 {found} 行（{now:.12}）",
                "before event {event} there were {expected} row(s) ({digest:.12}); there are {found} ({now:.12})",
                event=int, expected=int, found=int, digest=str, now=str)
_DRILL = Code("verify.drill", "安装所记是否演练为 {drill}，账本第一条却是 {first}",
              "whether it is a drill says the installation: {drill}; the ledger's first event is {first}", drill=str, first=str)
_GONE = Code("verify.file_gone", "文件不在了", "the file is gone")
_DIFFERS = Code("verify.file_differs", "文件内容已被改动（应为 {expected:.12}，实为 {found:.12}）",
                "the file was changed (expected {expected:.12}, found {found:.12})", expected=str, found=str)


@dataclass(frozen=True)
class Fault:
    """table: "" for a file outside of any. key: of the row, or the file's place."""

    table: str
    key: str
    kind: FaultKind
    detail: Message


@dataclass
class Verifying:
    """One walk over rows and files. done: called with how many events were looked at."""

    connection: Connection
    among: Collection[str] = answering.TABLES
    done: Callable[[int], None] = lambda _: None
    rows: int = 0
    files: int = 0
    faults: list[Fault] = field(default_factory=list)

    def walk(self, events: Iterator[LedgerEvent], since: int, head: int, whole: bool) -> None:
        """Compares what the events made with what there is. events: in order, after the number `since`, up to the head. whole:
        whether they are all events; of one campaign's alone what the others made is not looked at."""
        adopted, before = Adopted(), self._adoption()
        floor = since if since else -answering.NO_END  # no event has such a number: a row that names one is found
        while some := list(islice(events, _AT_ONCE)):
            there = answering.made(self.connection, floor, some[-1].seq, self.among, marks=False)
            known = {e.seq: e for e in some}
            if before and floor < before.seq:
                adopted.add({seq: made for seq, made in there.items() if seq < before.seq})
                if before.seq in known and not since and whole:
                    self._adopted(before, adopted.made)
            for event in some:
                if event.rows is not None and event.kind != EventKind.ROWS_ADOPTED:
                    self._compare(event, there.get(event.seq, {}))
            if whole:
                self._strangers({seq: made for seq, made in there.items()
                                 if seq not in known and not (before and seq < before.seq)})
            self.rows += sum(count for made in there.values() for count, *_ in made.values())
            floor = some[-1].seq
            self.done(len(some))
        beyond = answering.made(self.connection, head, among=self.among, marks=False)
        self.rows += sum(count for made in beyond.values() for count, *_ in made.values())
        self._strangers(beyond)
        if not head:
            self._strangers(answering.made(self.connection, -answering.NO_END, 0, self.among))
        self.faults += [Fault(table, "", "no_event", _NAMELESS()) for table in answering.nameless(self.connection, self.among)]

    def schema(self, sql: Path) -> bool:
        """Looks at the schema's own objects, and at what the installation says it is. False where nothing more can be asked."""
        self.among = answering.there(self.connection) & {*self.among}
        self.faults += [Fault("", which, kind, told) for which, kind, told in objects.differences(self.connection, sql)]
        if not objects.is_table(self.connection, "ledger_events", "ledger_head", "installation"):
            return False
        drill, first = self.connection.execute(text(
            "select (select drill from gaoxin.installation), (select kind from gaoxin.ledger_events order by seq limit 1)")).one()
        if first and drill != (first == EventKind.DRILL_STARTED) and not (drill and self._adoption()):
            self.faults.append(Fault("installation", "drill", "changed", _DRILL(drill=str(drill).lower(), first=first)))
        return True

    def _adoption(self) -> LedgerEvent | None:
        found = self.connection.execute(text(
            "select seq, campaign, kind, at, payload, prev_hash, hash, rows, actor from gaoxin.ledger_events where kind = :kind"
            " order by seq limit 1"), {"kind": EventKind.ROWS_ADOPTED.value}).mappings().one_or_none()
        return LedgerEvent(**found) if found else None

    def _adopted(self, event: LedgerEvent, now: Made) -> None:
        for table in sorted({*(event.rows or {}), *now} & {*self.among}):
            (expected, digest, *_), (found, is_now, *_) = ((side or {}).get(table, [0, ""]) for side in (event.rows, now))
            if digest != is_now:
                kind: FaultKind = "changed" if expected == found else "missing" if found < expected else "no_event"
                told = _ADOPTED(event=event.seq, expected=expected, digest=digest, found=found, now=is_now)
                self.faults.append(Fault(table, f"seq<{event.seq}", kind, told))

    def _compare(self, event: LedgerEvent, there: Made) -> None:
        for table in sorted({*(event.rows or {}), *there} & {*self.among}):
            expected, found = ((side or {}).get(table, [0, "", []]) for side in (event.rows, there))
            if expected[:2] != found[:2]:
                self.faults += self._differences(event, table, expected, found)

    def _differences(self, event: LedgerEvent, table: str, expected: list[Any], found: list[Any]) -> Iterator[Fault]:
        """Names the rows where the event says the beginning of each one's digest; else how many of which."""
        count, digest, *marks = expected
        known = set(marks[0]) if marks else set() if count == 0 else None
        rows = answering.rows_of(self.connection, table, event.seq, _NAMED)
        if known is None:
            key = f"seq={event.seq}: {rows[0].key} … {rows[-1].key}" if rows else f"seq={event.seq}"
            yield Fault(table, key, "missing" if found[0] < count else "no_event" if found[0] > count else "changed",
                        _AMONG(event=event.seq, count=found[0], expected=digest, found=found[1]))
            return
        strange = [row for row in rows if row.mark not in known]
        lacking = sorted(known - {row.mark for row in rows})
        for row in strange:
            # One that took the place of another is that one, changed.
            if lacking:
                yield Fault(table, row.key, "changed", _CHANGED(event=event.seq, expected=lacking.pop(0)))
            else:
                yield Fault(table, row.key, "no_event", _ADDED(event=event.seq, expected=count))
        if lacking:
            yield Fault(table, f"seq={event.seq} {_about(event)}", "missing",
                        _MISSING(event=event.seq, expected=count, found=found[0], marks=lacking))
        elif not strange:  # a line twice
            yield Fault(table, f"seq={event.seq} {_about(event)}", "no_event",
                        _AMONG(event=event.seq, count=found[0], expected=digest, found=found[1]))

    def _strangers(self, there: dict[int, Made]) -> None:
        for seq, made in there.items():
            for table in made:
                rows = answering.rows_of(self.connection, table, seq, _NAMED)
                self.faults += [Fault(table, row.key, "no_event", _UNKNOWN(event=seq)) for row in rows]

    def landed(self, folder: Path, since: int = 0, campaign: str | None = None) -> None:
        """Hashes every landed file again; of a campaign those that its returns, deliverables and problems came in."""
        if not objects.is_table(self.connection, "landed_files", "returns", "evidence"):
            return
        for place, digest in landed_files(self.connection, folder, since, campaign):
            self._file(place, digest)

    def reports(self, folder: Path, since: int = 0, campaign: str | None = None, among: Collection[str] | None = None) -> None:
        """Hashes every kept report again, or those of a campaign. among: only those of these names, whichever took whose
        place."""
        if not objects.is_table(self.connection, "ledger_events"):
            return
        for place, digest in kept_reports(self.connection, folder, since, campaign, among):
            self._file(place, digest)

    def _file(self, place: Path, digest: str) -> None:
        self.files += 1
        try:
            with place.open("rb") as file:
                now = _sha256(file)
        except OSError:
            self.faults.append(Fault("", str(place), "file", _GONE()))
            return
        if now != digest:
            self.faults.append(Fault("", str(place), "file", _DIFFERS(expected=digest, found=now)))


_OF_SCORES = " or exists (select 1 from gaoxin.score_sheets s where s.sha256 = f.sha256 and s.campaign = :campaign)"
_OF_PROBLEMS = (
    " or exists (select 1 from gaoxin.rectifications r where r.list_sha256 = f.sha256 and r.campaign = :campaign)"
    " or exists (select 1 from gaoxin.rectification_evidence v join gaoxin.rectifications r using (id, opening)"
    "             where v.sha256 = f.sha256 and r.campaign = :campaign)")


def landed_files(connection: Connection, folder: Path, since: int = 0, campaign: str | None = None) -> Iterator[tuple[Path, str]]:
    """Where each landed file lies, and its sha256; of a campaign those that its returns, deliverables and problems came in."""
    found = connection.execute(text(
        "select sha256 from gaoxin.landed_files f where (f.seq > :since or :since = 0)"
        " and (cast(:campaign as text) is null"
        "      or exists (select 1 from gaoxin.returns r where r.sha256 = f.sha256 and r.campaign = :campaign)"
        "      or exists (select 1 from gaoxin.evidence e where e.sha256 = f.sha256 and e.campaign = :campaign)"
        "      or exists (select 1 from gaoxin.approvals a where f.sha256 in (a.scan, a.seal) and a.campaign = :campaign)"
        f"{_OF_PROBLEMS if objects.is_table(connection, 'rectification_evidence') else ''}"
        f"{_OF_SCORES if objects.is_table(connection, 'score_sheets') else ''})"
        " order by sha256"),
        {"since": since, "campaign": campaign}, execution_options={"stream_results": True, "yield_per": 1000},
    )
    for digest in found.scalars():
        yield landing.place(folder, digest), digest


def kept_reports(connection: Connection, folder: Path, since: int = 0, campaign: str | None = None,
                 among: Collection[str] | None = None) -> Iterator[tuple[Path, str]]:
    """Where each kept report lies, and its sha256; one that another took the place of lies among the earlier ones, under its
    hash. among: only those of these names."""
    found = connection.execute(text(
        "select r.key as name, r.value as sha256"
        " from gaoxin.ledger_events e cross join json_each_text(e.payload -> 'reports') r"
        " where e.kind = any(:kinds) and e.seq > :since and e.campaign = coalesce(:campaign, e.campaign) order by e.seq"),
        {"kinds": [k.value for k in FILED], "since": since, "campaign": campaign}).all()
    newest = {row.name: row.sha256 for row in found}
    for name, digest in dict.fromkeys((row.name, row.sha256) for row in found if among is None or row.name in among):
        yield (folder / name if newest[name] == digest else gave_way(folder / name, digest)), digest


def report_named(place: Path, folder: Path) -> str | None:
    """The name of the report that lies there, or lay there before another took its place; None for what is no report."""
    if place.parent == folder:
        return place.name
    if place.parent == folder / "earlier" / "originals":
        place = folder / "earlier" / place.stem
    return f"{place.stem.rpartition('.')[0]}{place.suffix}" if place.parent == folder / "earlier" else None


def earlier(place: Path, digest: str) -> Path:
    """Where a report goes that another takes the place of. Once it says so, what lies there is a copy that says so."""
    return place.parent / "earlier" / f"{place.stem}.{digest[:12]}{place.suffix}"


def original(copy: Path) -> Path:
    """Where a report lies, as it was written, of which a copy among the earlier ones says that another took its place. Its name
    is none that a program opens: who looks for a report to read finds the copy."""
    return copy.parent / "originals" / f"{copy.name}.original"


def gave_way(place: Path, digest: str) -> Path:
    """Where a report that another took the place of lies as it was written."""
    copy = earlier(place, digest)
    return there if (there := original(copy)).exists() else copy


def _sha256(file: Any) -> str:
    made = sha256()
    while block := file.read(1 << 20):
        made.update(block)
    return made.hexdigest()


def _about(event: LedgerEvent) -> str:
    """What the event says that it speaks of."""
    told = [f"{k}={event.payload[k]}" for k in ("return_id", "id", "key", "phase", "ref", "sha256") if event.payload.get(k)]
    return " ".join(told) or event.kind
