"""What names a record is a name: no subtotal, no placeholder."""

import re
from functools import partial

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import FieldType, Form, Item, RegisterField
from gaoxin.quality.blocks import Block, Spread, coded
from gaoxin.quality.check import BETWEEN, About, Check, Rules, item_rule
from gaoxin.quality.frames import Given
from gaoxin.returns.naming import no_entity, surely_an_entity

_NAMES = ("名称", "全称", "姓名", "企业", "公司", "机构", "单位")
_ASIDE = re.compile(r"[(（][^()（）]*[)）]$")  # 企业名称（盖章）

TITLE = Code("quality.no_entity.title", "不是合计行、占位文字", "no subtotal and no placeholder")
NO_ENTITY = Code("quality.no_entity", "“{value}”不是一个对象（合计行、占位文字或公式）；请删去此行，或填写其本来的内容",
                 "'{value}' is nothing that could be listed: a subtotal, a placeholder or a formula; delete the row or fill in "
                 "what it is")


class NoEntity(Check):
    about = About(
        needs=Text("名录的识别栏和名称栏", "a register's key and names"),
        how=Text("整格是合计、小计、同上、待定、无、共12家、只有符号的，以 =、+、-、@ 开头的，计 1",
                 "1 where the whole cell is a subtotal, a placeholder such as 同上, signs alone, or begins as a formula does"),
        looks_at=Text("每行是不是一个真实的对象", "whether each row is a thing of its own"),
        why=Text("合计行和占位文字会被当作企业计数", "subtotals and placeholders would be counted as firms"),
        answer=Text("删去该行，或填写本来的名称", "delete the row, or write the name"),
        source=Text("名录审核的通行做法", "practice of registers"))
    place = 15

    def on_item(self, form: Form, item: Item) -> Rules:
        if names_a_record(form, item):
            yield item_rule(item, "no_entity", BETWEEN, f"{item.id}.no_entity", [1], max_value=0, title=TITLE, message=NO_ENTITY)

    def compute(self, given: Given) -> None:
        if (block := given.block) is None:
            return
        for item in block.items:
            if names_a_record(given.form, item):
                given.frame.spread(block, item.id, f"{item.id}.no_entity", partial(_spread, block, item.id))


def names_a_record(form: Form, item: Item) -> bool:
    """A field of the key, or a text that is called a name."""
    if not isinstance(item, RegisterField) or item.type is not FieldType.TEXT:
        return False
    called = item.id == "name" or item.id.endswith("_name") or _ASIDE.sub("", item.name.zh).endswith(_NAMES)
    return called or item.id in form.key


def _spread(block: Block, field: str) -> Spread:
    column = block.column(field)
    if column is not None and (texts := column.texts_alone) is not None and all(map(surely_an_entity, texts)):
        return block.alike(field, 0.0)
    return coded(float(no_entity(value)) if isinstance(value, str) else None for value in block.values(field))
