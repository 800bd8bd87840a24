"""The command `gaoxin`: collects the commands, and is the one boundary where errors become text and exit statuses.

Exit status (INTERFACES): 0 done; 1 the answer is no; 2 wrong use; 3 a system fault; 130 interrupted.
"""

import sys
from typing import Annotated

import typer

from gaoxin.cli.output import Chosen, read_settings, silence, tell
from gaoxin.errors import GaoxinError, SystemFault, UsageError, system_said
from gaoxin.i18n import Lang, Text

app = typer.Typer(name="gaoxin",
                  help="高新区创建工作：方案、报送、指标、关口、通报 / runs the campaign that makes a park a high-tech zone",
                  no_args_is_help=True, add_completion=False, rich_markup_mode=None)


def _tell_version(value: bool) -> None:
    if value:
        from gaoxin import __version__

        typer.echo(f"gaoxin {__version__}")
        raise typer.Exit


@app.callback()
def root(context: typer.Context,
         debug: Annotated[bool, typer.Option("--debug", hidden=True, help="show the traceback of an unexpected error")] = False,
         version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_tell_version,
                                               help="版本 / the version")] = False) -> None:
    chosen = context.find_root().obj
    if isinstance(chosen, Chosen):
        chosen.debug = debug


def register() -> None:
    """Puts every command in its place. The modules import their use cases inside the commands, so this stays cheap."""
    from gaoxin.cli import (
        bulletins,
        cadences,
        clocks,
        corrections,
        deadlines,
        explanations,
        extensions,
        figures,
        gates,
        mappings,
        office,
        people,
        plan,
        problems,
        questions,
        returns,
        rules,
        safekeeping,
        scores,
        sources,
        tasks,
        traces,
        upkeep,
    )
    from gaoxin.cli import run as launch
    from gaoxin.cli import wall as overview

    app.command("run", help="启动数据库与 Airflow 并保持运行 / start everything and stay up")(launch.run)
    app.command("replay", help="演练到底即退出 / play a campaign to its end")(launch.replay)
    app.add_typer(plan.app, name="plan")
    app.command("wall", help="全景：阶段、关口、谁欠什么 / how a campaign stands: phases, gates, who owes what")(overview.wall)
    app.add_typer(returns.app, name="returns")
    app.add_typer(mappings.app, name="mapping")
    app.command("indicators", help="指标：数值、目标、差距、预测 / indicators as of a time")(figures.indicators)
    app.command("trace", help="追溯：由数字到单元格，或由单元格向前 / from a figure to its cells, or onward")(traces.trace)
    app.command("gate", help="评价关口，不作决定 / evaluate a gate; stores nothing")(gates.gate)
    app.command("evidence", help="登记任务成果 / record a task's deliverable")(gates.evidence)
    app.command("tasks", help="任务台账：状态、进展、成果、销号 / the ledger of tasks as of a time")(tasks.tasks)
    app.add_typer(tasks.task, name="task")
    app.command("cadences", help="调度工作：每次由谁、何时前办理，办理情况 / what cadences ask for, and how it stands"
                )(cadences.cadences)
    app.add_typer(cadences.cadence, name="cadence")
    app.command("approve", help="审批：同意或不同意 / give or refuse consent")(gates.approve)
    app.command("waive", help="豁免关口的一项条件 / let one criterion pass")(gates.waive)
    app.command("waivers", help="列出豁免：范围、期限、用在何处 / waivers: scope, expiry, where they were used")(gates.waivers)
    app.command("explain", help="说明一条警告 / explain a warning")(gates.explain)
    app.add_typer(explanations.app, name="explanations")
    app.command("ask", help="向办公室提问 / ask the office")(questions.ask)
    app.command("answer", help="办公室答复提问 / answer a unit's question")(questions.answer)
    app.command("questions", help="列出提问与答复 / list questions and answers")(questions.questions)
    app.add_typer(extensions.extend, name="extend")
    app.add_typer(clocks.clock, name="clock")
    app.command("burden", help="报送负担：项数、重复、退回、提醒、估计用时 / what answering costs the units")(clocks.burden)
    app.command("cards", help="预警与亮牌 / warnings and cards that fell")(clocks.cards)
    app.command("overdue", help="逾期事项：单位自身的时间与等待他人的时间 / what is late, and whose time it was")(clocks.overdue)
    app.command("deadlines", help="期限：何时到期、是否按期 / every deadline: whose, when, met or not")(deadlines.deadlines)
    app.command("alive", help="督查调度是否还在走；停摆告知一次 / whether the clock still goes; told once")(deadlines.alive)
    app.command("feed", help="写出一个单位的日历 .ics / a unit's deadlines for its calendar")(deadlines.feed)
    app.add_typer(gates.rectification, name="rectification")
    app.command("problems", help="问题与整改：状态、佐证、经过 / problems and rectifications")(problems.problems)
    app.add_typer(problems.app, name="problem")
    app.add_typer(scores.app, name="score")
    app.add_typer(corrections.app, name="corrections")
    app.command("remind", help="发送到期提醒 / send the reminders that are due")(office.remind)
    app.command("sent", help="发出了什么、各地址是否送达 / what went out to whom, and whether each address has it")(office.sent)
    app.add_typer(office.inbox, name="inbox")
    app.add_typer(sources.app, name="sources")
    app.add_typer(office.report, name="report")
    app.add_typer(bulletins.bulletin, name="bulletin")
    app.command("migrate", help="升级数据库并重新授权，以所有者账户 / migrate the database as its owner")(upkeep.migrate)
    app.add_typer(upkeep.ledger, name="ledger")
    app.add_typer(people.app, name="accounts")
    app.command("backup", help="备份整个安装到一个文件 / everything that cannot be made anew, in one file")(safekeeping.backup)
    app.command("restore", help="恢复到空的安装并核验 / bring a backup into an empty installation")(safekeeping.restore)
    app.add_typer(rules.app, name="rules")
    app.add_typer(upkeep.suites, name="suites")
    app.add_typer(upkeep.drill, name="drill")
    app.command("sample", help="生成演练用的虚构报表 / write made-up workbooks for drills")(upkeep.sample)


