"""A due rule as people read it: 期后10天, 次月5日前, 本月25日前, 每年3月15日前. Words only."""

from gaoxin.i18n import Code, Message, Text
from gaoxin.plan.due import DueRule

_AFTER = Code("due.after", "{start}后 {count} {unit}内", "within {count} {unit} of {start}", start=Text, unit=Text)
_DAY = Code("due.day", "{month}{day}前", "by {day} of {month}", month=Text, day=Text)
_WEEKDAY = Code("due.weekday", "{week}{day}", "{day} {week}", week=Text, day=Text)
_MOVED = Code("due.moved", "{told}，{moved}", "{told}, {moved}", told=Message, moved=Text)
_DAYS, _WORKDAYS = Text("天", "day(s)"), Text("个工作日", "working day(s)")
_WEEKDAYS = [Text(zh, en) for zh, en in zip("一二三四五六日", ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
                                                             "Saturday", "Sunday"), strict=True)]
_MOVES = {
    ("next_workday", "all"): None, ("none", "all"): Text("遇休息日不动", "days off or not"),
    ("previous_workday", "all"): Text("遇休息日提前", "on a day off the working day before"),
    ("next_workday", "holidays"): Text("只遇法定节假日顺延", "moved on by holidays alone"),
    ("previous_workday", "holidays"): Text("只遇法定节假日提前", "moved back by holidays alone"),
}


def said(rule: DueRule) -> Message:
    """The rule itself, and how it moves where that is not the usual way."""
    told, moved = _rule(rule), _MOVES[rule.roll, rule.days_off]
    return told if moved is None else _MOVED(told=told, moved=moved)


def _rule(rule: DueRule) -> Message:
    if rule.weekday is not None:
        week = Text("本周", "of the week") if rule.within else Text("下周", "of the week after")
        return _WEEKDAY(week=week, day=_WEEKDAYS[rule.weekday - 1])
    if rule.day is not None:
        day = Text("最后一日", "the last day") if rule.day == "last" else Text(f"{rule.day}日", f"the {rule.day}th")
        return _DAY(month=_month(rule), day=day)
    start = Text("期末", "the period's end")
    if rule.after is not None:
        start = Text("文件印发", "the document's issue") if rule.after == "issue" else Text(str(rule.after), str(rule.after))
    return _AFTER(start=start, count=rule.days if rule.workdays is None else rule.workdays,
                  unit=_DAYS if rule.workdays is None else _WORKDAYS)


def _month(rule: DueRule) -> Text:
    if rule.month is None:
        return Text("期内末月", "the period's last month") if rule.within else Text("期后次月", "the month after the period")
    year = Text("当年", "of that year") if rule.within else Text("次年", "of the year after")
    return Text(f"{year.zh}{rule.month}月", f"month {rule.month} {year.en}")
