"""Use case: a bulletin of a period, built of one snapshot: of what the store knew as of the workplace's time, and of nothing that
was recorded while it was built (docs/decisions/116)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gaoxin.bulletins.due import cadences, day_of, newest
from gaoxin.campaign import bulletin_facts
from gaoxin.campaign.reporting import ReportFile, must_be_kept, written
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.periods import Period
from gaoxin.reports.bulletin.files import rendered
from gaoxin.reports.bulletin.frozen import Frozen
from gaoxin.reports.bulletin.text import composed

if TYPE_CHECKING:
    from gaoxin.warehouse.engine import Store


def bulletin(w: Workplace, period: Period | None, out: Path, pages: str = "") -> list[ReportFile]:
    """Writes `<campaign>__bulletin__<period>.docx`, `.html`, `.json` and `.SHA256SUMS.txt` into `out`, in this order. period
    None: the one that was due last by the plan's cadences. pages: the address of the installation's pages, to which figures then
    link. The same record as of the same time gives the same bytes. Raises UsageError for a period of which nothing can be told
    yet, and where none is due."""
    wanted = period_of(w, period)
    with w.warehouse.read() as store:
        made = rendered(frozen_of(w, store, wanted, pages), {}, None)
    files, ours = [(out / name, content) for name, content in made], out.resolve() == w.settings.reports.resolve()
    if ours:
        must_be_kept(files, out)
    return written(files, ours=ours)


def frozen_of(w: Workplace, store: Store, period: Period, pages: str = "") -> Frozen:
    return composed(bulletin_facts.snapshot(w, store, period, {}, pages))


def period_of(w: Workplace, period: Period | None) -> Period:
    """The period that is meant. Raises UsageError."""
    today = local_day(w.now)
    if period is None:
        if found := newest(w.plan, today):
            return found.period
        raise _none_due(w)
    if today <= period.end:
        raise UsageError(Text(f"{period.said}到 {period.end} 才结束，还没有可通报的进展",
                              f"{period} ends on {period.end}: there is nothing to tell of it yet"), where="--period",
                         todo=Text("另选已结束的报告期", "choose a period that is over"))
    if w.plan.starts and period.end < w.plan.starts:
        raise UsageError(Text(f"{period.said}早于方案的起始日 {w.plan.starts}，没有可通报的进展",
                              f"{period} lies before {w.plan.starts}, on which the plan begins: nothing can be told of it"),
                         where="--period", todo=Text("另选方案期内的报告期", "choose a period within the plan"))
    if w.plan.ends and period.start > w.plan.ends:
        raise UsageError(Text(f"方案于 {w.plan.ends} 结束，{period.said}没有可通报的进展",
                              f"the plan ended on {w.plan.ends}: nothing can be told of {period}"), where="--period",
                         todo=Text("另选方案期内的报告期", "choose a period within the plan"))
    return period


def _none_due(w: Workplace) -> UsageError:
    known = cadences(w.plan)
    if not known:
        return UsageError(Text("方案没有规定通报、小结或总结的频率，没有到期的通报",
                               "the plan has no cadence of bulletins or summaries: none is due"), where=w.plan.id,
                          todo=Text("以 --period 指定报告期，如 2020-06、2020-Q2、2020-H1、2020",
                                    "name a period by --period: 2020-06, 2020-Q2, 2020-H1 or 2020"))
    first = min(day_of(w.plan, cadence, Period.containing(w.plan.starts or local_day(w.now), length))
                for length, cadence in known.items())
    return UsageError(Text(f"还没有到期的通报，第一期于 {first} 到期", f"no bulletin is due yet, the first is on {first}"),
                      where=w.plan.id, todo=Text("以 --period 指定已结束的报告期", "name a period that is over by --period"))
