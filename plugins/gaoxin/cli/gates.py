"""`gaoxin gate` and what people decide about it: evidence, approval, waiver, explanation, rectification.

`gate` only evaluates and stores nothing: the decision itself is the campaign's, taken by the phase's DAG.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from gaoxin import campaign as cases
from gaoxin.campaign.answer import reached
from gaoxin.cli.arguments import (
    MANY,
    AfterOption,
    ByOption,
    CampaignArgument,
    LimitOption,
    PeriodOption,
    PhaseArgument,
    argument,
    day_of,
    group,
    must_be_files,
    option,
)
from gaoxin.cli.entered import LateOption, OnOption, afterwards
from gaoxin.cli.layout import Cell, Column, Layout, View, bold, each, line, more, rows, says, state, unit
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.cli.words import word
from gaoxin.errors import UsageError
from gaoxin.i18n import Text

rectification = group("整改：清单与销号 / shortfalls: list and close")

_OUTCOMES = {None: "not_evaluated", True: "passed", False: "failed"}
ReasonOption = Annotated[str, option("--reason", "TEXT", "理由 / the reason")]


def _times(g: cases.gatekeeping.Gate, v: View) -> str:
    r, mode = g.result, word(g.result.mode, v.lang)
    under = v.say(f"，依方案第 {r.plan_version} 版", f", under version {r.plan_version} of the plan") if r.plan_version else ""
    late = v.say(f"（已逾期 {r.days_late} 天）", f" ({r.days_late} day(s) late)") if r.days_late else ""
    return v.say(f"截止 {r.deadline}{late}，评价时点 {v.cell(r.decided_as_of)}，{mode}{under}",
                 f"deadline {r.deadline}{late}, as of {v.cell(r.decided_as_of)}, {mode}{under}")


def _decided(g: cases.gatekeeping.Gate, v: View) -> str | None:
    if (p := g.passed) is None:
        return None
    late = v.say(f"，逾期 {p.days_late} 天", f", {p.days_late} day(s) late") if p.days_late else ""
    how = v.say("经豁免通过" if p.verdict == "waived" else "通过", "waived" if p.verdict == "waived" else "passed")
    return v.say(f"已作决定：{v.cell(p.decided_as_of)} {how}{late}；以下是如在评价时点判定的情况，不改变该决定",
                 f"decided: {how} on {v.cell(p.decided_as_of)}{late}; below is how it would be judged as of that time, which "
                 "changes nothing")


def _what_next(g: cases.gatekeeping.Gate, v: View) -> str:
    if g.passed:
        return v.say("该关口的决定不再更改；此后的变化由更正和整改处理。",
                     "The decision stands; what changed since is for corrections and rectifications.")
    if g.result.verdict != "hold":
        return v.say("关口可以放行。", "The gate may open.")
    if g.result.waits_only_for_approval:
        command = f"gaoxin approve {g.result.campaign} {g.result.phase} --by"
        return v.say(f"只等审批：{command} 单位 --decision approve --reason 理由",
                     f"Waits for approval only: {command} UNIT --decision approve --reason TEXT")
    return v.say(f"有 {len(g.held)} 项条件未满足，关口不放行；由上列责任单位补齐后重新评价。",
                 f"{len(g.held)} criterion(s) not met, the gate stays shut; the owners above make good, then evaluate again.")


def _see_gate(a: cases.deliverables.EvidenceRecorded, v: View) -> str:
    about, count = v.plan.task(a.task), a.new
    name, command = about.name.to(v.lang), f"gaoxin gate {a.campaign} {about.phase}"
    return v.say(f"已为「{name}」登记 {count} 个成果文件。" + (f"查看关口：{command}" if about.phase else ""),
                 f"{count} file(s) recorded for “{name}”." + (f" See the gate: {command}" if about.phase else ""))


def _passed_on(a: cases.deliverables.EvidenceRecorded, v: View) -> str | None:
    if not a.gates:
        return None
    named = v.listed(v.plan.phase(p).name for p in a.gates)
    command = f"gaoxin rectification list {a.campaign}"
    return v.say(f"关口已凭原件通过（{named}）：换件列为整改，由办公室、督查单位或领导小组核对后销号：{command}",
                 f"A gate passed on the file before ({named}): that it was replaced is a rectification, which office, "
                 f"supervision or leading group close once they have looked: {command}")


def _twin(e: cases.deliverables.RecordedFile, v: View) -> str | None:
    return v.say(f"与已登记的“{v.listed(e.same_as)}”是同一文件，请核对是否交错",
                 f"the same file was recorded for “{v.listed(e.same_as)}”: is it the right one?") if e.same_as else None


def _before(e: cases.deliverables.RecordedFile, v: View) -> str | None:
    if not e.there_before:
        return None
    since = {"yes": ("", ""),
             "replaced": ("；此后另有新件，以新件为准，要换回的请另存为新文件后登记",
                          "; another file came since and counts: to go back to this one hand it in saved anew"),
             "reopened": ("；任务此后重开，它已不作数：交新件，或由销号单位核实后以 --confirmed 销号",
                          "; the task was reopened since and it counts no more: hand in a new file, or whoever closes the task "
                          "confirms it (--confirmed)")}[e.counts]
    return v.say(f"此前已由{v.unit_name(e.recorded_by)}于 {v.cell(e.recorded_at)} 登记，本次未另登记{since[0]}",
                 f"recorded already, by {v.unit_name(e.recorded_by)} at {v.cell(e.recorded_at)}: nothing is recorded now"
                 f"{since[1]}")


def _approved(a: cases.decisions.Decided, v: View) -> str:
    given, name = a.given, v.unit_name(a.given.by)
    yes, command = getattr(given, "decision", "") == "approve", f"gaoxin gate {a.campaign} {given.phase}"
    scan = getattr(given, "scan", None)
    sheet = (f"签章扫描件 {scan[:12]}…。", f" The scanned sheet: {scan[:12]}….") if scan else ("", "")
    return v.say(f"已记录：{name}对 {given.phase} 表示{'同意' if yes else '不同意'}。{sheet[0]}查看关口：{command}",
                 f"Recorded: {name} {'approves' if yes else 'rejects'} {given.phase}.{sheet[1]} See the gate: {command}")


def _early(a: cases.decisions.Decided, v: View) -> str | None:
    if not a.early:
        return None
    named = v.listed(f"{c.criterion}（{word(c.kind, v.lang)}）" if v.lang == "zh" else c.criterion for c in a.early)
    return v.say(f"其他条件尚有 {len(a.early)} 项未满足：{named}。关口仍不放行；补齐时所审批的内容有变的，"
                 "本次意见即失效，须重新同意",
                 f"{len(a.early)} other criterion(s) not met yet: {named}. The gate stays shut; where making good changes "
                 "what was consented to, this consent is void and is asked for anew")


def _within(a: cases.decisions.Decided, v: View) -> str:
    # Not before there is one: these bring all criteria with them, and a command line starts at once.
    from gaoxin.gates.model import WaiverEvidence
    from gaoxin.gates.waiving import scope_told

    if not isinstance(a.given, WaiverEvidence):
        return ""
    if a.given.scope:
        named = v.listed(scope_told(v.plan, a.given))
        return v.say(f"（限于 {named}）", f" ({named})")
    return (v.say("（含以后新增）", " (also what comes later)") if a.given.items is None else
            v.say(f"（限于现缺 {len(a.given.items)} 项）", f" (the {len(a.given.items)} that are lacking now)"))


def _phase(get: str) -> Cell:
    """A phase's name; its id where the plan knows it no more."""
    return lambda row, v: next((v.plain(p.name) for p in v.plan.phases if p.id == reached(row, get)), reached(row, get))


