"""No figure lies beyond what its unit's history, its season and other units lead to expect."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache, partial
from math import log

from gaoxin import measures
from gaoxin.i18n import Code, Message, Text
from gaoxin.periods import Period
from gaoxin.plan.forms import Form, Severity, Variable
from gaoxin.quality.check import BETWEEN, About, Check, Parameter, Rules, cell_rule
from gaoxin.quality.frames import Cell, Given
from gaoxin.quality.influence import IMMATERIAL, influence
from gaoxin.quality.past import UNKNOWN, base, others_of, peers_of
from gaoxin.quality.sizes import Sized, by_size
from gaoxin.quality.stated import stated
from gaoxin.quality.stepped import Levelled, levelled
from gaoxin.quality.usual import Usual, usual

RULE = JUMP = "jump"  # distance over its limit: 1 is the limit
SMALL = "jump_small"  # the same, of a figure that moves nothing of the whole
USUAL = Decimal(8)    # what a plan has where it says nothing: then the limit is learnt
# By how many times a first figure may lie above and below a target, from which it sets out, and off where the plan says it stood.
_GOAL, _BASE = (10, 1000), (30, 30)

TITLE = Code("quality.jump.title", "没有异常波动", "no unusual change")
UNUSUAL = Code("quality.jump", "{what}；请核对，属实请说明原因", "{what}; check it, and explain if true", what=Message)
SMALL_TITLE = Code("quality.jump.small.title", "没有无关合计的异常波动", "no unusual change that hardly moves the total")
IMMATERIAL_CHANGE = Code("quality.jump.small", "{what}；对各单位合计的影响不到万分之一，只作提示",
                         "{what}; it moves less than a ten-thousandth of all units' total: information alone", what=Message)
AGAINST = Code("quality.jump.against",
               "{number} {unit} 与最近一次{past_period}的 {past} 相差 {factor} 倍{level}（超过 {most} 倍即询问）{hint}",
               "{number} {unit} is {factor} times off {past} in {past_period}, the latest{level} (asked beyond {most} "
               "times){hint}",
               number=Decimal, unit=str, past_period=Period, past=Decimal, factor=Decimal, level=Message | None, most=Decimal,
               hint=Message | None)
LEVEL = Code("quality.jump.level", "，与本单位以往 {many} 期的一般水平 {centre} 也不符",
             ", and off {centre}, the usual level of {many} former figures", many=int, centre=Decimal)
SINCE = Code("quality.jump.since", "，与{began}水平变动后的一般水平 {centre} 也不符",
             ", and off {centre}, the usual level since it moved in {began}", began=Period, centre=Decimal)
APART = Code("quality.jump.apart",
             "{number} {unit} 与本单位以往 {many} 期的中位数 {centre} 相差超过 {most}，最近一次{past_period}为 {past}",
             "{number} {unit} is more than {most} off {centre}, the median of {many} former figures; {past} in {past_period}, "
             "the latest", number=Decimal, unit=str, many=int, centre=Decimal, most=Decimal, past_period=Period, past=Decimal)
OFF_SEASON = Code("quality.jump.off_season",
                  "{number} {unit} 与上年同期{past_period}的 {past} 不符：按以往各年同期的变动应在 {centre} 左右，"
                  "相差 {factor} 倍（超过 {most} 倍即询问）",
                  "{number} {unit} does not go with {past} in {past_period}, a year ago: as former years went, about {centre} is "
                  "expected, {factor} times off (asked beyond {most} times)", number=Decimal, unit=str, past_period=Period,
                  past=Decimal, centre=Decimal, factor=Decimal, most=Decimal)
SIGN = Code("quality.jump.sign", "{number} {unit} 的正负与以往 {many} 期都相反，最近一次{past_period}为 {past}",
            "{number} {unit} has another sign than each of {many} former figures; {past} in {past_period}, the latest",
            number=Decimal, unit=str, many=int, past_period=Period, past=Decimal)
SIGN_AMONG = Code("quality.jump.sign_among", "{number} {unit}，此前没有可比的数，而其他 {many} 个单位的都是正数",
                  "a first figure of {number} {unit}, where those of {many} other units are all above nought",
                  number=Decimal, unit=str, many=int)
NOUGHT_AMONG = Code("quality.jump.nought_among", "填报为零，此前没有可比的数，而其他 {many} 个单位的都不为零",
                    "a first figure of nought, where none of {many} other units has one", many=int)
NOUGHT = Code("quality.jump.nought", "填报为零，而以往 {many} 期从未为零，最近一次{past_period}为 {past} {unit}",
              "nought, where {many} former figures never were; {past} {unit} in {past_period}, the latest",
              many=int, past_period=Period, past=Decimal, unit=str)
NEVER = Code("quality.jump.never", "{number} {unit}，而以往 {many} 期都为零",
             "{number} {unit}, where {many} former figures were nought",
             number=Decimal, unit=str, many=int)
AMONG = Code("quality.jump.among",
             "{number} {unit}，此前没有可比的数，与其他 {many} 个单位的中位数 {centre} 相差 {factor} 倍"
             "（超过 {most} 倍即询问）{hint}",
             "{number} {unit}, with no former figure to hold it against, is {factor} times off {centre}, the median of "
             "{many} other units (asked beyond {most} times){hint}",
             number=Decimal, unit=str, many=int, centre=Decimal, factor=Decimal, most=Decimal, hint=Message | None)
OF_SIZE = Code("quality.jump.of_size",
               "{number} {unit}，此前没有可比的数，按本单位其他指标的规模、参照其他 {many} 个单位应在 {centre} 左右，"
               "相差 {factor} 倍（超过 {most} 倍即询问）",
               "a first figure of {number} {unit}; by the size that its other figures show, and as in {many} other units, about "
               "{centre} is expected: {factor} times off (asked beyond {most} times)",
               number=Decimal, unit=str, many=int, centre=Decimal, factor=Decimal, most=Decimal)
BY_PLAN = Code("quality.jump.by_plan",
               "{number} {unit}，此前没有可比的数，与方案所述的 {centre} {unit} 相差 {factor} 倍（超过 {most} 倍即询问）",
               "a first figure of {number} {unit} is {factor} times off {centre} {unit}, which the plan states "
               "(asked beyond {most} times)", number=Decimal, unit=str, centre=Decimal, factor=Decimal, most=Decimal)
POINT = Code("quality.jump.point", "；小数位数与以往不同，疑似小数点错了 {many} 位",
             "; its decimals are not as before: the point seems off by {many}", many=int)
NOT_COMPARED = Code("quality.jump.nothing", "没有可比的数：本单位以往、其他单位、方案所述都没有",
                    "not compared: no former figure, no other unit's, none that the plan states")


class Jump(Check):
    about = About(
        needs=Text("本单位以往的数（最多 24 期）、其他单位本期和前两期的数、方案所述的现状和目标",
                   "the unit's former figures (up to 24), other units' of this period and the two before, what the plan states"),
        how=Text("取对数，与本单位中位数的距离超过其离散程度的若干倍即查出；与最近一期、上年同期或其他单位的变动相符的除外；"
                 "小数位数异常的，界限从严。首次填报与其他单位、方案所述比较。"
                 "按可疑程度乘以对各单位合计的影响排序，影响不到万分之一的只作提示",
                 "on logarithms: distance from the unit's median over a multiple of their spread, unless the latest figure, the "
                 "season or other units' changes explain it; stricter where the decimals look shifted. A first figure is held "
                 "against other units and the plan. Told in the order of suspicion times influence on the units' total; below a "
                 "ten-thousandth of it as information"),
        looks_at=Text("数是否偏离本单位一贯的水平", "whether a figure leaves its unit's usual level"),
        why=Text("多为多写少写零、小数点错位或计量单位错误，也可能是真的",
                 "mostly a nought or point misplaced or a wrong unit; sometimes true"),
        answer=Text("核对；属实的说明原因，水平确已改变的只问一次，说明被接受后以新水平为准",
                    "check it, explain where true; a level that really moved is asked once, and is the base once accepted"),
        source=Text("Iglewicz、Hoaglin 1993；ISO 13528（算法 A）；Hidiroglou、Berthelot 1986；Chen、Liu 1993；"
                    "Di Zio、Guarnera、Luzi 2005；de Waal、Pannekoek、Scholtus 2011",
                    "Iglewicz & Hoaglin 1993; ISO 13528 (algorithm A); Hidiroglou & Berthelot 1986; Chen & Liu 1993; "
                    "Di Zio, Guarnera & Luzi 2005; de Waal, Pannekoek & Scholtus 2011"),
        parameters=(Parameter("jump", Text("突变倍数：写明的即以此为界；写 8 与不写相同；null 为不查",
                                           "factor: where a plan sets one, it is the limit; 8 is as if none were; null: not "
                                           "looked at"),
                              "由历史得出 / learnt"),))
    place = 30
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        asked = [v for v in form.variables if v.jump is not None]
        yield from cell_rule(asked, RULE, BETWEEN, JUMP, [10], max_value=1, level=2, severity=Severity.WARNING, title=TITLE,
                             message=UNUSUAL, unless=("scale", "scale_explained", "fall", "fall_explained", "repeated"))
        yield from cell_rule([v for v in asked if _weighed(form, v)], SMALL, BETWEEN, SMALL, [10], max_value=1, level=2,
                             severity=Severity.INFO, title=SMALL_TITLE, message=IMMATERIAL_CHANGE)

    def compute(self, given: Given) -> None:
        sizes = cache(partial(_by_size, given))  # where a first figure asks for them
        for cell, v, value in given.figures():
            if v.jump is None:
                continue
            reported, peers = base(given, cell), peers_of(given, cell)
            level = levelled(reported, v.kind)
            own = level.own
            counted = v.integer or measures.dimension(v.unit) == measures.dimension("个")
            seen = usual(value, given.key.period, own, peers, v.kind, counted, v.jump if v.jump != USUAL else None,
                         signed=v.min is None or v.min < 0, rate=measures.convertible(v.unit, "%"),
                         written=[p.value for p in reported[len(reported) - len(own):]], since=level.since)
            if not own and (sized := sizes().get(v.id)) and (seen is None or sized.suspicion > seen.suspicion):
                _put(given, cell, v, sized.suspicion, sized.expected, _of_size(cell, sized))
            elif seen is not None:
                _put(given, cell, v, seen.suspicion, seen.centre, _told(cell, level, seen))
            elif (found := _by_plan(given, v, value)) is not None:
                _put(given, cell, v, *found)
            else:
                for column in (JUMP, *((SMALL,) if _weighed(given.form, v) else ())):
                    given.because(column, v.id, UNKNOWN() if given.history.previous is None and given.before else NOT_COMPARED())


def _weighed(form: Form, variable: Variable) -> bool:
    """Whether figures of the units make a whole, beside which one may be immaterial."""
    return len(form.units) > 1 and variable.grows_with_size


def _put(given: Given, cell: Cell, variable: Variable, suspicion: float, expected: float, what: Message) -> None:
    """Into the column of the warning; of one that moves nothing of the whole into that of the information."""
    weighed = _weighed(given.form, variable)
    assert isinstance(cell.value, Decimal)
    share = influence(cell.value, expected, peers_of(given, cell)) if weighed and suspicion > 1 else None
    immaterial = share is not None and share < IMMATERIAL
    score = suspicion * (1.0 if share is None else share)  # where nothing is known of a whole it may be all of it
    given.frame.put(cell.row, JUMP, 0.0 if immaterial else suspicion, what=what, score=score)
    if weighed:
        given.frame.put(cell.row, SMALL, suspicion if immaterial else 0.0, what=what)


def _by_size(given: Given) -> dict[str, Sized]:
    """What the size of the unit says of its figures, beside those of others for this period."""
    own, others = dict[str, float](), dict[str, dict[str, float]]()
    for cell, v, value in given.figures():
        if value > 0 and v.grows_with_size:
            own[v.id] = log(float(value))
            for unit, told in zip(others_of(given), peers_of(given, cell), strict=True):
                if told and told[0] and told[0].value > 0:
                    others.setdefault(unit, {})[v.id] = log(float(told[0].value))
    return by_size(own, others)


def _of_size(cell: Cell, sized: Sized) -> Message:
    assert isinstance(cell.value, Decimal)
    return OF_SIZE(number=cell.value, unit=cell.unit, many=sized.units, centre=_short(sized.expected),
                   factor=_short(sized.factor), most=_short(sized.limit))


def _told(cell: Cell, level: Levelled, seen: Usual) -> Message:
    number, unit, own = cell.value, cell.unit, level.own
    assert isinstance(number, Decimal)
    hint = POINT(many=abs(seen.shifted)) if seen.shifted else None
    if seen.peers and not number:
        return NOUGHT_AMONG(many=seen.peers)
    if seen.peers and seen.sign:
        return SIGN_AMONG(number=number, unit=unit, many=seen.peers)
    if seen.peers:
        return AMONG(number=number, unit=unit, many=seen.peers, centre=_short(seen.centre), factor=_short(seen.factor),
                     most=_short(seen.limit), hint=hint)
    assert seen.latest is not None
    past = {"number": number, "unit": unit, "past_period": seen.latest.period, "past": seen.latest.value}
    if seen.apart is not None:
        return APART(many=len(own), centre=_short(seen.centre), most=_short(seen.apart), **past)
    if seen.sign:
        return SIGN(many=len(own), **past)
    if seen.season is not None:
        past |= {"past_period": seen.season.period, "past": seen.season.value}
        return OFF_SEASON(centre=_short(seen.centre), factor=_short(seen.factor), most=_short(seen.limit), **past)
    if not number:
        return NOUGHT(many=len(own), past_period=seen.latest.period, past=seen.latest.value, unit=unit)
    if not any(past.value for past in own):
        return NEVER(number=number, unit=unit, many=len(own))
    usually = None if len(own) < 2 else LEVEL(many=len(own), centre=_short(seen.centre)) if level.at is None else SINCE(
        began=level.at.period, centre=_short(seen.centre))
    return AGAINST(factor=_short(seen.factor), level=usually, most=_short(seen.limit), hint=hint, **past)


def _by_plan(given: Given, variable: Variable, value: Decimal) -> tuple[float, float, Message] | None:
    """How far a first figure lies from the nearest value that the plan states, as a share of how far it may; and that value."""
    near = min(_off(given, variable, value), default=None)
    if near is None:
        return None
    suspicion, factor, most, centre = near
    told = BY_PLAN(number=value, unit=variable.unit, centre=_short(float(centre)), factor=_short(factor), most=Decimal(most))
    return suspicion, float(centre), told


def _off(given: Given, variable: Variable, value: Decimal) -> Iterator[tuple[float, float, int, Decimal]]:
    """Of each value stated: distance over limit, factor, limit, the value."""
    if value <= 0:
        return
    for one in stated(given.plan, given.form, variable, given.key.period):
        most = (_GOAL if one.goal else _BASE)[value < one.value]
        factor = float(max(value / one.value, one.value / value))
        yield log(factor) / log(most), factor, most, one.value


def _short(number: float) -> Decimal:
    """With four digits, as a person would say it."""
    return Decimal(f"{number:.4g}") if number < 1e15 else Decimal("1e15")