register()


def run(args: list[str] | None = None) -> int:
    """Runs one command line and returns its exit status; never raises. The process's entry point. The one documented broad except
    of the command line is here: what nobody foresaw becomes exit status 3 and a short text, and a traceback only with `gaoxin
    --debug …`."""
    chosen, stdout = Chosen(), sys.stdout
    for stream in (sys.stdout, sys.stderr):
        # A C locale or a GBK console must not turn an answer into a crash; JSON is UTF-8 in any case.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = typer.main.get_command(app).main(args=args, prog_name="gaoxin", standalone_mode=False, obj=chosen)
        return status if isinstance(status, int) else 0
    except typer.TyperException as error:
        return _wrong_use(error, _language(chosen))
    except typer.Abort:
        tell(UsageError(Text("已中断", "interrupted"), todo=Text("重新运行即可", "run it again")), _language(chosen))
        return 130
    except BrokenPipeError:
        silence(stdout)
        return 0
    except Exception as error:  # noqa: BLE001 - the boundary named above
        if chosen.debug:
            import traceback

            traceback.print_exception(error, file=sys.stderr)
        told = error if isinstance(error, GaoxinError) else _fault(error)
        tell(told, _language(chosen))
        return told.exit_status
    finally:
        sys.stdout = stdout


def _language(chosen: Chosen) -> Lang:
    """The language of an error: --lang, else the environment's, else Chinese. An environment that cannot be read is
    itself the error being told, so it must not raise here."""
    if chosen.lang is not None:
        return chosen.lang
    try:
        return read_settings().lang
    except UsageError:
        return "zh"


def _wrong_use(error: typer.TyperException, lang: Lang) -> int:
    """Tells wrong use of options and arguments. Always 2, also where the parser's own class says 1."""
    kind, context = type(error).__name__, getattr(error, "ctx", None)
    if kind == "NoArgsIsHelpError":
        sys.stderr.write(error.format_message() + "\n")
        return UsageError.exit_status
    zh = {
        "NoSuchOption": "没有这个选项", "MissingParameter": "缺少参数", "BadParameter": "参数的值不对",
        "BadOptionUsage": "选项用法不对", "BadArgumentUsage": "参数用法不对",
    }.get(kind, "用法不对")
    message = error.format_message().rstrip(".")
    path = context.command_path if context is not None else "gaoxin"
    todo = Text(f"查看 {path} --help", f"see {path} --help")
    tell(UsageError(Text(f"{zh}：{message}", f"wrong use: {message}"), where=path, todo=todo), lang)
    return UsageError.exit_status


def _fault(error: Exception) -> SystemFault:
    if isinstance(error, OSError):
        why = system_said(error)
        return SystemFault(Text(f"读写失败：{why.zh}", f"reading or writing failed: {why.en}"), where=str(error.filename or ""),
                           todo=Text("检查路径、权限和磁盘空间后重试", "check path, permissions and free space, then try again"))
    told = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}".rstrip(": ")
    return SystemFault(Text(f"程序内部错误：{told}", f"an error inside the program: {told}"),
                       todo=Text("用 gaoxin --debug … 重新运行同一命令，把输出交给系统维护单位",
                                 "run the same command as gaoxin --debug … and hand its output to whoever maintains the system"))
