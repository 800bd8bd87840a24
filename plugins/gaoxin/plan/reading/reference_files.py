"""Reference series that lie in files beside the plan: CSV rows put into the plan's data before it is validated.

Columns: period (2020, 2020-Q2, 2020-06), value, published (the day from which it counts), source (may be left out). A row
that cannot be read is a problem with the file's own line.
"""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from gaoxin.plan.indicator import ReferenceValue
from gaoxin.plan.reading.problem_words import words
from gaoxin.plan.reading.problems import PlanProblem, line_of

_COLUMNS = ("period", "value", "published")


def inlined(data: dict[str, Any], root: yaml.Node | None, file: str, folder: Path | None) -> list[PlanProblem]:
    """Fills `values` of every reference that names a `file`, in place; returns what is wrong with those files."""
    found: list[PlanProblem] = []
    references = data.get("references")
    for at, reference in enumerate(references if isinstance(references, list) else []):
        if not isinstance(reference, dict) or not isinstance(reference.get("file"), str):
            continue
        place = f"references.{at}.file"
        line = f"{file}:{line_of(root, ('references', str(at), 'file'))}"
        if reference.get("values"):
            found.append(PlanProblem(
                "plan_value_wrong", line, place, "file 与 values 只能写一个", "give file or values, not both",
                repr(reference["file"]),
            ))
            continue
        rows, wrong = _read(reference["file"], folder, line, place)
        found += wrong
        if rows and not wrong:
            reference["values"] = rows
    return found


def _read(name: str, folder: Path | None, line: str, place: str) -> tuple[list[dict[str, Any]], list[PlanProblem]]:
    path = (folder / name).resolve() if folder else None
    if path is None or folder is None or not path.is_relative_to(folder.resolve()):
        return [], [PlanProblem(
            "plan_reference_file", line, place, "参照数列文件须在方案所在文件夹内", "must lie in the plan's folder", repr(name)
        )]
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        why = error.strerror or str(error)
        return [], [PlanProblem("plan_reference_file", line, place, f"读不了：{why}", f"cannot be read: {why}", repr(name))]
    except UnicodeDecodeError:
        return [], [PlanProblem(
            "plan_reference_file", line, place, "文件不是 UTF-8 编码，请另存为 UTF-8", "not UTF-8: save it as UTF-8", repr(name)
        )]
    reader = csv.DictReader(StringIO(text))
    header = [c.strip() for c in reader.fieldnames or []]
    if not set(_COLUMNS) <= set(header) or not set(header) <= {*_COLUMNS, "source"}:
        wanted, found = "period,value,published,source", ",".join(header)
        zh, en = (f"，现为 {found}", f", not {found}") if found else ("，文件是空的", "; the file is empty")
        return [], [PlanProblem(
            "plan_reference_file", f"{path}:1", place, f"表头应为 {wanted}{zh}", f"the header must be {wanted}{en}",
        )]
    rows, wrong = [], []
    for raw in reader:
        at = f"{path}:{reader.line_num}"
        if None in raw or None in raw.values():
            wrong.append(PlanProblem("plan_reference_file", at, place, "列数与表头不符", "not as many columns as the header"))
            continue
        row = {key.strip(): value.strip() for key, value in raw.items() if value.strip()}
        try:
            ReferenceValue.model_validate(row)
        except ValidationError as error:
            for one in error.errors():
                zh, en = words(one)
                column = str(one["loc"][0]) if one["loc"] else ""
                given = repr(row[column]) if column in row else ""
                wrong.append(PlanProblem("plan_reference_file", at, f"{place}.{column}", zh, en, given))
            continue
        rows.append(row)
    if not rows and not wrong:
        wrong.append(PlanProblem("plan_reference_file", f"{path}:1", place, "文件没有数据行", "the file has no rows"))
    return rows, wrong
