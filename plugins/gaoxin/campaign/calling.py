"""What people call things on the command line: a unit or a form by its id, its name or an alias; a period as they write it,
without its year where no other can be meant. What may mean several is refused, with what it may mean; nothing is guessed."""

from collections.abc import Iterable
from datetime import date

from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.returns.cover import period_of
from gaoxin.returns.text import squeezed

_Named = Iterable[tuple[str, str, tuple[str | None, ...]]]


def form_called(plan: Plan, written: str) -> str:
    """The id of the form that is called so. Raises UsageError where none or several are."""
    found = _called(written, ((form.id, form.name.zh, (form.name.zh, form.name.en)) for form in plan.forms), "form")
    return found or plan.form(written).id


def unit_called(plan: Plan, written: str) -> str:
    """As form_called, of a unit, whose aliases are known too."""
    named = ((u.id, u.name.zh, (u.name.zh, u.name.en, *(a.name for a in u.aliases))) for u in plan.units)
    found = _called(written, named, "unit")
    return found or plan.unit(written).id


def _called(written: str, named: _Named, where: str) -> str | None:
    """The one id; by its own before others' names. None where nothing is called so."""
    wanted = squeezed(written).casefold()
    items = [(one, name, {squeezed(n).casefold() for n in names if n}) for one, name, names in named]
    found = [(one, name) for one, name, _ in items if one == wanted] or [
        (one, name) for one, name, names in items if wanted in names]
    if len(found) > 1:
        told = [f"{name}（{one}）" for one, name in found]
        raise UsageError(Text(f"“{written}”可以是几个：{'、'.join(told)}", f"{written!r} may be several: {', '.join(told)}"),
                         where=where, todo=Text("写编号", "give the id"))
    return found[0][0] if found else None


def period_called(plan: Plan, written: str | None, today: date, forms: Iterable[str] = ()) -> Period | None:
    """The period that is written so; of several forms where more than one, or none, is named. One without a year is the one that
    is due now: the last of its form that is over; or the only one that there is. Raises UsageError for any other, with what it
    may mean."""
    if written is None:
        return None
    try:
        return Period.written(written)
    except UsageError as error:
        of = [plan.form(form) for form in forms] or list(plan.forms)
        meant = sorted({p for form in of for p in form.periods() if period_of(f"{p.year}年{written}", form.periodicity) == p})
        due = sorted({max(over) for form in of if (over := [p for p in form.periods() if p.end < today])} & {*meant})
        for chosen in (meant, due):
            if len(chosen) == 1:
                return chosen[0]
        if not meant:
            raise error
        told = [f"{p.said}（{p}）" for p in meant]
        raise UsageError(Text(f"“{written}”没有写年份，可以是：{'、'.join(told)}",
                              f"{written!r} says no year, and may be {', '.join(map(str, meant))}"), where="period",
                         todo=Text("写上年份", "write the year")) from error
