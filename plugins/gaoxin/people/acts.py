"""Who may do what: roles by acts, readable as a table, and the rule that goes by it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gaoxin.errors import Refused
from gaoxin.i18n import Code, Message, Text
from gaoxin.ledger.actor import Actor, Role
from gaoxin.people.accounts import ROLES, Account, Accounts
from gaoxin.plan.model import Plan, Task


class Act(StrEnum):
    """What is done and recorded. WRITE, COMMENT, RELEASE: of bulletins. EXTEND: an extension is
    asked for; RULE_ON: decided on. RUN: a flow's step: take in, check,
    load, compute, decide a gate, survey, verify."""

    SUBMIT = "submit"
    EVIDENCE = "evidence"
    PROGRESS = "progress"
    EXPLAIN = "explain"
    APPROVE = "approve"
    WAIVE = "waive"
    CORRECT = "correct"
    CLOSE = "close"
    FIND = "find"
    RECHECK = "recheck"
    SCORE = "score"
    SEND_BACK = "send_back"
    REVIEW = "review"
    CADENCE = "cadence"
    WRITE = "write"
    COMMENT = "comment"
    RELEASE = "release"
    EXTEND = "extend"
    RULE_ON = "rule_on"
    STOP_CLOCK = "stop_clock"
    ASK = "ask"
    ANSWER = "answer"
    REGISTER = "register"
    REMIND = "remind"
    PULL = "pull"
    RUN = "run"
    DRILL = "drill"
    BACKUP = "backup"


class For(StrEnum):
    """For which unit a role does it. OWN: one of the account's `units`, as a clerk also a group that has it as a member. ROLE:
    the unit that has the role in the plan. ANY: any, entered for it and recorded so. NOBODY: for no unit."""

    OWN = "own"
    ROLE = "role"
    ANY = "any"
    NOBODY = "nobody"


MAY: Mapping[Act, Mapping[Role, For]] = {
    Act.SUBMIT: {Role.UNIT: For.OWN, Role.OFFICE: For.ANY},
    Act.EVIDENCE: {Role.UNIT: For.OWN, Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE},
    Act.PROGRESS: {Role.UNIT: For.OWN, Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE},
    Act.EXPLAIN: {Role.UNIT: For.OWN, Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE},
    Act.APPROVE: {Role.LEADER: For.OWN},
    Act.WAIVE: {Role.LEADER: For.OWN},
    Act.CORRECT: {Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE, Role.LEADER: For.OWN},
    Act.CLOSE: {Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE, Role.LEADER: For.OWN},
    Act.FIND: {Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE, Role.LEADER: For.OWN, Role.UNIT: For.OWN},
    Act.RECHECK: {Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE, Role.LEADER: For.OWN, Role.UNIT: For.OWN},
    Act.SCORE: {Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE, Role.LEADER: For.OWN, Role.UNIT: For.OWN},
    Act.SEND_BACK: {Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE},
    Act.REVIEW: {Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE, Role.LEADER: For.OWN},
    Act.CADENCE: {Role.UNIT: For.OWN, Role.OFFICE: For.ANY, Role.SUPERVISION: For.ROLE, Role.LEADER: For.OWN},
    Act.WRITE: {Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE},
    Act.COMMENT: {Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE, Role.LEADER: For.OWN},
    Act.RELEASE: {Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE, Role.LEADER: For.OWN},
    Act.EXTEND: {Role.UNIT: For.OWN, Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE},
    Act.RULE_ON: {Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE, Role.LEADER: For.OWN},
    Act.STOP_CLOCK: {Role.OFFICE: For.ROLE, Role.SUPERVISION: For.ROLE, Role.LEADER: For.OWN},
    Act.ASK: {Role.UNIT: For.OWN},
    Act.ANSWER: {Role.OFFICE: For.ROLE},
    Act.REGISTER: {Role.OFFICE: For.NOBODY, Role.SYSTEM: For.NOBODY},
    Act.REMIND: {Role.OFFICE: For.NOBODY, Role.SUPERVISION: For.NOBODY, Role.SYSTEM: For.NOBODY},
    Act.PULL: {Role.OFFICE: For.NOBODY, Role.SYSTEM: For.NOBODY},
    Act.RUN: {Role.OFFICE: For.NOBODY, Role.SYSTEM: For.NOBODY},
    Act.DRILL: {Role.OFFICE: For.NOBODY, Role.SYSTEM: For.NOBODY},
    Act.BACKUP: {Role.OFFICE: For.NOBODY, Role.SYSTEM: For.NOBODY},
}
# Acts that judge what somebody handed in: never by whoever did, nor by their unit.
JUDGES = frozenset({Act.APPROVE, Act.WAIVE, Act.CORRECT, Act.CLOSE, Act.RECHECK, Act.SEND_BACK, Act.REVIEW, Act.RULE_ON,
                    Act.RELEASE, Act.STOP_CLOCK})
NAMES: Mapping[Act, Text] = {
    Act.SUBMIT: Text("报送", "hand in returns"), Act.EVIDENCE: Text("登记成果", "record evidence"),
    Act.PROGRESS: Text("报告任务进展", "tell of the progress of tasks"),
    Act.EXPLAIN: Text("说明警告", "explain warnings"), Act.APPROVE: Text("审批", "approve"), Act.WAIVE: Text("豁免", "waive"),
    Act.CORRECT: Text("处理更正", "decide on corrections"), Act.CLOSE: Text("销号", "close rectifications and tasks"),
    Act.FIND: Text("登记问题", "record problems"), Act.RECHECK: Text("复查整改", "re-check what was made good"),
    Act.SCORE: Text("登记评分表", "enter score sheets"),
    Act.SEND_BACK: Text("退回修改", "send returns back"), Act.REVIEW: Text("审核说明", "review explanations"),
    Act.CADENCE: Text("登记调度办理", "record what cadences ask for"),
    Act.WRITE: Text("撰写通报", "write bulletins"), Act.COMMENT: Text("对通报提意见", "comment on bulletins"),
    Act.RELEASE: Text("发布通报", "release bulletins"),
    Act.EXTEND: Text("申请延期", "ask for extensions"), Act.RULE_ON: Text("审批延期", "decide on extensions"),
    Act.STOP_CLOCK: Text("停续计时", "stop a unit's clock"),
    Act.ASK: Text("提问", "ask the office"), Act.ANSWER: Text("答复提问", "answer questions"),
    Act.REGISTER: Text("使方案生效", "put plans into force"), Act.REMIND: Text("发送提醒", "send reminders"),
    Act.PULL: Text("收取收件箱", "take in the inbox"), Act.RUN: Text("运行流程", "run flows"),
    Act.DRILL: Text("开始演练", "begin a drill"), Act.BACKUP: Text("备份", "back the installation up"),
}

_UNKNOWN = Code("people.unknown", "账号 {account} 不在账号文件中，不得{act}",
                "the account {account} is not in the accounts file: it may not {act}",
                account=str, act=Text)
_MAY_NOT = Code("people.may_not", "账号 {account} 的角色（{roles}）不得{act}", "the account {account} ({roles}) may not {act}",
                account=str, roles=tuple, act=Text)
_NOT_FOR = Code("people.not_for", "账号 {account} 不得为{unit}{act}", "the account {account} may not {act} for {unit}",
                account=str, unit=Text, act=Text)
_OWN_WORK = Code("people.own_work", "账号 {account} 或其单位报送过有关数据或材料，不得{act}",
                 "the account {account}, or its unit, handed in what this is about: it may not {act}", account=str, act=Text)
_WHO = Code("people.who", "可由：{who:;}", "may: {who:;}", who=tuple)


_OF_UNIT = Code("people.of_unit", "{role}（roles: {id}，units 含 {name}，即{unit}）", "{role} with {name} among its units",
                role=Text, id=str, name=str, unit=Text)
_NO_FILE = Text("此安装依账号文件办事，本次没有指定", "this installation goes by an accounts file, and none is named here")


class NotAllowed(Refused):
    """Somebody tried what is not theirs to do. The attempt is recorded."""


@dataclass(frozen=True)
class HandedIn:
    """Whether whoever acts handed in what an act is about. units: that did."""

    by_account: bool = False
    units: frozenset[str] = frozenset()


def allowed(accounts: Accounts | None, who: Actor, act: Act, plan: Plan | None, unit: str | None = None) -> Actor:
    """Whoever acts, as what and for whom. Without an accounts file anybody may, and nobody is authenticated. plan: None for an
    act that is no campaign's. Raises NotAllowed."""
    if accounts is None:
        return who.acting(None, unit, authenticated=False)
    found = accounts.known(who, plan.id if plan else "")
    if found is None:
        raise _refused(_UNKNOWN(account=who.person, act=NAMES[act]), act, plan, unit)
    as_ = role_for(found, act, plan, unit)
    if as_ is None:
        has = any(role in MAY[act] for role in found.roles)
        told = (_NOT_FOR(account=who.person, unit=_named(plan, unit), act=NAMES[act]) if has and unit
                else _MAY_NOT(account=who.person, roles=[Text(ROLES[r], str(r)) for r in found.roles], act=NAMES[act]))
        raise _refused(told, act, plan, unit)
    return who.acting(as_, unit, authenticated=True)


