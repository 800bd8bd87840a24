"""A quality report for machines: an array in the form of the European validation report (data-cleaning/ValidatReport 1.0.1).

Each finding is a validation of value 0, each group of checks that were not evaluated one of value NA, whose target is the form
where it was so of all its returns; what passed is counted, an aggregation a rule and form. How a return stands, and the totals,
are aggregations, too. Members beyond the schema, which it allows, stand in `event.agent`.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gaoxin.i18n import Lang
from gaoxin.numerals import plain
from gaoxin.quality.model import Came, Finding, Outcome
from gaoxin.reports.model import Explained, Named, QualitySnapshot, ReturnPage, VersionPage, totals

_SEVERITIES = {"error": "error", "warning": "warning", "info": "information"}


def render_validation_report(snapshot: QualitySnapshot, lang: Lang = "zh") -> str:
    """Sorted keys, an item a line, one newline at the end. lang: of descriptions and explanations."""
    encoder = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=lambda value: _plain(value, lang))
    items = (encoder.encode(item) for item in _items(snapshot, lang))
    return "[\n" + ",\n".join(items) + "\n]\n"


def _items(s: QualitySnapshot, lang: Lang) -> Iterator[dict[str, Any]]:
    yield from (_total(s, name, str(number)) for name, number in totals(s).items())
    yield from (_total(s, name, "NA" if share is None else plain(share, places=6))
                for name, share in (("completeness", s.completeness), ("timeliness", s.timeliness)))
    for page in s.returns:
        if not page.versions:
            yield _return(s, page, None)
        for version in page.versions:
            yield _return(s, page, version)
            yield from (_finding(s, page, version, found, n, lang) for n, found in enumerate(version.findings, 1))
    yield from (_came(s, came, number, lang) for number, came in enumerate(s.outcomes, 1)
                if came.outcome is not Outcome.FAILED)


def _event(at: datetime, **agent: Any) -> dict[str, Any]:
    return {"time": at.strftime("%Y%m%dT%H%M%S%z"), "actor": "gaoxin", "agent": agent}


def _total(s: QualitySnapshot, name: str, value: str) -> dict[str, Any]:
    return {"id": f"{s.campaign.id}/{s.period}/{name}", "type": "aggregation",
            "event": _event(s.as_of, plan_version=s.plan_version, drill=s.drill, sample=s.sample, checkpoint=s.checkpoint,
                            replaces=s.replaces),
            "aggregate": {"language": "gaoxin", "expression": name},
            "data": {"source": [[s.campaign.id, s.period]], "target": [[s.campaign.id, s.period]]}, "value": value}


def _return(s: QualitySnapshot, page: ReturnPage, version: VersionPage | None) -> dict[str, Any]:
    """How a return stands: its version's verdict, else its state."""
    told: dict[str, Any] = {"due": page.due, "state": page.state, "late_days": page.late_days}
    told |= {name: [vars(one) for one in said] for name, said in (("remarks", page.remarks), ("corrections", page.corrections))
             if said}
    if version:
        told |= {k: v for k, v in vars(version).items() if k not in ("findings", "figures", "explanations")}
        told |= {"explanations": [_explanation(e) for e in version.explanations]}
    known = version.checked_at or version.received_at if version else s.as_of
    return {"id": f"{_place(s, page, version)}/verdict", "type": "aggregation", "event": _event(known, **told),
            "aggregate": {"language": "gaoxin", "expression": "verdict"},
            "data": {"source": [[version.sha256, version.file]] if version else [],
                     "target": [[s.campaign.id, s.period, page.form.id, page.unit.id]]},
            "value": str(version.verdict or page.state) if version else str(page.state)}


def _explanation(said: Explained) -> dict[str, Any]:
    return {k: v for k, v in vars(said).items() if k != "covered"} | {"answer": said.answer and vars(said.answer)}


def _finding(s: QualitySnapshot, page: ReturnPage, version: VersionPage, found: Finding, number: int, lang: Lang
             ) -> dict[str, Any]:
    target = [s.campaign.id, s.period, page.form.id, page.unit.id, *([found.variable] if found.variable else [])]
    return {"id": f"{_place(s, page, version)}/{number}/{found.rule}", "type": "validation",
            "event": _event(version.checked_at or version.received_at, suite=version.suite, suite_version=version.suite_version,
                            plan_version=version.plan_version, level=found.level),
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
