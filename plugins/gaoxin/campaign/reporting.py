"""Use case: the quality report of a period, built from what the store knew as of the workplace's time.

Writes three files a period: the page for people, the same for machines, and the findings as a workbook. What a statistics run
keeps is recorded, and written anew whenever what it tells has changed.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256 as digest_of
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaoxin import folders
from gaoxin.campaign import freshness
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.files import sha256_of
from gaoxin.campaign.snapshots import Gathering, named
from gaoxin.campaign.superseding import GaveWay, gave_way_among, mark_kept, mark_unsaid, say_so
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import LATEST, local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.i18n import Code, Lang, Message, Text
from gaoxin.indicators.used import Use
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.reports import quality
from gaoxin.reports.findings import findings_of, render_campaign_findings, render_findings
from gaoxin.reports.model import Line, QualitySnapshot, totals
from gaoxin.reports.superseded import Superseding
from gaoxin.reports.validation import render_campaign_report, render_validation_report
from gaoxin.returns.schedule import rounds
from gaoxin.settings import Settings
from gaoxin.warehouse.verifying import earlier, gave_way

if TYPE_CHECKING:
    from gaoxin.warehouse.engine import Store

ENDINGS = ("html", "json", "xlsx")
UNWRITTEN = Code("reporting.unwritten", "质量报告写不成，由督查调度重新编制：{error}",
                 "the quality reports cannot be written and are left to supervision: {error}")


class ReportFile(Answer):
    """A file that was written, and the hash of its bytes."""

    path: Path
    sha256: str


class WrittenFiles(Answer):
    files: Sequence[ReportFile]


def quality_report(w: Workplace, period: Period | None, out: Path, lang: Lang = "zh") -> list[ReportFile]:
    """Writes `<campaign>__quality__<period>.html`, `.json` and `.xlsx` into `out`, in this order. period None: reports for every
    period that has come due or in which something was received, and `<campaign>__quality.json`, `.xlsx` and `.html`, which leads
    to them, last; one period at a time is held. The same facts give the same bytes. Raises UsageError for a period for which no
    return is owed, and where one that was kept would give way to one that nobody recorded."""
    ours, files, told = out.resolve() == w.settings.reports.resolve(), list[ReportFile](), list[Line]()
    rows = list[list[Any]]()
    with w.warehouse.read() as store:
        of = Gathering(w, store)
        for one in _periods(w, store, period):
            with _nothing_collected():
                snapshot = of.snapshot(one)
                made = _rendered(snapshot, w.plan.id, out, lang)
                rows += findings_of(snapshot, lang) if period is None else ()
            files += _beside_the_kept(made, out) if ours else _saying(made, w.now, lang)
            told.append((made[0][0].name, snapshot.trend[-1], totals(snapshot)))
    if period is None:
        last = told[-1][1].period if told else str(w.now.year)
        page = quality.render_overview(named(w.plan), named(w.plan.zone), w.now, told, lang, drill=w.drill)
        place = out / f"{w.plan.id}__quality.html"
        made = [(place.with_suffix(".json"), render_campaign_report(w.plan.id, w.now, told, drill=w.drill).encode()),
                (place.with_suffix(".xlsx"), render_campaign_findings(named(w.plan), rows, last, lang)),
                (place, page.encode())]
        files += written(made, ours=True) if ours else _saying(made, w.now, lang)
    return files


def _beside_the_kept(made: Sequence[tuple[Path, bytes]], out: Path) -> list[ReportFile]:
    must_be_kept(made, out)
    return written(made, ours=True)


def _saying(made: Sequence[tuple[Path, bytes]], at: datetime, lang: Lang) -> list[ReportFile]:
    """Writes reports elsewhere; those that give way say so."""
    before = {path: sha256_of(path) for path, content in made if _differs(path, content)}
    files = written(made, ours=False)
    say_so([GaveWay(f.path, before[f.path], f.sha256, at) for f in files if f.path in before], lang, ours=False)
    return files


@contextlib.contextmanager
def _nothing_collected() -> Iterator[None]:
    """A period's report is hundreds of thousands of values, none of which is garbage until it is written: to look for any among
    them, again and again as they are made, costs a third of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def must_be_kept(made: Iterable[tuple[Path, bytes]], out: Path) -> None:
    if any(_differs(path, content) for path, content in made):
        raise UsageError(Text(f"{out} 存有已记入账本的报告，不能用未记录的覆盖",
                              f"{out} holds reports that the ledger records; one that nobody records cannot take their place"),
                         where="--out", todo=Text("另选一个文件夹", "name another folder"))


