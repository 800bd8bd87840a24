"""The checks of returns, each in a module of its own. The folder is the registry: what stands in it is found."""

from functools import cache

from gaoxin.folders import classes
from gaoxin.plan.forms import Form
from gaoxin.quality.check import Check, Expectation


@cache
def checks() -> tuple[Check, ...]:
    """One of each kind in the folder, by place."""
    return tuple(kind() for kind in classes(__name__, Check))


def rules_of(form: Form | None) -> list[Expectation]:
    """Every rule that a form asks for; with `form` None what can be said of a file that does not tell which return it is."""
    found = [rule for check in checks() for rule in check.on_file(form)]
    if form is not None:
        found += [rule for check in checks() for rule in check.on_cells(form)]
        found += [rule for item in form.asked for check in checks() for rule in check.on_item(form, item)]
        found += [rule for check in checks() for rule in check.on_whole(form)]
    return found


def beyond_itself(form: Form) -> frozenset[str]:
    """The ids of the rules that a form asks for which other returns decide."""
    found = [rule for check in checks() if check.beyond_itself for rule in (*check.on_file(form), *check.on_whole(form))]
    return frozenset(f"{variable}.{rule['meta']['rule']}" if variable else rule["meta"]["rule"]
                     for rule in found for variable in rule["meta"].get("variables") or [None])
