"""Reporting periods: month, quarter, half-year, year, written `2020-06`, `2020-Q2`, `2020-H1`, `2020`; read as officials write
them, too (`periods.json`: 2020年6月, 二季度, 1-6月 which is June, cumulative)."""

from __future__ import annotations

import json
import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache, total_ordering
from itertools import count, takewhile
from pathlib import Path

from gaoxin.errors import UsageError
from gaoxin.i18n import Text


class Periodicity(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"

    @property
    def per_year(self) -> int:
        return _KINDS[self][0]

    @property
    def said(self) -> str:
        return {"month": "月", "quarter": "季", "half": "半年", "year": "年"}[self.value]


# How many there are in a year, how one reads, how one is written.
_KINDS: dict[Periodicity, tuple[int, re.Pattern[str], str]] = {
    Periodicity.MONTH: (12, re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$"), "{}-{:02d}"),
    Periodicity.QUARTER: (4, re.compile(r"^(\d{4})-Q([1-4])$"), "{}-Q{}"),
    Periodicity.HALF: (2, re.compile(r"^(\d{4})-H([12])$"), "{}-H{}"),
    Periodicity.YEAR: (1, re.compile(r"^(\d{4})()$"), "{}"),
}
_YEARS = range(1900, 2200)
_WRITTEN = [(re.compile(shape), Periodicity(name))
            for shape, name in json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))]
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_HAN = "[一二三四五六七八九十]{1,3}"
# A year, a month or a day in Chinese numerals: 二〇二〇年十二月, 一至六月. The 三 of 前三季度 is none.
HAN_YEAR = "[〇零○一二三四五六七八九]{4}(?=年)"
HAN_NUMBER = rf"{_HAN}(?=[月日号]|[至\-—–―~～][0-9]{{1,2}}月|[至\-—–―~～]{_HAN}月)"
_HAN_YEAR, _HAN_NUMBER = re.compile(HAN_YEAR), re.compile(rf"(?<![一二三四五六七八九十]){HAN_NUMBER}")


@total_ordering
@dataclass(frozen=True)
class Period:
    """One reporting period. `number` counts within the year from 1. Ordered by end, the shorter first."""

    periodicity: Periodicity
    year: int
    number: int

    @classmethod
    @lru_cache(maxsize=4096)  # what has history reads the same few by the million
    def parse(cls, text: str) -> Period:
        for periodicity, (_, shape, _) in _KINDS.items():
            if (found := shape.match(text.strip())) and int(found[1]) in _YEARS:
                return cls(periodicity, int(found[1]), int(found[2] or 1))
        raise UsageError(Text(f"无法识别的报告期 {text!r}", f"not a period: {text!r}"), where="period",
                         todo=Text("写成 2020-06、2020-Q2、2020-H1 或 2020", "write 2020-06, 2020-Q2, 2020-H1 or 2020"))

    @classmethod
    def written(cls, text: str) -> Period:
        """As people write it: in any width, in brackets, with 累计 behind it. Raises UsageError."""
        bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
        bare = re.sub(r"[—–―~至]", "-", in_figures(bare.strip("()[]【】〔〕"))).removesuffix("累计")
        bare = re.sub(r"^截[至止-](?=[0-9])", "", re.sub(r"(?<=[年月度])年?[末底]$", "", bare))
        for shape, periodicity in _WRITTEN:
            if found := shape.fullmatch(bare):
                number = _NUMERALS.get(found[2]) or int(found[2] or 1)
                if 1 <= number <= periodicity.per_year and int(found[1]) in _YEARS:
                    return cls(periodicity, int(found[1]), number)
        return cls.parse(text)

    @classmethod
    def containing(cls, day: date, periodicity: Periodicity) -> Period:
        return cls(periodicity, day.year, (day.month - 1) // (12 // periodicity.per_year) + 1)

    @classmethod
    def of_year(cls, year: int) -> Period:
        return cls(Periodicity.YEAR, year, 1)

    def __str__(self) -> str:
        return _KINDS[self.periodicity][2].format(self.year, self.number)

    @property
    def said(self) -> str:
        """As officials write it, and `written` reads it: 2020年6月, 2020年二季度, 2020年上半年, 2020年."""
        match self.periodicity:
            case Periodicity.MONTH:
                part = f"{self.number}月"
            case Periodicity.QUARTER:
                part = f"{'一二三四'[self.number - 1]}季度"
            case Periodicity.HALF:
                part = f"{'上下'[self.number - 1]}半年"
            case _:
                part = ""
        return f"{self.year}年{part}"

    # Computed once each: what has history compares its periods by the million.
    @cached_property
    def _order(self) -> tuple[date, int]:
        return self.end, -self.start.toordinal()

    def __lt__(self, other: Period) -> bool:
        return self._order < other._order

    @property
    def _months(self) -> int:
        return 12 // self.periodicity.per_year

    @cached_property
    def start(self) -> date:
        return date(self.year, (self.number - 1) * self._months + 1, 1)

    @cached_property
    def end(self) -> date:
        """The last day of the period."""
        month = self.number * self._months
        return date(self.year, month, monthrange(self.year, month)[1])

    def shift(self, count: int) -> Period:
        """The period `count` periods later (earlier when negative)."""
        index = self.year * self.periodicity.per_year + self.number - 1 + count
        return Period(self.periodicity, index // self.periodicity.per_year, index % self.periodicity.per_year + 1)

    @property
    def previous(self) -> Period:
        return self.shift(-1)

    @property
    def year_earlier(self) -> Period:
        return Period(self.periodicity, self.year - 1, self.number)


def in_figures(text: str) -> str:
    """A text without blanks, its years, months and days in figures: 二〇二〇年十二月 is 2020年12月."""
    return _HAN_NUMBER.sub(_count, _HAN_YEAR.sub(lambda year: year[0].translate(_DIGITS), text))


def _count(found: re.Match[str]) -> str:
    tens, ten, ones = found[0].rpartition("十")
    if not ten:
        return found[0].translate(_DIGITS)
    return f"{tens.translate(_DIGITS) or 1}{ones.translate(_DIGITS) or 0}"


def spoken(text: str) -> str:
    """A text that is a period, or one whose year is said elsewhere: 二季度. Raises UsageError for any other."""
    try:
        Period.written(text)
    except UsageError as error:
        try:
            Period.written(f"2000年{text}")
        except UsageError:
            raise error from None
    return text


@lru_cache(maxsize=1000)
def span(first: Period, last: Period) -> tuple[Period, ...]:
    """All periods from first to last, both included; empty when last lies before first."""
    if first.periodicity != last.periodicity:
        raise UsageError(Text(f"起止报告期的频率不同：{first} 与 {last}", f"periods of different length: {first} and {last}"),
                         where="period", todo=Text("起止写成同一种报告期", "give both ends in the same periodicity"))
    return tuple(takewhile(lambda period: period <= last, map(first.shift, count())))
