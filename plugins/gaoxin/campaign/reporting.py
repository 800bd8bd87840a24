"""Use case: the quality report of a period, built from what the store knew as of the workplace's time.

Writes two files a period: the page for people and the same content as JSON. One that a statistics run keeps is recorded.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256 as digest_of
from pathlib import Path
from typing import TYPE_CHECKING

from gaoxin import folders
from gaoxin.campaign.anchoring import note_at
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.files import sha256_of
from gaoxin.campaign.standing import Overview, status_in
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.model import OwedReturn
from gaoxin.i18n import Text
from gaoxin.indicators.used import Use
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm, SeriesForm
from gaoxin.plan.model import Plan, Unit, Zone
from gaoxin.quality.model import CheckResult, Finding
from gaoxin.reports import quality
from gaoxin.returns.model import ReturnKey
from gaoxin.returns.schedule import rounds
from gaoxin.warehouse.verifying import earlier

if TYPE_CHECKING:
    from gaoxin.warehouse.engine import Store
    from gaoxin.warehouse.returns import Explanation, StoredReturn


_IN_IT = (EventKind.RETURN_RECEIVED, EventKind.RETURN_CHECKED, EventKind.RETURN_LOADED, EventKind.RETURN_EXPLAINED,
          EventKind.EXPLANATION_ACCEPTED, EventKind.EXPLANATION_SENT_BACK)


class ReportFile(Answer):
    """A file that was written, and the hash of its bytes."""

    path: Path
    sha256: str


class WrittenFiles(Answer):
    files: Sequence[ReportFile]


def quality_report(w: Workplace, period: Period | None, out: Path) -> list[ReportFile]:
    """Writes `<campaign>__quality__<period>.html` and `.json` into `out`, HTML first. period None: a report for every period that
    has come due or in which something was received. The same facts give the same bytes. Raises UsageError for a period for which
    no return is owed, and where one that was kept would give way to one that nobody recorded."""
    made = _rendered(w, period, out)
    if out.resolve() == w.settings.reports.resolve() and any(_differs(path, text) for path, text in made):
        raise UsageError(Text(f"{out} 存有已记入账本的报告，不能用未记录的覆盖",
                              f"{out} holds reports that the ledger records; one that nobody records cannot take their place"),
                         where="--out", todo=Text("另选一个文件夹", "name another folder"))
    return [_write(path, text, ours=out.resolve() == w.settings.reports.resolve()) for path, text in made]


def _rendered(w: Workplace, period: Period | None, out: Path) -> list[tuple[Path, str]]:
    with w.warehouse.read() as store:
        all_rounds = rounds(w.plan)
        known = sorted({r.period for r in all_rounds})
        if period is not None and period not in known:
            raise UsageError(Text(f"{period} 没有应报的报表", f"no return is owed for {period}"), where=f"{w.plan.id} period",
                             todo=Text(f"可用：{'、'.join(map(str, known))}", f"known: {', '.join(map(str, known))}"))
        begun = store.standing.begun(w.plan, w.known) if period is None else set()
        today = local_day(w.now)
        periods = [period] if period is not None else sorted({
            r.period for r in all_rounds if r.due <= today or (r.form, r.period) in begun
        })
        snapshots = [_snapshot(w, store, one) for one in periods]
    return [(out / f"{w.plan.id}__quality__{one.period}.{ending}", render(one)) for one in snapshots
            for ending, render in (("html", quality.render_quality_report), ("json", quality.render_quality_json))]


def kept_report(w: Workplace, period: Period, run: str = "") -> list[ReportFile]:
    """Writes a period's report among the installation's and records it, with what it rests on. run: whose end it is. What came
    in while it was written has it written again, a few times; then it says up to where it knew."""
    uses = [Use(form.id, None, frozenset({period})) for form in w.plan.forms if period in form.periods()]
    for last_try in (False, False, True):
        with w.warehouse.begin() as store:
            store.ledger.settled()
            known_seq = store.ledger.known(w.known)
        files = [_write(path, text, ours=True) for path, text in _rendered(w, period, w.settings.reports)]
        with w.warehouse.alone() as store:
            if not last_try and store.ledger.last(w.plan.id, *_IN_IT) > known_seq:
                continue
            by = {"run": run} if run else {}
            told = {"period": str(period), "reports": {f.path.name: f.sha256 for f in files}, **by, **w.under.told}
            store.ledger.note(w.plan.id, EventKind.STATISTICS_RUN, w.now, told)
            store.uses.record(w.plan.id, "report", files[0].path.name, files[0].sha256, uses, known_seq, w.now, period)
            break
    return files


def kept_file(w: Workplace, name: str, sha256: str = "") -> bytes:
    """A report that a statistics run kept by the workplace's time: the one of a digest, else the last; also where another took
    its place since. Raises UsageError for one that was not kept, Refused where no file is as it was recorded."""
    with w.warehouse.read() as store:
        digests = store.audit.kept_as(w.plan.id, _period_of(w, name), name, w.known)
    if not digests or (sha256 and sha256 not in digests):
        raise _no_such(name)
    wanted, place = sha256 or digests[0], w.settings.reports / name
    for file in (place, earlier(place, wanted)):
        with contextlib.suppress(OSError):
            if digest_of(content := file.read_bytes()).hexdigest() == wanted:
                return content
    raise Refused(Text("报告文件与账本不符，或已不在", "the report's file is not as the ledger says, or is gone"), where=name,
                  todo=Text("重新运行该期统计；不符的，用 gaoxin ledger verify 核验并报告督查室",
                            "run its statistics again; where it was changed, gaoxin ledger verify, and tell the supervision"))


def _period_of(w: Workplace, name: str) -> Period:
    """Raises UsageError for a name that no report of the campaign has."""
    head, _, rest = name.partition("__quality__")
    try:
        found = Period.parse(rest.removesuffix(".html").removesuffix(".json"))
    except UsageError as error:
        raise _no_such(name) from error
    if head != w.plan.id or name not in (f"{head}__quality__{found}.{ending}" for ending in ("html", "json")):
        raise _no_such(name)
    return found


def _no_such(name: str) -> UsageError:
    return UsageError(Text("没有这份报告", "there is no such report"), where=name,
                      todo=Text("从关口或督查审计页面打开", "open it on a gate's page or on the audit pages"))


def _named(part: Plan | Zone | Unit | SeriesForm | RegisterForm) -> quality.Named:
    return quality.Named(part.id, part.name.zh, part.name.to("en"))


def _snapshot(w: Workplace, store: Store, period: Period) -> quality.QualitySnapshot:
    state, seen = status_in(w, store, period), Overview(w, store, period)
    versions = seen.versions(seen.rounds)
    found = [(row, versions.get(ReturnKey(w.plan.id, row.form, row.unit, row.period), [])) for row in state.rows]
    ids = [v.return_id for row, ordered in found for v in _in_full(row, ordered)]
    told = _Told(store.returns.findings_of(ids, w.known), store.returns.checks_of(ids, w.known),
                 store.returns.explanations_of(ids, w.known))
    pages = tuple(_page(w, told, row, ordered) for row, ordered in found)
    return quality.QualitySnapshot(campaign=_named(w.plan), zone=_named(w.plan.zone), period=str(period), as_of=w.now,
                                   completeness=state.completeness, timeliness=state.timeliness, returns=pages, drill=w.drill,
                                   plan_version=w.plan_version, checkpoint=note_at(w.settings, store, w.known))


def _in_full(row: OwedReturn, ordered: list[StoredReturn]) -> list[StoredReturn]:
    """Versions from the one in force on: a newer one that was rejected is what the unit must mend."""
    return [v for v in ordered if row.version is not None and v.version >= row.version]


def _page(w: Workplace, told: _Told, row: OwedReturn, ordered: list[StoredReturn]) -> quality.ReturnPage:
    shown = _in_full(row, ordered)
    return quality.ReturnPage(form=_named(w.plan.form(row.form)), unit=_named(w.plan.unit(row.unit)), due=row.due,
                              state=row.state, late_days=row.late_days,
                              versions=tuple(_version(w, told, v, counts=v.version == row.version) for v in shown),
                              earlier=tuple((v.version, v.verdict) for v in ordered if v not in shown))


@dataclass(frozen=True)
class _Told:
    """What is told of each version, by its id."""

    findings: dict[str, list[Finding]]
    checks: dict[str, list[CheckResult]]
    explanations: dict[str, list[Explanation]]


def _version(w: Workplace, told: _Told, item: StoredReturn, *, counts: bool) -> quality.VersionPage:
    return quality.VersionPage(
        return_id=item.return_id, version=item.version, counts=counts, verdict=item.verdict, file=item.file, sha256=item.sha256,
        received_at=item.received_at, checked_at=item.checked_at, suite=item.suite or "—", suite_version=item.suite_version
        or "—", sample=item.sample, plan_version=item.plan_version, business_day=item.business_day,
        entered_because=item.entered_because, account=item.account, authenticated=item.authenticated,
        findings=tuple(told.findings[item.return_id]),
        checks=tuple(told.checks[item.return_id]),
        explanations=tuple(quality.Explained(e.rule, e.text, next((u.name.zh for u in w.plan.units if u.id == e.by), e.by),
                                             e.recorded_at, e.business_day, e.entered_because, e.account, e.authenticated)
                           for e in told.explanations[item.return_id])
    )


def _differs(path: Path, text: str) -> bool:
    return path.exists() and path.read_bytes() != text.encode("utf-8")


def _write(path: Path, text: str, *, ours: bool) -> ReportFile:
    """Writes a report; another one of the same name moves to earlier/, under its hash, which the ledger may know. ours: among the
    installation's, which are its owner's alone."""
    content = text.encode("utf-8")
    if ours:
        folders.private(path.parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    if _differs(path, text):
        kept = earlier(path, sha256_of(path))
        kept.parent.mkdir(0o700 if ours else 0o777, exist_ok=True)
        path.rename(kept)
    if ours:
        folders.put(path, content)
    else:
        path.write_bytes(content)
    return ReportFile(path, digest_of(content).hexdigest())
