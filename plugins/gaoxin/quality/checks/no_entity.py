"""What names a record is a name: no subtotal, no placeholder. What is said beside it is said, and not as above."""

import re
from collections.abc import Callable, Collection
from functools import partial

from gaoxin.containers.lines import every
from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import FieldType, Form, Item, RegisterField, RegisterForm, Severity
from gaoxin.quality.blocks import Block, Spread, sparse
from gaoxin.quality.check import BETWEEN, About, Check, Rules, cell_rule, item_rule
from gaoxin.quality.frames import Given
from gaoxin.returns.naming import SURELY_A_NAME, heads_of, leaves_unsaid, names_nothing, names_of

SAID = "record.unsaid"  # 1 where a text leaves unsaid what is asked

TITLE = Code("quality.no_entity.title", "不是合计行、占位文字", "no subtotal and no placeholder")
NO_ENTITY = Code("quality.no_entity", "“{value}”不是一个对象（合计行、占位文字或公式）；请删去此行，或填写其本来的内容",
                 "'{value}' is nothing that could be listed: a subtotal, a placeholder or a formula; delete the row or fill in "
                 "what it is")
UNSAID_TITLE = Code("quality.unsaid.title", "写明了内容，不是“同上”“待定”", "something is said, not as above nor to be settled")
UNSAID = Code("quality.unsaid", "“{value}”没有说出本栏的内容；请写明，确无可填的请说明",
              "'{value}' leaves unsaid what this field asks; write it out, or explain why there is none")


class NoEntity(Check):
    about = About(
        needs=Text("名录的文字栏目", "a register's texts"),
        how=Text("识别栏和名称栏：整格是合计、小计、同上、待定、无、共12家、备注、其中：…、本表栏名、只有符号的，"
                 "以 =、+、-、@ 开头的，计 1；"
                 "可不填的名称栏写“无”除外。其他文字栏目：整格是同上、####、乱码的计 1，必填的还有待定、无",
                 "1 where the whole cell of a key or name is a subtotal, a placeholder such as 同上, a heading of the form, a "
                 "note (备注：…), signs alone, or begins as a formula does; not 无 where no name need be. Of other texts: as "
                 "above, ####, garbled; where one must be, 待定 and 无 too"),
        looks_at=Text("每行是不是一个真实的对象，各栏是否写明", "whether each row is a thing of its own, and all of it said"),
        why=Text("合计行和占位文字会被当作企业计数；名录排序、拆分后，“同上”不知所指",
                 "subtotals and placeholders would be counted as firms; 同上 says nothing once rows are sorted"),
        answer=Text("删去该行，或填写本来的名称、内容", "delete the row, or write the name or text"),
        source=Text("名录审核的通行做法", "practice of registers"))
    place = 15

    def on_item(self, form: Form, item: Item) -> Rules:
        if isinstance(form, RegisterForm) and item.id in names_of(form):
            yield item_rule(item, "no_entity", BETWEEN, f"{item.id}.no_entity", [1], max_value=0, title=TITLE, message=NO_ENTITY)

    def on_whole(self, form: Form) -> Rules:
        if isinstance(form, RegisterForm):
            yield from cell_rule(_other_texts(form), "unsaid", BETWEEN, SAID, [1], max_value=0, severity=Severity.WARNING,
                                 title=UNSAID_TITLE, message=UNSAID)

    def compute(self, given: Given) -> None:
        if (block := given.block) is None or not isinstance(form := given.form, RegisterForm):
            return
        names = names_of(form)
        nothing = partial(names_nothing, form)
        for item in (one for one in form.fields if one.id in names):
            given.frame.spread(block, item.id, f"{item.id}.no_entity", partial(_spread, block, item, nothing, heads_of(form)))
        for item in _other_texts(form):
            given.frame.spread(block, item.id, SAID, partial(_spread, block, item, leaves_unsaid))


def _other_texts(form: RegisterForm) -> list[RegisterField]:
    names = names_of(form)
    return [item for item in form.fields if item.type is FieldType.TEXT and item.id not in names]


def _spread(block: Block, field: RegisterField, told: Callable[[RegisterField, str], bool],
            heads: Collection[str] = ()) -> Spread:
    """Of a name by its shape alone neither is told. heads: what is no name, though it has that shape."""
    shape = SURELY_A_NAME
    if alike := [re.escape(head) for head in heads if re.fullmatch(shape, head)]:
        shape = f"(?!(?:{'|'.join(alike)})$){shape}"
    if (column := block.column(field.id)) is None:
        return block.alike(field.id, None)
    if (texts := column.texts_alone) is not None and every(shape, texts):
        return block.alike(field.id, 0.0)
    others = {place: column.value(place) for place in column.unlike(shape)}
    return sparse(len(block.entries), 0.0, {place: float(told(field, value)) if isinstance(value, str) else None
                                            for place, value in others.items()})
