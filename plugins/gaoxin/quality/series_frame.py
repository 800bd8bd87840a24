"""The rows of a series form in the frame: a row a variable, with what the rules compare computed exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gaoxin import measures
from gaoxin.i18n import Code, Text
from gaoxin.periods import Period
from gaoxin.plan.forms import SeriesForm, Variable, VariableKind
from gaoxin.quality.columns import REQUIRED, STATE
from gaoxin.quality.frames import Frame, Place, in_both, plain
from gaoxin.quality.history import History, Past, convertible, previous_period
from gaoxin.quality.series_rules import jump_column
from gaoxin.returns.model import ReadReturn, SeriesValue
from gaoxin.returns.numbers import NOT_A_NUMBER

_DATA_SHEET = "数据"
_TWICE = Code(
    "quality.variable_twice",
    "同一指标出现多次：{cells}",
    "the variable stands there more than once: {cells:、}",
    cells=tuple,
)


@dataclass(frozen=True)
class _Cell:
    """A variable as it was reported. value: in the plan's unit of measure, None when there is none to compute with."""

    variable: Variable
    row: int
    place: Place
    value: Decimal | None
    given: Decimal | None
    unit_given: str | None

    @property
    def shown(self) -> str:
        return f"{plain(self.value)} {self.variable.unit}" if self.value is not None else "—"


def add_series(frame: Frame, owner: int, form: SeriesForm, read: ReadReturn, history: History) -> None:
    reported: dict[str, list[SeriesValue]] = {}
    for value in read.series:
        reported.setdefault(value.variable, []).append(value)
    cells = {v.id: _add_cell(frame, owner, v, reported.get(v.id, [])) for v in form.variables}
    for cell in cells.values():
        _add_history(frame, owner, form, read, cell, history)
    for check in form.checks:
        match check.kind:
            case "part_of":
                _add_part(frame, owner, check, cells)
            case "sum_of":
                _add_sum(frame, owner, check, cells)
            case "ratio_between":
                _add_ratio(frame, owner, check, cells)


def _add_cell(frame: Frame, owner: int, variable: Variable, found: list[SeriesValue]) -> _Cell:
    if not found:
        place = Place(_DATA_SHEET, None, variable.id, None)
        row = frame.row(owner, place)
        frame.put(row, STATE, "absent")
        if variable.required:
            frame.put(row, REQUIRED, "missing")
        frame.declare(variable.id, "unit", "fraction")
        return _Cell(variable, row, place, None, None, None)
    first = found[0]
    read = first.value
    place = Place(read.sheet, read.cell, variable.id, read.raw)
    row = frame.row(owner, place)
    given = read.value if isinstance(read.value, Decimal) and read.value.is_finite() else None
    problem = read.problem
    if problem is None and len(found) > 1:
        problem, given = _TWICE(cells=tuple(f"{v.value.sheet}!{v.value.cell}" for v in found)), None
    elif problem is None and given is None and read.value is not None:
        problem = NOT_A_NUMBER()
    unit = _unit_state(first.unit_given, variable.unit)
    value = (
        measures.convert(given, first.unit_given or variable.unit, variable.unit)
        if given is not None and unit in ("same", "converted")
        else None
    )
    state = "problem" if problem else "blank" if given is None else "repaired" if read.repairs else "ok"
    frame.put(
        row,
        STATE,
        state,
        **in_both("problem", *([problem] if problem else [])),
        number=plain(given) if given is not None else "—",
        **in_both("repairs", *read.repairs),
    )
    if variable.required:
        frame.put(row, REQUIRED, "missing" if state == "blank" else "given")
    frame.put(
        row,
        "unit",
        unit if given is not None else None,
        unit_given=first.unit_given or "（空）",
        unit=variable.unit,
        number=plain(value) if value is not None else "—",
        place=(read.sheet, first.unit_cell or read.cell, first.unit_given),
    )
    frame.put(row, variable.id, float(value) if value is not None else None, number=plain(value), unit=variable.unit)
    if variable.integer:
        frame.put(
            row, "fraction", float(abs(value - value.to_integral_value())) if value is not None else None, unit=variable.unit
        )
    if given is not None and value is None:
        frame.because(owner, variable.id, variable.id, _NO_UNIT)
        frame.because(owner, "fraction", variable.id, _NO_UNIT)
    return _Cell(variable, row, place, value, given, first.unit_given)


