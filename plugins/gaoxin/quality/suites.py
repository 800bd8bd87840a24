"""The suite by which a form's returns are judged: derived from the plan, the checks of the library and the plan's reviewed
overrides, and from nothing else.

`expectations/<campaign>/<form>.json` holds the same for people, plain JSON for `gx.ExpectationSuite(**json)`. It is written, and
compared, and never read to judge: a file may be stale, and what is edited in it is no reviewed rule.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from gaoxin.errors import Refused
from gaoxin.i18n import Text
from gaoxin.periods import Period
from gaoxin.plan.checks.conditional import Conditional
from gaoxin.plan.forms import Form
from gaoxin.plan.model import Plan
from gaoxin.plan.units_of_measure import used_by
from gaoxin.quality import overriding
from gaoxin.quality.check import Expectation
from gaoxin.quality.checks import rules_of
from gaoxin.quality.overriding import Unfit, applied, in_force
from gaoxin.settings import Settings

# Raised when rules of the library come to mean something else under the same words.
RULES_VERSION = 5
Suite = dict[str, Any]
State = Literal["fresh", "stale", "missing", "unknown"]


def build_suite(plan: Plan, form: Form, period: Period | None = None) -> Suite:
    """The suite that a form asks for, with the plan's overrides as they are in force for a period, the form's last where none is
    given. The same plan gives the same suite, byte for byte. Raises Refused where an override does not fit, by its name."""
    title = {"zh": form.name.zh, "en": form.name.to("en")}
    rules, wrong = applied(form, rules_of(form), in_force(plan, form, period or form.last))
    if wrong:
        raise _refused(wrong[0], len(wrong))
    # A plan's own unit of measure with another factor judges otherwise.
    own = [one.model_dump(mode="json", exclude_defaults=True) for one in used_by(plan.units_of_measure, form)]
    published = _published(plan, form)
    more = {**({"units_of_measure": own} if own else {}), **({"published": published} if published else {})}
    return _suite(f"{plan.id}.{form.id}", form, title, rules, campaign=plan.id, template=form.template, **more)


def _published(plan: Plan, form: Form) -> dict[str, str]:
    """What others published that the form's checks compare with, by a hash of what it says: other figures judge otherwise."""
    taken = [one for check in form.rules if isinstance(check, Conditional) for one in check.taken().values()]
    tables = {f"tables.{one.table}": plan.table(one.table).rows for one in taken if one.table}
    series = {f"references.{one.reference}": [value.model_dump(mode="json") for value in plan.reference(one.reference).values]
              for one in taken if one.reference}
    return {name: sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]
            for name, said in sorted({**tables, **series}.items())}


def unidentified_suite() -> Suite:
    """For a file that does not say which return it is: only its structure can be judged."""
    return _suite("unidentified", None, {"zh": "无法辨认的文件", "en": "unidentified file"}, rules_of(None), campaign=None)


def _suite(name: str, form: Form | None, title: dict[str, str], rules: list[Expectation], **meta: Any) -> Suite:
    about = {"form": form.id if form else None, "title": title, "rules_version": RULES_VERSION, **meta}
    return {"name": name, "expectations": rules, "meta": about}


def unfit(plan: Plan) -> Iterator[Unfit]:
    """Every override of a plan that does not fit the rules that its form has."""
    for form in plan.forms:
        yield from overriding.unfit(plan, form, rules_of(form))


def must_fit(plan: Plan) -> None:
    """Raises Refused where an override does not fit."""
    if wrong := list(unfit(plan)):
        raise _refused(wrong[0], len(wrong))


def _refused(wrong: Unfit, count: int) -> Refused:
    told = wrong.told
    named = wrong.override.id
    what = Text(f"规则调整 {named} 不成立：{told.zh}", f"override {named} does not fit: {told.en}")
    todo = Text(f"改正 overrides.yaml（{count} 处），用 gaoxin plan check 核对",
                f"mend overrides.yaml ({count} of them) and look with gaoxin plan check")
    return Refused(what, where=f"overrides.yaml: {named}", todo=todo)


def suite_path(settings: Settings, campaign: str, form: str) -> Path:
    """Where a form's suite is written."""
    return settings.expectations / campaign / f"{form}.json"


def suite_text(suite: Suite) -> str:
    """A suite as it stands in its file: sorted keys, two spaces, one newline at the end."""
    return _laid_out(json.dumps(suite, sort_keys=True, ensure_ascii=False))


@lru_cache(maxsize=32)
def _laid_out(told: str) -> str:
    """To lay a suite out takes many times what it takes to say it, and the same one judges again and again."""
    return json.dumps(json.loads(told), indent=2, ensure_ascii=False) + "\n"


def suite_version(suite: Suite) -> str:
    """Version of the rules and a hash of them: a tightened threshold is another version; other words for a code of the library,
    or for why something was tightened, are not, nor is anything that judges nothing, such as a hint."""
    published = [suite["meta"]["published"]] if "published" in suite["meta"] else []
    body = _unworded([suite["name"], suite["expectations"], suite["meta"].get("units_of_measure", []), *published])
    digest = sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return f"{suite['meta'].get('rules_version', '?')}+{digest[:12]}"


def _unworded(value: Any) -> Any:
    if isinstance(value, dict):
        words = ("overridden", "written", *(("zh", "en") if "code" in value else ()))
        return {k: _unworded(v) for k, v in value.items() if k not in words}
    return [_unworded(v) for v in value] if isinstance(value, list) else value


def suite_name(suite: Suite) -> str:
    """As results cite it."""
    return str(suite["name"])


def write_suites(settings: Settings, plan: Plan) -> list[Path]:
    """Writes the suite of every form, over what stands there. Returns the paths, in the plan's order."""
    written = []
    for path, suite in _files(settings, plan):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(suite_text(suite), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def states(settings: Settings, plan: Plan) -> Iterator[tuple[Path, State]]:
    """How the files compare with what is judged by: each form's, then those that no form has."""
    known = set[Path]()
    for path, suite in _files(settings, plan):
        known.add(path)
        try:
            yield path, "fresh" if path.read_text(encoding="utf-8") == suite_text(suite) else "stale"
        except FileNotFoundError:
            yield path, "missing"
        except (OSError, UnicodeDecodeError):
            yield path, "stale"
    yield from ((path, "unknown") for path in sorted((settings.expectations / plan.id).glob("*.json")) if path not in known)


def _files(settings: Settings, plan: Plan) -> Iterator[tuple[Path, Suite]]:
    return ((suite_path(settings, plan.id, form.id), build_suite(plan, form)) for form in plan.forms)
