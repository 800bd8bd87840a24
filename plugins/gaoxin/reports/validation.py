"""A quality report for machines: an array in the form of the European validation report (data-cleaning/ValidatReport 1.0.1).

Each finding is a validation of value 0, each group of checks that were not evaluated one of value NA, whose target is the form
where it was so of all its returns; what passed is counted, an aggregation a rule and form. How a return stands, and the totals,
are aggregations, too, as are what the records of a register come to (expression `sum` or `mean` and the field, or `records`),
waivers, and the periods before (`completeness`, `timeliness`, `warnings` with that period as target). Members beyond the schema,
which it allows, stand in `event.agent`: the values in force of a series with the verdict of their return.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gaoxin.i18n import Lang
from gaoxin.numerals import plain
from gaoxin.quality.model import Came, Finding, Outcome
from gaoxin.reports.model import (
    Explained,
    Figure,
    Line,
    Named,
    QualitySnapshot,
    ReturnPage,
    TrendPoint,
    VersionPage,
    Waived,
    totals,
)

_APART = frozenset({"findings", "scores", "figures", "explanations", "rewritten"})  # of a version, told by themselves
_SEVERITIES = {"error": "error", "warning": "warning", "info": "information"}


def render_validation_report(snapshot: QualitySnapshot, lang: Lang = "zh") -> str:
    """Sorted keys, an item a line, one newline at the end. lang: of descriptions and explanations."""
    encoder = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=lambda value: _plain(value, lang))
    items = (encoder.encode(item) for item in _items(snapshot, lang))
    return "[\n" + ",\n".join(items) + "\n]\n"


def _items(s: QualitySnapshot, lang: Lang) -> Iterator[dict[str, Any]]:
    yield from (_total(s, name, str(number)) for name, number in totals(s).items())
    yield from (_total(s, name, _share(share))
                for name, share in (("completeness", s.completeness), ("timeliness", s.timeliness)))
    yield from _trend(s)
    yield from (_waiver(s, given, n, lang) for n, given in enumerate(s.waivers, 1))
    for page in s.returns:
        if not page.versions:
            yield _return(s, page, None)
        for version in (*page.mended, *page.versions):
            yield _return(s, page, version)
            yield from (_of_register(s, page, version, figure, lang) for figure in version.figures if version.register)
            yield from (_finding(s, page, version, found, score, n, lang) for n, (found, score) in enumerate(version.weighed, 1))
    yield from (_came(s, came, number, lang) for number, came in enumerate(s.outcomes, 1)
                if came.outcome is not Outcome.FAILED)


def render_campaign_report(campaign: str, as_of: datetime, periods: Sequence[Line], *, drill: bool = False) -> str:
    """How each of a campaign's periods stands, as aggregations in the same form; `agent.report`: the period's own report, which
    has the findings. periods: file, how it stands, its totals."""
    def item(file: str, point: TrendPoint, name: str, value: str) -> dict[str, Any]:
        of = [[campaign, point.period]]
        return {"id": f"{campaign}/{point.period}/{name}", "type": "aggregation",
                "event": _event(as_of, drill=drill, report=file), "aggregate": {"language": "gaoxin", "expression": name},
                "data": {"source": of, "target": of}, "value": value}

    told = [item(f"{file.rpartition('.')[0]}.json", point, name, value) for file, point, numbers in periods for name, value in (
        *((name, str(number)) for name, number in numbers.items()), ("completeness", _share(point.completeness)),
        ("timeliness", _share(point.timeliness)), ("warnings_accepted", str(point.warnings)))]
    return "[\n" + ",\n".join(json.dumps(one, sort_keys=True, ensure_ascii=False) for one in told) + "\n]\n"


def _event(at: datetime, **agent: Any) -> dict[str, Any]:
    return {"time": at.strftime("%Y%m%dT%H%M%S%z"), "actor": "gaoxin", "agent": agent}


def _total(s: QualitySnapshot, name: str, value: str) -> dict[str, Any]:
    return {"id": f"{s.campaign.id}/{s.period}/{name}", "type": "aggregation",
            "event": _event(s.as_of, plan_version=s.plan_version, drill=s.drill, sample=s.sample, checkpoint=s.checkpoint,
                            replaces=s.replaces),
            "aggregate": {"language": "gaoxin", "expression": name},
            "data": {"source": [[s.campaign.id, s.period]], "target": [[s.campaign.id, s.period]]}, "value": value}


def _share(share: Decimal | None) -> str:
    return "NA" if share is None else plain(share, places=6)


def _trend(s: QualitySnapshot) -> Iterator[dict[str, Any]]:
    """The periods before, as the charts draw them; this one is told as a total, but for its warnings."""
    for point in s.trend:
        told = {"warnings_accepted": str(point.warnings)}
        if point.period != s.period:
            told |= {"completeness": _share(point.completeness), "timeliness": _share(point.timeliness)}
        for name, value in told.items():
            yield {"id": f"{s.campaign.id}/{s.period}/trend/{point.period}/{name}", "type": "aggregation",
                   "event": _event(s.as_of), "aggregate": {"language": "gaoxin", "expression": name},
                   "data": {"source": [[s.campaign.id, point.period]], "target": [[s.campaign.id, point.period]]}, "value": value}


def _waiver(s: QualitySnapshot, given: Waived, number: int, lang: Lang) -> dict[str, Any]:
    return {"id": f"{s.campaign.id}/{s.period}/waiver/{number}/{given.phase.id}/{given.criterion}", "type": "aggregation",
            "event": _event(given.recorded_at, by=given.by.id, reason=given.reason, expires=given.expires,
                            scope=[part.to(lang) for part in given.scope]),
            "aggregate": {"language": "gaoxin", "expression": "waiver",
                          "description": f"{given.phase.to(lang)} {given.criterion}"},
            "data": {"source": [], "target": [[s.campaign.id, given.phase.id, given.criterion]]},
            "value": "in force" if given.expires >= s.as_of.date() else "expired"}


def _of_register(s: QualitySnapshot, page: ReturnPage, version: VersionPage, figure: Figure, lang: Lang) -> dict[str, Any]:
    """What its records come to, with the period and the version before."""
    expression = f"{figure.how} {figure.name.id}" if figure.name.id else figure.how
    rewritten = {"rewritten": version.rewritten._asdict()} if version.rewritten and not figure.name.id else {}
    return {"id": f"{_place(s, page, version)}/{expression.replace(' ', '/')}", "type": "aggregation",
            "event": _event(version.received_at, **_beside(figure), **rewritten),
            "aggregate": {"language": "gaoxin", "expression": expression, "description": figure.name.to(lang)},
            "data": {"source": [[version.sha256, figure.sheet, figure.cell]],
                     "target": [[s.campaign.id, s.period, page.form.id, page.unit.id, *filter(None, [figure.name.id])]]},
            "value": plain(figure.value)}


def _beside(figure: Figure) -> dict[str, str]:
    """In what it is measured, and what stands beside it; nothing of what there is not."""
    numbers = {"before": figure.before, "replaced": figure.replaced}
    return {"unit": figure.unit} | {name: plain(value) for name, value in numbers.items() if value is not None}


def _figure(figure: Figure) -> dict[str, str]:
    return {"variable": figure.name.id, "value": plain(figure.value), "sheet": figure.sheet, "cell": figure.cell,
            **_beside(figure)}


def _return(s: QualitySnapshot, page: ReturnPage, version: VersionPage | None) -> dict[str, Any]:
    """How a return stands: its version's verdict, else its state."""
    told: dict[str, Any] = {"due": page.due, "state": page.state, "late_days": page.late_days}
    told |= {name: [vars(one) for one in said] for name, said in (("remarks", page.remarks), ("corrections", page.corrections))
             if said and version not in page.mended}
    if version:
        told |= {k: v for k, v in vars(version).items() if k not in _APART}
        told |= {"explanations": [_explanation(e) for e in version.explanations]}
        if not version.register:
            told["figures"] = [_figure(figure) for figure in version.figures]
    known = version.checked_at or version.received_at if version else s.as_of
    return {"id": f"{_place(s, page, version)}/verdict", "type": "aggregation", "event": _event(known, **told),
            "aggregate": {"language": "gaoxin", "expression": "verdict"},
            "data": {"source": [[version.sha256, version.file]] if version else [],
                     "target": [[s.campaign.id, s.period, page.form.id, page.unit.id]]},
            "value": str(version.verdict or page.state) if version else str(page.state)}


