"""Whether an accounts file lets those who play a campaign do what playing does: asked before anything starts. Two play it: the
operating-system account, which hands in, records and explains for every unit, and the Airflow account that starts the runs,
accepts explanations and consents. They are never one person, since nobody decides on what they handed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml

from gaoxin.campaign.workplace import accounts_of
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.ledger.actor import Role
from gaoxin.people.accounts import THREE, Account, Accounts
from gaoxin.people.acts import MAY, NAMES, Act, For, role_for, whole
from gaoxin.plan.model import Plan
from gaoxin.returns.schedule import owed
from gaoxin.settings import Settings
from gaoxin.tasks.closing import may_close
from gaoxin.warehouse.process import of_process

Deed = tuple[Act, str | None]  # what is done, and for which unit

PLAYS = "admin"  # the Airflow account that starts the runs of a play, and consents
_RUNS = (Act.RUN, Act.REGISTER, Act.PULL, Act.REMIND)  # what a run does by the right of whoever started it
_NAMED = 3
_OWN_WORK = Text("既报送又审批，须由两条账号分担", "hands in and approves: these are two entries' work")
_WHOSE = {"account": Text("操作系统账号", "operating-system account"), "airflow": Text("Airflow 账号", "Airflow account")}


@dataclass(frozen=True)
class Lacking:
    """An entry that is missing, or that gives too little. kind: account or airflow. line: the entry to write."""

    kind: str
    name: str
    cannot: tuple[Deed, ...]
    own_work: bool
    there: bool
    line: str

    def told(self) -> Text:
        zh, en = _deeds(self.cannot)
        if self.own_work:
            zh, en = [*zh, _OWN_WORK.zh], [*en, _OWN_WORK.en]
        whose = _WHOSE[self.kind]
        return Text(f"{whose.zh} {self.name}：{'；'.join(zh)}\n      {'该条改为' if self.there else '增加一条'}：{self.line}",
                    f"{whose.en} {self.name}: {'; '.join(en)}\n      {'its entry instead' if self.there else 'add'}: {self.line}")


def must_suffice(settings: Settings, plan: Plan, airflow: str, *, others: bool) -> dict[str, list[str]]:
    """For which units the play waits for others to consent, and for which Airflow accounts: none where `airflow` consents itself.
    others: whether somebody else may come to do so. Raises UsageError, which names each missing entry with the line to write, and
    for a faulty file."""
    accounts, operating = accounts_of(settings), of_process().account
    if accounts is None:
        return {}
    found = lacking(accounts, plan, operating, airflow, others=others)
    if found:
        zh, en = ("".join(f"\n  - {one.told().to(lang)}" for one in found) for lang in ("zh", "en"))
        raise UsageError(
            Text(f"账号文件不足以演练，没有启动任何进程：{zh}",
                 f"the accounts file does not suffice for a drill, and nothing was started:{en}"),
            where=f"GAOXIN_ACCOUNTS={settings.accounts}",
            todo=Text("按上列各行改账号文件；或去掉 GAOXIN_ACCOUNTS，另用一个 GAOXIN_HOME 演练",
                      "write these lines into it; or drill without GAOXIN_ACCOUNTS, in another GAOXIN_HOME"))
    mine = _entry(accounts, "airflow", airflow)
    return {unit: accounts.deciders(plan.id, unit) for unit in _asked(plan)
            if mine is None or role_for(mine, Act.APPROVE, plan, unit) is None}


def lacking(accounts: Accounts, plan: Plan, operating: str, airflow: str, *, others: bool) -> list[Lacking]:
    """What is missing so that these two accounts play a campaign."""
    reporting = sorted({item.key.unit for item in owed(plan)})
    answering = sorted({p.member or plan.answerable(task) for task in plan.tasks for p in plan.pieces(task)})
    telling = sorted({plan.answerable(task) for task in plan.tasks if task.milestones})
    asked_closed = [t for p in plan.phases for c in p.gate.criteria if c.kind == "tasks_closed" for t in plan.tasks_asked(p, c)]
    closing = [(Act.CLOSE, unit) for unit in sorted({u for t in asked_closed for u in may_close(plan, t)[:1]})]
    consents = [(Act.APPROVE, unit) for unit in _asked(plan)
                if not (others and set(accounts.deciders(plan.id, unit)) - {airflow})]
    reviews = [(Act.REVIEW, unit) for unit in sorted({r for u in reporting for r in plan.governance.reviewers(u)[:1]})]
    parts: Mapping[tuple[str, str], list[Deed]] = {
        ("account", operating): [(Act.DRILL, None), *((act, None) for act in _RUNS),
                                 *((act, unit) for unit in reporting for act in (Act.SUBMIT, Act.EXPLAIN)),
                                 *((Act.EVIDENCE, unit) for unit in answering),
                                 *((Act.PROGRESS, unit) for unit in telling)],
        ("airflow", airflow): [*((act, None) for act in _RUNS), *reviews, *closing, *consents],
    }
    found, others_names = [], {"account": airflow, "airflow": operating}
    entries = {kind: _entry(accounts, kind, name) for kind, name in parts}
    for (kind, name), deeds in parts.items():
        entry = entries[kind]
        held = entry if entry and entry.of(plan.id) else None
        asked = held is not None and name in (held.account, held.airflow)  # a request names the id, never `airflow_name`
        cannot = tuple((act, unit) for act, unit in deeds if held is None or role_for(held, act, plan, unit) is None
                       or (act is Act.APPROVE and not asked))
        one_for_both = consents != [] and entry is not None and entry is entries["account"] is entries["airflow"]
        own_work = one_for_both or (kind == "airflow" and held is not None
                                    and _decides_on_its_own(held, plan, {*reporting, *answering}))
        if cannot or own_work:
            line = _line(kind, name, entry, deeds, plan, not_also=others_names[kind])
            found.append(Lacking(kind, name, cannot, own_work, entry is not None, line))
    return found


def _asked(plan: Plan) -> list[str]:
    """The units whose consent the engine asks for."""
    return sorted({c.by for phase in plan.phases for c in phase.gate.approvals})


def _entry(accounts: Accounts, kind: str, name: str) -> Account | None:
    return next((a for a in accounts.accounts
                 if name in ((a.account,) if kind == "account" else (a.airflow, a.airflow_name))), None)


def _decides_on_its_own(held: Account, plan: Plan, units: set[str]) -> bool:
    """Whether an account that consents reports for a unit that hands in."""
    return Role.UNIT in held.roles and bool(whole(plan, held.units) & units) and any(
        role_for(held, Act.APPROVE, plan, unit) is not None for unit in _asked(plan))


def _line(kind: str, name: str, entry: Account | None, deeds: Iterable[Deed], plan: Plan, *, not_also: str) -> str:
    """An entry that suffices: what is there, and as little more as does. Who consents hands in for nobody. not_also: the name of
    the other one who plays."""
    roles, units, written = [], set[str](), {kind: name}
    if entry is not None:
        roles = [role for role in entry.roles if kind == "account" or role is not Role.UNIT]
        units = set(entry.units) if {Role.UNIT, Role.LEADER} & set(roles) else set()
        names = {key: getattr(entry, key) for key in ("account", "airflow", "airflow_name")} | {kind: name}
        written = {key: said for key, said in names.items() if said and said != not_also and (key == kind or said != name)}
    for act, unit in deeds:
        if unit is None:
            if not any(MAY[act].get(role) is For.NOBODY for role in roles):
                roles.append(Role.OFFICE if set(THREE) & set(roles) else Role.SYSTEM)
        else:
            role = next(r for r, whose in MAY[act].items() if whose is For.OWN or (
                whose is For.ROLE and unit == getattr(plan.governance, r, None)))
            roles, units = roles if role in roles else [*roles, role], units | ({unit} if MAY[act][role] is For.OWN else set())
    told: dict[str, object] = {**written, "roles": [str(role) for role in roles]}
    if units:
        told["units"] = sorted(units)
    if entry is not None and entry.campaigns:
        told["campaigns"] = list(dict.fromkeys([*entry.campaigns, plan.id]))
    return "- " + yaml.safe_dump(told, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000).strip()


def _deeds(deeds: Iterable[Deed]) -> tuple[list[str], list[str]]:
    """What cannot be done, each act once, with some of its units."""
    units: dict[Act, list[str]] = {}
    for act, unit in deeds:
        units.setdefault(act, []).extend([unit] if unit else [])
    zh, en = [], []
    for act, of in units.items():
        some, more = ", ".join(of[:_NAMED]), len(of) - _NAMED
        zh.append(f"不得{NAMES[act].zh}" + (f"（{some}{f' 等 {len(of)} 个单位' if more > 0 else ''}）" if of else ""))
        en.append(f"may not {NAMES[act].en}" + (f" ({some}{f' and {more} more' if more > 0 else ''})" if of else ""))
    return zh, en