_NO_UNIT = Text("计量单位不明，数值无法比较", "the unit of measure is not clear, so the value cannot be compared")


def _unit_state(given: str | None, wanted: str) -> str:
    if not given:
        return "blank"
    if given == wanted:
        return "same"
    if not measures.known(given):
        return "unknown"
    if not convertible(given, wanted):
        return "inconvertible"
    # Counting words are one thing (12 家 = 12 个): a different word with the same factor is no conversion.
    return "same" if measures.factor(given, wanted) == 1 else "converted"


def _add_history(frame: Frame, owner: int, form: SeriesForm, read: ReadReturn, cell: _Cell, history: History) -> None:
    v, period = cell.variable, read.key.period  # type: ignore[union-attr]
    before = previous_period(form, period)
    explained = bool(read.explanation)
    pasts = {
        "previous": _past(frame, owner, cell, "previous", history.previous, before is None),
        "year": _past(frame, owner, cell, "year", history.year_earlier, period.year_earlier < form.first),
    }
    factors: list[tuple[Decimal, Past]] = []
    for against, past in pasts.items():
        column = jump_column(form, v, against)
        factor = None
        if past is not None and cell.value is not None:
            factor, why = _factor(v, cell.value, period, past)
            if factor is None:
                frame.because(owner, column, v.id, why)
            elif factor.is_finite():
                factors.append((factor, past))
        if v.jump is not None:
            frame.put(cell.row, column, float(factor) if factor is not None else None, **_compared(cell, past, factor))
    _put_scale(frame, owner, cell, pasts, factors, read, explained)
    if v.kind is VariableKind.CUMULATIVE:
        _put_fall(frame, owner, cell, period, pasts["previous"] or _fallen_from(cell, history), read, explained)


def _past(frame: Frame, owner: int, cell: _Cell, against: str, known: Mapping[str, Past] | None, first: bool) -> Past | None:
    """The earlier value in the plan's unit of measure; None with the reason noted."""
    v = cell.variable
    past = known.get(v.id) if known is not None else None
    if past is not None and convertible(past.unit, v.unit):
        return Past(measures.convert(past.value, past.unit, v.unit), v.unit, past.period)
    what = Text("上期", "the period before") if against == "previous" else Text("上年同期", "the year before")
    if first:
        why = Text(f"首个报告期，方案没有更早的{what.zh}数", f"the first period: the plan asks for no figure of {what.en}")
    elif known is None:
        why = Text(f"{what.zh}数未知（未连接历史数据）", f"the figure of {what.en} is not known here (no history at hand)")
    else:
        why = Text(f"没有已接收的{what.zh}数", f"no accepted figure of {what.en}")
    if cell.value is not None:
        columns = [f"jump_{against}", f"{v.id}.jump_{against}", *(["fall", "fall_explained"] if against == "previous" else [])]
        for column in columns:
            frame.because(owner, column, v.id, why)
    return None


def _factor(v: Variable, value: Decimal, period: Period, past: Past) -> tuple[Decimal | None, Text]:
    """By what factor a value went up or down; cumulative figures per month of their year that has passed.

    To nought is a change beyond any factor (infinite); from nought no factor exists.
    """
    a, b = value, past.value
    if v.kind is VariableKind.CUMULATIVE:
        a, b = a * period.periodicity.per_year / period.number, b * past.period.periodicity.per_year / past.period.number
    if a < 0 or b < 0:
        return None, Text("含负数，不作倍数比较", "one of the figures is negative: no factor exists")
    if b == 0:
        return (Decimal(1), _NONE) if a == 0 else (None, Text("基数为零，无法计算倍数", "the base is nought: no factor exists"))
    if a == 0:
        return Decimal("Infinity"), _NONE
    return max(a / b, b / a), _NONE