def _void(a: cases.gatekeeping.Void, v: View) -> str:
    name, at = v.unit_name(a.by), v.cell(a.given_at)
    if not a.exact:
        return v.say(f"{name}于 {at} 的意见已失效；当时还记录了别的事项，变了什么不能断定"
                     f"{'，这一时刻过后的变化：' if a.differences else '。'}",
                     f"The word of {name} of {at} is void; more was recorded at that moment, and what changed cannot be told"
                     f"{'. Changed after it:' if a.differences else '.'}")
    return v.say(f"{name}于 {at} 的意见已失效，此后变化：", f"The word of {name} of {at} is void. Changed since:")


def _differs(d: Any, v: View) -> str:
    none = v.say("（无）", "(nothing)")
    before, after = (v.plain(x) if x is not None else none for x in (d.before, d.after))
    return f"{v.plain(d.about)}{v.say('：', ': ')}{before} → {after}"


GATE: Layout = (
    line(bold(lambda g, v: v.plan.phase(g.result.phase).name),
         state(lambda g, v: g.passed.verdict if g.passed else g.result.verdict)),
    line(_times),
    line(_decided),
    rows("result.criteria", Column("criterion", "id"), Column("what", state("kind")),
         Column("result", state(lambda c, v: "waived" if c.waived else _OUTCOMES[c.passed])),
         Column("detail", "detail", "fold"), always=True),
    rows("result.changed_within_window", Column("changed in the window", "what", "fold"), Column("version", "version", "right"),
         Column("on", "day"), Column("by:plan", lambda c, v: cases.registering.who(v.plan, c.by))),
    rows("owed", Column("owner", unit("owner")), Column("what is missing", "subject", "fold"), Column("ref", "ref")),
    each("void", line(_void, mark="! "), each("differences", line(_differs, mark="    "))),
    line(more),
    each(lambda g, v: cases.outlooks.told(v.plan, g.ahead) if g.ahead else (), line(lambda one, v: v.plain(one))),
    line(_what_next),
)
EVIDENCE: Layout = (each("evidence", line(lambda e, v: f"{e.sha256[:12]}…", "file", _before, afterwards(), mark="  "),
                         line(_twin, mark="  ! ")),
                    line(_passed_on, mark="! "), line(_see_gate))
