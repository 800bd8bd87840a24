"""A figure lies within what the plan allows for it, and what is counted is a whole number."""

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import FieldType, Form, Item, RegisterField
from gaoxin.quality.check import BETWEEN, Check, Rules, beyond, cell_rule, item_rule, limits_of
from gaoxin.quality.frames import Given

RANGE_TITLE = Code("quality.range.title", "取值 {limits} {unit}", "within {limits} {unit}")
BARE_TITLE = Code("quality.range.bare.title", "取值 {limits}", "within {limits}")
FIGURE_OUTSIDE = Code("quality.range.figure", "{number} {unit} 超出允许范围 {limits}；请核对数值和计量单位",
              "{number} {unit} lies outside {limits}; check the figure and its unit of measure")
FIELD_OUTSIDE = Code("quality.range.field", "{value} 超出允许范围 {limits}；请核对", "{value} lies outside {limits}; check it")

FRACTION = "fraction"  # the part after the decimal point

WHOLE_TITLE = Code("quality.integer.title", "为整数", "a whole number")
NOT_WHOLE = Code("quality.integer", "{value} 不是整数；{name}按{unit}计数，请改为整数",
           "{value} is not whole; {name} is counted in {unit}", name=Text)


class Range(Check):
    place = 10

    def on_item(self, form: Form, item: Item) -> Rules:
        if (item.min is None and item.max is None) or item.type is not FieldType.NUMBER:
            return
        yield item_rule(item, "range", BETWEEN, item.id, beyond(item.min, item.max), title=RANGE_TITLE if item.unit
                        else BARE_TITLE, message=FIELD_OUTSIDE if isinstance(item, RegisterField) else FIGURE_OUTSIDE,
                        **limits_of(item.min, item.max))


class Integer(Check):
    place = 60

    def on_cells(self, form: Form) -> Rules:
        counted = [v for v in form.variables if v.integer]
        return cell_rule(counted, "integer", BETWEEN, FRACTION, [0.5], max_value=0, title=WHOLE_TITLE, message=NOT_WHOLE)

    def compute(self, given: Given) -> None:
        for cell, variable, value in given.figures():
            if variable.integer:
                part = abs(value - value.to_integral_value())
                given.frame.put(cell.row, FRACTION, float(part), unit=cell.unit)
