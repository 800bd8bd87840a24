"""No figure, and no whole return, is a copy of an earlier one, of another unit's or of its neighbour's."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from gaoxin import measures
from gaoxin.i18n import Code, Message, Text
from gaoxin.periods import Period
from gaoxin.plan.forms import Form, Severity, Variable
from gaoxin.quality.check import BETWEEN, About, Check, Rules, cell_rule, expectation
from gaoxin.quality.frames import Cell, Given
from gaoxin.quality.history import Past
from gaoxin.quality.past import others_of, peers_of, points

RULE = "repeated"
COPY = "figure.copy"  # 1 where it is a copy of another figure
WHOLE = "file.copied"  # how many of the return's figures stand in one other return, where they tell a copy
_DIGITS = 5           # of a figure that hardly comes twice by chance
_ENOUGH = 6           # digits of all figures together that hardly come again
_CHANCE = 0.001       # of being the same as a former one, up to which any former one is looked at
# How many figures were as the one before them, and their share, from which on that is custom and no copy; of a whole return more,
# as the first ones may have been copies.
_CUSTOM, _CUSTOM_WHOLE = (1, 0.25), (2, 0.65)
_HALF, _SHORT = 3, 3  # figures, and digits of each, of which half a return may be told to be copied

TITLE = Code("quality.repeated.title", "没有照抄别处的数", "no figure copied from elsewhere")
COPIED = Code("quality.repeated", "{number} {unit} 与{where}完全相同；请核对是否照抄，属实请说明",
              "{number} {unit} is exactly {where}; see whether it was copied, explain if true", number=Decimal, where=Message)
WHOLE_TITLE = Code("quality.copied.title", "整张报表不是照抄", "the return is no copy")
WHOLE_COPIED = Code("quality.copied", "{copied} 个数中有 {many} 个与{where}完全相同，疑似照抄；请重新填报，属实请说明",
                    "{many} of {copied} figures are exactly {where}: it seems copied; fill it in anew, or explain if true",
                    copied=int, many=int, where=Message)
OF_PERIOD = Code("quality.repeated.period", "本单位{past_period}的数", "those of {past_period}", past_period=Period)
OF_UNIT = Code("quality.repeated.unit", "{who}本期的数", "those of {who} for this period")
OF_ITEM = Code("quality.repeated.item", "本表“{name}”（{place}）", "that of '{name}' ({place})", name=Text, place=str)
NONE = Code("quality.repeated.none", "没有可比的数", "nothing to compare with")
SHORT = Code("quality.repeated.short", "不足 {digits} 位有效数字的数，偶然相同也常有，不作比较",
             "a figure of fewer than {digits} significant digits is often the same by chance: not compared", digits=int)
TOLD = Code("quality.repeated.told", "整张报表已查出照抄，不再逐数提出", "told of the whole return already")
CONSTANT = Code("quality.repeated.constant", "以往就常与上期相同，不作比较", "used to be the same as before: not compared")


class Repeated(Check):
    about = About(
        needs=Text("本单位以往各期、其他单位本期的数，本表其他的数",
                   "the unit's former figures, other units' of the period, the others of the return"),
        how=Text("五位以上的数与最近一期、上年同期、以往某期（偶然相同的可能不到千分之一的）或本表另一项相同；"
                 "全部的数、或半数以上（每个三位以上）与某一期或某单位相同；"
                 "只有一个数的表，五位以上的数与某一单位相同而上期不同。以往每四次有一次与上期相同的、"
                 "方案中相互有关系的除外",
                 "a figure of five digits or more that stands in the latest period, a year ago, in any former one where chance "
                 "is less than 1 in 1,000, or at another item; all figures, or half of them with three digits each, of one "
                 "former period or of another unit; the only figure of a return, of five "
                 "digits, that is one other unit's and was not before. Not where one in four was as the one before it, "
                 "nor between items that a check of the plan connects"),
        looks_at=Text("数是不是照抄的", "whether figures were copied"),
        why=Text("位数多的数很少重复，重复多为照抄上期或串行",
                 "long figures hardly come twice: mostly a period or a row was copied"),
        answer=Text("重新取数填报；确实相同的说明", "take the figures anew; explain where they are the same"),
        source=Text("官方统计中的“内部异常值”（Winkler 1997）；真实数列上的实测",
                    "inliers of official statistics (Winkler 1997); measured on real series"))
    place = 35
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        if form.kind == "series":
            yield expectation("copied", BETWEEN, WHOLE, [1], max_value=0, level=2, table="file", severity=Severity.WARNING,
                              title=WHOLE_TITLE, message=WHOLE_COPIED)
            yield from cell_rule(form.variables, RULE, BETWEEN, COPY, [1], max_value=0, level=2, severity=Severity.WARNING,
                                 title=TITLE, message=COPIED)

    def compute(self, given: Given) -> None:
        if given.form.kind != "series":
            return
        told = {v.id: (cell, value) for cell, v, value in given.figures()}
        figures = {v: (cell, value) for v, (cell, value) in told.items() if value}
        whole = _whole(given, figures)
        given.because(WHOLE, None, NONE())
        if whole is not None:
            many, of = whole
            given.frame.put(given.base, WHOLE, float(many), copied=len(figures), many=many, where=of)
        connected = _connected(given.form)
        for variable, (cell, value) in told.items():
            if whole and whole[0]:
                given.because(COPY, variable, TOLD())
            elif isinstance(found := _elsewhere(given, figures, cell, value, connected[variable]), Reason):
                given.because(COPY, variable, found.why)
            else:
                given.frame.put(cell.row, COPY, float(found is not None), number=value, unit=cell.unit, where=found or NONE())


class Reason(NamedTuple):
    """Why a figure was compared with nothing."""

    why: Message


def _elsewhere(given: Given, figures: Mapping[str, tuple[Cell, Decimal]], cell: Cell, value: Decimal,
               connected: set[str]) -> Message | Reason | None:
    """Where a figure of many digits stands too; None where it stands at none of the places that it was compared with."""
    if _digits(value) < _DIGITS:
        return Reason(SHORT(digits=_DIGITS))
    own = points(given, cell)
    constant = _constant([past.value for past in own])
    if not constant:
        likely = _by_chance(value, own) > _CHANCE
        for past in reversed(own):
            if likely and past is not own[-1] and past.period != given.key.period.year_earlier:
                continue  # slow stocks pass the same figure again: those that are copied by habit are the last one and the year's
            if measures.alike(past.value, value):
                return OF_PERIOD(past_period=past.period)
    beside = [(other, same) for variable, (other, same) in figures.items()
              if variable != cell.item.id and other.unit == cell.unit and variable not in connected]
    for other, same in beside:
        if same == value and not _together(given, cell, other):
            return OF_ITEM(name=Text(other.item.name.zh, other.item.name.to("en")), place=other.cell)
    if beside or (own and not constant):
        return None
    return Reason(CONSTANT() if constant else NONE())


def _by_chance(value: Decimal, own: Iterable[Past]) -> float:
    """How likely it is that a figure is the same as some former one: how many of these there are on each figure that may be
    written between the lowest and the highest of them."""
    known = [past.value for past in own]
    exponents = [one.normalize().as_tuple().exponent for one in (value, *known)]
    last = min((e for e in exponents if isinstance(e, int)), default=0)
    return len(known) / float((max(known) - min(known)).scaleb(-last) + 1) if known else 0.0


def _together(given: Given, one: Cell, other: Cell) -> bool:
    """Whether two variables have been the same before."""
    before = {past.period: past.value for past in points(given, other)}
    return any(before.get(past.period) == past.value for past in points(given, one))


def _whole(given: Given, figures: Mapping[str, tuple[Cell, Decimal]]) -> tuple[int, Message] | None:
    """How many of its figures stand in one other return, 0 where they are too few to say so, and which; None without another."""
    constant = set[str]()
    found: dict[tuple[Period | None, str], set[str]] = defaultdict(set)
    compared = False
    for variable, (cell, value) in figures.items():
        own = points(given, cell)
        if _constant([past.value for past in own], _CUSTOM_WHOLE):
            constant.add(variable)
        compared = compared or bool(own)
        for past in own:
            if measures.alike(past.value, value):
                found[past.period, ""].add(variable)
        if not isinstance(cell.item, Variable) or cell.item in given.form.told_twice:
            continue
        for unit, values in _units(given, cell):
            compared = True
            if measures.alike(values, value):
                found[None, unit].add(variable)
    told = {where: same for where, same in found.items()
            if _tells(figures, same, constant, alone=_alone(given, figures, where[1]))}
    if not told:
        return (0, NONE()) if compared else None
    (period, unit), same = max(told.items(), key=lambda one: (len(one[1]), one[0][0] is not None, str(one[0])))
    return len(same), OF_PERIOD(past_period=period) if period else OF_UNIT(who=given.plan.unit(unit).name)


def _alone(given: Given, figures: Mapping[str, tuple[Cell, Decimal]], unit: str) -> bool:
    """Whether a return's only figure stands with this one unit alone, of those that are known, and did not the period before:
    then it is no price or rate that all of them report."""
    if len(figures) != 1 or not unit:
        return False
    cell, value = next(iter(figures.values()))
    told = dict(zip(others_of(given), peers_of(given, cell), strict=True))
    now = [other for other, past in told.items() if past and past[0] is not None and measures.alike(past[0].value, value)]
    before = next((past for past in reversed(points(given, cell)) if past.period == given.before), None)
    theirs = told[unit][1] if len(told[unit]) > 1 else None
    if before is None or theirs is None:
        return False
    return now == [unit] and not measures.alike(before.value, theirs.value)


def _tells(figures: Mapping[str, tuple[Cell, Decimal]], same: set[str], constant: set[str], *, alone: bool = False) -> bool:
    """Whether these figures standing elsewhere too is more than chance or custom. alone: of a return's only figure that there is
    a second sign (`_alone`)."""
    known = [_digits(figures[v][1]) for v in same - constant]
    if len(same) == len(figures):
        return sum(known) >= (_DIGITS if alone else _ENOUGH)
    return len(known) >= _HALF and 2 * len(same) >= len(figures) and all(digits >= _SHORT for digits in known)


def _units(given: Given, cell: Cell) -> Iterator[tuple[str, Decimal]]:
    for unit, told in zip(others_of(given), peers_of(given, cell), strict=True):
        if told and (now := told[0]) is not None:
            yield unit, now.value


def _constant(values: Iterable[Decimal], custom: tuple[int, float] = _CUSTOM) -> bool:
    """Whether a figure, other than nought, used to be the same as before: so many times at least, and often enough."""
    same, (least, share) = [bool(a) and measures.alike(a, b) for a, b in pairwise(values)], custom
    return sum(same) >= max(least, share * len(same))


def _connected(form: Form) -> dict[str, set[str]]:
    """Variables that a check of the plan connects: a total may well be its one part."""
    found: dict[str, set[str]] = defaultdict(set)
    for check in form.checks:
        for item in check.items():
            found[item] |= {*check.items()} - {item}
    return found


def _digits(value: Decimal) -> int:
    """Significant digits, without noughts at either end."""
    return len(value.normalize().as_tuple().digits) if value else 0
