"""Upkeep of an installation: the ledger's chain, made-up samples for drills, the rules as suites."""

from __future__ import annotations

from typing import Annotated, Any

from gaoxin import campaign as cases
from gaoxin.cli.arguments import MANY, AfterOption, CampaignArgument, LimitOption, OutOption, argument, group, option
from gaoxin.cli.layout import Column, Layout, Markup, View, each, line, more, rows, says, state
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.cli.words import word
from gaoxin.i18n import Text
from gaoxin.periods import Period

ledger = group("账本：逐条列出、核验 / the hash-chained record of what was decided")
drill = group("演练 / drills")
suites = group("规则：把报表规则写成 Great Expectations 规则集 / the rules as suites")


def _told(event: Any, v: View) -> str:
    """What happened, in words; --json has the payload. An event of an earlier kind keeps what it carries."""
    told = cases.auditing.happened(event)
    return told.to(v.lang) if told else " ".join(f"{key}={value}" for key, value in event.payload.items())


def _who(event: Any, v: View) -> str:
    """Who did it, by which way and as what; --json has it apart."""
    who = event.actor
    if who is None:
        return v.say("不详", "unknown")
    account = f"{who['airflow']} ({who['account']})" if who.get("airflow") else who["account"]
    acted = "/".join(filter(None, (who["role"] and word(who["role"], v.lang, of="actor"), who["unit"])))
    told = f"{account}@{who['machine']} {word(who['way'], v.lang, of='way')}" + (f" {acted}" if acted else "")
    return told if who["authenticated"] or v.drill else told + v.say(" 未经认证", " NOT AUTHENTICATED")


def _derived(a: cases.upkeep.Suites, v: View) -> str:
    n, changed = len(a.files), a.changed
    return v.say(f"已写 {n} 个规则文件" + (f"，其中 {changed} 个有变。" if changed else "。"),
                 f"{n} suite(s) written" + (f", {changed} changed." if changed else "."))


def _intact(a: cases.upkeep.LedgerVerified, v: View) -> Markup:
    sound = says("账本完整：{events} 条，末条 {head}；核对 {rows_checked} 行记录、{files_checked} 个文件",
                 "intact: {events} event(s), head {head}; {rows_checked} row(s) and {files_checked} file(s) checked")
    wrong = says("账本本身完整（{events} 条），但有 {faults_found} 处与它不符。停止使用，保全数据库与文件并报告督查室。",
                 "the ledger itself is intact ({events} events), and {faults_found} thing(s) are not as it says. "
                 "Stop, keep database and files as they are and tell the supervision office.")
    broken = says("账本第 {first_bad} 条起被改动过（共 {events} 条）。停止使用，保全数据库并报告督查室。",
                  "the ledger was altered from event {first_bad} on ({events} in all). "
                  "Stop, keep the database as it is and tell the supervision office.")
    if not a.chain.intact:
        return Markup(f"[red]✗[/] {broken(a, v)}")
    return Markup(f"[green]✓[/] {sound(a, v)}" if a.intact else f"[red]✗[/] {wrong(a, v)}")


_LATER = says("其中 {backdated} 条的时点早于在它之前的记录（事后补记）",
              "{backdated} of them bear a time before that of an earlier event (entered afterwards)")
_ONE_ACCOUNT = says("此数据库账户掌握全部权限，能改动所记录的一切：所有者、写入者、审计者应分设（docs/operations.md）",
                    "this database account holds all rights and could change whatever was recorded: owner, writer and auditor "
                    "should be different roles (docs/operations.md)")
_ALONE = says("没有写入者、审计者账户：一个账户掌握全部权限（docs/operations.md）",
              "there are no roles of writer and auditor: one account holds all rights (docs/operations.md)")
_TIGHTENED = says("{tightened} 个文件或文件夹曾对他人开放，已收紧",
                  "{tightened} file(s) or folder(s) were open to others and are not any more")
MIGRATED: Layout = (
    line(says("✓ 数据库版本 {version}", "✓ the database is at version {version}")),
    line(lambda a, v: None if a.roles_apart else _ALONE(a, v)),
    line(lambda a, v: _TIGHTENED(a, v) if a.tightened else None),
)
FAULTS = rows("faults", Column("table", lambda f, v: f.table or v.say("文件", "file")), Column("row", "key", "fold"),
              Column("fault", state("kind", of="fault")), Column("detail", "detail", "fold"))
VERIFIED: Layout = (
    line(_intact), line(lambda a, v: _ONE_ACCOUNT(a, v) if a.one_account else None), FAULTS,
    line(lambda a, v: _LATER(a.chain, v) if a.chain.intact and a.chain.backdated else None),
)
CHECKPOINT: Layout = (line("note"), line("verifier"), line("file", mark="  "))
EVENTS: Layout = (
    rows("events", Column("no.", lambda e, v: str(e.seq), "right"), Column("at", "at"), Column("campaign", "campaign"),
         Column("by:event", _who), Column("event", "kind"), Column("payload", _told, "fold")),
    line(lambda a, v: says(f"列出 {{events:n}} 条；全账 {{total}} 条，{'完整' if a.intact else '已被改动'}。",
                           f"{{events:n}} listed of {{total}}; the ledger is {'intact' if a.intact else 'ALTERED'}.")(a, v)),
    line(more),
)
SAMPLES: Layout = (
    rows("faulty", Column("file", "path.name"), Column("arrives", "arrives"),
         Column("faults", lambda f, v: v.listed(f.names))),
    line(says("已在 {out} 写 {files:n} 份样本报表（虚构数据），其中 {faulty:n} 份有意带差错。",
              "{files:n} made-up return(s) written to {out}, {faulty:n} of them faulty on purpose.")),
)
BEGUN: Layout = (line(lambda a, v: says(*(
    ("✓ 此安装已定为演练", "✓ this installation is a drill now") if a.begun else ("此安装早已是演练", "it was a drill before")
))(a, v)), line(lambda a, v: a.played and says("演练时钟：{played}", "its clock stands at {played}")(a, v)))
SUITES: Layout = (each("files", line(state("state"), "path", mark="  ")), line(_derived))
_STATES = {"fresh": ("✓ 一致", "✓ fresh"), "stale": ("✗ 过时或手工改过", "✗ stale or edited"), "missing": ("✗ 没有", "✗ missing"),
           "unknown": ("✗ 方案没有这张报表", "✗ of no form of the plan")}
