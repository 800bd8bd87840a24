"""`gaoxin run` and `gaoxin replay`: the launcher as commands."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from gaoxin.cli.arguments import option
from gaoxin.cli.output import read_settings

Campaign = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="创建工作的 id / the campaign's id")]
WithParent = Annotated[bool, option("--with-parent", None, "启动者结束时随之结束 / end when the process that started this ends")]


def run(campaign: Campaign,
        play: Annotated[bool, option("--play", None, "以虚构数据演练一遍 / play the campaign with made-up data")] = False,
        with_parent: WithParent = False) -> None:
    """Starts the database and Airflow, and stays up until it is told to end."""
    _launched(lambda session: session.run(read_settings(), campaign, play=play), with_parent, interrupted=0)


def replay(campaign: Campaign,
           scenario: Annotated[Path | None, option("--scenario", "FILE", (
               "情景文件；默认为方案旁的 scenario.yaml / the scenario; the one beside the plan where left out"))] = None,
           with_parent: WithParent = False) -> None:
    """Plays the campaign in a home of its own. 0 only when every phase ended as the plan and the scenario say."""
    _launched(lambda session: session.replay(read_settings(), campaign, scenario), with_parent, interrupted=130)


def _launched(begin: Callable[[ModuleType], int], with_parent: bool, interrupted: int) -> None:
    from gaoxin.launcher import session

    try:
        if with_parent:
            session.end_with_parent()
        raise typer.Exit(begin(session))
    except KeyboardInterrupt as error:
        raise typer.Exit(interrupted) from error
