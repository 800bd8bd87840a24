"""Who may see what: roles by what is shown, readable as a table, and the rule that goes by it. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.ledger.actor import Actor, Role
from gaoxin.people.accounts import ROLES, Accounts
from gaoxin.people.acts import NAMES, Act, For, NotAllowed, allowed, role_for, whole
from gaoxin.plan.model import Plan


class View(StrEnum):
    """What is shown. HOME: which campaigns there are, and what is whose. RETURN, DESK: of one unit. AUDIT: the record, that is
    ledger, verification, checkpoints, versions of the plan. FIGURES: on the wall, on a gate and in the record what units reported
    and what somebody wrote: figures, reasons, questions, remarks."""

    HOME = "home"
    WALL = "wall"
    GATE = "gate"
    TASKS = "tasks"
    INDICATOR = "indicator"
    RETURN = "return"
    DESK = "desk"
    REPORT = "report"
    AUDIT = "audit"
    CORRECTIONS = "corrections"
    FIGURES = "figures"


_ALL = {role: For.NOBODY for role in Role}
_LEADING = {role: For.ANY for role in (Role.OFFICE, Role.SUPERVISION, Role.LEADER, Role.EXPERT, Role.AUDITOR)}
# A unit sees its own and nothing else; whoever runs the machine, or keeps it safe, sees how the campaign stands and whether the
# record holds, and no unit's figures, reasons, questions and remarks.
SEES: Mapping[View, Mapping[Role, For]] = {
    View.HOME: _ALL,
    View.WALL: _LEADING | {Role.SYSTEM: For.ANY},
    View.GATE: _LEADING | {Role.SYSTEM: For.ANY},
    View.TASKS: _LEADING,
    View.INDICATOR: _LEADING,
    View.RETURN: _LEADING | {Role.UNIT: For.OWN},
    View.DESK: _LEADING | {Role.UNIT: For.OWN},
    View.REPORT: _LEADING,
    View.AUDIT: {role: For.ANY for role in (Role.AUDITOR, Role.SUPERVISION, Role.OFFICE, Role.SYSTEM, Role.SECURITY)},
    View.CORRECTIONS: {role: For.ANY for role in (Role.AUDITOR, Role.SUPERVISION, Role.OFFICE)},
    View.FIGURES: _LEADING,
}
CALLED: Mapping[View, Text] = {
    View.HOME: Text("首页", "the start page"), View.WALL: Text("全景", "the wall"), View.GATE: Text("关口", "gates"),
    View.TASKS: Text("任务台账", "the ledger of tasks"),
    View.INDICATOR: Text("指标", "indicators"), View.RETURN: Text("报表", "returns"), View.DESK: Text("单位工作台", "desks"),
    View.REPORT: Text("报告", "reports"), View.AUDIT: Text("督查审计", "the audit pages"),
    View.CORRECTIONS: Text("数据更正", "corrections"), View.FIGURES: Text("数据与理由", "figures and reasons"),
}

_STRANGER = Code("people.stranger", "账号 {account} 未登记", "the account {account} is not registered", account=str)
_NOT_SHOWN = Code("people.not_shown", "账号 {account} 无权查看{view}", "the account {account} may not see {view}",
                  account=str, view=Text)
_NOT_THIS_UNITS = Code("people.not_this_units", "账号 {account} 无权查看{unit}的{view}",
                       "the account {account} may not see {view} of {unit}", account=str, unit=Worded, view=Text)

_ONLY_READS = Code("people.only_reads", "账号 {account} 在 Airflow 中只能查看，不得{act}",
                   "the account {account} may only look in Airflow: it may not {act}", account=str, act=Text)
_MAY_NOT_AT_ALL = Code("people.may_not_at_all", "账号 {account} 不得{act}", "the account {account} may not {act}",
                       account=str, act=Text)


def must_see(accounts: Accounts | None, who: Actor, view: View, plan: Plan | None, unit: str | None = None) -> None:
    """Without an accounts file whoever is logged in sees all. unit: whose it is; None where that is not known yet: then it must
    be asked again. Raises NotAllowed."""
    if accounts is None:
        return
    found = accounts.known(who, plan.id if plan else "")
    if found is None:
        raise _refused(_STRANGER(account=who.person), Text("请系统管理员在账号文件中登记",
                                                           "ask the system's administrator to register it"))
    own = whole(plan, found.units)
    for role in found.roles:
        whose = SEES[view].get(role)
        if whose in (For.ANY, For.NOBODY) or (whose is For.OWN and (unit is None or unit in own)):
            return
    name = next((u.name for u in plan.units if u.id == unit), None) if plan else None
    told = (_NOT_THIS_UNITS(account=who.person, unit=name or Text(unit, unit), view=CALLED[view]) if unit
            else _NOT_SHOWN(account=who.person, view=CALLED[view]))
    raise _refused(told, Text(f"可由：{'、'.join(ROLES[role] for role in SEES[view])}", f"may: {', '.join(SEES[view])}"))


def sees(accounts: Accounts | None, who: Actor, view: View, plan: Plan | None, unit: str | None = None) -> bool:
    try:
        must_see(accounts, who, view, plan, unit)
    except NotAllowed:
        return False
    return True


def could_do(accounts: Accounts | None, who: Actor, act: Act, plan: Plan | None, unit: str | None = None) -> bool:
    """Whether somebody's act would be theirs to do: what a page offers them. unit: for whom; None: for any unit at all."""
    if accounts is None:
        return True
    found = accounts.known(who, plan.id if plan else "")
    if found is None:
        return False
    offices = [getattr(plan.governance, role, None) for role in ("office", "supervision")] if plan else []
    units = [unit] if unit is not None else [None, *sorted(whole(plan, found.units)), *offices]
    return any(role_for(found, act, plan, one) is not None for one in units)


def must_be_theirs(accounts: Accounts | None, who: Actor, act: Act, plan: Plan | None, unit: str | None = None, *,
                   only_reads: bool = False) -> None:
    """unit: for whom; None while that is not known. only_reads: of whom that is known otherwise. Raises NotAllowed."""
    if only_reads:
        raise _refused(_ONLY_READS(account=who.person, act=NAMES[act]),
                       Text("由能运行 DAG 的账号办理，或以 GAOXIN_ACCOUNTS 指定账号文件",
                            "let an account do it that may run DAGs, or name an accounts file in GAOXIN_ACCOUNTS"))
    if unit is not None:
        allowed(accounts, who, act, plan, unit)
    elif not could_do(accounts, who, act, plan):
        raise _refused(_MAY_NOT_AT_ALL(account=who.person, act=NAMES[act]),
                       Text("由有权的账号办理", "let an account do it that may"))


def _refused(told: Message, todo: Text) -> NotAllowed:
    return NotAllowed(Text(told.zh, told.en), where="GAOXIN_ACCOUNTS", todo=todo)
