"""Published tables that lie in files beside the plan: CSV rows put into the plan's data before it is validated. A row that cannot
be read is a problem with the file's own line; the header is the ids of the columns, in their order."""

import csv
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import yaml

from gaoxin.errors import system_said
from gaoxin.i18n import Code
from gaoxin.plan.reading.problems import PlanProblem, line_of
from gaoxin.plan.reading.reference_files import (
    CANNOT_BE_READ,
    HEADER,
    HEADER_IS,
    NO_HEADER,
    NO_ROWS,
    NOT_UTF_8,
    OUTSIDE_THE_FOLDER,
)
from gaoxin.plan.tables import unfit_row

FILE_OR_ROWS = Code("plan.file_or_rows", "file 与 rows 只能写一个", "give file or rows, not both")


def tables_inlined(data: dict[str, Any], root: yaml.Node | None, file: str, folder: Path | None) -> list[PlanProblem]:
    """Fills `rows` of every table that names a `file`, in place; returns what is wrong with those files."""
    found: list[PlanProblem] = []
    tables = data.get("tables")
    for at, table in enumerate(tables if isinstance(tables, list) else []):
        if not isinstance(table, dict) or not isinstance(table.get("file"), str):
            continue
        here = partial(PlanProblem, file=file, line=line_of(root, ("tables", str(at), "file")), place=f"tables.{at}.file",
                       shown=repr(table["file"]))
        if table.get("rows"):
            found.append(here("plan_value_wrong", told=FILE_OR_ROWS()))
            continue
        path = (folder / table["file"]).resolve() if folder else None
        if path is None or folder is None or not path.is_relative_to(folder.resolve()):
            found.append(here("plan_reference_file", told=OUTSIDE_THE_FOLDER()))
            continue
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            found.append(here("plan_reference_file", told=CANNOT_BE_READ(why=system_said(error))))
        except UnicodeDecodeError:
            found.append(here("plan_reference_file", told=NOT_UTF_8()))
        else:
            table["rows"], wrong = _rows(table, text, path, here)
            found += wrong
    return found


def _rows(table: dict[str, Any], text: str, path: Path, here: Any) -> tuple[list[list[str]], list[PlanProblem]]:
    columns = [(str(c.get("id")), str(c.get("type", "text"))) for c in table.get("columns") or () if isinstance(c, dict)]
    key = [str(one) for one in table.get("key") or ()]
    reader = csv.reader(StringIO(text), strict=True)
    there = partial(here, "plan_reference_file", file=str(path), shown="")
    rows: list[list[str]] = []
    wrong: list[PlanProblem] = []
    seen = set[tuple[str, ...]]()
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if header != [name for name, _ in columns]:
            told = HEADER_IS(found=",".join(header)) if any(header) else NO_HEADER()
            return [], [there(line=1, told=HEADER(wanted=",".join(name for name, _ in columns), found=told))]
        for raw in reader:
            row = [cell.strip() for cell in raw]
            rows.append(row)
            wrong += [there(line=reader.line_num, told=told) for told in unfit_row(columns, key, tuple(row), seen)]
    except csv.Error as error:
        wrong.append(there(line=reader.line_num, told=CANNOT_BE_READ(why=str(error))))
    if not rows and not wrong:
        wrong.append(there(line=1, told=NO_ROWS()))
    return rows, wrong
