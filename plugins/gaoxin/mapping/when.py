"""Periods within titles and headings, as people write them there."""

import re
from datetime import date

from gaoxin.errors import UsageError
from gaoxin.periods import HAN_NUMBER, HAN_YEAR, Period, Periodicity, in_figures
from gaoxin.returns.text import plain

# Within a heading without blanks: begins with a year, in two figures where a month or a quarter follows (24年11月). Which of it
# is a period, `periods_in` says.
_SHORT_YEAR = "[0-9]{2}(?=年(?:(?:1月?[-—–至~～])?[0-9]{1,2}月|[第前一二三四上下]))"
WHEN = (rf"(?<![0-9])(?:(?:19|20|21)[0-9]{{2}}|{_SHORT_YEAR}|{HAN_YEAR})"
        rf"(?:{HAN_NUMBER}|[0-9年月日号季度上下半第前一二三四全至\-—–―~～/.QH个份末底])*")
_MONTH = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
SHORT = rf"(?:{_MONTH}月?[-—–―~～至])?{_MONTH}月份?|[第前]?[一二三四1-4]个?季度|[上下]半年"  # of a year that is said elsewhere
_RUN = re.compile(WHEN, re.IGNORECASE)
# Days and years that say when something was written, printed or is valid, not what it speaks of.
_WRITTEN = "填报|填表|制表|报出|报送|上报|印发|印制|打印|导出|更新|发布|批准|审核|签发"
_NOT_OF_IT = re.compile(f"({_WRITTEN}|有效期|成立|年鉴)[^，,;；。)]{{0,8}}$")
_WRITTEN_THEN = re.compile(f"^({_WRITTEN})")
_UNTIL = re.compile("(截至|截止|至|到)$")
_DAY = re.compile(r"([0-9]{4})[年\-/.]([0-9]{1,2})[月\-/.]([0-9]{1,2})[日号]?")


def periods_in(text: str) -> tuple[Period, ...]:
    """Every period that a text names, each once, in its order. A span of years is none."""
    found = (_period(run[0]) for run in _RUN.finditer(_bare(text)))
    return tuple(dict.fromkeys(p for p in found if p is not None))


def spoken_of(text: str) -> tuple[Period, ...]:
    """Of a title the periods that it speaks of: not the day on which it was filled in, nor the year of a yearbook."""
    bare, found = _bare(text), list[Period]()
    for run in _RUN.finditer(bare):
        before, after = bare[:run.start()], bare[run.end():]
        said = run[0].strip("-—–―~～/.至")
        if _NOT_OF_IT.search(before) or _WRITTEN_THEN.match(after) or (_DAY.fullmatch(said) and not _UNTIL.search(before)):
            continue
        if (period := _period(run[0])) is not None:
            found.append(period)
    return tuple(dict.fromkeys(found))


def written_in(text: str) -> tuple[str, ...]:
    """What begins as a period does, as `spoken_of` looks for them, in the words that stand there: 2024年前三季度."""
    bare = _bare(text)
    return tuple(dict.fromkeys(run[0].strip("-—–―~～/.") for run in _RUN.finditer(bare) if not (
        _NOT_OF_IT.search(bare[:run.start()]) or _WRITTEN_THEN.match(bare[run.end():]))))


def completed(short: str, year: Period) -> Period | None:
    """A month, quarter or half-year whose year is said elsewhere."""
    return _period(f"{year.year}年{_bare(short)}")


def _bare(text: str) -> str:
    """Without blanks, years in figures."""
    bare = re.sub(r"\s+", "", re.sub(r"(?<=[0-9])\s+(?=[0-9])", ";", plain(text)))
    return in_figures(bare)


def _period(run: str) -> Period | None:
    said = re.sub(r"[-—–―~～/.至全前上下第]+$", "", run)
    said = re.sub(r"^(?=[0-9]{2}年)", "20", said)
    said = re.sub(r"(?<=日)[末底]$", "", said)
    if day := _DAY.fullmatch(said):
        try:
            return Period.containing(date(int(day[1]), int(day[2]), int(day[3])), Periodicity.MONTH)
        except ValueError:
            return None
    try:
        return Period.written(said)
    except UsageError:
        return None


def as_reported(period: Period, periodicity: Periodicity | None) -> Period | None:
    """The period of that length with the same last day: June is the second quarter's, 1—6月 the first half's; or None."""
    if periodicity is None or period.periodicity is periodicity:
        return period
    if period.periodicity.per_year < periodicity.per_year:
        return None  # a year is not its December
    made = Period.containing(period.end, periodicity)
    return made if made.end == period.end else None
