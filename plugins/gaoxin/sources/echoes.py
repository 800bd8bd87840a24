"""Whose and of which period an answer itself says that it is, in what the source neither reads nor leaves out: beside its records
or in columns of them. A service that knows nothing of a parameter gives what it always gives, and says so.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from gaoxin import measures
from gaoxin.containers import records
from gaoxin.errors import UsageError
from gaoxin.i18n import Code, Message
from gaoxin.periods import Period, Periodicity
from gaoxin.returns.text import name_key, unit_symbol
from gaoxin.sources.base import Amiss, Wanted

OF_RECORD = Code("sources.of_record", "第 {row} 条记录的 {name}", "{name} of record {row}", row=int, name=str)
SAYS_PERIOD = Code("sources.says_other_period",
                   "{key} 是 {said}，要取的是 {period}，未取：对方还没有这一期的，下次自动再取；接口不按期给的，"
                   "核对来源的 path、params 或查询；它与报告期无关的，列进来源 read 的 left_out",
                   "{key} is {said!r}, and {period} was asked for: nothing was fetched. Where they do not have it yet, it is "
                   "asked for again the next time; else look at the source's path and params, or its query; where this is no "
                   "reporting period, name it in left_out of the source's read", key=str | Message, said=str, period=Period)
SAYS_UNIT = Code("sources.says_other_unit",
                 "{key} 是“{said}”，不是要取的单位，未取：核对来源的 path、params 或查询；就是这个单位的，在方案里把这个写法"
                 "列为它的别名；它不是填报单位的，列进来源 read 的 left_out",
                 "{key} is {said!r}, which is not the unit that was asked for: nothing was fetched. Look at the source's path "
                 "and params, or its query; where it is that unit, let the plan have this name among its aliases; where it is no "
                 "reporting unit, name it in left_out of the source's read", key=str | Message, said=str)

# What such keys are called, without signs between the words. Those of "any" mean the return's own wherever they stand; those of
# "series" may be something of a register's entry (the year of a certificate); "named": only where another unit's name is there.
_PERIODS = {"any": frozenset({"period", "reportperiod", "reportingperiod", "statperiod", "dataperiod", "报告期", "报告期别",
                              "所属期", "所属时期", "统计期", "统计时期", "数据期", "期别", "账期"}),
            "series": frozenset({"month", "yearmonth", "ym", "statmonth", "datamonth", "reportmonth", "quarter", "year",
                                 "reportyear", "halfyear", "月份", "年月", "季度", "年份", "年度", "统计月份", "数据月份"})}
_UNITS = {"any": frozenset({"reportunit", "reportingunit", "填报单位", "报送单位", "上报单位"}),
          "series": frozenset({"unit", "unitname", "单位", "单位名称"}),
          "named": frozenset({"unitid", "unitcode", "orgid", "orgcode", "org", "orgname", "organization", "dept", "deptname",
                              "department", "单位编号", "单位代码", "机构", "机构名称", "部门", "部门名称"})}
_DAY = re.compile(r"([0-9]{4})(?:([-/.年])([0-9]{1,2})(?:\2|月)([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))(?:[T\s].*)?")
_TOLD = 40  # characters


class Echo:
    """What one fetch holds answers against. hide: leaves secrets out of a text."""

    def __init__(self, wanted: Wanted[Any], hide: Callable[[str], str]) -> None:
        read = wanted.source.rows
        assert read is not None
        self._wanted, self._hide, self._register = wanted, hide, read.way == "register"
        self._known = {*read.columns(), *read.left_out, *filter(None, [read.note])}
        self._own = {wanted.unit, *wanted.own}
        given = dict(getattr(wanted.source, "params", {})) | {n: f"{{{n}}}" for n in getattr(wanted.source, "parameters", ())}
        self._asked = {place: {_plain(n) for n, value in given.items() if f"{{{place}}}" in value}
                       for place in ("period", "unit")}

    def document(self, document: Any, way: str) -> None:
        """JSON. way: to its records. Raises Amiss."""
        for name, value in beside(document, way):
            if name not in self._known and name.rpartition(".")[2] not in self._known:
                self._hold(name, value, register=False)
        found = within(document, way)
        if not isinstance(found, list) or not found:
            return
        if isinstance(found[0], list):
            self.table([str(name) for name in found[0]], found[1:])
            return
        kinds: dict[str, bool] = {}
        for row, record in enumerate(found, 1):
            for name, value in records.flat(record) if isinstance(record, dict) else ():
                if kinds.setdefault(name, self._may_say(name)):
                    self._hold(name, value, register=self._register, row=row)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Raises Amiss."""
        if said := self.said_in(head):
            for row, values in enumerate(rows, 1):
                self.row(said, values, row)

    def said_in(self, head: Sequence[str]) -> Mapping[int, str]:
        """Column from 0 -> name, of those that may say whose a record is, or of which period."""
        return {at: name for at, name in enumerate(head) if self._may_say(name)}

    def row(self, said: Mapping[int, str], values: Sequence[Any], row: int) -> None:
        """Raises Amiss."""
        for at, name in said.items():
            self._hold(name, values[at] if at < len(values) else None, register=self._register, row=row)

    def _may_say(self, name: str) -> bool:
        key = _plain(name)
        return name not in self._known and any(key in words for words in (*_PERIODS.values(), *_UNITS.values(),
                                                                          *self._asked.values()))

    def _hold(self, name: str, value: Any, *, register: bool, row: int = 0) -> None:
        said, key = "" if value is None else str(value).strip(), _plain(name)
        if not said or isinstance(value, bool | list | dict):
            return
        where = OF_RECORD(row=row, name=self._told(name)) if row else self._told(name)
        if key in self._asked["period"] | _PERIODS["any"] or (key in _PERIODS["series"] and not register):
            if _agrees(said, _part(key), self._wanted.period) is False:
                raise Amiss(SAYS_PERIOD(key=where, said=self._told(said), period=self._wanted.period))
        elif self._other_unit(said, key, register):
            raise Amiss(SAYS_UNIT(key=where, said=self._told(said)))

    def _other_unit(self, said: str, key: str, register: bool) -> bool:
        """A name that the plan does not know is another unit's only where the key can mean no other thing."""
        name = name_key(said)
        if name in {name_key(own) for own in self._own} or measures.known(unit_symbol(said)):
            return False
        if key in self._asked["unit"] | _UNITS["any"] or (key in _UNITS["series"] and not register):
            return True
        return key in _UNITS["named"] and not register and name in {name_key(other) for other in self._wanted.others}

    def _told(self, text: str) -> str:
        return self._hide(" ".join(self._hide(text).split()))[:_TOLD]


