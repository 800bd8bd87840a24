"""Due rules (期限规则): on which day something falls due that is done once a period. Pure.

A rule says one of five things: so many days, or working days, after the period's end (or after a stated day, or the document's
issue); a day of the month; a day of a month of the year; a day of the week. Where that is a day off, the rule says whether it
moves forward, back, or not, and whether only holidays move it or ordinary weekends too (docs/decisions/110).
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from gaoxin.i18n import Code, Message
from gaoxin.plan.base import Day, DueDate, Key, Model, opt
from gaoxin.plan.calendar import WorkCalendar

ONE_WAY = Code("plan.due_one_way", "期限只能有一种写法：days、workdays、day（可带 month）、weekday 之一",
               "a due rule is one of days, workdays, day (with or without month), weekday")
OF_WHICH = Code("plan.due_of_which", "写 month 或 weekday 时须写 of：period 为本期，next 为下一期",
                "month and weekday need `of`: period for the period itself, next for the one after")
OF_A_DAY = Code("plan.due_of", "of 只与 day、weekday 同用", "`of` goes with day or weekday")
MONTH_OF_A_DAY = Code("plan.due_month", "month 须与 day 同用", "month goes with day")
AFTER_COUNTED = Code("plan.due_after", "after 只与 days、workdays 同用", "`after` goes with days or workdays")
NEVER_OFF = Code("plan.due_never_off", "按工作日计数的期限不会落在休息日，不写 roll 和 days_off",
                 "a day counted in working days is never off: no roll, no days_off")
NOT_MOVED = Code("plan.due_not_moved", "roll: none 不移动期限，不写 days_off", "with roll: none nothing moves: no days_off")
NO_SUCH_DAY = Code("plan.due_no_such_day", "{month}月没有{day}日", "month {month} has no day {day}", month=int, day=int)
NOT_OF_PERIOD = Code("plan.due_not_of_period", "{key} 不能用于 {every}：它只用于 {fits}",
                     "{key} is not for {every}: only for {fits}", key=str, every=str, fits=str)
ONCE_ONLY = Code("plan.due_once", "after 之后只到期一次，不能用于多期",
                 "what falls due after a day does so once: not for several periods")
ISSUE_UNKNOWN = Code("plan.due_issue_unknown", "文件没有印发日或公布日，不能写 after: issue",
                     "the document has no day of issue: `after: issue` says nothing")

# Of what is done how often each key can speak.
_FITS = {"day": ("month", "quarter", "half", "year", "two_years", "once"), "month": ("year", "two_years", "once"),
         "weekday": ("week",)}
_AN_EXTRA_DAY = 2004  # a leap year


def _none(value: object) -> bool:
    """What is left out of dumps: what was hashed before there were such keys stays what it was."""
    return value is None


class DueRule(Model):
    """When something falls due: `days` or `workdays` after the period's end or another day, a `day` of the month (of a `month` of
    the year), or a `weekday`. not_before: a campaign asks for years that closed before it began, and nobody can be late for a
    form that did not exist."""

    words = Key("报送期限：days、workdays、day、weekday 写其一", "due rule: one of days, workdays, day, weekday")
    between_keys: ClassVar = {
        ONE_WAY: {"oneOf": [{"required": [key]} for key in ("days", "workdays", "day", "weekday")]},
        MONTH_OF_A_DAY: {"dependencies": {"month": ["day"]}},
        OF_WHICH: {"dependencies": {"month": ["of"], "weekday": ["of"]}},
        OF_A_DAY: {"anyOf": [{"not": {"required": ["of"]}}, {"required": ["day"]}, {"required": ["weekday"]}]},
        AFTER_COUNTED: {"anyOf": [{"not": {"required": ["after"]}}, {"required": ["days"]}, {"required": ["workdays"]}]},
        NEVER_OFF: {"not": {"allOf": [{"required": ["workdays"]},
                                      {"anyOf": [{"required": ["roll"]}, {"required": ["days_off"]}]}]}},
        NOT_MOVED: {"if": {"properties": {"roll": {"const": "none"}}, "required": ["roll"]},
                    "then": {"not": {"required": ["days_off"]}}},
    }
    days: int | None = opt("期后天数：报告期结束（或 after）后多少天", "days: after the period's end, or after `after`",
                           None, ge=0, le=400, exclude_if=_none)
    workdays: int | None = opt("期后工作日数：报告期结束（或 after）后第几个工作日",
                               "workdays: working days after the period's end, or after `after`", None, ge=1, le=250,
                               exclude_if=_none)
    day: Annotated[int, Field(ge=1, le=31)] | Literal["last"] | None = opt(
        "几日：1 到 31，超过当月天数为当月最后一天；last 为最后一天；不写 of 即期后次月",
        "day: 1 to 31, or last, of the month after the period, unless `of` says otherwise; at most its last",
        None, exclude_if=_none)
    month: int | None = opt("几月：1 到 12，每年固定的日期", "month: 1 to 12, for a fixed day of the year", None, ge=1, le=12,
                            exclude_if=_none)
    weekday: int | None = opt("周几：1 到 7，1 为周一", "weekday: 1, Monday, to 7", None, ge=1, le=7, exclude_if=_none)
    of: Literal["next", "period"] | None = opt("哪一期的：period 为本期（其最后一个月、本周、本年），next 为其后一期",
                                               "of: the period itself (its last month, its week, its year), or the next one",
                                               None, called="其后一期 本期", exclude_if=_none)
    after: Literal["issue"] | Day | None = opt("起算日：issue 为文件印发日，或写日期；不写即报告期末",
                                               "after: issue for the document's, or a day; else the period's end", None,
                                               exclude_if=_none)
    roll: Literal["next_workday", "previous_workday", "none"] = opt(
        "遇休息日：next_workday 顺延，previous_workday 提前，none 不动",
        "roll: on a day off, to the next or the previous workday",
        "next_workday", called="顺延 提前 不动")
    days_off: Literal["all", "holidays"] = opt("哪些算休息日：all 含周末，holidays 仅法定节假日（及其调休连休）",
                                               "days_off: that move it: all, with weekends, or holidays alone", "all",
                                               called="含周末 仅节假日", exclude_if="all".__eq__)
    not_before: DueDate | None = opt("最早期限：此日之前都不算逾期", "not before: nothing is due earlier")

    @model_serializer(mode="wrap")
    def as_it_is_written(self, dumped: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without the way in which it moves where it never does: it is refused beside working days, in a plan that is read back,
        too."""
        found: dict[str, Any] = dumped(self)
        return found if self.workdays is None else {key: value for key, value in found.items() if key != "roll"}

    @model_validator(mode="after")
    def a_day_that_there_is(self) -> Self:
        longest = monthrange(_AN_EXTRA_DAY, self.month)[1] if self.month else 31
        return self.fit(not isinstance(self.day, int) or self.day <= longest, NO_SUCH_DAY, month=self.month or 0,
                        day=self.day if isinstance(self.day, int) else 0)

    def unfit(self, every: str) -> Iterator[Message]:
        """What keeps it from saying when something falls due that is done so often: month, quarter … or once."""
        for key, fits in _FITS.items():
            if getattr(self, key) is not None and every not in fits:
                yield NOT_OF_PERIOD(key=key, every=every, fits="、".join(fits))
        if self.after is not None and every != "once":
            yield ONCE_ONLY()

    @property
    def within(self) -> bool:
        """Whether it falls due in the period itself."""
        return self.of == "period"