def _periods(w: Workplace, store: Store, period: Period | None) -> list[Period]:
    all_rounds = w.rounds()
    known = sorted({r.period for r in all_rounds})
    if period is not None and period not in known:
        raise UsageError(Text(f"{period} 没有应报的报表", f"no return is owed for {period}"), where=f"{w.plan.id} period",
                         todo=Text(f"可用：{'、'.join(map(str, known))}", f"known: {', '.join(map(str, known))}"))
    if period is not None:
        return [period]
    begun, today = store.standing.begun(w.plan, w.known), local_day(w.now)
    return sorted({r.period for r in all_rounds if r.due <= today or (r.form, r.period) in begun})


def _rendered(snapshot: QualitySnapshot, campaign: str, out: Path, lang: Lang) -> list[tuple[Path, bytes]]:
    place = out / f"{campaign}__quality__{snapshot.period}.html"
    return [(place, quality.render_quality_report(snapshot, lang).encode()),
            (place.with_suffix(".json"), render_validation_report(snapshot, lang).encode()),
            (place.with_suffix(".xlsx"), render_findings(snapshot, lang))]


def kept_report(w: Workplace, period: Period, run: str = "") -> list[ReportFile]:
    """Writes a period's report among the installation's and records it, with what it rests on. run: whose end it is. What came
    in while it was written has it written again, a few times; then it says up to where it knew."""
    return _kept(w, period, EventKind.STATISTICS_RUN, {"run": run} if run else {})


def renewed_reports(w: Workplace, *, by_returns: bool = False) -> list[ReportFile]:
    """Writes the reports anew that no longer say how their period stands, by whatever path, in the order of the periods; a report
    takes the place of those before. Of a period without one its statistics write the first. by_returns: only those of whose
    returns something was recorded: a gate does not wait for the others."""
    if not by_returns:
        mark_unsaid(w)
    with w.warehouse.begin() as store:
        store.ledger.settled()
        stale = freshness.stale_by_returns(w, store, store.uses.last_reports(w.plan.id, w.known)) if by_returns \
            else freshness.stale_reports(w, store)
    known = {r.period for r in rounds(w.plan)}
    return [file for period in sorted(stale) if period in known for file in _kept(w, period, EventKind.REPORT_RENEWED, {})]


def renewed_beside(w: Workplace) -> list[Message]:
    """As renewed_reports, by returns, for whoever waits for no report: what kept them from being written. Until supervision has
    done so they are told as no longer holding."""
    try:
        renewed_reports(w, by_returns=True)
    except OSError as error:
        return [UNWRITTEN(error=str(error))]
    return []


def _kept(w: Workplace, period: Period, kind: EventKind, by: Mapping[str, str]) -> list[ReportFile]:
    """The files are put in their place by whoever notes them, one at a time: what lies under a name is what was noted last."""
    uses = [Use(form.id, None, frozenset({period})) for form in w.plan.forms if period in form.periods()]
    for last_try in (False, False, True):
        with w.warehouse.begin() as store:
            store.ledger.settled()
            known_seq = store.ledger.known(w.known)
        with _nothing_collected():
            with w.warehouse.read() as store:
                snapshot = Gathering(w, store).snapshot(_periods(w, store, period)[0])
            made = _rendered(snapshot, w.plan.id, w.settings.reports, w.settings.lang)
        with w.warehouse.alone() as store:
            rests_on = [(period, of) for of in freshness.rested_on(w.plan, period)]
            if not last_try and store.uses.first_told(w.plan.id, {period: known_seq}, rests_on, LATEST):
                continue
            files = written(made, ours=True)
            told = {"period": str(period), "reports": {f.path.name: f.sha256 for f in files}, **by, **w.under.told}
            store.ledger.note(w.plan.id, kind, w.now, told)
            store.uses.record(w.plan.id, "report", files[0].path.name, files[0].sha256, uses, known_seq, w.now, period)
            break
    mark_kept(w, period, [f.path.name for f in files])
    return files


