"""Use case: the application dossier, built from one snapshot: of what the store knew as of the workplace's time, and of nothing
that was recorded while it was built.

`dossier` writes it wherever it is wanted; `kept_dossier` writes it among the installation's reports and records it with what it
rests on, so that a correction finds it and a page says that it no longer holds (docs/decisions/107).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gaoxin.campaign import compiling
from gaoxin.campaign.acting import acts_as
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.gateviewing import MATTERS
from gaoxin.campaign.remembering import remembered
from gaoxin.campaign.reporting import ReportFile, content_of, must_be_kept, written
from gaoxin.campaign.snapshots import Gathering, named
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.model import Mode
from gaoxin.i18n import Text
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import Act
from gaoxin.reports import quality
from gaoxin.reports.dossier import manifest
from gaoxin.reports.dossier.documents import parts, word
from gaoxin.reports.model import Line, totals

if TYPE_CHECKING:
    from gaoxin.reports.dossier.model import OpenPoint, Snapshot
    from gaoxin.warehouse.engine import Store

SUMS, LIST, MANIFEST = "SHA256SUMS.txt", "manifest.docx", "manifest.json"
_LISTED, _SUMMED = "材料清单（供程序读取）", "校验值（sha256sum -c）"


@dataclass(frozen=True)
class _Made:
    snapshot: Snapshot
    points: tuple[OpenPoint, ...]
    files: tuple[tuple[str, bytes], ...]

    @property
    def digests(self) -> dict[str, str]:
        return {name: sha256(content).hexdigest() for name, content in self.files}


def dossier(w: Workplace, out: Path, pages: str = "") -> list[ReportFile]:
    """Writes `<campaign>__dossier__…` into `out`: the application's text first, the manifest and the sums last. The same record
    as of the same time gives the same bytes. pages: the address of the installation's pages, to which figures then link. Raises
    UsageError where a dossier that was kept would give way to one that nobody recorded, for a time that is still to come, and
    for an address that is none of a page."""
    _must_be_over(w)
    _must_be_address(pages)
    with w.warehouse.read() as store:
        made = _made(w, store, pages)
    ours = out.resolve() == w.settings.reports.resolve()
    files = [(out / name, content) for name, content in made.files]
    if ours:
        must_be_kept(files, out)
    # What an earlier one had and this one has not would be handed in with it. Among the installation's reports each lies where
    # the ledger says.
    return written(files, ours=ours, leaving=() if ours else [f for f in out.glob(_name(w, "*")) if f.is_file()])


def _must_be_over(w: Workplace) -> None:
    """A snapshot of a day that is not over would be another one tomorrow, and would tell what is not due yet as late. In a drill
    the clock is moved by whoever plays."""
    if w.ahead and not w.drill:
        raise UsageError(Text(f"{w.now:%Y-%m-%d %H:%M} 还没有到，那时的记录还不存在",
                              f"{w.now:%Y-%m-%d %H:%M} is still to come: there is no record of it yet"), where="as_of",
                         todo=Text("去掉 --as-of，按现在的记录编制；或写已过去的时点",
                                   "leave --as-of out for what is on record now, or give a time that is past"))


def _must_be_address(pages: str) -> None:
    """What is no address of a web page would become the documents' links all the same."""
    if pages and not (pages.startswith(("http://", "https://")) and urlsplit(pages).hostname):
        raise UsageError(Text("页面地址应以 http:// 或 https:// 开头，并写明主机", "the pages' address begins with http:// or "
                              "https:// and names a host"), where=f"--pages {pages}",
                         todo=Text("写浏览器中打开页面的地址，如 http://gaoxin.example:8080",
                                   "give the address at which pages are opened, such as http://gaoxin.example:8080"))


@dataclass(frozen=True)
class Kept:
    """open: how many points are. anew: whether it was built; else the last one says what is on record."""

    files: Sequence[ReportFile]
    open: int
    anew: bool


def kept_dossier(w: Workplace, pages: str = "", run: str = "") -> Kept:
    """Writes the dossier among the installation's reports and records it, with what it rests on and up to which number of the
    ledger it knew. Where one was built on the same day of the same record, that stands, also where another run built it
    meanwhile. run: whose it is."""
    with w.warehouse.begin() as store:
        store.ledger.settled()
    with w.warehouse.read() as store:
        if there := _there(w, store):
            return there
        made = _made(w, store, pages)
    known_seq, uses = made.snapshot.stood.known_seq, compiling.rests_on(w, made.snapshot)
    with w.warehouse.alone() as store:
        if there := _there(w, store):
            return there
        files = written([(w.settings.reports / name, content) for name, content in made.files], ours=True)
        told = {"known_seq": known_seq, "open": len(made.points), "reports": made.digests, **({"run": run} if run else {}),
                **w.under.told}
        store.ledger.note(w.plan.id, EventKind.DOSSIER_BUILT, w.now, told)
        store.uses.record(w.plan.id, "dossier", _name(w, MANIFEST), made.digests[_name(w, MANIFEST)], uses, known_seq, w.now)
    return Kept(files, len(made.points), anew=True)


def _there(w: Workplace, store: Store) -> Kept | None:
    """The dossier that was kept last, where it is of this day, which it names, nothing of which it tells was recorded since, and
    its files are what was recorded."""
    built = store.ledger.events(w.plan.id, EventKind.DOSSIER_BUILT)
    if not built or local_day(built[-1].at) != local_day(w.now) or _changed_since(w, store, built[-1]):
        return None
    told = built[-1].payload
    try:
        for name, digest in told["reports"].items():
            content_of(w.settings, name, digest)
    except Refused:
        return None
    files = [ReportFile(path=w.settings.reports / name, sha256=digest) for name, digest in told["reports"].items()]
    return Kept(files, told["open"], anew=False)


