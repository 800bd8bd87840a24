"""A coded field holds one of its codes."""

from gaoxin.i18n import Code as Told
from gaoxin.i18n import Message, Worded
from gaoxin.plan.forms import FieldType, Form, Item, RegisterField
from gaoxin.quality.check import CANARY_TEXT, IN_SET, Check, Rules, item_rule
from gaoxin.quality.frames import Given

TITLE = Told("quality.code.title", "属于代码表", "one of the codes")
CODE = Told("quality.code.known", "{code}（{name}）", "{code} ({name})", code=str, name=Worded)
UNKNOWN = Told(
    "quality.code", "“{value}”不在代码表中；可填：{codes}", "'{value}' is not a code; known: {codes}",
    value=str | Message, codes=tuple,
)


class Coded(Check):
    place = 20

    def on_item(self, form: Form, item: Item) -> Rules:
        if isinstance(item, RegisterField) and item.type is FieldType.CODE:
            yield item_rule(
                item, "code", IN_SET, item.id, [CANARY_TEXT], title=TITLE, message=UNKNOWN, value_set=list(item.codes or {})
            )

    def compute(self, given: Given) -> None:
        known = {
            item.id: tuple(CODE(code=code, name=label) for code, label in item.codes.items())
            for item in given.form.asked if isinstance(item, RegisterField) and item.codes
        }
        for record in given.records:
            for name, codes in known.items():
                given.frame.note(record.cells[name].row, name, codes=codes)
