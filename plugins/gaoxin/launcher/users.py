"""Who may log in to the embedded Airflow, and as what: two accounts of its own, and whoever the accounts file names.

Airflow's roles say what its own pages give; what ours give, the accounts file says. So whoever is not to start or clear runs
looks only: with more, an account could answer for others and rewrite what a run says of itself. Whoever reports for units or
keeps the machine safe, and nothing else, gets no role at all: Airflow's lists and logs are of all units, and its front page
leads on to ours (`static/defaults.js`).
"""

import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from gaoxin import folders
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.ledger.actor import Role
from gaoxin.people.accounts import Account, Accounts

OWN = {"admin": "admin", "auditor": "viewer"}
# viewer looks; user starts and clears runs besides; op keeps connections, pools and variables besides.
MORE: Mapping[Role, str] = {Role.SYSTEM: "op", Role.OFFICE: "user"}
_UNFIT = re.compile(r"[\s,:$%~{}]")  # these mean something else in Airflow's list of users


def users(accounts: Accounts | None) -> dict[str, str]:
    """User -> role of the simple auth manager. Raises UsageError for a name that its list of users cannot hold."""
    named = {_login(one): one for one in (accounts.accounts if accounts else ()) if one.airflow}
    if unfit := [name for name in named if _UNFIT.search(name)]:
        raise UsageError(Text(f"随附的 Airflow 不能有这样的用户名：{'；'.join(unfit)}",
                              f"the embedded Airflow cannot have users of these names: {'; '.join(unfit)}"),
                         where="GAOXIN_ACCOUNTS: accounts.airflow",
                         todo=Text("改用不含空格和 , : $ % ~ { } 的名称", "use names without blanks and , : $ % ~ { }"))
    return {name: _role(one) for name, one in named.items()} | OWN


def _role(account: Account) -> str:
    if set(account.roles) <= {Role.UNIT, Role.SECURITY}:
        return ""
    return next((as_ for role, as_ in MORE.items() if role in account.roles), "viewer")


def _login(account: Account) -> str:
    """The name that somebody types: where the file has FAB's number too, the name beside it."""
    return account.airflow_name or account.airflow or ""


def passwords(file: Path, names: Mapping[str, str]) -> dict[str, str]:
    """Those of all users, out of the file, where whoever has none yet gets one. Others in it stay: they are nobody's login until
    they are named again."""
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if new := {name: secrets.token_urlsafe(9) for name in names if name not in known}:
        folders.put(file, json.dumps(known | new, ensure_ascii=False).encode())
    file.chmod(0o600)  # also where somebody changed one by hand
    return known | new
