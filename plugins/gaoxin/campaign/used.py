"""What rests on figures, in words, for people who decide on it or read of it. Pure."""

from collections.abc import Mapping

from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.model import Plan
from gaoxin.warehouse.uses import Usage

_INDICATOR = Code("used.indicator", "指标“{name}”{part}的数值", "the value of {name}, {part}", name=Worded, part=str)
_VERDICT = Code("used.verdict", "指标“{name}”{part} 到期结论", "what {name} came to on {part}", name=Worded, part=str)
_GATE = Code("used.gate", "“{name}”关口的判定", "a decision of the gate {name}", name=Worded)
_APPROVAL = Code("used.approval", "{unit}对“{name}”关口的意见", "the word of {unit} to the gate {name}", name=Worded, unit=Worded)
_BULLETIN = Code("used.bulletin", "{part} 督查通报中的指标“{name}”", "{name} in the bulletin of {part}", name=Worded, part=str)
_REPORT = Code("used.report", "报告 {part}", "report {part}", part=str)
_DOSSIER = Code("used.dossier", "申报材料 {part}", "dossier {part}", part=str)
_ID = Code("used.id", "{id}", "{id}", id=str)


def told(plan: Plan, used: Usage) -> Message:
    """What the plan does not have any more by its id."""
    head, _, tail = used.id.partition("@" if used.kind == "verdict" else "/")
    indicators = {i.id: i.name for i in plan.indicators}
    match used.kind:
        case "indicator":
            return _INDICATOR(name=_named(indicators, used.id), part=str(used.period or ""))
        case "verdict":
            return _VERDICT(name=_named(indicators, head), part=tail)
        case "gate":
            return _GATE(name=_named({p.id: p.name for p in plan.phases}, used.id))
        case "approval":
            return _APPROVAL(name=_named({p.id: p.name for p in plan.phases}, head),
                             unit=_named({u.id: u.name for u in plan.units}, tail))
        case "bulletin":
            return _BULLETIN(name=_named(indicators, tail), part=head)
        case "report":
            return _REPORT(part=used.id)
        case "dossier":
            return _DOSSIER(part=used.id)


def _named(names: Mapping[str, Worded], id: str) -> Worded:
    return names.get(id) or _ID(id=id)
