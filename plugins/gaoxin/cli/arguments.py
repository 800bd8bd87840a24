"""Arguments and options that several commands share, and the reading of them."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from gaoxin.clock import parse_day
from gaoxin.errors import UsageError, system_said
from gaoxin.folders import opened
from gaoxin.i18n import Text
from gaoxin.periods import spoken
from gaoxin.unseen import line


class _Listing(TyperGroup):
    """`corrections CAMPAIGN` lists; `corrections decide …` decides."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        return super().resolve_command(ctx, args if args[0] in self.commands else ["list", *args])


def group(help: str, *, lists: bool = False) -> typer.Typer:
    """Commands under one name. lists: without one of them it is `list`."""
    return typer.Typer(help=help, no_args_is_help=True, rich_markup_mode=None, cls=_Listing if lists else None)


def argument(metavar: str, help: str) -> Any:
    return typer.Argument(metavar=metavar, show_default=False, help=help)


def option(flags: str, metavar: str | None, help: str, **more: Any) -> Any:
    """flags: with blanks between them."""
    return typer.Option(*flags.split(), metavar=metavar, **{"show_default": False, "help": help, **more})


CampaignArgument = Annotated[str, argument("CAMPAIGN", "创建工作，如 kaizhou_2020 / the campaign's id")]
PlanArgument = Annotated[str, argument("CAMPAIGN_OR_FILE", "创建工作或方案文件 / a campaign or a plan file")]
PhaseArgument = Annotated[str, argument("PHASE", "阶段 / the phase's id")]
FilesArgument = Annotated[list[Path], argument("FILE...", "报表文件（可多个） / workbooks or CSV files")]
# As people write it: which one is meant the plan says (`Session.period`).
PeriodOption = Annotated[str | None, option("--period", "P", "报告期：2020年6月、二季度、2020-Q2、2020 / a reporting period",
                                            parser=spoken)]
ByOption = Annotated[str, option("--by", "UNIT", "由哪个单位作出 / the unit that does this")]
# A terminal or a script that asks for no more gets so many of a long list, and is told.
LimitOption = Annotated[int, option("--limit", "N", "长清单一次列多少，默认 5000 / how many of a long list, default 5000",
                                    min=1)]
AfterOption = Annotated[int, option("--after", "N", "从第 N 项之后列起 / go on after the first N", min=0)]
MANY = 5_000
OutOption = Annotated[Path, option("-o --out", "DIR", "写到哪个文件夹 / the folder to write to")]


def day_of(text: str, of: str = "--expires") -> date:
    """Raises UsageError for a text that is no ISO date."""
    return parse_day(text, of)


def must_be_files(files: list[Path]) -> None:
    """Raises UsageError that names every path which is no plain file that can be read. Reading is tried, since permission bits
    do not tell the whole truth; it is done before any file is judged, so that a mistyped name costs nothing."""
    problems: list[tuple[Path, Text]] = []
    for file in files:
        try:
            with opened(file) as found:
                found.read(1)
        except OSError as error:
            problems.append((file, system_said(error)))
    if problems:
        zh = "；".join(f"{line(str(file))}（{why.zh}）" for file, why in problems)
        en = "; ".join(f"{line(str(file))} ({why.en})" for file, why in problems)
        raise UsageError(Text(f"有 {len(problems)} 个文件读不了：{zh}", f"{len(problems)} file(s) cannot be read: {en}"),
                         todo=Text("检查路径和权限；其他文件也未处理", "check path and permissions; none of the files was taken"))