_NONE = Text("", "")


def _put_scale(
    frame: Frame,
    owner: int,
    cell: _Cell,
    pasts: dict[str, Past | None],
    factors: list[tuple[Decimal, Past]],
    read: ReadReturn,
    explained: bool,
) -> None:
    """The smaller of the known factors: a figure whose predecessor alone was wrong agrees with the year before."""
    frame.declare("scale", "scale_explained")
    if not factors:
        known = [p for p in pasts.values() if p is not None]
        why = (
            Text("基数为零或为负，无法计算倍数", "the base is nought or negative: no factor exists")
            if known
            else Text("没有可比的历史数", "no earlier figure to compare with")
        )
        if cell.value is not None:
            frame.because(owner, "scale", cell.variable.id, why)
            frame.because(owner, "scale_explained", cell.variable.id, why)
        return
    factor, past = min(factors, key=lambda found: found[0])
    amounts = (1.0, float(factor)) if explained else (float(factor), 1.0)
    notes = {**_compared(cell, past, factor), "explanation": read.explanation or ""}
    for column, amount in zip(("scale", "scale_explained"), amounts, strict=True):
        frame.put(cell.row, column, amount, **notes)


def _fallen_from(cell: _Cell, history: History) -> Past | None:
    """The latest earlier figure of the year, where the period before is missing and the cumulative figure lies below it.

    None where it does not fall: the missing period may have stood higher, so nothing has passed.
    """
    v, past = cell.variable, history.this_year.get(cell.variable.id)
    if past is None or cell.value is None or not convertible(past.unit, v.unit):
        return None
    value = measures.convert(past.value, past.unit, v.unit)
    return Past(value, v.unit, past.period) if cell.value < value else None


def _put_fall(
    frame: Frame, owner: int, cell: _Cell, period: Period, past: Past | None, read: ReadReturn, explained: bool
) -> None:
    frame.declare("fall", "fall_explained")
    if cell.value is None or past is None:
        return
    if past.period.year != period.year:
        why = Text("本年首个累计期，无上期可比", "the first cumulative period of its year: nothing to compare with")
        frame.because(owner, "fall", cell.variable.id, why)
        frame.because(owner, "fall_explained", cell.variable.id, why)
        return
    fall = float(max(Decimal(0), past.value - cell.value))
    notes = {**_compared(cell, past, None), "explanation": read.explanation or ""}
    for column, amount in zip(("fall", "fall_explained"), (0.0, fall) if explained else (fall, 0.0), strict=True):
        frame.put(cell.row, column, amount, **notes)


def _compared(cell: _Cell, past: Past | None, factor: Decimal | None) -> dict[str, Any]:
    return {
        "number": plain(cell.value),
        "unit": cell.variable.unit,
        "past": plain(past.value) if past else "—",
        "past_period": str(past.period) if past else "—",
        "factor": "∞"
        if factor is not None and not factor.is_finite()
        else plain(round(factor, 1))
        if factor is not None
        else "—",
    }


def _lacking(frame: Frame, owner: int, column: str, cells: list[_Cell]) -> bool:
    """Whether a check between variables lacks one; notes which."""
    lacking = [c.variable.name for c in cells if c.value is None]
    if lacking:
        frame.because(
            owner,
            column,
            None,
            Text(
                "缺少可用的数值：" + "、".join(n.zh for n in lacking),
                "no usable value of " + ", ".join(n.to("en") for n in lacking),
            ),
        )
    return bool(lacking)


def _in(cell: _Cell, unit: str) -> Decimal:
    return measures.convert(cell.value, cell.variable.unit, unit)  # type: ignore[arg-type]


def _same_dimension(frame: Frame, owner: int, column: str, cells: list[_Cell], unit: str) -> bool:
    bad = [c.variable.name.zh for c in cells if not convertible(c.variable.unit, unit)]
    if bad:
        frame.because(
            owner,
            column,
            None,
            Text(
                f"方案中计量单位不能换算：{'、'.join(bad)}", f"the plan's units of measure cannot be converted: {', '.join(bad)}"
            ),
        )
    return not bad


