"""A date is of a believable year; one that speaks of something done is not after the period's end."""

from collections.abc import Callable
from datetime import date
from functools import partial

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import FieldType, Form, Item, Severity
from gaoxin.quality.blocks import Block, Spread
from gaoxin.quality.check import BETWEEN, About, Check, Rules, item_rule
from gaoxin.quality.frames import Given

FOUNDED = 1949

SENSIBLE_TITLE = Code("quality.dates.title", "年份合理", "a sensible year")
NOT_SENSIBLE = Code("quality.dates", "{value} 的年份不合理；请核对，属实请说明",
                    "the year of {value} is not believable; check it, and explain if true")
FUTURE_TITLE = Code("quality.dates.future.title", "不晚于报告期末", "not after the period's end")
IN_FUTURE = Code("quality.dates.future", "{value} 晚于报告期末 {period_end}；请核对，属实请说明",
                 "{value} lies after the period's end {period_end}; check it")


class Dates(Check):
    about = About(
        needs=Text("日期栏，报告期", "dates and the period"),
        how=Text("年份在 1949–2099 之间；已发生的日期距期末天数不大于 0",
                 "years 1949–2099; days after the period's end at most 0"),
        looks_at=Text("日期是否合理、是否晚于报告期", "whether a date is believable and not after the period"),
        why=Text("未来的日期不能计入本期", "a date to come cannot count for this period"),
        answer=Text("核对日期；属实的说明", "check the date, or explain"),
        source=Text("本系统实践", "practice of this product"))
    place = 50

    def on_item(self, form: Form, item: Item) -> Rules:
        if item.type is not FieldType.DATE:
            return
        yield item_rule(item, "sensible", BETWEEN, f"{item.id}.year", [1900], title=SENSIBLE_TITLE, message=NOT_SENSIBLE,
                        min_value=FOUNDED, max_value=2099, severity=Severity.WARNING)
        if item.id in dated_back(form):
            yield item_rule(item, "not_in_future", BETWEEN, f"{item.id}.days_after", [1], title=FUTURE_TITLE, message=IN_FUTURE,
                            max_value=0, severity=Severity.WARNING)

    def compute(self, given: Given) -> None:
        end, done = given.key.period.end, dated_back(given.form)
        if (block := given.block) is None:
            return
        for field in (item.id for item in block.items if item.type is FieldType.DATE):
            given.frame.spread(block, field, f"{field}.year", partial(_spread, block, field, lambda day: float(day.year)))
            if field in done:
                given.frame.spread(block, field, f"{field}.days_after",
                                   partial(_spread, block, field, lambda day: float((day - end).days)),
                                   lambda _: {"period_end": end})


def _spread(block: Block, field: str, made: Callable[[date], float]) -> Spread:
    """What is made of each date."""
    return block.different(field).mapped(made)


def dated_back(form: Form) -> tuple[str, ...]:
    """Date fields that speak of something done, so never after the period's end: what an entry's validity runs from,
    and what a declared check takes for done. Another date may well be planned."""
    since = [count.valid.since for count in form.counts if count.valid]
    return tuple(dict.fromkeys([*since, *(item for check in form.rules for item in check.done())]))
