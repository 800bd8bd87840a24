"""Use case: the application dossier, built from one snapshot: of what the store knew as of the workplace's time, and of nothing
that was recorded while it was built.

`dossier` writes it wherever it is wanted; `kept_dossier` writes it among the installation's reports and records it with what it
rests on, so that a correction finds it and a page says that it no longer holds (docs/decisions/107).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaoxin.campaign import compiling
from gaoxin.campaign.gateviewing import MATTERS
from gaoxin.campaign.reporting import ReportFile, must_be_kept, written
from gaoxin.campaign.snapshots import Gathering, named
from gaoxin.campaign.workplace import Workplace
from gaoxin.gates.model import Mode
from gaoxin.ledger.kinds import EventKind
from gaoxin.reports import quality
from gaoxin.reports.dossier import manifest
from gaoxin.reports.dossier.documents import parts, word
from gaoxin.reports.model import Line, totals

if TYPE_CHECKING:
    from gaoxin.reports.dossier.model import OpenPoint, Snapshot
    from gaoxin.warehouse.engine import Store

SUMS, LIST, MANIFEST = "SHA256SUMS.txt", "manifest.docx", "manifest.json"


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
    UsageError where a dossier that was kept would give way to one that nobody recorded."""
    with w.warehouse.read() as store:
        made = _made(w, store, pages)
    ours = out.resolve() == w.settings.reports.resolve()
    files = [(out / name, content) for name, content in made.files]
    if ours:
        must_be_kept(files, out)
    return written(files, ours=ours)


def kept_dossier(w: Workplace, pages: str = "", run: str = "") -> list[ReportFile]:
    """Writes the dossier among the installation's reports and records it, with what it rests on and up to which number of the
    ledger it knew. run: whose it is."""
    with w.warehouse.begin() as store:
        store.ledger.settled()
    with w.warehouse.read() as store:
        made = _made(w, store, pages)
    known_seq, uses = made.snapshot.stood.known_seq, compiling.rests_on(w, made.snapshot)
    with w.warehouse.alone() as store:
        files = written([(w.settings.reports / name, content) for name, content in made.files], ours=True)
        told = {"known_seq": known_seq, "open": len(made.points), "reports": made.digests, **({"run": run} if run else {}),
                **w.under.told}
        store.ledger.note(w.plan.id, EventKind.DOSSIER_BUILT, w.now, told)
        store.uses.record(w.plan.id, "dossier", _name(w, MANIFEST), made.digests[_name(w, MANIFEST)], uses, known_seq, w.now)
    return files


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
    add(MANIFEST, "材料清单（供程序读取）", manifest.manifest(snapshot, known, points))
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


@dataclass(frozen=True)
class KeptDossier:
    """The dossier that was kept last. files: name -> sha256. open: how many points were. stale: since when it no longer says how
    things stand; None while it does."""

    at: datetime
    seq: int
    known_seq: int
    open: int
    files: Mapping[str, str]
    stale: datetime | None


# What a dossier tells of, beside what a gate looks at: after one of these it is another.
_TOLD = (*MATTERS, EventKind.GATE_DECIDED, EventKind.APPROVAL_RECORDED, EventKind.RECTIFICATION_OPENED,
         EventKind.RECTIFICATION_CLOSED, EventKind.CORRECTION_DECIDED, EventKind.TASK_TOLD, EventKind.TASK_SET_ASIDE,
         EventKind.TASK_RESUMED)


def last_kept(w: Workplace, store: Store) -> KeptDossier | None:
    """As of the workplace's time; None where none was kept by then."""
    built = store.ledger.events(w.plan.id, EventKind.DOSSIER_BUILT, until=w.known)
    if not built:
        return None
    last = built[-1]
    told = last.payload
    since = store.ledger.events(w.plan.id, *dict.fromkeys(_TOLD), since=told["known_seq"], until=w.known)
    return KeptDossier(last.at, last.seq, told["known_seq"], told["open"], told["reports"],
                       next((e.at for e in since if _counts(e.kind, e.payload)), None))


def _counts(kind: str, payload: Mapping[str, Any]) -> bool:
    """A rehearsal decides nothing."""
    return kind != EventKind.GATE_DECIDED or payload.get("mode") == Mode.DECISION
