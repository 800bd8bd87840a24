"""Upkeep of an installation: the ledger's chain, made-up samples for drills, the rules as suites."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gaoxin.cli.arguments import CampaignArgument, OutOption, must_be_folder, period_of
from gaoxin.cli.output import AsOfOption, JsonOption, LangOption, Session, emit, refuse, shown, table
from gaoxin.cli.words import word
from gaoxin.i18n import Text

if TYPE_CHECKING:
    from rich.console import Console

ledger = typer.Typer(help="账本：逐条列出、核验 / the hash-chained record of what was decided", no_args_is_help=True,
                     rich_markup_mode=None)
suites = typer.Typer(help="规则：把报表规则写成 Great Expectations 规则集 / the rules as suites", no_args_is_help=True,
                     rich_markup_mode=None)


@ledger.command("verify", help="核验账本是否完整 / verify the chain of hashes")
def ledger_verify(json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None) -> None:
    from gaoxin.warehouse.engine import Warehouse

    session = Session.open(json, as_of, lang)
    with Warehouse.open(session.settings).begin() as store:
        found = store.ledger.verify()

    def show(console: Console) -> None:
        if found.intact:
            session.conclude(
                console,
                f"[green]✓[/] 账本完整：{found.events} 条，末条 {found.head}",
                f"[green]✓[/] intact: {found.events} event(s), head {found.head}",
            )
            if found.backdated:
                session.conclude(
                    console,
                    f"其中 {found.backdated} 条的时点早于在它之前的记录（事后补记）",
                    f"{found.backdated} of them bear a time before that of an earlier event (entered afterwards)",
                )
        else:
            session.conclude(
                console,
                f"[red]✗[/] 账本第 {found.first_bad} 条起被改动过（共 {found.events} 条）。"
                "停止使用，保全数据库并报告督查室。",
                f"[red]✗[/] the ledger was altered from event {found.first_bad} on ({found.events} in all). "
                "Stop, keep the database as it is and tell the supervision office.",
            )

    emit(
        session,
        {
            "events": found.events, "head": found.head, "intact": found.intact, "first_bad": found.first_bad,
            "backdated": found.backdated,
        },
        show, ok=found.intact,
    )


@ledger.command("list", help="列出账本 / list the events")
def ledger_list(
    campaign: Annotated[
        str | None,
        typer.Option("--campaign", metavar="CAMPAIGN", show_default=False, help="只列一个创建工作 / of one campaign"),
    ] = None,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.warehouse.engine import Warehouse

    session = Session.open(json, as_of, lang)
    if campaign is not None:
        session.plan(campaign)  # a mistyped campaign is wrong use, not an empty ledger
    with Warehouse.open(session.settings).begin() as store:
        found = store.ledger.verify()
        # Without --as-of everything is listed: a replay's times may lie after this machine's.
        events = [e for e in store.ledger.events(campaign) if as_of is None or e.at <= session.now]

    def show(console: Console) -> None:
        rows = table(
            session, "序号|no.", "时间|at", "创建工作|campaign", "事件|event", "内容|payload", right=(0,),
            fold=(4,),
        )
        for e in events:
            payload = " ".join(f"{key}={_short(value)}" for key, value in e.payload.items())
            rows.add_row(str(e.seq), shown(e.at), shown(e.campaign), shown(e.kind), shown(payload))
        if events:
            console.print(rows)
        session.conclude(
            console,
            f"列出 {len(events)} 条；全账 {found.events} 条，{'完整' if found.intact else '已被改动'}。",
            f"{len(events)} listed of {found.events}; the ledger is {'intact' if found.intact else 'ALTERED'}.",
        )

    emit(session, {"events": events, "head": found.head, "intact": found.intact, "first_bad": found.first_bad}, show)


def sample(
    campaign: CampaignArgument,
    first: Annotated[str, typer.Option("--from", metavar="P", show_default=False, help="自哪一期 / the first period")],
    last: Annotated[str, typer.Option("--to", metavar="P", show_default=False, help="至哪一期 / the last period")],
    out: OutOption,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="同一种子生成同样的文件 / the same seed, the same files")] = 1,
    fault: Annotated[
        list[str] | None,
        typer.Option("--fault", metavar="KIND[:FORM[:UNIT[:PERIOD]]]", show_default=False,
                     help="故意写入的差错，可多次 / a fault to work in; may be repeated"),
    ] = None,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="也写改正后的第二版 / also a right second version of each faulty one")
    ] = False,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.drill.sample import FAULTS, MANIFEST, load_spec, make_samples
    from gaoxin.plan.reading.loader import plan_files

    session = Session.open(json, as_of, lang)
    plan, start, end = session.plan(campaign), period_of(first), period_of(last)
    must_be_folder(out)
    if any(out.glob(f"{plan.id}__*")) and not (out / MANIFEST).exists():
        # A unit's own return has the same name as a made-up one; only a folder of samples may be written over.
        refuse(f"{out} 里已有报表", f"{out} holds returns already", where="--out",
               todo=Text("另选一个文件夹", "name another folder"))
    spec = load_spec(plan_files(session.settings.plans)[plan.id])
    with session.working(Text("生成样本", "making samples")):
        files = make_samples(plan, spec, start, end, out, seed=seed, faults=fault or (), corrections=corrections)
    told = [
        {
            "path": f.path, "sha256": _sha256(f.path), "form": f.key.form, "unit": f.key.unit, "period": f.key.period,
            "arrives": f.arrives, "faults": f.faults,
        }
        for f in files
    ]

    def show(console: Console) -> None:
        faulty = [f for f in files if f.faults]
        rows = table(session, "文件|file", "到达|arrives", "差错|faults")
        for f in faulty:
            rows.add_row(shown(f.path.name), str(f.arrives), shown("、".join(FAULTS[k].to(session.lang) for k in f.faults)))
        if faulty:
            console.print(rows)
        session.conclude(
            console,
            f"已在 {shown(str(out))} 写 {len(files)} 份样本报表（虚构数据），其中 {len(faulty)} 份有意带差错。",
            f"{len(files)} made-up return(s) written to {shown(str(out))}, {len(faulty)} of them faulty on purpose.",
        )

    emit(session, {"campaign": plan.id, "seed": seed, "files": told}, show)


@suites.command("write", help="由方案写出规则文件，覆盖原有的 / derive the suites from the plan, over what stands there")
def suites_write(
    campaign: CampaignArgument, json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None
) -> None:
    from gaoxin.quality.suites import suite_path, write_suites

    session = Session.open(json, as_of, lang)
    plan = session.plan(campaign)
    before = {path: _sha256(path) for form in plan.forms if (path := suite_path(session.settings, plan.id, form.id)).exists()}
    told = []
    for path in write_suites(session.settings, plan):
        state = "new" if path not in before else "same" if before[path] == _sha256(path) else "changed"
        told.append({"path": path, "sha256": _sha256(path), "state": state})

    def show(console: Console) -> None:
        for each in told:
            console.print(f"  {word(each['state'], session.lang)}  {shown(str(each['path']))}", soft_wrap=True)
        changed = sum(each["state"] == "changed" for each in told)
        session.conclude(
            console,
            f"已写 {len(told)} 个规则文件" + (f"，其中 {changed} 个有变：手工调整过的请补上。" if changed else "。"),
            f"{len(told)} suite(s) written" + (f", {changed} changed: redo edits made by hand." if changed else "."),
        )

    emit(session, {"campaign": plan.id, "files": told}, show)


def _short(value: object) -> str:
    """A hash by its first letters, for people: enough to tell two apart. --json has it whole."""
    text = str(value)
    return f"{text[:12]}…" if re.fullmatch(r"[0-9a-f]{64}", text) else text


def _sha256(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