def _add_part(frame: Frame, owner: int, check: Any, cells: Mapping[str, _Cell]) -> None:
    column, part, whole = f"check.{check.id}", cells[check.part], cells[check.whole]
    frame.declare(column)
    unit = whole.variable.unit
    if _lacking(frame, owner, column, [part, whole]) or not _same_dimension(frame, owner, column, [part], unit):
        return
    excess = _in(part, unit) - whole.value  # type: ignore[operator]
    frame.put(
        part.row,
        column,
        float(excess),
        part=part.shown,
        whole=whole.shown,
        excess=f"{plain(excess)} {unit}",
        whole_name_zh=whole.variable.name.zh,
        whole_name_en=whole.variable.name.to("en"),
        whole_cell=_address(whole),
    )


def _add_sum(frame: Frame, owner: int, check: Any, cells: Mapping[str, _Cell]) -> None:
    column, total, parts = f"check.{check.id}", cells[check.total], [cells[p] for p in check.parts]
    frame.declare(column)
    unit = total.variable.unit
    if _lacking(frame, owner, column, [total, *parts]) or not _same_dimension(frame, owner, column, parts, unit):
        return
    added = sum((_in(part, unit) for part in parts), Decimal(0))
    difference = abs(total.value - added)  # type: ignore[operator]
    tolerance = check.tolerance if check.tolerance is not None else rounding_tolerance(total, parts)
    # A given tolerance stands in the suite, where it can be tightened; a derived one is of this return and goes off here.
    amount = difference if check.tolerance is not None else max(Decimal(0), difference - tolerance)
    frame.put(
        total.row,
        column,
        float(amount),
        total=total.shown,
        sum=f"{plain(added)} {unit}",
        difference=plain(difference),
        tolerance=plain(tolerance),
    )
    frame.put(total.row, f"{column}.difference", float(difference))
    frame.put(total.row, f"{column}.tolerance", float(tolerance))


def rounding_tolerance(total: _Cell, parts: list[_Cell]) -> Decimal:
    """Number of parts × half a unit of the last printed digit, in the total's unit of measure; counts add up exactly.

    Spreadsheets drop trailing noughts (10.00 is stored as 10), so the last digit of a unit of measure is taken from
    the value that shows most digits in it; where a return mixes units, the coarser unit decides.
    """
    if all(c.variable.integer or measures.dimension(c.variable.unit) == "count" for c in (total, *parts)):
        return Decimal(0)
    last_digits: dict[str, int] = {}
    for cell in (total, *parts):
        if cell.given is not None:
            unit = cell.unit_given or cell.variable.unit
            last_digits[unit] = min(last_digits.get(unit, 0), int(cell.given.as_tuple().exponent))
    wanted = total.variable.unit
    coarsest = max(
        (measures.convert(Decimal(1).scaleb(digit), unit, wanted) for unit, digit in last_digits.items()), default=Decimal(0)
    )
    return len(parts) * coarsest / 2


def _add_ratio(frame: Frame, owner: int, check: Any, cells: Mapping[str, _Cell]) -> None:
    column, over, under = f"check.{check.id}", cells[check.numerator], cells[check.denominator]
    frame.declare(column)
    if _lacking(frame, owner, column, [over, under]):
        return
    if under.value == 0:
        frame.because(owner, column, None, Text("分母为零，无法计算", "the denominator is nought"))
        return
    ratio = over.value / under.value  # type: ignore[operator]
    frame.put(
        over.row,
        column,
        float(ratio),
        numerator=over.shown,
        denominator=under.shown,
        ratio=plain(ratio.normalize(), digits=4),
        denominator_name_zh=under.variable.name.zh,
        denominator_name_en=under.variable.name.to("en"),
        denominator_cell=_address(under),
    )


def _address(cell: _Cell) -> str:
    return f"{cell.place.sheet}!{cell.place.cell}" if cell.place.cell else "—"
