"""The accounts file looked at: whether it holds, and who may do what by it."""

from collections.abc import Sequence
from pathlib import Path

from gaoxin.campaign import casting
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.workplace import accounts_of
from gaoxin.errors import GaoxinError, UsageError
from gaoxin.i18n import Text
from gaoxin.people.acts import MAY
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import load_plan, plan_files
from gaoxin.settings import Settings
from gaoxin.warehouse.process import of_process


class AccountShown(Answer):
    """may: the acts of its roles. strange_units, strange_campaigns: that no campaign has."""

    account: str | None
    airflow: str | None
    roles: Sequence[str]
    units: Sequence[str]
    campaigns: Sequence[str]
    may: Sequence[str]
    strange_units: Sequence[str]
    strange_campaigns: Sequence[str]


class AccountsChecked(Answer):
    """The answer is no where a unit or campaign is named that there is not. unread: campaigns whose plans cannot be read.
    unplayed: those that cannot be drilled by this file, since those who would play them may not do all that playing does."""

    file: Path
    accounts: Sequence[AccountShown]
    unread: Sequence[str]
    unplayed: Sequence[str]

    @property
    def strange(self) -> int:
        return sum(len(a.strange_units) + len(a.strange_campaigns) for a in self.accounts)

    @property
    def exit_status(self) -> int:
        return 1 if self.strange else 0


def check_accounts(settings: Settings) -> AccountsChecked:
    """Raises UsageError without an accounts file, and for a faulty one."""
    found = accounts_of(settings)
    if found is None or settings.accounts is None:
        raise UsageError(Text("没有指定账号文件，一切操作记为未经认证",
                              "no accounts file is named: whatever is done is not authenticated"),
                         where="GAOXIN_ACCOUNTS", todo=Text("以 GAOXIN_ACCOUNTS 指定；格式见 docs/accounts.md",
                                                            "name one in GAOXIN_ACCOUNTS; docs/accounts.md has the format"))
    plans, unread = dict[str, Plan](), list[str]()
    for campaign, file in plan_files(settings.plans).items():
        try:
            plans[campaign] = load_plan(file)
        except GaoxinError:
            unread.append(campaign)
    units = {campaign: {u.id for u in plan.units} for campaign, plan in plans.items()}
    shown = []
    for one in found.accounts:
        known = set().union(*(of for campaign, of in units.items() if one.of(campaign)))
        may = [str(act) for act, roles in MAY.items() if set(roles) & set(one.roles)]
        shown.append(AccountShown(one.account, one.airflow, [str(r) for r in one.roles], one.units, one.campaigns, may,
                                  [] if unread else sorted(set(one.units) - known),
                                  sorted(set(one.campaigns) - units.keys() - set(unread))))
    unplayed = [campaign for campaign, plan in plans.items()
                if casting.lacking(found, plan, of_process().account, casting.PLAYS, others=True)]
    return AccountsChecked(settings.accounts, shown, unread, unplayed)
