"""A figure lies within what the plan allows for it."""


from gaoxin.i18n import Code
from gaoxin.plan.forms import FieldType, Form, Item, RegisterField
from gaoxin.quality.check import BETWEEN, Check, Rules, beyond, item_rule, limits_of

TITLE = Code("quality.range.title", "取值 {limits} {unit}", "within {limits} {unit}")
BARE_TITLE = Code("quality.range.bare.title", "取值 {limits}", "within {limits}")
FIGURE = Code("quality.range.figure", "{number} {unit} 超出允许范围 {limits}；请核对数值和计量单位",
              "{number} {unit} lies outside {limits}; check the figure and its unit of measure")
FIELD = Code("quality.range.field", "{value} 超出允许范围 {limits}；请核对", "{value} lies outside {limits}; check it")


class Range(Check):
    place = 10

    def on_item(self, form: Form, item: Item) -> Rules:
        if (item.min is None and item.max is None) or item.type is not FieldType.NUMBER:
            return
        yield item_rule(item, "range", BETWEEN, item.id, beyond(item.min, item.max), title=TITLE if item.unit else BARE_TITLE,
                        message=FIELD if isinstance(item, RegisterField) else FIGURE, **limits_of(item.min, item.max))
