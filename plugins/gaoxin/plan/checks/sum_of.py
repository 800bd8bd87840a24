"""Parts add up to the total, but for the rounding of what is printed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from gaoxin import measures
from gaoxin.i18n import Code, Message, Text
from gaoxin.plan.base import Id, Key, WithinForm, opt
from gaoxin.plan.checks.base import SEVERITY, Judged, Made, OfFigures, Reported, Severity, figure
from gaoxin.plan.checks.mistyped import Figure, suspects

TITLE = Code("checks.sum_of.title", "{total} = {parts: + }", "{total} = {parts: + }", total=Text)
_ZH = "合计 {total} {unit} 与分项之和 {sum} {unit} 相差 {difference}，允许误差 {%s}；{suspects}请核对各分项，并保留相同小数位"
_EN = ("total {total} {unit} and the sum of its parts {sum} {unit} differ by {difference}, {%s} is allowed; {suspects}"
       "check the parts, and give all with the same decimals")
_FIELDS = {"total": Decimal, "unit": str, "sum": Decimal, "difference": Decimal, "suspects": Message | None}
# A given tolerance stands in the suite, where it can be tightened; a derived one is of this return.
BEYOND_GIVEN = Code("checks.sum_of.given", _ZH % "most", _EN % "most", **_FIELDS, most=Decimal | str)
SUSPECTS = Code("checks.sum_of.suspects", "{options:or}；", "{options:or}; ")
BEYOND_ROUNDING = Code("checks.sum_of", _ZH % "tolerance", _EN % "tolerance", **_FIELDS, tolerance=Decimal)


class SumOf(OfFigures):
    """Parts add up to the total. The tolerance is half a unit of the last printed digit for each part unless given; beside it a
    difference of `relative` of the total is let pass, but between whole numbers. Where parts are left blank, those that are
    there may not exceed the total."""

    words = Key("各部分之和等于总体", "sum of: parts add up to the total")
    place = 20
    titled = TITLE

    kind: Literal["sum_of"]
    id: Id
    total: Annotated[WithinForm, Key("总体：变量编号", "total: a variable")]
    parts: Annotated[tuple[WithinForm, ...], Key("各部分：变量编号", "parts: variables")] = Field(min_length=2)
    tolerance: Decimal | None = opt("允许误差：不写即按末位四舍五入计", "tolerance: rounding of the last digit when left out")
    relative: Decimal = opt("相对允许误差：占合计的比例；要求分文不差时写 0",
                            "relative: a share of the total that is let pass; 0 where all must be exact",
                            Decimal("0.00001"), ge=0, lt=1)
    severity: Annotated[Severity, SEVERITY] = Severity.ERROR

    def compared(self) -> tuple[Id, tuple[Id, ...]]:
        return self.total, self.parts

    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        return None, Decimal(0) if self.tolerance is None else self.tolerance

    def message(self) -> Code:
        return BEYOND_ROUNDING if self.tolerance is None else BEYOND_GIVEN

    def measure(self, given: Mapping[Id, Reported]) -> Judged:
        """The difference where a tolerance is given, or else what of it lies beyond rounding; in the total's unit."""
        total, parts = given[self.total], [given[p] for p in self.parts]
        difference = abs(figure(total) - _sum(parts, total.unit))
        return self._judged(total, parts, difference, _suspects(total, parts) if difference else None)

    def judge(self, given: Mapping[Id, Reported]) -> Judged | Message | None:
        """As of all figures; where parts are blank, and none of them may be negative, by how much the others exceed the total."""
        total, parts = given[self.total], [given[p] for p in self.parts]
        known = [part for part in parts if isinstance(part.value, Decimal)]
        blank = [part for part in parts if part.blank and not part.signed]
        if not blank or len(known) + len(blank) < len(parts) or not known or not isinstance(total.value, Decimal):
            return super().judge(given)
        if not all(measures.convertible(part.unit, total.unit) for part in known) or any(part.signed for part in known):
            return super().judge(given)
        excess = _sum(known, total.unit) - total.value
        return self._judged(total, known, excess) if excess > 0 else super().judge(given)

    def _judged(self, total: Reported, parts: list[Reported], difference: Decimal,
                suspected: Message | None = None) -> Judged:
        """difference: of which the amount is what lies beyond the relative tolerance, and beyond rounding where none is given."""
        tolerance = rounding_tolerance(total, parts) if self.tolerance is None else self.tolerance
        allowed = Decimal(0) if all(part.integer for part in (total, *parts)) else abs(figure(total)) * self.relative
        amount = Decimal(0) if difference <= allowed else difference
        if self.tolerance is None:
            amount = max(Decimal(0), amount - tolerance)
        context = {"total": total.value, "unit": total.unit, "sum": _sum(parts, total.unit), "difference": difference,
                   "tolerance": max(tolerance, allowed), "suspects": suspected}
        return Judged(amount, context, {"difference": difference, "tolerance": tolerance})

    def settle(self, made: Made) -> None:
        """Splits the total, rounded, the last part taking what is left: the parts add up exactly."""
        total = left = made.values[self.total]
        if sum(made.of(part, self.total) for part in self.parts) == total:
            return
        shares = self._shares(made)
        for part in self.parts[:-1]:
            share = made.rounded(part, measures.convert(total * shares[part], made.units[self.total], made.units[part]))
            made.values[part] = share
            left -= made.of(part, self.total)
        last = self.parts[-1]
        made.values[last] = measures.convert(left, made.units[self.total], made.units[last])

    def _shares(self, made: Made) -> dict[str, Decimal]:
        """Each part's share of the total: after the parts' own paths where all have one, otherwise by lot."""
        weights = {p: v for p in self.parts if (v := made.aim(p)) is not None and v >= 0}
        if len(weights) < len(self.parts) or not any(weights.values()):
            weights = {p: Decimal("0.5") + made.lot(self.id, p) for p in self.parts}
        total = sum(weights.values(), Decimal(0))
        return {p: w / total for p, w in weights.items()}


