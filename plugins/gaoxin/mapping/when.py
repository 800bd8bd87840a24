"""Periods within titles and headings, as people write them there."""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from gaoxin.errors import UsageError
from gaoxin.periods import HAN_NUMBER, HAN_YEAR, Period, Periodicity, in_figures
from gaoxin.returns.text import plain

# Within a heading without blanks: begins with a year, in two figures where a month or a quarter follows (24年11月). Which of it
# is a period, `periods_in` says.
_SHORT_YEAR = "[0-9]{2}(?=年(?:(?:1月?[-—–至~～])?[0-9]{1,2}月|[第前一二三四上下]))"
WHEN = (rf"(?<![0-9])(?:(?:19|20|21)[0-9]{{2}}|{_SHORT_YEAR}|{HAN_YEAR})"
        rf"(?:{HAN_NUMBER}|[0-9年月日号季度上下半第前一二三四全至\-—–―~～/.QH个份末底])*")
_MONTH = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
# Of a year that is said elsewhere.
_QUARTER = "[一二三四1-4]"
SHORT = (rf"(?:{_MONTH}月?[-—–―~～至])?{_MONTH}月份?"
         rf"|[第前]?(?:{_QUARTER}(?:季度?)?[-—–―~～至、和]{{1,2}})?{_QUARTER}个?季度(?!假)|[上下]半年")
_RUN = re.compile(WHEN, re.IGNORECASE)
_PART = re.compile(rf"(?<![0-9一二三四五六七八九十次翌每于在])((?:{SHORT})[末底]?)(?![0-9日前内后])")
_TO = r"[-—–―~～至]{1,2}"
_DAY = re.compile(r"(?P<year>[0-9]{4})(?:年|(?P<sign>[-/.]))(?P<month>[0-9]{1,2})(?(sign)(?P=sign)|月)(?P<day>[0-9]{1,2})[日号]?")
_DAYS = re.compile(rf"{_DAY.pattern}{_TO}(?:(?P<last_year>[0-9]{{4}})[年\-/.])?(?P<last_month>[0-9]{{1,2}})[月\-/.]"
                   r"(?P<last_day>[0-9]{1,2})[日号]?")
_MONTHS = re.compile(rf"([0-9]{{4}})[年\-/.]([0-9]{{1,2}})月?{_TO}(?:([0-9]{{4}})[年\-/.])?([0-9]{{1,2}})(?:月份?)?")

# Days and years that say when something was written, printed or is valid, not what it speaks of.
_WRITTEN = "填报|填表|制表|报出|报送|上报|印发|印制|打印|导出|更新|修订|发布|批准|审核|签发"
_NOT_OF_IT = re.compile(f"((?:{_WRITTEN})(?!单位|机关|机构|部门)|成立|有效期(?!内))[^，,;；。)]{{0,8}}$"
                        "|制定机关[^;；。)]{0,16}$|[比较]$")
_WRITTEN_THEN = re.compile(f"^({_WRITTEN}|印(?![染刷])|版(?![权纳]))")
_UNTIL = re.compile("(截至|截止|至|到)$")
_LABEL = re.compile("(报告期|所属期|所属时期|统计期|年份|年度|季度|月份)[别间]?:$")
# What stands in a title and has years of its own: numbers of forms and documents and how long they are valid, up to a blank;
_NUMBERED = re.compile(r"(?:表\s*号|文\s*号|备案号)\s*[:：]?\s*\S+|有\s*效\s*期\s*(?:(?:截止|至|到|限)(?:日期)?\s*:?|:)\s*\S+")
_YEAR = "(?:19|20|21)[0-9]{2}年?"
# without blanks the names of yearbooks, what prices are held against, numbers of documents without a word before them, 第一批.
_ASIDE = re.compile("|".join((
    "《[^》]*(?:年鉴|统计摘要|统计手册|统计提要)[^》]*》",
    rf"(?:{_YEAR}[^0-9,，;；。:()《》]{{0,15}})?(?:年鉴|统计摘要|统计手册|统计提要)(?:[-—–(]*{_YEAR}\)?)?",
    rf"[按以]?{_YEAR}度?的?(?:(?:不变|可比|固定)价格?|价格?(?=计算|[);,，；。]|$)|[为作]?(?:基期|基年|基数)|为?基(?=[);,，；。]|$)|[为=]100)",
    rf"(?:(?:不变|可比|固定)价格?|基期|基年)[:(为是]{{0,2}}{_YEAR}(?![0-9])",
    rf"[(\[〔【]{_YEAR}[)\]〕】]第?[0-9A-Za-z]+号", rf"(?<=[字发函办文制令统])[(\[〔【]?{_YEAR}(?:[)\]〕】]|第?[0-9]+号)",
    rf"{_YEAR}第?[0-9]{{1,4}}号", rf"{_YEAR}统[A-Z]?[0-9]+表?",
    "第[0-9一二三四五六七八九十]+[批次届]")))
_NO_WORD = re.compile(r"[A-Za-z][0-9A-Za-z./]*[-—]?$")  # GB/T4754-2017


@dataclass(frozen=True)
class Spoken:
    """A period that a text names; of several months (1—6月) it is the last. said: in its words. since: the day with which what it
    speaks of begins; None where it is a moment (月末). named: it is called the period (报告期：), or up to when figures go
    (截至)."""

    period: Period
    said: str
    since: date | None
    named: bool = False

    def is_all_of(self, period: Period) -> bool:
        """Whether a total over what is said is one over a period that ends with it."""
        return self.period.periodicity is period.periodicity if self.since is None else self.since == period.start

    def runs_to(self, period: Period) -> bool:
        """Whether it may be a total of the year until then, or what a plan calls so."""
        return self.since is None or self.since in (date(period.year, 1, 1), period.start, self.period.start)


