"""What an assessor may write, and what is wrong with a sheet: bounds, what is lacking, words that are owed. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from gaoxin.i18n import Code, Message, Worded
from gaoxin.numerals import plain
from gaoxin.plan.assessments import Assessment, ScoreItem
from gaoxin.scoring.model import Line
from gaoxin.scoring.points import item_score

LACKING = Code("scoring.lacking", "“{item}”没有填写", "{item} is not filled in", item=Worded)
OUT_OF_BOUNDS = Code("scoring.out_of_bounds", "“{item}”应在 0 至 {most} 之间，填的是 {value}",
                     "{item} is to be 0 to {most} and is {value}",
                     item=Worded, most=str, value=str)
NEGATIVE = Code("scoring.negative", "“{item}”不能是负数 {value}", "{item} cannot be negative: {value}", item=Worded, value=str)
NOT_WHOLE = Code("scoring.not_whole", "“{item}”填次数，应为整数，填的是 {value}",
                 "{item} is how often, a whole number, and is {value}",
                 item=Worded, value=str)
YES_OR_NO = Code("scoring.yes_or_no", "“{item}”填 是 或 否，填的是 {value}",
                 "{item} is yes or no, and is {value}", item=Worded, value=str)
COMPUTED = Code("scoring.computed", "“{item}”按指标计算，不由人填",
                "{item} is computed by an indicator and not typed", item=Worded)
UNKNOWN = Code("scoring.unknown_line", "评分表没有 {line} 这一行；可用：{known}",
               "the sheet has no line {line}; known: {known}", line=str,
               known=tuple)
WORDS_OWED = Code("scoring.words_owed", "“{item}”得 {points:2} 分，没有得满分 {full}，须写说明",
                  "{item} came to {points:2} of {full}: say why", item=Worded, points=Decimal, full=str)
WORDS_LONG = Code("scoring.words_long", "“{item}”的说明太长：最多 {most} 字",
                  "the words on {item} are too long: at most {most} characters",
                  item=Worded, most=int)
LONGEST = 2_000


@dataclass(frozen=True)
class Wrong:
    """What is wrong, and at which line of the sheet; words: with what is said there, not with the value."""

    line: str
    message: Message
    words: bool = False


def wrong_with(asked: Assessment, lines: Mapping[str, Line]) -> Iterator[Wrong]:
    """All that is wrong with a sheet. A bonus item may be left out; what is written counts and needs no words."""
    known, bonus = [*asked.line_ids()], {item.id for item in asked.bonus.items} if asked.bonus else set()
    computed = {item.id: item for item in asked.items if item.indicator}
    for line in lines:
        if line in computed:
            yield Wrong(line, COMPUTED(item=computed[line].name))
        elif line not in known:
            yield Wrong(line, UNKNOWN(line=line, known=known))
    for item in asked.items:
        if item.indicator:
            continue
        bad = [w for line in item.lines if (w := _wrong(item, line, lines.get(line), optional=item.id in bonus))]
        yield from bad
        if not bad and item.id not in bonus:
            yield from _owed(item, lines)
        yield from (Wrong(line, WORDS_LONG(item=item.name, most=LONGEST), words=True) for line in item.lines
                    if line in lines and len(lines[line].words or "") > LONGEST)


def _wrong(item: ScoreItem, line: str, given: Line | None, *, optional: bool) -> Wrong | None:
    name = next((d.name for d in item.deductions if line == f"{item.id}.{d.id}"), item.name)
    if given is None:
        return None if optional else Wrong(line, LACKING(item=name))
    value, written = given.value, plain(given.value)
    if value < 0:
        return Wrong(line, NEGATIVE(item=name, value=written))
    match item.kind:
        case "judged" if value > item.points:
            return Wrong(line, OUT_OF_BOUNDS(item=name, most=plain(item.points), value=written))
        case "deducted" if value != int(value):
            return Wrong(line, NOT_WHOLE(item=name, value=written))
        case "all_or_nothing" if value not in (0, 1):
            return Wrong(line, YES_OR_NO(item=name, value=written))
    return None


def _owed(item: ScoreItem, lines: Mapping[str, Line]) -> Iterator[Wrong]:
    found = item_score(item, lines, {})
    if found.points is not None and found.points < item.points and not any(lines[line].words for line in item.lines):
        yield Wrong(item.lines[0], WORDS_OWED(item=item.name, points=found.points, full=plain(item.points)), words=True)