@dataclass(frozen=True)
class Dated:
    """What a due rule needs to know: the working days, and when the document was issued."""

    workdays: WorkCalendar
    issued: date | None = None

    def due(self, rule: DueRule, end: date) -> date:
        """The day on which something falls due whose period ends on a day, moved as the rule says, but to no day before the first
        on which anything is due."""
        named, least = self._named(rule, end), rule.not_before
        day = self._moved(rule, max(named, least) if least else named)
        return day if least is None or day >= least else self.workdays.next_workday(least)

    def opens(self, rule: DueRule, end: date) -> date:
        """From which day it may be done: once the period is over; what falls due within it from the first day of that month, or
        of that week."""
        if not rule.within:
            return end + timedelta(days=1)
        named = self._named(rule, end)
        first = named - timedelta(days=named.weekday()) if rule.weekday else named.replace(day=1)
        return min(first, self.due(rule, end))

    def _named(self, rule: DueRule, end: date) -> date:
        """As the rule names it, off or not."""
        following = end + timedelta(days=1)
        if rule.weekday is not None:
            monday = end - timedelta(days=end.weekday())
            return monday + timedelta(days=rule.weekday - 1 + (0 if rule.within else 7))
        if rule.day is not None:
            year, month = (end.year + (0 if rule.within else 1), rule.month) if rule.month else (
                (end.year, end.month) if rule.within else (following.year, following.month))
            last = monthrange(year, month)[1]
            return date(year, month, last if rule.day == "last" else min(rule.day, last))
        start = end if rule.after is None else self.issued if rule.after == "issue" else rule.after
        assert isinstance(start, date)  # that the document has a day is seen when the plan is read
        if rule.workdays is not None:
            return self.workdays.workdays_after(start, rule.workdays)
        assert rule.days is not None
        return start + timedelta(days=rule.days)

    def _moved(self, rule: DueRule, day: date) -> date:
        w = self.workdays
        match rule.roll, rule.days_off:
            case "next_workday", "all":
                return w.next_workday(day)
            case "previous_workday", "all":
                return w.previous_workday(day)
            case "next_workday", _:
                return w.after_holiday(day)
            case "previous_workday", _:
                return w.before_holiday(day)
        return day