@dataclass(frozen=True)
class KeptFile:
    """A report that was kept, as it was written. superseded: where another was kept of its period since, by which. stale: since
    when it no longer says how the period stands, and none was written anew yet; None where it does."""

    content: bytes
    superseded: Superseding | None
    stale: datetime | None


def kept_file(w: Workplace, name: str, sha256: str = "") -> KeptFile:
    """A report that was kept by the workplace's time: the one of a digest, else the last; also where another took its place
    since. Raises UsageError for one that was not kept, Refused where no file is as it was recorded."""
    period = _period_of(w, name)
    with w.warehouse.read() as store:
        kept = store.audit.kept_of(w.plan.id, period, name, w.known)
        stale = freshness.stale_reports(w, store).get(period)
    if not kept or (sha256 and sha256 not in (one.sha256 for one in kept)):
        raise _no_such(name)
    wanted = sha256 or kept[0].sha256
    gone = next((one.given for one in gave_way_among(w.settings.reports, kept) if one.digest == wanted), None)
    return KeptFile(content_of(w.settings, name, wanted), gone, stale)


def content_of(settings: Settings, name: str, digest: str) -> bytes:
    """What was kept under a name with a digest, also where another took its place since. Raises Refused where no file is as it
    was recorded."""
    place = settings.reports / name
    for file in (place, earlier(place, digest), gave_way(place, digest)):
        with contextlib.suppress(OSError):
            if digest_of(content := file.read_bytes()).hexdigest() == digest:
                return content
    raise Refused(Text("报告文件与账本不符，或已不在", "the report's file is not as the ledger says, or is gone"), where=name,
                  todo=Text("重新编制；不符的，用 gaoxin ledger verify 核验并报告督查室",
                            "have it written again; where it was changed, gaoxin ledger verify, and tell the supervision"))


def _period_of(w: Workplace, name: str) -> Period:
    """Raises UsageError for a name that no report of the campaign has."""
    head, _, rest = name.partition("__quality__")
    try:
        found = Period.parse(rest.rpartition(".")[0])
    except UsageError as error:
        raise _no_such(name) from error
    if head != w.plan.id or name not in (f"{head}__quality__{found}.{ending}" for ending in ENDINGS):
        raise _no_such(name)
    return found


def _no_such(name: str) -> UsageError:
    return UsageError(Text("没有这份报告", "there is no such report"), where=name,
                      todo=Text("从关口或督查审计页面打开", "open it on a gate's page or on the audit pages"))


def _differs(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() != content


def _moved(path: Path, ours: bool) -> None:
    kept = earlier(path, sha256_of(path))
    kept.parent.mkdir(0o700 if ours else 0o777, exist_ok=True)
    path.rename(kept)


def written(made: Sequence[tuple[Path, bytes]], *, ours: bool, leaving: Iterable[Path] = ()) -> list[ReportFile]:
    """Writes reports of one folder; others of the same name move to earlier/, under their hash, which the ledger may know. All of
    them lie beside before the first takes its place: where the disk is full nothing has changed. ours: among the installation's,
    which are its owner's alone. leaving: files of an earlier build, of which those that this one does not have move there, too.
    Raises OSError."""
    for folder in {path.parent for path, _ in made}:
        if ours:
            folders.private(folder)
        folder.mkdir(parents=True, exist_ok=True)
    beside = {path: path.with_name(f".{path.name}.new") for path, _ in made}
    try:
        for path, content in made:
            if ours:
                folders.put(beside[path], content)
            else:
                beside[path].write_bytes(content)
        for path, content in made:
            if _differs(path, content):
                _moved(path, ours)
            beside[path].replace(path)
        for path in set(leaving) - set(beside):
            _moved(path, ours)
    finally:
        for part in beside.values():
            part.unlink(missing_ok=True)
    return [ReportFile(path, digest_of(content).hexdigest()) for path, content in made]
