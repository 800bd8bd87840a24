"""A coded field holds one of its codes."""

from gaoxin.i18n import Code as Told
from gaoxin.i18n import Worded
from gaoxin.plan.forms import FieldType, Form, Item
from gaoxin.quality.check import CANARY_TEXT, IN_SET, Check, Rules, item_rule
from gaoxin.quality.frames import Given

TITLE = Told("quality.code.title", "属于代码表", "one of the codes")
CODE = Told("quality.code.known", "{code}（{name}）", "{code} ({name})", name=Worded)
UNKNOWN = Told("quality.code", "“{value}”不在代码表中；可填：{codes}", "'{value}' is not a code; known: {codes}")


class Coded(Check):
    place = 20

    def on_item(self, form: Form, item: Item) -> Rules:
        if item.type is FieldType.CODE:
            yield item_rule(item, "code", IN_SET, item.id, [CANARY_TEXT], title=TITLE, message=UNKNOWN,
                            value_set=list(item.codes or {}))

    def compute(self, given: Given) -> None:
        told = {item.id: tuple(CODE(code=code, name=label) for code, label in item.codes.items())
                for item in given.form.asked if item.codes}
        for cell in given.cells():
            if codes := told.get(cell.item.id):
                given.frame.note(cell.row, cell.item.id, codes=codes)