def periods_in(text: str) -> tuple[Period, ...]:
    """Every period that a text names, each once, in its order. A span of years is none."""
    found = (_read(run[0]) for run in _RUN.finditer(_bare(text)))
    return tuple(dict.fromkeys(one.period for one in found if one is not None))


@lru_cache(maxsize=4096)  # asked of a heading at each of its figures
def spoken_of(text: str) -> tuple[Spoken, ...]:
    """Of a title or heading the periods that it speaks of, each once: not the day on which it was filled in, nor years of a
    yearbook, a document or of prices. Bare figures among other words count only where nothing is written as a period is."""
    bare = _subject(text)
    sure, among = dict[Spoken, None](), dict[Spoken, None]()
    for run in _named(bare):
        before, after = bare[:run.start()], bare[run.end():]
        until = _UNTIL.search(before)
        said = run[0].strip("-—–―~～/.至")
        if (_DAY.fullmatch(said) and not until) or (one := _read(run[0])) is None:
            continue
        if until:
            one = Spoken(one.period, one.said, date(one.period.year, 1, 1), named=True)
        elif _LABEL.search(before):
            one = replace(one, named=True)
        in_brackets = before[-1:] in tuple("([【〔") and after[:1] in tuple(")]】〕")
        if not said.isdecimal() or one.named or in_brackets or not (before + after).strip(";"):
            sure[one] = None
        elif not _NO_WORD.search(before) or before.upper().endswith("FY"):
            among[one] = None
    return tuple(sure or among)


def written_in(text: str) -> tuple[str, ...]:
    """What begins as a period does, as `spoken_of` looks for them, in the words that stand there: 2024年前三季度."""
    return tuple(dict.fromkeys(run[0].strip("-—–―~～/.") for run in _named(_subject(text))))


@lru_cache(maxsize=4096)  # as spoken_of
def parts_in(text: str) -> tuple[str, ...]:
    """Months, quarters and half-years whose year is said elsewhere: 各镇产值（前三季度）."""
    bare = _RUN.sub(";", _subject(text))
    return tuple(dict.fromkeys(part[1] for part in _PART.finditer(bare) if not (
        _NOT_OF_IT.search(bare[:part.start()]) or _WRITTEN_THEN.match(bare[part.end():]))))


def completed(short: str, year: Period) -> Spoken | None:
    """A month, quarter or half-year whose year is said elsewhere."""
    return _read(f"{year.year}年{_bare(short)}")


def _named(bare: str) -> list[re.Match[str]]:
    return [run for run in _RUN.finditer(bare) if not (
        _NOT_OF_IT.search(bare[:run.start()]) or _WRITTEN_THEN.match(bare[run.end():]))]


def _subject(text: str) -> str:
    return _ASIDE.sub(";", _bare(_NUMBERED.sub(";", plain(text))))


def _bare(text: str) -> str:
    """Without blanks, years in figures."""
    bare = re.sub(r"\s+", "", re.sub(r"(?<=[0-9])\s+(?=[0-9])", ";", plain(text)))
    return in_figures(bare)


def _read(run: str) -> Spoken | None:
    shown = re.sub(r"[-—–―~～/.至全前上下第]+$", "", run)
    whole = re.sub(rf"[第前]?[一1](?:季度?)?{_TO}([一二三四1-4]个?季)", r"前\1", re.sub(r"前([0-9]{1,2})个?月", r"1-\1月", run))
    said = re.sub(r"[-—–―~～/.至全前上下第]+$", "", whole)
    said = re.sub(r"年度(?=[0-9第前上下一二三四全])", "年", re.sub(r"^(?=[0-9]{2}年)", "20", said))
    whole = re.sub(r"(?<=日)[末底]$", "", said)
    try:
        if day := _DAY.fullmatch(whole):
            return Spoken(Period.containing(_date(day["year"], day["month"], day["day"]), Periodicity.MONTH), shown, None)
        if days := _DAYS.fullmatch(whole):
            return _months(shown, _date(days["year"], days["month"], days["day"]),
                           _date(days["last_year"] or days["year"], days["last_month"], days["last_day"]))
        if months := _MONTHS.fullmatch(whole):
            last = int(months[3] or months[1]), int(months[4])
            return _months(shown, date(int(months[1]), int(months[2]), 1), date(*last, monthrange(*last)[1]))
        period = Period.written(whole)
    except (UsageError, ValueError):  # ValueError: no such day
        return None
    if re.search("[末底]$", whole):
        return Spoken(period, shown, None)
    return Spoken(period, shown, date(period.year, 1, 1) if "前" in whole else period.start)


def _date(year: str, month: str, day: str) -> date:
    return date(int(year), int(month), int(day))


def _months(said: str, first: date, last: date) -> Spoken | None:
    """Whole months of one year, or none."""
    period = Period.containing(last, Periodicity.MONTH)
    return Spoken(period, said, first) if first.day == 1 and first.year == last.year and first < last == period.end else None


def as_reported(period: Period, periodicity: Periodicity | None) -> Period | None:
    """The period of that length with the same last day: June is the second quarter's, 1—6月 the first half's; or None."""
    if periodicity is None or period.periodicity is periodicity:
        return period
    if period.periodicity.per_year < periodicity.per_year:
        return None  # a year is not its December
    made = Period.containing(period.end, periodicity)
    return made if made.end == period.end else None