_FRESH = "规则文件与审核所用的一致。", "the files are what returns are judged by."
COMPARED: Layout = (
    each("files", line(lambda f, v: v.say(*_STATES[f.state]), "path", mark="  ")),
    line(lambda a, v: v.say(*(_FRESH if not a.exit_status else (
        "审核不读这些文件，照方案和 overrides.yaml 进行。手工改动请写进 overrides.yaml，再运行 gaoxin suites write。",
        "returns are judged by the plan and overrides.yaml, not by these files: put what was edited by hand into overrides.yaml, "
        "then run gaoxin suites write")))))
RULES: Layout = (
    line(says("{return_id} 按规则集 {name} {version} 审核，存证于账本第 {seq} 条（sha256 {sha256}）；全文见 --json。",
              "{return_id} was judged by suite {name} {version}, kept by event {seq} (sha256 {sha256}); --json has its text.")),
    each("rules", line(state("severity"), "rule", mark="  ")))


@asked
def migrate(session: Session) -> Answered:
    return cases.upkeep.migrate(session.settings), MIGRATED


@ledger.command("verify", help="核验账本是否完整 / verify the chain of hashes")
@asked
def ledger_verify(session: Session,
                  campaign: Annotated[str | None, option("--campaign", "CAMPAIGN", "只核一个创建工作 / of one campaign")] = None,
                  since: Annotated[int, option("--since", "SEQ", "只核此号之后的 / after this number")] = 0,
                  against: Annotated[str | None, option("--against", "FILE|SEQ:HASH", "与外部留存的检查点相对照"
                                                                                   " / hold it against a checkpoint")] = None
                  ) -> Answered:
    with session.counting(Text("核验账本", "verifying")) as done:
        found = cases.upkeep.verify_ledger(session.settings, campaign, since, done, against)
    session.marked()
    return found, VERIFIED


@ledger.command("checkpoint", help="签发检查点，应留存到本机之外 / sign where the ledger stands: keep it elsewhere")
@asked
def ledger_checkpoint(session: Session) -> Answered:
    session.marked()
    return cases.anchoring.checkpoint(session.settings), CHECKPOINT


@ledger.command("list", help="列出账本 / list the events")
@asked
def ledger_list(session: Session,
                campaign: Annotated[str | None,
                                    option("--campaign", "CAMPAIGN", "只列一个创建工作 / of one campaign")] = None,
                limit: LimitOption = MANY, after: AfterOption = 0) -> Answered:
    page = cases.paging.Page(limit, after)
    found = cases.upkeep.list_ledger(session.settings, campaign, session.now if session.dated else None, page)
    session.marked()
    return found, EVENTS


@drill.command("begin", help="把空的安装定为演练，不可撤销 / make an empty installation a drill, for good")
@asked
def drill_begin(session: Session) -> Answered:
    from gaoxin.ledger.actor import Way

    return cases.drilling.begin_drill(session.settings, session.as_of, Way.COMMAND_LINE), BEGUN


@asked
def sample(
    session: Session, campaign: CampaignArgument,
    first: Annotated[Period, option("--from", "P", "自哪一期 / the first period", parser=Period.written)],
    last: Annotated[Period, option("--to", "P", "至哪一期 / the last period", parser=Period.written)], out: OutOption,
    seed: Annotated[int, option("--seed", "N", "同一种子生成同样的文件 / the same seed, the same files", show_default=True)] = 1,
    fault: Annotated[list[str] | None, option("--fault", "KIND[:FORM[:UNIT[:PERIOD]]]",
                                              "故意写入的差错，可多次 / a fault to work in; may be repeated")] = None,
    corrections: Annotated[bool, option("--corrections", None,
                                        "也写改正后的第二版 / also a right second version of each faulty one")] = False
) -> Answered:
    from gaoxin.drill.sample import write_samples

    plan = session.plan(campaign)
    with session.working(Text("生成样本", "making samples")):
        made = write_samples(session.settings, plan, first, last, out, seed, fault or (), corrections)
    return made, SAMPLES


@suites.command("write", help="由方案写出规则文件，覆盖原有的 / derive the suites from the plan, over what stands there")
@asked
def suites_write(session: Session, campaign: CampaignArgument) -> Answered:
    return cases.upkeep.write_suites(session.settings, session.plan(campaign)), SUITES


@suites.command("check", help="规则文件是否与实际审核所用的一致 / whether the files are what returns are judged by")
@asked
def suites_check(session: Session, campaign: CampaignArgument) -> Answered:
    return cases.upkeep.compare_suites(session.settings, session.plan(campaign)), COMPARED


@suites.command("show", help="一份报送是按哪些规则审核的 / by which rules a return was judged")
@asked
def suites_show(session: Session, return_id: Annotated[str, argument("RETURN_ID", "报送编号 / the return's id")]) -> Answered:
    return cases.upkeep.rules_of_return(session.settings, return_id), RULES
