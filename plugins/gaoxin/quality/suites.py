"""Suites on disk: one a form, `expectations/<campaign>/<form>.json`, plain JSON for `gx.ExpectationSuite(**json)`.

A suite is derived from its form and then belongs to whoever keeps the rules: a threshold tightened in the file is
respected. What is refused is a file derived from another form than the plan has now, since its rules would miss what
the form asks for. A campaign without files is checked by suites derived on the spot, and results say so.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from gaoxin.errors import Refused
from gaoxin.i18n import Text
from gaoxin.plan.forms import Form
from gaoxin.plan.model import Plan
from gaoxin.plan.units_of_measure import OwnUnit, used_by
from gaoxin.quality.checks import rules_of
from gaoxin.settings import Settings

# Raised when rules are added or changed, so that files written before are told to be stale.
RULES_VERSION = 2
Suite = dict[str, Any]


def build_suite(plan: Plan, form: Form) -> Suite:
    """The suite that a form asks for. The same plan gives the same suite, byte for byte."""
    title = {"zh": form.name.zh, "en": form.name.to("en")}
    return _suite(f"{plan.id}.{form.id}", form, title, campaign=plan.id, template=form.template,
                  form_hash=form_hash(form, plan.units_of_measure))


def unidentified_suite() -> Suite:
    """For a file that does not say which return it is: only its structure can be judged."""
    return _suite("unidentified", None, {"zh": "无法辨认的文件", "en": "unidentified file"}, campaign=None, form_hash=None)


def _suite(name: str, form: Form | None, title: dict[str, str], **meta: Any) -> Suite:
    about = {"form": form.id if form else None, "title": title, "rules_version": RULES_VERSION, "origin": "derived", **meta}
    return {"name": name, "expectations": rules_of(form), "meta": about}


def form_hash(form: Form, own: Sequence[OwnUnit]) -> str:
    """sha256 of what the rules depend on: the form as written, but its due rule and note, and of the plan's own units of measure
    those that it asks for. What it leaves at the default does not count, so that a new key of ours changes no installation's
    suites."""
    body = form.model_dump(mode="json", exclude={"due", "note"}, exclude_defaults=True)
    if used := used_by(own, form):
        body["units_of_measure"] = [one.model_dump(mode="json", exclude_defaults=True) for one in used]
    return sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def suite_path(settings: Settings, campaign: str, form: str) -> Path:
    """Where a form's suite is written."""
    return settings.expectations / campaign / f"{form}.json"


def _found(settings: Settings, campaign: str, form: str) -> Path:
    own = suite_path(settings, campaign, form)
    return own if own.exists() else settings.shipped_expectations / campaign / own.name


def suite_text(suite: Suite) -> str:
    """A suite as it stands in its file: sorted keys, two spaces, one newline at the end."""
    return json.dumps(suite, sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def suite_version(suite: Suite) -> str:
    """Version of the rules and a hash of the whole suite: a tightened threshold is another version, other words for a code
    of the library are not."""
    body = _unworded({**suite, "meta": {k: v for k, v in suite["meta"].items() if k != "origin"}})
    digest = sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return f"{suite['meta'].get('rules_version', '?')}+{digest[:12]}"


def _unworded(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _unworded(v) for k, v in value.items() if not ("code" in value and k in ("zh", "en"))}
    return [_unworded(v) for v in value] if isinstance(value, list) else value


def suite_name(suite: Suite) -> str:
    """As results cite it. A suite that is in no file says so."""
    return suite["name"] if suite["meta"].get("origin") == "file" else f"{suite['name']} (derived)"


def load_suite(settings: Settings, plan: Plan, form: Form) -> Suite:
    """The suite of a form: its file, or derived where there is none. Raises Refused for a file that is stale or broken."""
    path = _found(settings, plan.id, form.id)
    if not path.exists():
        return build_suite(plan, form)
    rewrite = Text(f"运行 gaoxin suites write {plan.id}，再把手工调整补上",
                   f"run: gaoxin suites write {plan.id}; then redo edits made by hand")
    try:
        suite = json.loads(path.read_text(encoding="utf-8"))
        _must_be_a_suite(suite)
    except (OSError, ValueError) as error:
        what = Text(f"审核规则文件有误：{error}", f"the suite's file is broken: {error}")
        raise Refused(what, where=str(path), todo=rewrite) from error
    meta = suite["meta"]
    if meta.get("form_hash") != form_hash(form, plan.units_of_measure) or meta.get("rules_version") != RULES_VERSION:
        what = Text(f"审核规则与方案不一致：报表 {form.id} 或规则版本已变",
                    f"the suite is stale: form {form.id} or the rules have changed since")
        raise Refused(what, where=str(path), todo=rewrite)
    if weakened := _weakened(suite, build_suite(plan, form)):
        what = Text(f"审核规则的严重程度被调低：{'、'.join(weakened)}",
                    f"rules were made less severe than the plan has them: {', '.join(weakened)}")
        raise Refused(what, where=str(path), todo=Text("在方案的 severity 中调整，再运行 gaoxin suites write",
                                                       "change `severity` in the plan, then run: gaoxin suites write"))
    return {**suite, "meta": {**meta, "origin": "file"}}


def identity(expectation: dict[str, Any]) -> tuple[str, str]:
    """What makes an expectation the same one in a file and in the plan: its rule and its column, not its threshold."""
    return expectation.get("meta", {}).get("rule", ""), expectation["kwargs"].get("column", "")


def _weakened(suite: Suite, derived: Suite) -> list[str]:
    """Rules that a file has with a lower severity than the plan: a rejection would become a remark, unseen."""
    rank = {severity: place for place, severity in enumerate(("info", "warning", "critical"))}
    asked = {identity(e): rank[e["severity"]] for e in derived["expectations"]}
    return sorted(identity(e)[0]
                  for e in suite["expectations"] if rank.get(e.get("severity", "critical"), 0) < asked.get(identity(e), 0))


def write_suites(settings: Settings, plan: Plan) -> list[Path]:
    """Writes the suite of every form, over what stands there. Returns the paths, in the plan's order."""
    written = []
    for form in plan.forms:
        suite = build_suite(plan, form)
        path = suite_path(settings, plan.id, form.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(suite_text(suite), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def _must_be_a_suite(suite: Any) -> None:
    if not isinstance(suite, dict) or not isinstance(suite.get("meta"), dict) or not isinstance(suite.get("name"), str):
        raise ValueError("name, meta 或 expectations 缺失 / name, meta or expectations missing")
    expectations = suite.get("expectations")
    if not isinstance(expectations, list) or not expectations:
        raise ValueError("expectations 为空 / no expectations")
    for number, found in enumerate(expectations, start=1):
        if not isinstance(found, dict) or not isinstance(found.get("type"), str) or not isinstance(found.get("kwargs"), dict):
            raise ValueError(f"expectations 第 {number} 条缺 type 或 kwargs / no. {number} lacks type or kwargs")