def _named(plan: Plan | None, unit: str) -> Text:
    name = next((u.name for u in plan.units if u.id == unit), None) if plan else None
    return Text(name.zh, name.to("en")) if name else Text(unit, unit)


def vouched(who: Actor, act: Act, administrator: str | None, *, drill: bool) -> bool:
    """Whether an act may be done where no accounts file is named: nobody would vouch for a consent but the administrator whom the
    installation names. administrator: an account of the operating system or of Airflow."""
    return drill or act is not Act.APPROVE or (administrator is not None and who.person == administrator)


def must_be_vouched(who: Actor, act: Act, administrator: str | None, *, drill: bool) -> None:
    """Where no accounts file is named. Raises NotAllowed."""
    if not vouched(who, act, administrator, drill=drill):
        raise NotAllowed(
            Text(f"没有账号文件，无从核实账号 {who.person} 的身份，不得{NAMES[act].to('zh')}",
                 f"without an accounts file nobody vouches for the account {who.person}: it may not {NAMES[act].to('en')}"),
            where="GAOXIN_ACCOUNTS",
            todo=Text("以 GAOXIN_ACCOUNTS 指定账号文件；或以 GAOXIN_ADMINISTRATOR 写明管理员账号，由其办理",
                      "name an accounts file in GAOXIN_ACCOUNTS; or name the administrator in GAOXIN_ADMINISTRATOR, who may"))


