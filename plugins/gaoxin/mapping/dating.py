"""Of which period figures are: what a table's title, its headings, or whoever sent it, say of that. What differs is told."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.mapping.places import Column, Placed, Row
from gaoxin.mapping.when import Spoken, as_reported, completed, parts_in, periods_in, spoken_of, written_in
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.forms import VariableKind

NO_PERIOD = Code("mapping.no_period",
                 "从{there}看不出报告期；请在标题写明是哪一期，如“（2023年）”，或由办公室在对照里写 period",
                 "the period cannot be told from {there}: write it into the title, such as (2023), or the office gives `period` "
                 "in the mapping", there=str | Message)
WHERE = {key: Code(f"mapping.where.{key}", zh, en)() for key, zh, en in (
    ("title", "标题", "the title"), ("sheet", "工作表名称", "the sheet's name"), ("file", "文件名", "the file's name"))}
SEVERAL_PERIODS = Code("mapping.several_periods",
                       "{there}写着几期：{said}，不知哪一期是报告期；请只留这一期，或提交时指明，或由办公室在对照里写 period",
                       "{there} names several periods: {said}. Leave the one that is reported, or name it as you hand in, or the "
                       "office gives `period` in the mapping", there=str | Message, said=tuple)
OTHER_PERIOD = Code("mapping.other_period", "表头「{heading}」写的是另一期，不是 {period}",
                    "the heading {heading!r} names another period than {period}", heading=str, period=Period)
OTHER_STRETCH = Code("mapping.other_stretch",
                     "表上写的是「{said}」，要报的是 {period} 整期的数，两者起止不同；请报整期的数，或改正标题、表头；"
                     "表上确是整期的数的，由办公室在对照里写明报告期",
                     "the table says {said!r}, and what is asked for is the total of {period}, another stretch of time: "
                     "report that, or correct the title or heading; where the figures are that, the office says so in the "
                     "mapping", said=str, period=Period)
PERIOD_UNFIT = Code("mapping.period_unfit",
                    "表上写的是「{said}」，本表{every}一报，不能从中看出是哪一期；请在标题或表头写明要报的一期，"
                    "不是这一期的栏或行由办公室在对照里写 leave",
                    "the table says {said!r}, and this form is reported by {every}: write the period that is meant into the "
                    "title or heading; for a column or row of no such period the office writes leave in the mapping",
                    said=str, every=Worded)
DOUBTS = frozenset(code.code for code in (NO_PERIOD, SEVERAL_PERIODS, OTHER_STRETCH, PERIOD_UNFIT))
_EVERY = {Periodicity.MONTH: Text("按月", "month"), Periodicity.QUARTER: Text("按季", "quarter"),
          Periodicity.HALF: Text("按半年", "half-year"), Periodicity.YEAR: Text("按年", "year")}

_OF_ANOTHER = re.compile("^[比较占与为]|同比|上年|去年|不变价|基期|[=＝]100")
_OF_PERIOD = {Periodicity.MONTH: "[本当]月", Periodicity.QUARTER: "[本当]季", Periodicity.HALF: "本半年",
              Periodicity.YEAR: "[本当全]年"}


@dataclass(frozen=True)
class Dated:
    """What a table as a whole says. spoken: by which it does, or which contradict it. said: in its words, also
    where they are no period of the form. doubt: where it says several, and none of them is taken."""

    period: Period | None = None
    spoken: tuple[Spoken, ...] = ()
    said: tuple[str, ...] = ()
    doubt: Message | None = None


@dataclass(frozen=True)
class Asked:
    """periodicity: of the form. kind_for: variable -> stock, flow or cumulative, where a form is known. file: its name. named:
    the period that somebody named."""

    periodicity: Periodicity | None
    kind_for: Callable[[str], VariableKind | None]
    file: str
    named: Period | None = None


def period_of(one: Placed, asked: Asked, before: Period | None) -> Dated:
    """Of the table as a whole, from where the mapping says: what is called the period there, else what is spoken of. Several that
    differ are no period, but where somebody named one of them. before: of the table before, for one that says none."""
    places = _texts(one, one.table.period, asked.file)
    spoken = next((found for texts in places if (found := _spoken(texts))), [])
    said = tuple(dict.fromkeys(s.said for s in spoken)) or next(
        (words for texts in places for text in texts if (words := written_in(text))), ())
    made = {s: period for s in spoken if (period := as_reported(s.period, asked.periodicity))}
    made = {s: period for s, period in made.items() if s.named} or made
    periods = set(made.values())
    if len(periods) > 1 and asked.named not in periods:
        return Dated(said=said, doubt=SEVERAL_PERIODS(there=WHERE.get(one.table.period) or one.table.period,
                                           said=tuple(dict.fromkeys(s.said for s in made))))
    period = (asked.named if len(periods) > 1 else next(iter(periods), None)) or before or asked.named
    if period is None:
        return Dated(said=said)
    other = [s for s in spoken if as_reported(s.period, asked.periodicity) is None
             and s.period.end < period.end and (not made or period.start <= s.period.start)]
    if not spoken and said and not one.table.is_register:  # words of a period that nobody can read
        return Dated(said=said, doubt=OTHER_STRETCH(said="、".join(said), period=period))
    # Months or quarters without a year are of the period's year.
    short = dict.fromkeys(part for texts in places for text in texts for part in parts_in(text)) if not spoken else ()
    parts = [s for part in short if (s := completed(part, period))]
    return Dated(period, (*(s for s in made if made[s] == period), *other, *parts), said)


def period_unfit(said: Iterable[str], periodicity: Periodicity) -> Message:
    """Why words that name a period are none of a form's: 上半年 of a monthly one."""
    return PERIOD_UNFIT(said="、".join(said), every=_EVERY[periodicity])


