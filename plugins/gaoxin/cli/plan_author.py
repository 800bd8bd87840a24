"""`gaoxin plan new`, `schema`, `diff`: for the person who writes a plan. No database is touched."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gaoxin.cli.arguments import PlanArgument, must_be_folder, plan_file_of
from gaoxin.cli.output import AsOfOption, JsonOption, LangOption, Session, as_json, emit, refuse, shown
from gaoxin.i18n import Text

if TYPE_CHECKING:
    from rich.console import Console

    from gaoxin.plan.model import Plan

SCHEMA_FILE = "plan.schema.json"


def new_plan(
    campaign: Annotated[
        str, typer.Argument(metavar="CAMPAIGN", show_default=False, help="编号和文件夹名，如 kaizhou_2020 / id and folder")
    ],
    name: Annotated[
        str | None, typer.Option("--name", metavar="名称", show_default=False, help="创建工作的名称 / the campaign's name")
    ] = None,
    level: Annotated[
        Literal["municipal", "provincial", "national"], typer.Option("--level", help="市级、省级、国家级 / level of the zone")
    ] = "municipal",
    starts: Annotated[
        str | None,
        typer.Option("--starts", metavar="MONTH", show_default=False, help="首月，如 2026-01；默认本月 / month; default now"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="DIR", show_default=False,
                     help="在哪里建文件夹；默认 GAOXIN_PLANS / where the folder is made; default GAOXIN_PLANS"),
    ] = None,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.planning.authoring.starter import STUB, first_month, must_be_id
    from gaoxin.planning.authoring.starter import new_plan as text_of

    session = Session.open(json, as_of, lang)
    must_be_id(campaign)
    if name is not None and not name.strip():
        refuse("名称不能为空", "the name is empty", where="--name", todo=Text("写上名称", "give a name"))
    month = first_month(starts if starts is not None else f"{session.now:%Y-%m}")
    parent = out if out is not None else session.settings.plans
    # `-o drafts/demo` and `-o drafts` both make drafts/demo: a campaign's folder bears its id.
    folder = parent if out is not None and out.name == campaign else parent / campaign
    must_be_folder(folder)
    files = {
        folder / "plan.yaml": text_of(campaign, name=name, level=level, starts=month, schema=SCHEMA_FILE),
        folder / "campaign_dags.py": STUB,
        folder / SCHEMA_FILE: _schema_text(),
    }
    if there := [str(f) for f in files if f.exists()]:
        refuse(
            f"已有 {len(there)} 个文件，不覆盖", f"{len(there)} file(s) exist and are not overwritten", where="; ".join(there),
            todo=Text("换一个编号，或用 -o 另选文件夹", "take another id, or another folder with -o"),
        )
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)

    def show(console: Console) -> None:
        for file in files:
            console.print(f"✓ {file}", style="green", soft_wrap=True, markup=False)
        known = folder.resolve().parent == session.settings.plans.resolve()
        again = campaign if known else str(folder)
        console.print(session.say(
            "内容都是示例：对照文件逐项改写 plan.yaml（格式见 docs/plan-format.md），改一段检查一次：",
            "Its content is made up: rewrite plan.yaml from your document (docs/plan-format.md), and check after each part:",
        ), soft_wrap=True)
        console.print(f"  gaoxin plan check {shown(again)}\n  gaoxin plan show {shown(again)}", soft_wrap=True)

    emit(session, {"campaign": campaign, "folder": folder, "files": list(files)}, show)


def schema(
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", show_default=False, help="写到文件 / the file to write")
    ] = None,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.planning.authoring.schema import plan_schema

    session = Session.open(json, as_of, lang)
    if out is None:
        emit(session, plan_schema())
        return
    out.write_text(_schema_text(), encoding="utf-8")
    told = shown(str(out))
    emit(session, {"file": out}, lambda console: session.conclude(console, f"✓ 已写入 {told}", f"✓ wrote {told}"))


def _schema_text() -> str:
    from gaoxin.planning.authoring.schema import plan_schema

    return as_json(plan_schema()) + "\n"


def diff(
    before: PlanArgument,
    after: PlanArgument,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="有变化时退出码为 1 / exit status 1 if they differ", show_default=False)
    ] = False,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.planning.authoring.diff import differences

    session = Session.open(json, as_of, lang)
    if before == after == "-":
        refuse("只能有一份从标准输入读", "only one of them can come from stdin", where="-",
               todo=Text("另一份写文件或编号", "name a file or a campaign for the other"))
    plans = [_read(before, after, session), _read(after, before, session)]
    changes = differences(*plans)

    def show(console: Console) -> None:
        if not changes:
            session.conclude(console, "没有变化。", "Nothing changed.")
            return
        marks = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
        for change in changes:
            mark, style = marks[change.kind]
            console.print(f"[{style}]{mark}[/] {shown(change.message.to(session.lang))}", soft_wrap=True)
        counts = [sum(c.kind == kind for c in changes) for kind in ("added", "removed", "changed")]
        session.conclude(
            console, f"共 {len(changes)} 处：新增 {counts[0]}，删去 {counts[1]}，改动 {counts[2]}。",
            f"{len(changes)} in all: {counts[0]} added, {counts[1]} removed, {counts[2]} changed.",
        )

    document: dict[str, Any] = {
        "a": {"campaign": plans[0].id, "from": before}, "b": {"campaign": plans[1].id, "from": after},
        "changes": [
            {"kind": c.kind, "subject": c.subject, "field": c.field, "before": c.before, "after": c.after,
             "message": c.message.to(session.lang)}
            for c in changes
        ],
    }
    emit(session, document, show, ok=not (exit_code and changes))


def _read(named: str, other: str, session: Session) -> Plan:
    """The plan of a campaign, of a file, or of a text that is piped in (`-`, or a pipe's path as shells make it). The
    reference files of a piped text are looked for beside the other plan."""
    from gaoxin.plan.reading.loader import load_plan, parse_plan

    path = Path(named)
    piped = named == "-" or (path.exists() and not path.is_file() and not path.is_dir())
    if not piped:
        file, inside = plan_file_of(named, session)
        return load_plan(file, id_is_folder=inside)
    raw = sys.stdin.buffer.read() if named == "-" else path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse("不是 UTF-8 文字", "not UTF-8 text", where=named, todo=Text("转成 UTF-8 再比较", "convert it to UTF-8 first"))
    beside = Path(other)
    folder = beside.parent if beside.is_file() else plan_file_of(other, session)[0].parent if other != "-" else None
    return parse_plan(text, file=named, folder=folder)