def without_file() -> NotAllowed:
    """What is said to whoever leaves out the file by which an installation goes."""
    return NotAllowed(_NO_FILE, where="GAOXIN_ACCOUNTS",
                      todo=Text("以 GAOXIN_ACCOUNTS 指定该文件后重试；所依文件见 gaoxin ledger list 的 accounts.used",
                                "name it in GAOXIN_ACCOUNTS and try again; accounts.used in gaoxin ledger list says which"))


def recognised(accounts: Accounts | None, who: Actor, act: Act, unit: str | None = None) -> Actor:
    """Whoever tried what is not theirs: somebody whom the file knows, with a role of theirs (one that does such things before
    others), or a stranger."""
    found = accounts.known(who, "") if accounts else None
    if found is None:
        return who.acting(None, unit, authenticated=False)
    return who.acting(min(found.roles, key=lambda r: r not in MAY[act]), unit, authenticated=True)


def role_for(account: Account, act: Act, plan: Plan | None, unit: str | None) -> Role | None:
    """The role in which an account may do something for a unit; None where it may not. What is its own comes first."""
    for role in sorted(account.roles, key=lambda r: MAY[act].get(r) is For.ANY):
        whose = MAY[act].get(role)
        if whose in (For.ANY, For.NOBODY) or (whose is For.OWN and unit in (
                account.units if role is Role.LEADER else whole(plan, account.units))):
            return role
        if whose is For.ROLE and plan and unit is not None and unit == getattr(plan.governance, role, None):
            return role
    return None


def whole(plan: Plan | None, units: Iterable[str]) -> set[str]:
    """Units with the groups that have them as members."""
    own = set(units)
    return own | {g.id for g in (plan.units if plan else ()) if own & set(g.members)}


def apart(accounts: Accounts | None, who: Actor, act: Act, plan: Plan, handed_in: HandedIn) -> None:
    """Nobody approves, decides on or closes what they or their unit handed in. Without an accounts file one account may be
    everybody's, as in a drill: then only units are held apart, by each act's own rule. Raises NotAllowed."""
    if accounts is None or act not in JUDGES:
        return
    found = accounts.known(who, plan.id)
    clerk = whole(plan, found.units) if found and Role.UNIT in found.roles else set()
    if handed_in.by_account or clerk & handed_in.units:
        raise _refused(_OWN_WORK(account=who.person, act=NAMES[act]), act)


def leaders(plan: Plan, task: Task) -> list[str]:
    """The units whose task it is: who answers for it and who lead it, then the members of groups among them."""
    named = list(dict.fromkeys((plan.answerable(task), *task.leads)))
    return list(dict.fromkeys((*named, *(member for u in named for member in plan.unit(u).members))))


def deliverers(plan: Plan, task: Task) -> set[str]:
    """The units that are answerable for a task: who lead it or are responsible, with the members of groups among them."""
    named = {plan.answerable(task), *task.leads, *plan.responsible(task), *plan.members(task)}
    return named | {member for u in plan.units if u.id in named for member in u.members}


def _refused(told: Message, act: Act, plan: Plan | None = None, unit: str | None = None) -> NotAllowed:
    """unit: for which it was tried: then who may is told with the units that their accounts need."""
    who = list(_who_may(act, plan, unit))
    what = _WHO(who=who or [Text(ROLES[role], str(role)) for role in MAY[act]])
    return NotAllowed(Text(told.zh, told.en), where="GAOXIN_ACCOUNTS",
                      todo=Text(f"{what.zh}；由有权的账号办理，或改账号文件",
                                f"{what.en}; let such an account do it, or change the accounts file"))


def _who_may(act: Act, plan: Plan | None, unit: str | None) -> Iterator[Message | Text]:
    """The roles that may, for a unit those that may for it."""
    for role, whose in MAY[act].items():
        name = Text(ROLES[role], str(role))
        if unit is not None and whose is For.OWN:
            yield _OF_UNIT(role=name, id=role, unit=_named(plan, unit), name=unit)
        elif unit is None or plan is None or whose is not For.ROLE or unit == getattr(plan.governance, role, None):
            yield name