def undated(one: Placed, dated: Dated, said: Iterable[str], asked: Asked) -> Message:
    """Why a figure is of no period. said: what its headings say in place of one."""
    if words := tuple(said) or (() if dated.doubt else dated.said):
        return period_unfit(dict.fromkeys(words), asked.periodicity) if asked.periodicity else NO_PERIOD(there=words[0])
    return dated.doubt or NO_PERIOD(there=WHERE.get(one.table.period) or one.table.period)


def _spoken(texts: list[str]) -> list[Spoken]:
    """Where nothing but a year is named, and months or quarters stand apart from it, those of the year."""
    found = [s for text in texts for s in spoken_of(text)]
    years = {s.period for s in found}
    if len(years) == 1 and (year := years.pop()).periodicity is Periodicity.YEAR:
        return [s for text in texts for part in parts_in(text) if (s := completed(part, year))] or found
    return found


def _texts(one: Placed, where: str, file: str) -> tuple[list[str], ...]:
    """In which a period is looked for, one after the other; of a title first those above the table's own columns."""
    if where != "title":
        return ([{"sheet": one.sheet.name, "file": file}.get(where, where)],)
    title = list(one.title())
    return [text for _, column, text in title if column in one.columns], [text for _, _, text in title]


def year_of(one: Placed, levels: tuple[str, ...], file: str) -> Period | None:
    """What a level above says of the year, else what says the period, where headings name months alone; None where it names
    several. file: its name."""
    above = [p for level in reversed(levels[:-1]) for p in periods_in(level) if p.periodicity is Periodicity.YEAR]
    if above:
        return above[0]
    each = ([s for text in texts for s in spoken_of(text)] for texts in _texts(one, one.table.period, file))
    spoken = next(filter(None, each), [])
    periods = [s.period for s in spoken if s.named] or [s.period for s in spoken]
    return periods[0] if len({p.year for p in periods}) == 1 else None


def misfit(variable: str, when: Period, dated: Dated | None, column: Column, row: Row, asked: Asked) -> Message | None:
    """Why a figure is not of a period as its variable is to be: a heading names another one, or another stretch of time than what
    the variable is a total of. dated: where the period is the table's."""
    levels = (*column.levels, *row.levels)
    kind = asked.kind_for(variable)
    for level in levels:
        named = _named_in(level, when)
        if len(named) != 1:
            continue
        said = named[0].period
        period = as_reported(said, asked.periodicity)
        if period is None and said.start <= when.start and when.end <= said.end:
            continue  # the year above a month
        if period is None and when.start <= said.start and said.end < when.end:
            return OTHER_STRETCH(said=level, period=when)
        if period != when:
            return OTHER_PERIOD(heading=level, period=when)
        if not _fits(named[0], kind, when):
            return OTHER_STRETCH(said=level, period=when)
        dated = None  # a heading goes before the title
    if dated is None or any(re.search(_OF_PERIOD[when.periodicity], level) for level in levels):
        return None
    unfit = next((s for s in dated.spoken if not _fits(s, kind, when)), None)
    return OTHER_STRETCH(said=unfit.said, period=when) if unfit else None


def _named_in(level: str, when: Period) -> tuple[Spoken, ...]:
    """The periods of a heading, whose year may be said elsewhere: 1-5月, 四季度."""
    if _OF_ANOTHER.search(level):
        return ()
    if named := spoken_of(level):
        return named
    parts = parts_in(level)
    made = completed(parts[0], when) if len(parts) == 1 else None
    return (made,) if made else ()


def _fits(spoken: Spoken, kind: VariableKind | None, period: Period) -> bool:
    if spoken.period.end != period.end:
        return False
    return kind in (None, VariableKind.STOCK) or (spoken.is_all_of if kind is VariableKind.FLOW else spoken.runs_to)(period)
