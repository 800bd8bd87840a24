"""Every kind of structural problem and note that reading can tell, by its stable id, with a title (validation level 0).

A problem means that the file, or part of it, could not be taken as it stands; a note is information. Reading uses no kind
that is not listed here, and a test says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gaoxin.i18n import Message, Text
from gaoxin.returns.model import Problem

PROBLEMS: dict[str, Text] = {
    "empty_file": Text("空文件", "empty file"),
    "oversized": Text("文件过大", "file too large"),
    "encrypted": Text("文件加密", "encrypted file"),
    "macro": Text("文件含宏", "file with macros"),
    "not_a_workbook": Text("不是工作簿或已损坏", "not a workbook, or damaged"),
    "external_links": Text("引用其他文件", "links to other files"),
    "sheet_missing": Text("缺少工作表", "sheet missing"),
    "cover_key_missing": Text("封面缺项", "cover incomplete"),
    "cover_key_twice": Text("封面项目重复", "cover contradicts itself"),
    "campaign_unknown": Text("创建工作不存在", "unknown campaign"),
    "plan_unreadable": Text("方案读不了", "plan unreadable"),
    "form_unknown": Text("报表不存在", "unknown form"),
    "unit_unknown": Text("单位不存在", "unknown unit"),
    "unit_not_asked": Text("不由该单位报送", "not asked of this unit"),
    "period_invalid": Text("报告期无法识别", "period not understood"),
    "period_not_asked": Text("该期不报送", "not asked for this period"),
    "period_not_over": Text("报告期尚未结束", "the period is not over"),
    "template_outdated": Text("模板版本不符", "wrong template version"),
    "headers_renamed": Text("表头被改动", "header renamed"),
    "header_missing": Text("缺少表头", "header missing"),
    "header_duplicate": Text("表头重复", "header twice"),
    "names_row_missing": Text("缺少名称行", "row of names missing"),
    "code_missing": Text("缺少代码", "code missing"),
    "code_unknown": Text("代码不存在", "unknown code"),
    "code_duplicate": Text("代码重复", "code twice"),
    "row_missing": Text("缺少变量行", "variable's row missing"),
    "error_cell": Text("错误值单元格", "error value in a cell"),
    "formula_without_value": Text("公式没有结果", "formula without a value"),
    "merged_cells": Text("合并单元格", "merged cells"),
}

NOTES: dict[str, Text] = {
    "cover_repaired": Text("封面已修正", "cover mended"),
    "cover_key_unknown": Text("封面多余项目", "surplus cover key"),
    "header_repaired": Text("表头已修正", "header mended"),
    "code_repaired": Text("代码已修正", "code mended"),
    "name_changed": Text("名称被改动", "name changed"),
    "column_ignored": Text("多余的列", "surplus column"),
    "row_ignored": Text("不作为数据的行", "row that is no data"),
    "hidden": Text("隐藏的行、列或工作表", "hidden row, column or sheet"),
}


@dataclass
class Told:
    """What reading one sheet tells beside its values: problems and notes, by the lists above. sheet: its name."""

    sheet: str | None = None
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def tell(self, kind: str, message: Message, cell: str | None = None) -> None:
        (self.problems if kind in PROBLEMS else self.notes).append(Problem(kind, message, self.sheet, cell))