def beside(document: Any, way: str) -> Iterator[tuple[str, Any]]:
    """What an answer says at its top and beside its records, also one name further down: the way and the value."""
    steps = way.split(".") if way else []
    for depth in range(max(1, len(steps))):
        at = ".".join(steps[:depth])
        holder = within(document, at)
        for name, value in holder.items() if isinstance(holder, dict) else ():
            here = f"{at}.{name}" if at else name
            if isinstance(value, dict) and not f"{way}.".startswith(f"{here}."):
                yield from ((f"{here}.{inner}", one) for inner, one in value.items())
            yield here, value


def within(document: Any, way: str, absent: Any = None) -> Any:
    """What lies at `a.b`; `absent` where nothing does."""
    for name in way.split(".") if way else ():
        if not isinstance(document, dict) or name not in document:
            return absent
        document = document[name]
    return document


@lru_cache(maxsize=4096)  # the same in every record
def _agrees(said: str, part: str, asked: Period) -> bool | None:
    """Whether what is said is of the period that is asked for; None for what is no period."""
    if day := _DAY.fullmatch(said):
        try:
            return asked.start <= date(int(day[1]), int(day[3] or day[5]), int(day[4] or day[6])) <= asked.end
        except ValueError:
            return None
    if re.fullmatch("[0-9]{1,2}", said):
        said += part
        if not part:
            return None
    for text in (said, f"{asked.year}年{said}"):
        try:
            period = Period.written(text)
        except UsageError:
            continue
        return period.end == asked.end or (period.start <= asked.start and asked.end <= period.end)
    return None


def _part(key: str) -> str:
    """What bare figures under a name are."""
    parts = ((Periodicity.MONTH.value, "月"), ("月", "月"), (Periodicity.QUARTER.value, "季度"), ("季", "季度"))
    return next((unit for word, unit in parts if word in key), "")


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name.rpartition(".")[2]).casefold()
