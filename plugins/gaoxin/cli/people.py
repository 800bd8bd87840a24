"""`gaoxin accounts …`: who may do what in this installation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gaoxin import campaign as cases
from gaoxin.cli.arguments import group
from gaoxin.cli.layout import Column, Layout, View, each, line, rows, says
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.cli.words import word

app = group("账号：谁以什么角色、为哪个单位办事 / accounts: who acts as what, and for whom")


def _roles(a: Any, v: View) -> str:
    return v.listed([word(role, v.lang, of="actor") for role in a.roles])


_FEW = 6


def _some(names: Sequence[str], v: View) -> str:
    """The first of many; the file has them all."""
    shown, more = v.listed(names[:_FEW]), len(names) - _FEW
    return shown + v.say(f" 等 {len(names)} 个", f" and {more} more") if more > 0 else shown


def _acts(a: Any, v: View) -> str:
    from gaoxin.people.acts import NAMES, Act

    return v.listed([NAMES[Act(act)].to(v.lang) for act in a.may]) or v.say("只看", "reads only")


def _strange(a: Any, v: View) -> str | None:
    named = [*a.strange_units, *a.strange_campaigns]
    return v.say(f"{a.account or a.airflow}：方案中没有 {v.listed(named)}",
                 f"{a.account or a.airflow}: no plan has {v.listed(named)}") if named else None


CHECKED: Layout = (
    rows("accounts", Column("account", lambda a, v: a.account or "—"), Column("Airflow", lambda a, v: a.airflow or "—"),
         Column("roles", _roles), Column("units for", lambda a, v: _some(a.units, v), "fold"),
         Column("campaign", lambda a, v: _some(a.campaigns, v) or v.say("全部", "all"), "fold"), Column("may", _acts, "fold")),
    each("accounts", line(_strange, mark="  ✗ ", style="red")),
    line(lambda a, v: v.say(f"方案读不了，未核对单位：{v.listed(a.unread)}",
                            f"plans that cannot be read, so that units were not checked: {v.listed(a.unread)}")
         if a.unread else None),
    line(lambda a, v: v.say(f"按此文件不能演练：{_some(a.unplayed, v)}；gaoxin run 创建工作 --play 列出须增改的各条",
                            f"not to be drilled by this file: {_some(a.unplayed, v)}; gaoxin run CAMPAIGN --play says why")
         if a.unplayed else None, mark="  · "),
    line(says("{file}：账号 {accounts:n} 个。", "{file}: {accounts:n} account(s).")),
)


@app.command("check", help="核对账号文件，列出谁可以办什么 / check the accounts file: who may do what")
@asked
def check(session: Session) -> Answered:
    return cases.accounting.check_accounts(session.settings), CHECKED
