"""`gaoxin gate` and what people decide about it: evidence, approval, waiver, explanation, rectification.

`gate` only evaluates and stores nothing: the decision itself is the campaign's, taken by the phase's DAG.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gaoxin.cli.arguments import ByOption, CampaignArgument, PhaseArgument, day_of, must_be_files
from gaoxin.cli.output import AsOfOption, JsonOption, LangOption, Session, emit, plain, refuse, shown, table
from gaoxin.cli.words import word
from gaoxin.i18n import Text

if TYPE_CHECKING:
    from rich.console import Console

    from gaoxin.gates.model import CriterionResult, GateResult
    from gaoxin.plan.model import Plan

rectification = typer.Typer(
    help="整改：清单与销号 / shortfalls: list and close", no_args_is_help=True, rich_markup_mode=None
)

ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", show_default=False, help="理由 / the reason")]


def gate(
    campaign: CampaignArgument, phase: PhaseArgument,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.campaign.gatekeeping import evaluate

    session = Session.open(json, as_of, lang)
    w = session.workplace(campaign)
    result = evaluate(w, phase)

    def show(console: Console) -> None:
        name = w.plan.phase(phase).name.to(session.lang)
        console.print(f"[bold]{shown(name)}[/]  {word(result.verdict, session.lang)}")
        session.conclude(
            console,
            f"截止 {result.deadline}，评价时点 {shown(result.decided_as_of)}，{word(result.mode, 'zh')}",
            f"deadline {result.deadline}, as of {shown(result.decided_as_of)}, {word(result.mode, 'en')}",
        )
        rows = table(session, "条件|criterion", "内容|what", "结果|result", "说明|detail", fold=(3,))
        for c in result.criteria:
            rows.add_row(
                c.id, word(c.kind, session.lang), word(_outcome(c), session.lang),
                shown(c.detail.to(session.lang)),
            )
        console.print(rows)
        _show_shortfalls(console, result, w.plan, session)
        console.print(_verdict_told(result, session), soft_wrap=True)

    emit(session, _gate(result, session), show, ok=result.verdict != "hold")


def _outcome(c: CriterionResult) -> str:
    if c.waived:
        return "waived"
    return {True: "passed", False: "failed", None: "not_evaluated"}[c.passed]


def _gate(result: GateResult, session: Session) -> dict[str, Any]:
    return {
        "campaign": result.campaign, "phase": result.phase, "verdict": result.verdict, "decided_as_of": result.decided_as_of,
        "mode": result.mode, "deadline": result.deadline, "days_late": result.days_late, "seal": result.seal,
        "waits_only_for_approval": result.waits_only_for_approval,
        "criteria": [
            {
                "id": c.id, "kind": c.kind, "passed": c.passed, "detail": c.detail.to(session.lang),
                "evidence": c.evidence, "waived": c.waived,
                "shortfalls": [
                    {"owner": s.owner, "subject": s.subject.to(session.lang), "ref": s.ref} for s in c.shortfalls
                ],
            }
            for c in result.criteria
        ],
    }


def _show_shortfalls(console: Console, result: GateResult, plan: Plan, session: Session) -> None:
    owed = [s for c in result.criteria if not c.waived for s in c.shortfalls]
    if not owed:
        return
    rows = table(session, "责任单位|owner", "所差|what is missing", "编号|ref", fold=(1,))
    for s in owed:
        rows.add_row(shown(_unit_name(plan, s.owner, session)), shown(s.subject.to(session.lang)), shown(s.ref))
    console.print(rows)


def _unit_name(plan: Plan, unit: str, session: Session) -> str:
    return next((u.name.to(session.lang) for u in plan.units if u.id == unit), unit)


def _verdict_told(result: GateResult, session: Session) -> str:
    if result.verdict != "hold":
        return session.say("关口可以放行。", "The gate may open.")
    if result.waits_only_for_approval:
        return session.say(
            f"只等审批：gaoxin approve {result.campaign} {result.phase} --by 单位 --decision approve --reason 理由",
            "Waits for approval only: "
            f"gaoxin approve {result.campaign} {result.phase} --by UNIT --decision approve --reason TEXT",
        )
    held = [c for c in result.criteria if c.passed is not True and not c.waived]
    return session.say(
        f"有 {len(held)} 项条件未满足，关口不放行；由上列责任单位补齐后重新评价。",
        f"{len(held)} criterion(s) not met, the gate stays shut; the owners above make good, then evaluate again.",
    )


def evidence(
    campaign: CampaignArgument,
    task: Annotated[str, typer.Argument(metavar="TASK", show_default=False, help="任务 / the task's id")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", show_default=False, help="成果文件 / the files")],
    by: ByOption,
    deliverable: Annotated[
        str | None,
        typer.Option("--deliverable", metavar="D", show_default=False,
                     help="哪一项成果；任务只有一项时可省 / which deliverable; may be left out when the task has one"),
    ] = None,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.campaign.decisions import record_evidence

    session = Session.open(json, as_of, lang)
    must_be_files(files)
    w = session.workplace(campaign)
    wanted = w.plan.task(task)
    known = [d.id for d in wanted.deliverables]
    if deliverable is None and len(known) > 1:
        refuse(f"任务 {task} 有 {len(known)} 项成果", f"task {task} has {len(known)} deliverables", where="--deliverable",
               todo=Text("指明一项：" + "、".join(known), "name one: " + ", ".join(known)))
    asked = deliverable or known[0]
    told = []
    for file in session.each(files, Text("登记成果", "recording evidence")):
        recorded = record_evidence(w, task, asked, file.read_bytes(), file.name, by)
        told.append({
            "file": file, "sha256": recorded.sha256, "recorded_at": recorded.recorded_at, "recorded_by": recorded.recorded_by,
        })

    def show(console: Console) -> None:
        for each in told:
            console.print(f"  {each['sha256'][:12]}…  {shown(str(each['file']))}", soft_wrap=True)
        name = shown(wanted.name.to(session.lang))
        gate_command = f"gaoxin gate {campaign} {wanted.phase}" if wanted.phase else ""
        session.conclude(
            console,
            f"已为「{name}」登记 {len(told)} 个成果文件。" + (f"查看关口：{gate_command}" if gate_command else ""),
            f"{len(told)} file(s) recorded for “{name}”." + (f" See the gate: {gate_command}" if gate_command else ""),
        )

    emit(session, {"campaign": campaign, "task": task, "deliverable": asked, "evidence": told}, show)


def approve(
    campaign: CampaignArgument, phase: PhaseArgument, by: ByOption,
    decision: Annotated[
        Literal["approve", "reject"], typer.Option("--decision", show_default=False, help="同意或不同意 / yes or no")
    ],
    reason: ReasonOption,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.campaign.decisions import approve as record

    session = Session.open(json, as_of, lang)
    w = session.workplace(campaign)
    approval = record(w, phase, by, decision, reason)
    verdict = session.say("同意" if decision == "approve" else "不同意", "approves" if decision == "approve" else "rejects")
    name = _unit_name(w.plan, by, session)
    emit(
        session, {"campaign": campaign, **_recorded(approval)},
        lambda console: session.conclude(
            console,
            f"已记录：{shown(name)}对 {phase} 表示{verdict}。查看关口：gaoxin gate {campaign} {phase}",
            f"Recorded: {shown(name)} {verdict} {phase}. See the gate: gaoxin gate {campaign} {phase}",
        ),
    )


def waive(
    campaign: CampaignArgument, phase: PhaseArgument,
    criterion: Annotated[str, typer.Argument(metavar="CRITERION", show_default=False, help="条件 / the criterion's id")],
    by: ByOption, reason: ReasonOption,
    expires: Annotated[str, typer.Option("--expires", metavar="DATE", show_default=False, help="有效期至 / valid until")],
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.campaign.decisions import waive as record

    session = Session.open(json, as_of, lang)
    until = day_of(expires, "--expires")
    w = session.workplace(campaign)
    waiver = record(w, phase, criterion, by, reason, until)
    emit(
        session, {"campaign": campaign, **_recorded(waiver)},
        lambda console: session.conclude(
            console,
            f"已记录：{shown(_unit_name(w.plan, by, session))}豁免 {phase} 的条件 {criterion}，至 {until} 止。",
            f"Recorded: {shown(_unit_name(w.plan, by, session))} waives {criterion} of {phase} until {until}.",
        ),
    )


def explain(
    campaign: CampaignArgument,
    return_id: Annotated[str, typer.Argument(metavar="RETURN_ID", show_default=False, help="报送编号 / the return's id")],
    rule: Annotated[str, typer.Argument(metavar="RULE", show_default=False, help="规则 / the rule that warned")],
    text: Annotated[str, typer.Argument(metavar="TEXT", show_default=False, help="说明 / the explanation")],
    by: ByOption,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.campaign.decisions import explain as record

    session = Session.open(json, as_of, lang)
    record(session.workplace(campaign), return_id, rule, text, by)
    emit(
        session,
        {"campaign": campaign, "return_id": return_id, "rule": rule, "text": text, "by": by, "recorded_at": session.now},
        lambda console: session.conclude(
            console,
            f"已记录对 {shown(return_id)} 规则 {shown(rule)} 的说明。",
            f"Explanation of {shown(rule)} on {shown(return_id)} recorded.",
        ),
    )


@rectification.command("list", help="列出整改事项 / list what must be made good")
def rectification_list(
    campaign: CampaignArgument,
    everything: Annotated[bool, typer.Option("--all", help="也列出已销号的 / the closed ones too")] = False,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.clock import local_day

    session = Session.open(json, as_of, lang)
    w = session.workplace(campaign)
    with w.warehouse.begin() as store:
        found = [r for r in store.decisions.rectifications(campaign, session.now) if everything or r.closed_at is None]
    today = local_day(session.now)
    told = [
        {
            "id": r.id, "phase": r.phase, "criterion": r.criterion, "ref": r.ref, "owner": r.owner,
            "subject": r.subject.to(session.lang), "opened_at": r.opened_at, "due": r.due,
            "state": "open" if r.closed_at is None else "closed", "overdue": r.closed_at is None and r.due < today,
            "closed_at": r.closed_at,
            "closed_because": r.closed_because and r.closed_because.to(session.lang),
        }
        for r in found
    ]

    def show(console: Console) -> None:
        rows = table(
            session, "编号|id", "阶段|phase", "责任单位|owner", "事项|what", "期限|due", "状态|state", fold=(3,),
        )
        for r in told:
            state = "overdue" if r["overdue"] else r["state"]
            owner = _unit_name(w.plan, r["owner"], session)
            rows.add_row(
                shown(r["id"]), r["phase"], shown(owner), shown(r["subject"]), str(r["due"]), word(state, session.lang)
            )
        if told:
            console.print(rows)
        late = sum(r["overdue"] for r in told)
        session.conclude(console, f"共 {len(told)} 项，逾期 {late} 项。", f"{len(told)} item(s), {late} overdue.")

    emit(session, {"campaign": campaign, "rectifications": told}, show)


@rectification.command("close", help="销号 / close one")
def rectification_close(
    campaign: CampaignArgument,
    rectification_id: Annotated[str, typer.Argument(metavar="ID", show_default=False, help="整改编号 / its id")],
    by: ByOption, reason: ReasonOption,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.campaign.decisions import close_rectification

    session = Session.open(json, as_of, lang)
    close_rectification(session.workplace(campaign), rectification_id, reason, by)
    emit(
        session,
        {
            "campaign": campaign, "id": rectification_id, "state": "closed", "by": by, "reason": reason,
            "closed_at": session.now,
        },
        lambda console: session.conclude(
            console,
            f"整改 {shown(rectification_id)} 已销号。", f"Rectification {shown(rectification_id)} closed."
        ),
    )


def _recorded(value: Any) -> dict[str, Any]:
    told = plain(value)
    return told if isinstance(told, dict) else {}
