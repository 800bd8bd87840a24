"""What taking returns in costs, side by side with what the same work costs others, in one run.

    .venv/bin/python bench/intake.py [--rows 1000,10000,98000,500000] [--units 15] [--forms 20]

One return: a workbook of 15 variables, judged in a process that has judged before, beside the bare reading of the same cells
and the same comparisons of their values in Python, which find nothing out about who, when and where.
A period: as many submissions as units times forms, handed in by one command; and by the inbox: pulled, judged, loaded.
Registers: a CSV of six fields, from bytes to verdict, each size in a process of its own; beside it polars or pandas reading the
file and, on the wide frame, stock Great Expectations (pandas), pandera (polars) and one polars pass with the same rules. Those
know no repairs, no messages and no cells, and compare with no other register; "polars, whole" is one pass that also looks at what
the product finds beside these rules (check characters, names that stand again, totals …). The checks apart: of what has been
read, the best of four; × is their CPU time in ours. Memory and CPU are of the process, without the one of ours that reads.

Times are wall seconds, and CPU seconds of the process: quote the ratios between rows, not the seconds.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import growth
from rich.console import Console
from rich.table import Table

from gaoxin.campaign.intake import check_files, check_pending, load_accepted, pull, submit_files
from gaoxin.campaign.judging import judge
from gaoxin.campaign.mapped import read_from
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import local_day, parse_as_of
from gaoxin.containers.apart import open_book
from gaoxin.plan.reading.loader import find_plan
from gaoxin.quality.runner import make_ready
from gaoxin.returns.codes import credit_code_check
from gaoxin.returns.layout import SERIES_HEADERS
from gaoxin.returns.model import Facts
from gaoxin.returns.template import build_template, saved
from gaoxin.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "bench" / ".packages"
FIELDS = ["credit_code", "name", "certificate", "issued", "industry", "revenue"]
NAMES = ["统一社会信用代码", "企业名称", "证书编号", "发证日期", "产业领域", "上年营业收入"]
CODES = ["EQ", "BIO", "IT"]
CREDIT_CODE = "^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
CERTIFICATE = "^G[RF](?:200[89]|20[1-9][0-9])[1-6][0-9][0-9]{6}$"
LEAST, MOST = date(1949, 1, 1), date(2024, 3, 31)
AT = parse_as_of("2024-04-05")
TIMES = 30
AGAIN = 3


def timed(act: Callable[[], Any]) -> tuple[float, float]:
    """Wall and CPU seconds of this process."""
    cpu, start = time.process_time(), time.perf_counter()
    act()
    return time.perf_counter() - start, time.process_time() - cpu


# --- one return, and a period of them ---------------------------------------------------------------


def installation(home: Path) -> Settings:
    """A drill with the campaign of growth.py, six months of it."""
    settings, file = growth.settings_in(home), home / "plans" / "growth" / "plan.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(growth.plan_text(6), encoding="utf-8")
    growth.begin_drill(settings)
    open_workplace(settings, "growth", growth.NOW, acts=True)
    return settings


def workbooks(settings: Settings, folder: Path, units: int, forms: int) -> list[Path]:
    """The template of each form and unit, filled."""
    plan, random, files = find_plan(settings.plans, "growth"), Random(1), []
    folder.mkdir(parents=True)
    for form in plan.forms[:forms]:
        for unit in form.units[:units]:
            book = build_template(plan, form, unit, growth.LAST)
            sheet = book["数据"]
            column = SERIES_HEADERS.index("value") + 1
            for row in range(2, sheet.max_row + 1):
                if str(sheet.cell(row, 1).value or "").startswith(f"{form.id}_v"):
                    sheet.cell(row, column).value = round(random.uniform(30, 90), 2)  # nothing to be asked about
            files.append(folder / unit / f"{form.id}.xlsx")
            files[-1].parent.mkdir(exist_ok=True)
            files[-1].write_bytes(saved(book, growth.LAST))
    return files


def bare(file: Path) -> int:
    """The cells read and compared as a form's rules compare them; how many comparisons held."""
    from python_calamine import load_workbook

    rows = load_workbook(str(file)).get_sheet_by_name("数据").to_python()
    found = 0
    for row in rows[1:]:
        for cell in row:
            if isinstance(cell, float):
                found += (cell is not None) + (cell == cell) + (0 <= cell < 1e12) + (abs(cell) > 1e-9)
    return found