def _sum(parts: Sequence[Reported], unit: str) -> Decimal:
    return sum((figure(part, unit) for part in parts), Decimal(0))


def _suspects(total: Reported, parts: list[Reported]) -> Message | None:
    """Which of the figures a slip of the hand explains, each in its own unit of measure."""
    lacks = figure(total) - _sum(parts, total.unit)
    figures = [Figure(total.name, total.cell, figure(total), figure(total) - lacks)]
    figures += [Figure(part.name, part.cell, figure(part), figure(part) + measures.convert(lacks, total.unit, part.unit))
                for part in parts]
    found = suspects(figures)
    return SUSPECTS(options=found) if found else None


def rounding_tolerance(total: Reported, parts: Sequence[Reported]) -> Decimal:
    """Number of parts × half a unit of the last printed digit, in the total's unit of measure; counts add up exactly,
    but persons, which are full-time equivalents as often as heads, only where the plan says that they are whole. Spreadsheets
    drop trailing noughts (10.00 is stored as 10), so the last digit of a unit of measure is taken from the value that shows
    most digits in it; where a return mixes units, the coarser unit decides."""
    # A number field of a register may have no unit of measure.
    if all(one.integer or (one.unit and measures.dimension(one.unit) == "count" and not one.unit.endswith("人"))
           for one in (total, *parts)):
        return Decimal(0)
    last_digits: dict[str, int] = {}
    for cell in (total, *parts):
        if cell.given is not None:
            unit = cell.unit_given or cell.unit
            last_digits[unit] = min(last_digits.get(unit, 0), int(cell.given.as_tuple().exponent))
    coarsest = max((measures.convert(Decimal(1).scaleb(digit), unit, total.unit) for unit, digit in last_digits.items()),
                   default=Decimal(0))
    return len(parts) * coarsest / 2