APPROVAL: Layout = (line(_approved), line(_early, mark="! "), line(afterwards("given")))
WAIVER: Layout = (line(lambda a, v: v.say(
    f"此前已由{v.unit_name(a.given.by)}于 {v.cell(a.given.recorded_at)} 记录，本次未另记录：豁免 {a.given.phase} 的条件 "
    f"{a.given.criterion}{_within(a, v)}，至 {a.given.expires} 止。",
    f"Recorded already, by {v.unit_name(a.given.by)} at {v.cell(a.given.recorded_at)}: nothing is recorded now. "
    f"{a.given.criterion}{_within(a, v)} of {a.given.phase} is waived until {a.given.expires}.",
) if a.there_before else v.say(
    f"已记录：{v.unit_name(a.given.by)}豁免 {a.given.phase} 的条件 {a.given.criterion}{_within(a, v)}，至 {a.given.expires} 止。",
    f"Recorded: {v.unit_name(a.given.by)} waives {a.given.criterion}{_within(a, v)} of {a.given.phase} until {a.given.expires}.",
)), line(afterwards("given")))
WAIVERS: Layout = (
    rows("waivers", Column("phase", _phase("given.phase")), Column("criterion", "given.criterion"),
         Column("scope", lambda x, v: v.listed(x.scope) or v.say("全部，含以后新增", "all of it, also later"), "fold"),
         Column("by:plan", unit("given.by")),
         Column("reason", "given.reason", "fold"), Column("until:waiver", "given.expires"),
         Column("state", state(lambda x, v: "in_force" if x.in_force else "expired", of="waiver")),
         Column("used", lambda x, v: len(x.uses), "right"), Column("remarks", afterwards("given"), optional=True)),
    each("waivers", each("uses", line(lambda u, v: v.cell(u.at), state("mode"), state("verdict"),
                                      lambda u, v: v.listed(u.covered), mark="  "))),
    line(says("共 {waivers:n} 项，有效 {in_force:n} 项。", "{waivers:n} waiver(s), {in_force:n} in force.")),
)
EXPLANATION: Layout = (line(says(
    "已记录对 {given.return_id} 规则 {given.rule} 的说明，待审核。",
    "Explanation of {given.rule} on {given.return_id} recorded; it waits to be reviewed.",
)), each("hints", line(lambda hint, v: v.plain(hint), mark="  ! ")), line(afterwards("given")))
RECTIFICATIONS: Layout = (
    rows("rectifications", Column("id", "id"), Column("phase", _phase("phase")), Column("owner", unit("owner")),
         Column("what:rectification", "subject", "fold"), Column("due", "due"),
         Column("state", state(lambda r, v: "overdue" if r.overdue else r.state, of="problem")),
         Column("remarks", afterwards(), optional=True)),
    line(says("共 {rectifications:n} 项，逾期 {overdue} 项。", "{rectifications:n} item(s), {overdue} overdue.")),
)
CLOSED: Layout = (line(says("整改 {id} 已销号。", "Rectification {id} closed.")), line(afterwards()))


@asked
def gate(session: Session, campaign: CampaignArgument, phase: PhaseArgument, limit: LimitOption = MANY,
         after: AfterOption = 0) -> Answered:
    return cases.outlooks.rehearsed(session.workplace(campaign), phase, cases.paging.Page(limit, after)), GATE