def _name(w: Workplace, part: str) -> str:
    return f"{w.plan.id}__dossier__{part}"


def _made(w: Workplace, store: Store, pages: str) -> _Made:
    """All files, in their order: each part, then the list of them for people and for machines, then the sums of all."""
    snapshot = compiling.snapshot(w, store, pages)
    points, rendered = parts(snapshot)
    files: list[tuple[str, bytes]] = []
    known: dict[str, tuple[str, str]] = {}

    def add(part: str, title: str, content: bytes) -> None:
        files.append((_name(w, part), content))
        known[_name(w, part)] = title, sha256(content).hexdigest()

    for one in rendered:
        add(*one)
    for part, title, content in _quality(w, store):
        add(part, title, content)
    add(LIST, "材料清单", word(snapshot, manifest.contents(snapshot, known, _name(w, SUMS))))
    add(MANIFEST, _LISTED, manifest.manifest(snapshot, known, points))
    files.append((_name(w, SUMS), manifest.sums({name: digest for name, (_, digest) in known.items()})))
    return _Made(snapshot, points, tuple(files))


def _quality(w: Workplace, store: Store) -> Iterator[tuple[str, str, bytes]]:
    """A quality report for each period that is due or of which something came, and what leads to them."""
    of, told = Gathering(w, store), list[Line]()
    for period in compiling.periods_told(w, store):
        seen = of.snapshot(period)
        part = f"quality_{period}.html"
        told.append((_name(w, part), seen.trend[-1], totals(seen)))
        yield part, f"{period.said}数据质量报告", quality.render_quality_report(seen).encode()
    page = quality.render_overview(named(w.plan), named(w.plan.zone), w.now, told, drill=w.drill)
    yield "quality.html", "数据质量报告总览", page.encode()


class PartOfIt(Answer):
    """A file of a dossier. title: what it is, as its manifest has it."""

    name: str
    title: str
    sha256: str


class Point(Answer):
    """What was not settled when it was built. called: what its kind is called."""

    kind: str
    called: str
    what: str
    who: str
    ref: str


class KeptDossier(Answer):
    """The dossier that was kept last. seq: the event that keeps it; known_seq: the last that it knows. stale: since when it no
    longer says how things stand; None while it does."""

    at: datetime
    seq: int
    known_seq: int
    files: Sequence[PartOfIt]
    points: Sequence[Point]
    stale: datetime | None


# What a dossier tells of, beside what a gate looks at: after one of these it is another.
_TOLD = (*MATTERS, EventKind.GATE_DECIDED, EventKind.RECTIFICATION_OPENED, EventKind.RECTIFICATION_FOUND,
         EventKind.RECTIFICATION_REOPENED, EventKind.RECTIFICATION_MENDED, EventKind.RECTIFICATION_RECHECKED,
         EventKind.EXTENSION_ASKED, EventKind.EXTENSION_REFUSED, EventKind.TASK_TOLD, EventKind.TASK_SET_ASIDE,
         EventKind.TASK_RESUMED)


def last_kept(w: Workplace) -> KeptDossier | None:
    """As of the workplace's time; None where none was kept by then. Raises Refused where its manifest is not as it was kept."""
    with w.warehouse.read() as store:
        built = store.ledger.events(w.plan.id, EventKind.DOSSIER_BUILT, until=w.known)
        if not built:
            return None
        last = built[-1]
        since = _changed_since(w, store, last)
    name, digests = _name(w, MANIFEST), last.payload["reports"]
    told = json.loads(content_of(w.settings, name, digests[name]))
    titles = {f["path"]: f["title"] for f in told["files"]} | {name: _LISTED, _name(w, SUMS): _SUMMED}
    files = [PartOfIt(one, title, digests[one]) for one, title in titles.items()]
    return KeptDossier(last.at, last.seq, last.payload["known_seq"], files, [Point(**p) for p in told["open_points"]],
                       since)


def _changed_since(w: Workplace, store: Store, built: LedgerEvent) -> datetime | None:
    """When first something was recorded that a dossier would tell otherwise; None where nothing was."""
    since = store.ledger.events(w.plan.id, *_TOLD, since=built.payload["known_seq"], until=w.known)
    return next((e.at for e in since if _counts(e)), None)


def _counts(event: LedgerEvent) -> bool:
    """A rehearsal decides nothing."""
    return event.kind != EventKind.GATE_DECIDED or event.payload.get("mode") == Mode.DECISION


def kept_part(w: Workplace, name: str, digest: str = "") -> bytes:
    """A file of a dossier that was kept by the workplace's time: the one of a digest, else the last. Raises UsageError for one
    that was not, Refused where it is not as it was recorded."""
    with w.warehouse.read() as store:
        built = store.ledger.events(w.plan.id, EventKind.DOSSIER_BUILT, until=w.known)
    found = [e.payload["reports"][name] for e in built if name in e.payload["reports"]]
    if not found or (digest and digest not in found):
        raise UsageError(Text("申报材料中没有这个文件", "the dossier has no such file"), where=name,
                         todo=Text("从申报材料页面打开", "open it on the dossier's page"))
    return content_of(w.settings, name, digest or found[-1])


@remembered(8)
def open_now(w: Workplace) -> tuple[OpenPoint, ...]:
    """What would be open, if it were built now. Writes nothing."""
    with w.warehouse.read() as store:
        return parts(compiling.snapshot(w, store))[0]


def build(w: Workplace, pages: str) -> Kept:
    """As kept_dossier, by whoever may. Raises NotAllowed."""
    with acts_as(w, Act.RUN) as w:
        return kept_dossier(w, pages)