def one_return(settings: Settings, file: Path) -> dict[str, tuple[float, float]]:
    check_files(settings, [file], growth.NOW)
    ours = timed(lambda: [check_files(settings, [file], growth.NOW) for _ in range(TIMES)])
    others = timed(lambda: [bare(file) for _ in range(TIMES)])
    return {"judged": (ours[0] / TIMES, ours[1] / TIMES), "bare": (others[0] / TIMES, others[1] / TIMES)}


def by_command(settings: Settings, files: list[Path]) -> tuple[float, float]:
    def act() -> None:
        found = submit_files(settings, files, growth.NOW)
        if {str(f.verdict) for f in found} != {"accepted"}:
            raise SystemExit("不是都被接受 / not all were accepted")

    return timed(act)


def by_inbox(settings: Settings, files: list[Path]) -> dict[str, tuple[float, float]]:
    for file in files:
        lies = settings.inbox / file.parent.name / file.name
        lies.parent.mkdir(parents=True, exist_ok=True)
        lies.write_bytes(file.read_bytes())
    time.sleep(2.5)  # until a file counts as whole
    steps: dict[str, Callable[..., Any]] = {"pull": pull, "check": check_pending, "load": load_accepted}
    def act(step: Callable[..., Any]) -> None:
        step(open_workplace(settings, "growth", growth.NOW, acts=True), growth.LAST)

    return {name: timed(partial(act, step)) for name, step in steps.items()}


# --- registers ---------------------------------------------------------------------------------------


def register(file: Path, rows: int) -> None:
    """Without a fault."""
    random = Random(1)
    with file.open("w", newline="", encoding="utf-8") as out:
        write = csv.writer(out).writerow
        write(FIELDS)
        write(NAMES)
        for n in range(rows):
            issued, stem = date(2022, 1, 1) + timedelta(days=n % 700), f"91500154MA5{n:06d}"
            write([stem + credit_code_check(stem), f"某某科技第{n}有限公司", f"GR{issued.year}51{n % 10**6:06d}",
                   issued.isoformat(), CODES[n % 3], round(random.uniform(10, 99999), 2)])


def by_product(file: Path) -> Checks:
    """The whole suite of the form, its canaries, findings and outcomes."""
    plan = find_plan(ROOT / "tests" / "plans", "demo")
    read = read_from(file.read_bytes(), file.name, lambda _: plan, None, open_book)
    refused = next((problem.message.zh for problem in read.problems if problem.kind == "oversized"), None)
    if refused:
        return lambda: f"不收 / refused: {refused[:20]}"
    return lambda: str(judge(plan, [read], [local_day(AT)], Facts(AT), whole=False)[0].verdict)


def by_polars(file: Path, *, whole: bool = False) -> Checks:
    """whole: also what the product finds beside: check characters, years that disagree, names and records that stand again,
    placeholders, totals and subtotals."""
    from polars import Date, Float64, col, read_csv, sum_horizontal

    data = read_csv(file, skip_rows_after_header=1, schema_overrides={"revenue": Float64, "issued": Date})
    rules = (_beside_in_polars() if whole else {}) | {f"{name} is given": col(name).is_not_null() for name in FIELDS[:-1]} | {
        "shape": col("credit_code").str.contains(CREDIT_CODE), "certificate": col("certificate").str.contains(CERTIFICATE),
        "issued": col("issued").is_between(LEAST, MOST), "code": col("industry").is_in(CODES), "revenue": col("revenue") >= 0,
        "unique": col("credit_code").is_unique()}
    failed = sum_horizontal((~rule).fill_null(value=False) for rule in rules.values()).sum()
    return lambda: "accepted" if data.select(failed).item() == 0 else "rejected"


