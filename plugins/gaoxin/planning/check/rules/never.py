"""Rules on checks that say nothing: that name an item twice, or that no return can break, meet or be judged by."""

from collections import Counter
from collections.abc import Iterator

from gaoxin.i18n import Message
from gaoxin.plan.checks import DeclaredCheck
from gaoxin.plan.forms import Form, RegisterForm, SeriesForm, Severity
from gaoxin.plan.model import Plan
from gaoxin.planning.check.dry_run import Tried, tried
from gaoxin.planning.check.findings import PlanFinding, of_plan
from gaoxin.planning.check.rules.forms import comparable, registers
from gaoxin.planning.check.rules.inputs import held

PLACE = 132

CHECK_NAMES_TWICE = of_plan("check_names_twice", "error", ("检查中同一项写了两次", "a check that names an item twice"),
                            ("每一项只写一次，总体不列入部分", "name each item once, and no whole among its parts"),
                            "{names} 写了不止一次", "{names}: named more than once", names=tuple)
CHECK_NEVER_JUDGES = of_plan("check_never_judges", "error", ("检查永远不判断", "a check that never judges"),
                             ("改条件或算式", "mend its condition or formula"),
                             "试算的各种数值中，没有一种能判断：{why}", "of all figures tried it judges none: {why}", why=Message)
CHECK_NEVER_FAILS = of_plan("check_never_fails", "error", ("检查永远通过", "a check that never fails"),
                            ("改条件或界限", "mend its condition or limits"),
                            "试算的各种数值中，没有一种不通过，等于没有这条检查",
                            "of all figures tried none fails it: it checks nothing")
CHECK_NEVER_HOLDS = of_plan("check_never_holds", "warning", ("检查可能永远不通过", "a check that nothing may pass"),
                            ("核对条件和界限", "look at its condition and limits"),
                            "试算的各种数值中，没有一种能通过", "of all figures tried none passes it")
CONDITION_CONSTANT = of_plan("condition_constant", "warning", ("条件中有一部分不起作用", "a part that decides nothing"),
                             ("改正或删去这一部分", "mend it, or drop it"),
                             "{text}：无论填什么数，结果都一样", "{text}: comes out the same whatever is filled in", text=str)


def says_something(plan: Plan) -> Iterator[PlanFinding]:
    """A check can be judged, be broken and be met; other rules tell what cannot be read at all."""
    wrong = {finding.subject for finding in _unreadable(plan) if finding.severity is Severity.ERROR}
    for form in plan.forms:
        for check in form.checks:
            where = f"forms.{form.id}.checks.{check.id}"
            if twice := _twice(check):
                yield CHECK_NAMES_TWICE.error(where, names=twice)
            elif where not in wrong and form.kind in check.judged_in:
                yield from _of(where, form, check, tried(plan, form, check))


def _unreadable(plan: Plan) -> Iterator[PlanFinding]:
    for form in plan.forms:
        if isinstance(form, RegisterForm):
            yield from registers(plan, form)
        elif isinstance(form, SeriesForm):
            yield from comparable(plan, form)
    yield from held(plan)


def _twice(check: DeclaredCheck) -> tuple[str, ...]:
    """What a check names twice in one list, and a whole that stands among its parts, or a field among those it is told by."""
    lists = [value for key in type(check).model_fields if isinstance(value := getattr(check, key), tuple)]
    found = [name for one in lists for name, times in Counter(map(str, one)).items() if times > 1]
    field = getattr(check, "field", "")
    whole, parts = check.compared() or (field, getattr(check, "by", ()) if field else ())
    return tuple(dict.fromkeys((*found, *((whole,) if whole in parts else ()))))


def _of(where: str, form: Form, check: DeclaredCheck, told: Tried) -> Iterator[PlanFinding]:
    if not told.holds and not told.fails:
        if told.why:
            yield CHECK_NEVER_JUDGES.error(where, why=told.why.most_common(1)[0][0])
        return
    if not told.fails:
        yield CHECK_NEVER_FAILS.error(where)
        return
    if not told.holds:
        yield CHECK_NEVER_HOLDS.warning(where)
    for part, seen in told.parts.items():
        # That two figures never agreed may be chance; that they always did, or that nothing ever came out, is none.
        only = seen & {True, False}
        agreeing = part.sign in ("==", "!=", "in", "not in")
        if len(only) == 0 or (len(only) == 1 and not (agreeing and only == {part.sign in ("!=", "not in")})):
            yield CONDITION_CONSTANT.warning(where, text=part.text)
