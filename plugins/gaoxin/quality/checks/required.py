"""What a form requires is filled in."""

from functools import partial

from gaoxin.containers.model import row_and_column
from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form
from gaoxin.quality.blocks import Block, Spread
from gaoxin.quality.check import IN_SET, About, Check, Parameter, Rules, cell_rule
from gaoxin.quality.frames import STATE, Frame, Given
from gaoxin.returns.body import MERGED

REQUIRED = "cell.required"  # given, missing

TITLE = Code("quality.required.title", "必填", "required")
FIGURE = Code("quality.required.figure", "没有填报；请补填，确为零请填 0",
              "not reported; fill it in, and write 0 if it is nought")
FIELD = Code("quality.required.field", "没有填写；请补填", "not filled in; fill it in")


_HEADS = frozenset({"header_missing", "headers_renamed", "header_duplicate"})


def _told_already(given: Given) -> set[str]:
    """Of which items a structural problem says that they are not there."""
    problems = given.read.problems
    if (block := given.block) is not None:
        headless = any(p.kind in _HEADS for p in problems)
        return {item.id for item in block.items if headless and block.column(item.id) is None}
    missing = {str(p.message.context["variable"]) for p in problems if p.kind == "row_missing"}
    unclear = {p.message.context[which] for p in problems if p.kind == "name_contradicts" for which in ("name", "item")}
    return missing | {item.id for item in given.form.variables if item.name.zh in unclear}


def _merged(given: Given) -> list[tuple[str, str]]:
    """First and last cell of what is told to be merged: one value for several."""
    return [(p.message.context["first"], p.message.context["last"]) for p in given.read.problems if p.message.code == MERGED.code]


def _within(cell: str, first: str, last: str) -> bool:
    at, begin, end = row_and_column(cell), row_and_column(first), row_and_column(last)
    return bool(at and begin and end and begin[0] <= at[0] <= end[0] and begin[1] <= at[1] <= end[1])


class Required(Check):
    about = About(
        needs=Text("必填项的单元格", "cells of what is required"),
        how=Text("看必填的格是否填写", "whether a required cell is filled in"),
        looks_at=Text("必填的数和栏目有没有空着", "whether something required is empty"),
        why=Text("缺一个数，合计和指标都算不出", "without it no total and no indicator can be computed"),
        answer=Text("补填；没有发生的填 0", "fill it in; where nothing happened type 0"),
        source=Text("欧洲统计体系核验手册 1 级", "ESS validation handbook, level 1"),
        parameters=(Parameter("required", Text("是否必填", "whether it is required"), "true"),))
    place = 10

    def on_cells(self, form: Form) -> Rules:
        asked = [item for item in form.asked if item.required]
        message = FIGURE if form.kind == "series" else FIELD
        return cell_rule(asked, "required", IN_SET, REQUIRED, ["missing"], value_set=["given"], title=TITLE, message=message)

    def compute(self, given: Given) -> None:
        """What is not there since a row or a column of the file is missing, or nobody can say which it is, is told by that."""
        told, merged = _told_already(given), _merged(given)
        for cell in given.variables():
            blank = cell.state in ("blank", "absent")
            if blank and cell.read and any(_within(cell.read.cell, *span) for span in merged):
                continue
            if cell.item.required and not (cell.read is None and cell.item.id in told):
                given.frame.put(cell.row, REQUIRED, "missing" if blank else "given")
        if (block := given.block) is not None:
            for item in block.items:
                if item.required and item.id not in told:
                    given.frame.spread(block, item.id, REQUIRED, partial(_given, given.frame, block, item.id))


def _given(frame: Frame, block: Block, field: str) -> Spread:
    """Of a register's cells."""
    states = frame.columns[STATE].spread_of(block, field)
    return states.mapped(lambda state: "missing" if state == "blank" else "given")
