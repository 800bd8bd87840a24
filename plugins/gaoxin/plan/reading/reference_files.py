"""Reference series that lie in files beside the plan: CSV rows put into the plan's data before it is validated.

Columns: period (2020, 2020-Q2, 2020-06), value, published (the day from which it counts), source (may be left out). A row
that cannot be read is a problem with the file's own line.
"""

import csv
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from gaoxin.errors import system_said
from gaoxin.i18n import Code, Message, Text
from gaoxin.plan.indicator import ReferenceValue
from gaoxin.plan.reading.problem_words import words
from gaoxin.plan.reading.problems import PlanProblem, line_of

_COLUMNS = ("period", "value", "published")


FILE_OR_VALUES = Code("plan.file_or_values", "file 与 values 只能写一个", "give file or values, not both")
OUTSIDE_THE_FOLDER = Code("plan.outside_the_folder", "参照数列文件须在方案所在文件夹内", "must lie in the plan's folder")
CANNOT_BE_READ = Code("plan.cannot_be_read", "读不了：{why}", "cannot be read: {why}", why=str | Text)
NOT_UTF_8 = Code("plan.not_utf_8", "文件不是 UTF-8 编码，请另存为 UTF-8", "not UTF-8: save it as UTF-8")
HEADER = Code("plan.header", "表头应为 {wanted}{found}", "the header must be {wanted}{found}", found=Message)
HEADER_IS = Code("plan.header_is", "，现为 {found}", ", not {found}", found=str)
NO_HEADER = Code("plan.no_header", "，文件是空的", "; the file is empty")
COLUMNS = Code("plan.columns", "列数与表头不符", "not as many columns as the header")
NO_ROWS = Code("plan.no_rows", "文件没有数据行", "the file has no rows")


def inlined(data: dict[str, Any], root: yaml.Node | None, file: str, folder: Path | None) -> list[PlanProblem]:
    """Fills `values` of every reference that names a `file`, in place; returns what is wrong with those files."""
    found: list[PlanProblem] = []
    references = data.get("references")
    for at, reference in enumerate(references if isinstance(references, list) else []):
        if not isinstance(reference, dict) or not isinstance(reference.get("file"), str):
            continue
        here = partial(PlanProblem, file=file, line=line_of(root, ("references", str(at), "file")), place=f"references.{at}.file",
                       shown=repr(reference["file"]))
        if reference.get("values"):
            found.append(here("plan_value_wrong", told=FILE_OR_VALUES()))
            continue
        rows, wrong = _read(reference["file"], folder, here)
        found += wrong
        if rows and not wrong:
            reference["values"] = rows
    return found


def _read(name: str, folder: Path | None, here: Callable[..., PlanProblem]) -> tuple[list[dict[str, Any]], list[PlanProblem]]:
    """The rows of a file, or what is wrong with it. here: a problem of the line that names it."""
    code = "plan_reference_file"
    path = (folder / name).resolve() if folder else None
    if path is None or folder is None or not path.is_relative_to(folder.resolve()):
        return [], [here(code, told=OUTSIDE_THE_FOLDER())]
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return [], [here(code, told=CANNOT_BE_READ(why=system_said(error)))]
    except UnicodeDecodeError:
        return [], [here(code, told=NOT_UTF_8())]
    reader = csv.DictReader(StringIO(text))
    header = [c.strip() for c in reader.fieldnames or []]
    if not set(_COLUMNS) <= set(header) or not set(header) <= {*_COLUMNS, "source"}:
        told = HEADER_IS(found=",".join(header)) if any(header) else NO_HEADER()
        return [], [here(code, file=str(path), line=1, told=HEADER(wanted="period,value,published,source", found=told), shown="")]
    rows, wrong = [], []
    for raw in reader:
        there = partial(here, code, file=str(path), line=reader.line_num, shown="")
        if None in raw or None in raw.values():
            wrong.append(there(told=COLUMNS()))
            continue
        row = {key.strip(): value.strip() for key, value in raw.items() if value.strip()}
        try:
            ReferenceValue.model_validate(row)
        except ValidationError as error:
            for one in error.errors():
                column = str(one["loc"][0]) if one["loc"] else ""
                given = repr(row[column]) if column in row else ""
                problem = there(told=words(one), shown=given)
                wrong.append(replace(problem, place=f"{problem.place}.{column}"))
            continue
        rows.append(row)
    if not rows and not wrong:
        wrong.append(here(code, file=str(path), line=1, told=NO_ROWS(), shown=""))
    return rows, wrong
