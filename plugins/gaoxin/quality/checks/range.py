"""A figure lies within what the plan allows for it."""


from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import FieldType, Form, Item, RegisterField
from gaoxin.quality.check import BETWEEN, About, Check, Parameter, Rules, beyond, item_rule, limits_of

TITLE = Code("quality.range.title", "取值 {limits} {unit}", "within {limits} {unit}")
BARE_TITLE = Code("quality.range.bare.title", "取值 {limits}", "within {limits}")
FIGURE = Code("quality.range.figure", "{number} {unit} 超出允许范围 {limits}；请核对数值和计量单位",
              "{number} {unit} lies outside {limits}; check the figure and its unit of measure")
FIELD = Code("quality.range.field", "{value} 超出允许范围 {limits}；请核对", "{value} lies outside {limits}; check it")


class Range(Check):
    about = About(
        needs=Text("数值，方案的上下限", "the figure, limits of the plan"),
        how=Text("换算到报表单位后与上下限比较", "compared with the limits in the form's unit"),
        looks_at=Text("数值是否在方案允许的范围内", "whether it lies within what the plan allows"),
        why=Text("超出范围多为多写零或单位不对", "beyond it is mostly a nought too many or a wrong unit"),
        answer=Text("核对原始凭证和计量单位；范围不合理的请办公室改方案",
                    "check the source and the unit; where the range is wrong ask the office to mend the plan"),
        source=Text("欧洲统计体系核验手册 1 级", "ESS validation handbook, level 1"),
        parameters=(Parameter("min", Text("下限", "lower limit"), "0"), Parameter("max", Text("上限", "upper limit"), ""),))
    place = 10

    def on_item(self, form: Form, item: Item) -> Rules:
        if (item.min is None and item.max is None) or item.type is not FieldType.NUMBER:
            return
        yield item_rule(item, "range", BETWEEN, item.id, beyond(item.min, item.max), title=TITLE if item.unit else BARE_TITLE,
                        message=FIELD if isinstance(item, RegisterField) else FIGURE, **limits_of(item.min, item.max))
