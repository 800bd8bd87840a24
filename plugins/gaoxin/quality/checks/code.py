"""A coded field holds one of its codes."""

from functools import partial
from typing import Any

from gaoxin.i18n import Code as Told
from gaoxin.i18n import Message, Text, Worded
from gaoxin.plan.forms import FieldType, Form, Item
from gaoxin.quality.check import CANARY_TEXT, IN_SET, About, Check, Parameter, Rules, item_rule
from gaoxin.quality.frames import Given

TITLE = Told("quality.code.title", "属于代码表", "one of the codes")
CODE = Told("quality.code.known", "{code}（{name}）", "{code} ({name})", name=Worded)
UNKNOWN = Told("quality.code", "“{value}”不在代码表中；可填：{codes}", "'{value}' is not a code; known: {codes}")


class Coded(Check):
    about = About(
        needs=Text("代码栏，方案的代码表", "a coded field and its codes"),
        how=Text("看是否在代码表中", "whether it is one of the codes"),
        looks_at=Text("填的代码是否在代码表里", "whether the code is known"),
        why=Text("代码不认识，就无法分类计数", "an unknown code cannot be counted"),
        answer=Text("从代码表中选一个", "choose one of the codes"),
        source=Text("欧洲统计体系核验手册 1 级", "ESS validation handbook, level 1"),
        parameters=(Parameter("codes", Text("代码表", "the codes"), ""),))
    place = 20

    def on_item(self, form: Form, item: Item) -> Rules:
        if item.type is FieldType.CODE:
            yield item_rule(item, "code", IN_SET, item.id, [CANARY_TEXT], title=TITLE, message=UNKNOWN,
                            value_set=list(item.codes or {}))

    def compute(self, given: Given) -> None:
        told = {item.id: tuple(CODE(code=code, name=label) for code, label in item.codes.items())
                for item in given.form.asked if item.codes}
        if (block := given.block) is not None:
            for field, codes in told.items():
                given.frame.tell(block, field, field, partial(_told, codes))


def _told(codes: tuple[Message, ...], _: int) -> dict[str, Any]:
    return {"codes": codes}