def _beside_in_polars() -> dict[str, Any]:
    """Rules that each row is held to; of subtotals those of all rows above, as a running sum says them."""
    from polars import Int64, col, struct

    signs = {sign: number for number, sign in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
    checked = sum(col("credit_code").str.slice(place, 1).replace_strict(signs, default=0, return_dtype=Int64) * pow(3, place, 31)
                  for place in range(17))
    last = col("credit_code").str.slice(17, 1).replace_strict(signs, default=0, return_dtype=Int64)
    name, revenue = col("name").str.to_uppercase().str.replace_all(r"[\s()（）·.\-]", ""), col("revenue")
    return {"check character": (31 - checked % 31) % 31 == last,
            "year": col("certificate").str.slice(2, 4).cast(Int64, strict=False) == col("issued").dt.year(),
            "an entity": ~name.str.contains("^(?:其中|以上|共|合计|小计|总计|同上|待定|无$|备注|[#=+@-]).{0,12}$"),
            "name once": ~name.is_duplicated(), "no total": (2 * revenue - revenue.sum()).abs() > 0.01,
            "no subtotal": (revenue.cum_sum().shift(1) - revenue).abs().fill_null(1) > 1e-6,
            "record once": ~struct("name", "certificate", "issued", "industry", "revenue").is_duplicated()}


def by_pandera(file: Path) -> Checks:
    import pandera.polars as pandera
    from polars import Date, Float64, read_csv

    data = read_csv(file, skip_rows_after_header=1, schema_overrides={"revenue": Float64, "issued": Date})
    is_ = pandera.Check
    schema = pandera.DataFrameSchema({
        "credit_code": pandera.Column(str, is_.str_matches(CREDIT_CODE), unique=True), "name": pandera.Column(str),
        "certificate": pandera.Column(str, is_.str_matches(CERTIFICATE)),
        "issued": pandera.Column(Date, is_.in_range(LEAST, MOST)),
        "industry": pandera.Column(str, is_.isin(CODES)),
        "revenue": pandera.Column(Float64, is_.ge(0), nullable=True)})
    return lambda: "accepted" if schema.validate(data, lazy=True) is not None else ""


def by_great_expectations(file: Path) -> Checks:
    """On pandas, as its documentation has it."""
    import great_expectations as gx
    import pandas

    data = pandas.read_csv(file, skiprows=[1])
    data["year"] = pandas.to_datetime(data["issued"]).dt.year
    frames = gx.get_context(mode="ephemeral").data_sources.add_pandas("p").add_dataframe_asset("a") \
        .add_batch_definition_whole_dataframe("b")
    of = gx.expectations
    asked = [of.ExpectColumnValuesToNotBeNull(column=name) for name in FIELDS[:-1]] + [
        of.ExpectColumnValuesToMatchRegex(column="credit_code", regex=CREDIT_CODE),
        of.ExpectColumnValuesToMatchRegex(column="certificate", regex=CERTIFICATE),
        of.ExpectColumnValuesToBeBetween(column="year", min_value=1949, max_value=2024),
        of.ExpectColumnValuesToBeInSet(column="industry", value_set=CODES),
        of.ExpectColumnValuesToBeBetween(column="revenue", min_value=0), of.ExpectColumnValuesToBeUnique(column="credit_code")]

    def checks() -> str:
        batch = frames.get_batch(batch_parameters={"dataframe": data})
        return "accepted" if batch.validate(gx.ExpectationSuite(name="s", expectations=asked)).success else "rejected"

    return checks


Checks = Callable[[], str]  # what is made of a file once it is read
SIDES: dict[str, Callable[[Path], Checks]] = {
    "gaoxin": by_product, "great-expectations": by_great_expectations, "pandera": by_pandera, "polars": by_polars,
    "polars, whole": partial(by_polars, whole=True)}
IMPORTS = {"gaoxin": "pandas", "great-expectations": "great_expectations", "pandera": "pandera.polars", "polars": "polars",
           "polars, whole": "polars"}


def measured_alone(side: str, file: Path) -> None:
    """One side on one file, in this process: prints what came of it."""
    __import__(IMPORTS[side])
    if side in ("gaoxin", "great-expectations"):
        make_ready()  # its import is no work on a register
    made: list[Checks] = []
    reading = timed(lambda: made.append(SIDES[side](file)))
    said: list[str] = []
    first = timed(lambda: said.append(made[0]()))
    status = Path("/proc/self/status").read_text()  # where the peak does not hold that of the process which started this one
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    checks = min([first, *(timed(made[0]) for _ in range(AGAIN))], key=lambda one: one[1])
    print(json.dumps({"said": said[0], "wall": reading[0] + first[0], "cpu": reading[1] + first[1], "mb": peak,
                      "checks": checks[0], "checks_cpu": checks[1]}))


def alone(side: str, file: Path) -> dict[str, Any]:
    """In a process of its own."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (str(PACKAGES), os.environ.get("PYTHONPATH"))))}
    done = subprocess.run([sys.executable, __file__, "--side", side, "--file", str(file)], capture_output=True, text=True,
                          env=environment, check=False)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1][:60] if done.stderr.strip() else f"exit {done.returncode}"}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def returns(home: Path, units: int, forms: int) -> None:
    console = Console()
    make_ready()
    first = installation(home / "a")
    files = workbooks(first, home / "files", units, forms)
    single = one_return(first, files[0])
    command = by_command(first, files)
    inbox = by_inbox(installation(home / "b"), files)
    table = Table("一份报表 / one return, warm", "ms", "CPU ms", "×")
    for name, (wall, cpu) in single.items():
        table.add_row(name, f"{wall * 1000:.1f}", f"{cpu * 1000:.1f}", f"{wall / single['bare'][0]:.0f}")
    console.print(table)
    table = Table(f"一期 {len(files)} 份 / a period", "s", "CPU s", "份每秒 / a second")
    whole = (sum(w for w, _ in inbox.values()), sum(c for _, c in inbox.values()))
    for name, (wall, cpu) in {"submit": command, "inbox": whole, **{f"  {k}": v for k, v in inbox.items()}}.items():
        table.add_row(name, f"{wall:.1f}", f"{cpu:.1f}", f"{len(files) / wall:.1f}")
    console.print(table)


def registers(home: Path, sizes: list[int]) -> None:
    table = Table("名录 / registers", "行 / rows", "s", "CPU s", "MB", "", "审核 / checks s", "CPU s", "×")
    for rows in sizes:
        file = home / "demo__hnte_register__committee__2024-Q1.csv"
        register(file, rows)
        ours = 0.0
        for side in SIDES:
            found = alone(side, file)
            ours = ours or found.get("checks_cpu", 0.0)
            cells = [found["failed"]] if "failed" in found else [
                f"{found['wall']:.2f}", f"{found['cpu']:.2f}", f"{found['mb']:.0f}", found["said"],
                f"{found['checks']:.3f}", f"{found['checks_cpu']:.3f}", f"{found['checks_cpu'] / ours:.2f}"]
            table.add_row(side, str(rows), *cells)
    Console(width=None if sys.stdout.isatty() else 110).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="1000,10000,98000,500000")
    parser.add_argument("--units", type=int, default=15)
    parser.add_argument("--forms", type=int, default=20)
    parser.add_argument("--registers", action="store_true", help="nothing but registers")
    parser.add_argument("--side", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        measured_alone(asked.side, asked.file)
        return
    with tempfile.TemporaryDirectory(prefix="gxi", dir="/tmp") as folder:
        if not asked.registers:
            returns(Path(folder), asked.units, asked.forms)
        registers(Path(folder), [int(rows) for rows in asked.rows.split(",")])


if __name__ == "__main__":
    main()