@asked
def evidence(
    session: Session, campaign: CampaignArgument,
    task: Annotated[str, argument("TASK", "任务 / the task's id")],
    files: Annotated[list[Path], argument("FILE...", "成果文件 / the files")],
    by: ByOption,
    deliverable: Annotated[
        str | None,
        option("--deliverable", "D", "哪一项成果；任务只有一项时可省 / which deliverable; may be left out when the task has one"),
    ] = None,
    member: Annotated[
        str | None,
        option("--member", "UNIT", "由各责任单位各交一份的，是哪一家的；默认为 --by"
                                   " / whose, where each member owes one; default --by"),
    ] = None,
    on: OnOption = None, late_reason: LateOption = None,
) -> Answered:
    must_be_files(files)
    w = session.workplace(campaign, acts=True)
    known = [d.id for d in w.plan.task(task).deliverables]
    if deliverable is None and len(known) > 1:
        raise UsageError(Text(f"任务 {task} 有 {len(known)} 项成果", f"task {task} has {len(known)} deliverables"),
                         where="--deliverable", todo=Text("指明一项：" + "、".join(known), "name one: " + ", ".join(known)))
    told = session.each(files, Text("登记成果", "recording evidence"))
    entered = cases.entering.Entered(on, late_reason)
    return cases.deliverables.record_files(w, task, deliverable or known[0], told, session.unit(by), entered,
                                           session.unit(member) if member else None), EVIDENCE


@asked
def approve(session: Session, campaign: CampaignArgument, phase: PhaseArgument, by: ByOption,
            decision: Annotated[Literal["approve", "reject"], option("--decision", None, "同意或不同意 / yes or no")],
            reason: ReasonOption, scan: Annotated[Path | None, option("--scan", "FILE", (
                "签章页的扫描件，按内容指纹留存 / a scan of the signed or sealed sheet, kept by its hash"))] = None,
            on: OnOption = None, late_reason: LateOption = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    entered = cases.entering.Entered(on, late_reason)
    return cases.decisions.approve(w, phase, session.unit(by), decision, reason, entered, scan=scan), APPROVAL


@asked
def waive(session: Session, campaign: CampaignArgument, phase: PhaseArgument,
          criterion: Annotated[str, argument("CRITERION", "条件 / the criterion's id")], by: ByOption, reason: ReasonOption,
          expires: Annotated[date, option("--expires", "DATE", "有效期至 / valid until", parser=day_of)],
          indicator: Annotated[str | None, option("--indicator", "I", "只豁免一项指标的 / of one indicator alone")] = None,
          unit: Annotated[str | None, option("--unit", "UNIT", "只豁免一个单位的 / of one unit alone")] = None,
          rule: Annotated[str | None, option("--rule", "RULE", "只豁免一条规则查出的 / what one rule found alone")] = None,
          period: PeriodOption = None,
          later: Annotated[bool, option("--all", None, "含以后新增的；不写则只豁免现缺各项"
                                                       " / also what comes later; left out, what is lacking now")] = False,
          on: OnOption = None, late_reason: LateOption = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    scope = cases.waiving.Scope(indicator, unit and session.unit(unit), rule, session.period(period))
    if later and scope != cases.waiving.WHOLE:
        raise UsageError(Text("限于一部分的豁免不再写 --all", "a waiver of a part takes no --all"), where="--all",
                         todo=Text("去掉 --all，或去掉范围", "leave out --all, or the scope"))
    return cases.decisions.waive(w, phase, criterion, session.unit(by), reason, expires,
                                 cases.entering.Entered(on, late_reason), scope, now=not later), WAIVER


@asked
def waivers(session: Session, campaign: CampaignArgument,
            phase: Annotated[str | None, option("--phase", "PHASE", "只列一个阶段的 / of one phase")] = None) -> Answered:
    return cases.waiving.waivers(session.workplace(campaign), phase), WAIVERS


@asked
def explain(session: Session, campaign: CampaignArgument,
            return_id: Annotated[str, argument("RETURN_ID", "报送编号 / the return's id")],
            rule: Annotated[str, argument("RULE", "规则 / the rule that warned")],
            text: Annotated[str, argument("TEXT", "说明 / the explanation")], by: ByOption,
            on: OnOption = None, late_reason: LateOption = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.decisions.explain(w, return_id, rule, text, session.unit(by),
                                   cases.entering.Entered(on, late_reason)), EXPLANATION


@rectification.command("list", help="列出整改事项 / list what must be made good")
@asked
def rectification_list(session: Session, campaign: CampaignArgument,
                       everything: Annotated[bool,
                                             option("--all", None, "也列出已销号的 / the closed ones too")] = False) -> Answered:
    return cases.decisions.rectifications(session.workplace(campaign), everything=everything), RECTIFICATIONS


@rectification.command("close", help="销号 / close one")
@asked
def rectification_close(session: Session, campaign: CampaignArgument,
                        rectification_id: Annotated[str, argument("ID", "整改编号 / its id")], by: ByOption,
                        reason: ReasonOption, on: OnOption = None, late_reason: LateOption = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.decisions.close_rectification(w, rectification_id, reason, session.unit(by),
                                               cases.entering.Entered(on, late_reason)), CLOSED