def _explanation(said: Explained) -> dict[str, Any]:
    return {k: v for k, v in vars(said).items() if k != "covered"} | {"answer": said.answer and vars(said.answer)}


def _finding(s: QualitySnapshot, page: ReturnPage, version: VersionPage, found: Finding, score: float, number: int,
             lang: Lang) -> dict[str, Any]:
    weighs = {"score": f"{score:.4f}"} if score else {}
    target = [s.campaign.id, s.period, page.form.id, page.unit.id, *([found.variable] if found.variable else [])]
    return {"id": f"{_place(s, page, version)}/{number}/{found.rule}", "type": "validation",
            "event": _event(version.checked_at or version.received_at, suite=version.suite, suite_version=version.suite_version,
                            plan_version=version.plan_version, level=found.level, **weighs),
            "rule": {"language": "gaoxin", "expression": found.rule, "severity": _SEVERITIES[found.severity],
                     "description": found.message.to(lang)},
            "data": {"source": [[version.sha256, found.sheet or "", found.cell or ""]], "target": [target],
                     "description": found.value or ""},
            "value": "0"}


def _came(s: QualitySnapshot, came: Came, number: int, lang: Lang) -> dict[str, Any]:
    form = [s.campaign.id, s.period, came.form]
    item = {"id": f"{'/'.join(form)}/checks/{number}/{came.rule}", "event": _event(s.as_of, level=came.level)}
    if came.outcome is Outcome.PASSED:
        return item | {"type": "aggregation", "value": str(came.many),
                       "aggregate": {"language": "gaoxin", "expression": f"passed {came.rule}",
                                     "description": came.title.to(lang)},
                       "data": {"source": [form], "target": [form]}}
    everybody = len(came.units) > 1 and came.units == s.judged.get(came.form)
    return item | {"type": "validation", "value": "NA",
                   "rule": {"language": "gaoxin", "expression": came.rule, "severity": _SEVERITIES[came.severity],
                            "description": came.title.to(lang), "explanation": came.reason.to(lang) if came.reason else ""},
                   "data": {"source": [form], "target": [form] if everybody else [[*form, unit] for unit in came.units]}}


def _place(s: QualitySnapshot, page: ReturnPage, version: VersionPage | None) -> str:
    return "/".join([s.campaign.id, s.period, page.form.id, page.unit.id, *([f"v{version.version}"] if version else [])])


def _plain(value: Any, lang: Lang) -> str:
    """What JSON itself cannot say."""
    match value:
        case Named():
            return value.to(lang)
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
    raise TypeError(f"not for a report: {value!r}")
