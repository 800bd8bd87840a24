"""What must hold between figures, dates and codes, wherever they stand; under a condition, if one is written."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from gaoxin import measures
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.numerals import plain
from gaoxin.plan import conditions
from gaoxin.plan.base import Id, Key, Label, WithinForm, opt
from gaoxin.plan.checks.base import SEVERITY, Found, Judged, Made, Severity, Whole
from gaoxin.plan.checks.beside import Reported, Row
from gaoxin.plan.checks.conditional import Conditional, found_for, met, sides
from gaoxin.plan.checks.inputs import Lookup, Taken
from gaoxin.plan.conditions import Compared
from gaoxin.plan.formulas import evaluate_formula

TITLE = Code("checks.holds.title", "{says}", "{says}", says=Text)
BROKEN = Code("checks.holds", "应“{says}”，现为：{figures:，}{apart}；请核对这些数{explain}",
              "{says}: but {figures}{apart}; check these figures{explain}", explain=Message | None, says=Text, figures=tuple,
              apart=Message | None)
COMES_TO = Code("checks.holds.comes_to", "；算得 {left}，应 {sign} {right}",
                "; it comes to {left}, which should be {sign} {right}", left=Decimal, right=Decimal)
APART = Code("checks.holds.apart", "；相差 {difference}，允许 {tolerance}", "; {difference} apart, {tolerance} is allowed",
             difference=Decimal, tolerance=Decimal)
FIGURE = Code("checks.holds.figure", "{name} {value}{unit}{at}", "{name} {value}{unit}{at}", name=Worded, value=str,
              at=Message | None)
AT_CELL = Code("checks.holds.cell", "（{cell}）", " ({cell})")
NOT_ASKED = Code("checks.holds.not_asked", "条件不成立，不须判断", "its condition is not met, so nothing is asked")
TOLERANCE = Code("plan.tolerance_of_what", "tolerance 只用于一个 ==、<= 或 >= 的比较",
                 "tolerance goes with one comparison by ==, <= or >=")

HOLDS = Judged(Decimal(0))


class Holds(Conditional):
    """What must hold between figures, dates and codes: where `when` is met, `holds` must be. Names are items of the form, or
    stand in `inputs` for what is elsewhere. An equation of a figure as printed allows for its rounding."""

    words = Key("条件与关系：when 成立时 holds 必须成立", "holds: if … then …, over this form and what is beside it")
    place = 50
    judged_in = frozenset({"series", "register"})
    condition_keys = ("holds", "when")
    titled, told = TITLE, BROKEN
    example = ("{kind: holds, id: share_as_quotient, says: 比重等于分子除以分母, when: filled(part), "
               "holds: share == 100 * part / whole, tolerance: 0.1, told_at: share, inputs: {whole: "
               "{form: census, item: firms, by: all, at: year_earlier, unit: 家}, listed: {form: list, count: true, "
               "matching: {code: code}, where: {level: [N]}}, spent: {form: list, sum: cost}, "
               "pace: {reference: growth}, head: {item: age, via: parent}, "
               "published: {table: national_list, item: sales, matching: {code: code}}}}")

    kind: Literal["holds"]
    id: Id
    says: Annotated[Label, Key("要求：用一句话说明必须怎样", "says: in words, what must hold")]
    holds: Annotated[str, Key("关系：比较，可用 and、or、not、括号", "holds: comparisons, with and, or, not, brackets")]
    when: str | None = opt("条件：成立时才判断", "when: judged only where this is met")
    inputs: dict[Id, Taken] = opt("条件中的名称：不在本记录中的数", "inputs: names of what is beside the record",
                                  default_factory=dict)
    tolerance: Annotated[Decimal, Field(ge=0)] | None = opt("允许误差：不写时 == 按末位四舍五入计",
                                                            "tolerance: of ==, rounding when left out")
    told_at: WithinForm | None = opt("指出的格：不写即条件中的第一项", "told at: whose cell; else the first item named")
    severity: Annotated[Severity, SEVERITY] = Severity.ERROR

    @model_validator(mode="after")
    def a_tolerance_is_of_one_comparison(self) -> Self:
        return self.fit(self.tolerance is None or (self.single is not None and self.single.sign in ("==", "<=", ">=")), TOLERANCE)

    @property
    def single(self) -> Compared | None:
        """The one comparison that it is, if it is one and not of words."""
        read = conditions.parse(self.holds)
        return read if isinstance(read, Compared) and not read.words else None

    def inputs_named(self) -> Mapping[str, Taken]:
        return self.inputs

    @property
    def subject(self) -> Id:
        return self.told_at or self.items()[0]

    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        return None, self.tolerance or Decimal(0)

    def title(self, names: Mapping[Id, Text]) -> tuple[Code, dict[str, Any]]:
        return TITLE, {"says": Text(self.says.zh, self.says.to("en"))}

    def settle(self, made: Made) -> None:
        """An equation gives the item to its left, where all to its right is made up too and of one form."""
        compared = self.single
        if compared is None or compared.sign != "==" or self.inputs or self.when or compared.left not in made.values:
            return
        given = {name: value for name in self.named if isinstance(value := made.values.get(name), Decimal)}
        if len(given) == len(self.named) and (value := evaluate_formula(compared.right, given)[0]) is not None:
            made.values[compared.left] = made.rounded(compared.left, value)

    def look(self, whole: Whole) -> Iterator[Found]:
        lookup = Lookup(whole, self.inputs)
        return (Found(at, self.subject, self._judge(record, lookup)) for at, record in enumerate(whole.records))

    def _judge(self, record: Row, lookup: Lookup) -> Judged | Message:
        found = found_for(self.named, record, lookup)
        if (asked := met(self.when, found)) is not True:
            return asked or NOT_ASKED()
        if isinstance(holds := met(self.holds, found), Message):
            return holds
        known = {name: one for name, one in found.items() if isinstance(one, Reported)}
        compared = self.single
        if holds and self.tolerance is None:
            return HOLDS
        amount, apart = Decimal(0) if holds else Decimal(1), None
        if compared and (figures := sides(compared, found)):
            difference, rounding = abs(figures[0] - figures[1]), self._rounding(compared, known)
            amount = self._amount(compared.sign, holds, difference, rounding)
            left, right, by = (Decimal(plain(one, digits=6)) for one in (*figures, difference))
            apart = APART(difference=by, tolerance=rounding if self.tolerance is None else self.tolerance) \
                if compared.sign == "==" else COMES_TO(left=left, sign=compared.sign, right=right)
        if not amount:
            return HOLDS
        says = Text(self.says.zh, self.says.to("en"))
        return Judged(amount, {"says": says, "figures": tuple(map(_figure, known.values())), "apart": apart})

    def _amount(self, sign: str, holds: bool, difference: Decimal, rounding: Decimal) -> Decimal:
        """By how much it is broken: nought where it holds. A strict comparison, which knows no tolerance, is broken by one."""
        if holds or sign not in ("==", "<=", ">="):
            return Decimal(0) if holds else max(difference, Decimal(1))
        return difference if self.tolerance is not None else max(Decimal(0), difference - rounding)

    def _rounding(self, compared: Compared, known: Mapping[str, Reported]) -> Decimal:
        """What rounding may have hidden where == has no tolerance: half a unit of the last digit of each side that is a figure as
        printed. Counts are exact; so is an inequality."""
        if self.tolerance is not None or compared.sign != "==":
            return Decimal(0)
        printed = [known[side] for side in (compared.left, compared.right) if side in known]
        return sum((half_digit(one) for one in printed), Decimal(0))


def half_digit(one: Reported) -> Decimal:
    """Half a unit of the last digit of a figure as it was written, in its unit of measure here; nought of a count."""
    if one.given is None or one.integer or (one.unit and measures.dimension(one.unit) == "count"):
        return Decimal(0)
    last = Decimal(1).scaleb(min(0, int(one.given.as_tuple().exponent)))
    return measures.convert(last, one.unit_given or one.unit, one.unit) / 2 if one.unit else last / 2


def _figure(one: Reported) -> Message:
    text = plain(one.value) if isinstance(one.value, Decimal) else str(one.value) if one.value is not None else "—"
    return FIGURE(name=one.name, value=text, unit=f" {one.unit}" if one.unit else "",
                  at=AT_CELL(cell=one.cell) if one.cell != "—" else None)
