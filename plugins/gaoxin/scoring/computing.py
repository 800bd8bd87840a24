"""What indicators give the items that are computed by them. Pure."""

from collections.abc import Iterable
from decimal import Decimal

from gaoxin.i18n import Code, Message, Worded
from gaoxin.indicators.model import IndicatorResult
from gaoxin.periods import Period
from gaoxin.plan.assessments import Assessment
from gaoxin.plan.target import Truth
from gaoxin.scoring.model import Computed

_MET = Code("scoring.met", "指标“{name}”达标{of}", "{name} is met{of}", name=Worded, of=Message | None)
_NOT_MET = Code("scoring.not_met", "指标“{name}”未达标{of}", "{name} is not met{of}", name=Worded, of=Message | None)
_OF = Code("scoring.figure_of", "（{period}的数）", " (figures of {period})", period=Period)
_COMPLETED = Code("scoring.completed", "指标“{name}”完成 {percent:2} %{of}",
                  "{name} is done to {percent:2} %{of}", name=Worded, percent=Decimal, of=Message | None)
_UNKNOWN = Code("scoring.unknown", "指标“{name}”没有可用的数：{why}",
                "{name} has no value: {why}", name=Worded, why=Message | None)


def computed(asked: Assessment, results: Iterable[IndicatorResult]) -> dict[str, Computed]:
    """By item that is computed what share of its points its indicator gives."""
    by_id = {r.id: r for r in results}
    return {item.id: _given(by_id[item.indicator], item.kind) for item in asked.items
            if item.indicator and item.indicator in by_id}


def _given(r: IndicatorResult, kind: str) -> Computed:
    """With the period of the figure: a score of October may rest on one of April."""
    of = _OF(period=r.period) if r.period else None
    if kind == "pro_rata":
        if r.truth is Truth.MET:
            return Computed(Decimal(1), _MET(name=r.name, of=of))
        # Of a target of several values that of the part which keeps it from being met; while the truth is unknown no part tells
        # of the whole.
        decides = r.part if r.part and r.truth is Truth.NOT_MET else r
        if decides.completion is None:
            return Computed(None, _UNKNOWN(name=r.name, why=r.reason))
        return Computed(decides.completion, _COMPLETED(name=r.name, percent=decides.completion * 100, of=of))
    if r.truth is Truth.UNKNOWN:
        return Computed(None, _UNKNOWN(name=r.name, why=r.reason))
    return Computed(Decimal(r.truth is Truth.MET), (_MET if r.truth is Truth.MET else _NOT_MET)(name=r.name, of=of))
