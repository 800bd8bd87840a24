"""How the values of several units make one figure of the whole: as their variable declares. Pure."""

from collections.abc import Mapping
from decimal import Decimal

from gaoxin import measures
from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.forms import Combine, Count, RegisterForm, SeriesForm, Variable

_UNDECLARED = Code("input.undeclared", "“{variable}”由 {count} 个单位报送而不能相加，方案没有说明如何合成（combine）",
                   "{variable} is reported by {count} units and does not add up; the plan does not say how it combines (combine)")
_PER_UNIT = Code("input.per_unit", "“{variable}”按单位分别判断，没有合计数",
                 "{variable} is judged unit by unit: the whole has no figure")
_DIFFER = Code("input.differ", "“{variable}”是同一个数，各单位所报不同：{said}",
               "{variable} is one figure, and units differ: {said}", said=tuple)
_SAID = Code("input.differ.said", "{who} {value}", "{value} by {who}", value=Decimal)
_NO_WEIGHT = Code("input.no_weight", "“{variable}”的权数合计不大于零，不能加权",
                  "the weights of {variable} do not come to more than nought")


def adds_up(variable: Variable) -> bool:
    """Whether the figure of the whole is the sum of its units'."""
    return (variable.combine or (Combine.SUM if variable.adds_up else None)) is Combine.SUM


def with_weight(form: SeriesForm | RegisterForm, source: Variable | Count) -> tuple[str, ...]:
    """A variable, and what weighs it where several units report it: its figure of the whole rests on both."""
    weight = source.weight if isinstance(source, Variable) and len(form.units) > 1 else None
    return (source.id, weight) if weight else (source.id,)


def combined(variable: Variable, values: Mapping[str, Decimal], weights: Mapping[str, Decimal],
             names: Mapping[str, Worded]) -> Decimal | Message:
    """The figure of the whole, in the variable's unit of measure, or why there is none.
    values: unit -> value, all in that unit of measure; of one unit alone it is that unit's. weights: unit -> weight, in one unit
    of measure, for `weighted`: sum of value × weight over the sum of the weights. Without a declaration amounts and counts add
    up, and rates, indices and shares do not."""
    given = list(values.values())
    if len(given) == 1:
        return given[0]
    match variable.combine or (Combine.SUM if variable.adds_up else None):
        case None:
            return _UNDECLARED(variable=variable.name, count=len(given))
        case Combine.PER_UNIT:
            return _PER_UNIT(variable=variable.name)
        case Combine.SAME if not all(measures.alike(value, given[0]) for value in given):
            said = tuple(_SAID(who=names[unit], value=value) for unit, value in values.items())
            return _DIFFER(variable=variable.name, said=said)
        case Combine.SAME | Combine.MAX:
            return max(given)
        case Combine.MEAN:
            return sum(given, Decimal(0)) / len(given)
        case Combine.WEIGHTED:
            whole = sum(weights.values(), Decimal(0))
            if whole <= 0:
                return _NO_WEIGHT(variable=variable.name)
            return sum((value * weights[unit] for unit, value in values.items()), Decimal(0)) / whole
        case _:
            return sum(given, Decimal(0))
