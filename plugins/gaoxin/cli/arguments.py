"""Arguments and options that several commands share, and the reading of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from gaoxin.cli.output import refuse
from gaoxin.i18n import Text
from gaoxin.periods import Period

CampaignArgument = Annotated[
    str, typer.Argument(metavar="CAMPAIGN", show_default=False, help="创建工作，如 kaizhou_2020 / the campaign's id")
]
PlanArgument = Annotated[
    str, typer.Argument(metavar="CAMPAIGN_OR_FILE", show_default=False, help="创建工作或方案文件 / a campaign or a plan file")
]
PhaseArgument = Annotated[str, typer.Argument(metavar="PHASE", show_default=False, help="阶段 / the phase's id")]
FilesArgument = Annotated[
    list[Path], typer.Argument(metavar="FILE...", show_default=False, help="报表文件（可多个） / workbooks or CSV files")
]
PeriodOption = Annotated[
    Period | None,
    typer.Option(
        "--period", metavar="P", show_default=False, parser=Period.parse,
        help="报告期：2020-06、2020-Q2、2020-H1、2020 / a reporting period",
    ),
]
ByOption = Annotated[
    str, typer.Option("--by", metavar="UNIT", show_default=False, help="由哪个单位作出 / the unit that does this")
]
OutOption = Annotated[
    Path, typer.Option("-o", "--out", metavar="DIR", show_default=False, help="写到哪个文件夹 / the folder to write to")
]


def day_of(text: str, option: str) -> date:
    """Raises UsageError for a text that is no ISO date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(
            f"{option} 不是日期：{text!r}", f"{option} is not a date: {text!r}", where=option,
            todo=Text("写成 2020-10-31", "write 2020-10-31"),
        )


def must_be_files(files: list[Path]) -> None:
    """Raises UsageError that names every path which is no readable file. Reading is tried, since permission bits do not
    tell the whole truth; it is done before any file is judged, so that a mistyped name costs nothing."""
    problems = []
    for file in files:
        try:
            with file.open("rb") as opened:
                opened.read(1)
        except OSError as error:
            problems.append(f"{file}: {error.strerror}")
    if problems:
        refuse(
            f"有 {len(problems)} 个文件读不了", f"{len(problems)} file(s) cannot be read", where="; ".join(problems),
            todo=Text("检查路径和权限；其他文件也未处理", "check path and permissions; none of the files was taken"),
        )
