"""From what the rules found to findings, check outcomes and the verdict on each return. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gaoxin.i18n import Text
from gaoxin.plan.forms import Severity
from gaoxin.quality.frames import UNREADABLE, Frame, Place
from gaoxin.quality.model import Checked, CheckResult, Finding, Outcome
from gaoxin.quality.rules import SEVERITY_OF
from gaoxin.quality.suites import Suite, suite_name, suite_version
from gaoxin.returns.model import ReadReturn, Verdict

# A register with a wrong column would fill a report with one sentence; the rest is told as a number.
FINDINGS_PER_RULE = 200


_NOTHING = Text("", "")


@dataclass(frozen=True)
class RuleRun:
    """One expectation over the frame: the rows that fail, and why the rule is broken, or None."""

    failing: frozenset[int]
    broken: Text | None


@dataclass(frozen=True)
class _Check:
    """One check: an expectation, for one variable or one kind of problem."""

    rule: str
    expectation: dict[str, Any]
    run: RuleRun
    variable: str | None = None
    kind: str | None = None
    name: Text = _NOTHING

    @property
    def meta(self) -> dict[str, Any]:
        return self.expectation.get("meta", {})

    @property
    def columns(self) -> list[str]:
        kwargs = self.expectation["kwargs"]
        one = [kwargs[k] for k in ("column", "column_A", "column_B") if k in kwargs]
        return [*one, *kwargs.get("column_list", ())]

    @property
    def level(self) -> int:
        return int(self.meta.get("level", 1))

    @property
    def severity(self) -> Severity:
        return SEVERITY_OF.get(self.expectation.get("severity", "critical"), Severity.ERROR)


def judge(
    reads: list[ReadReturn], frame: Frame, suite: Suite, runs: list[RuleRun], left_out: list[dict[str, Any]]
) -> list[Checked]:
    """One Checked a return, in order. left_out: expectations that the form asks for and the suite lacks."""
    checks = [c for e, run in zip(suite["expectations"], runs, strict=True) for c in _expand(e, run)]
    dropped = [c for e in left_out for c in _expand(e, RuleRun(frozenset(), None))]
    rows_of = frame.rows_of()
    return [_judge_one(owner, read, frame, suite, checks, dropped, rows_of.get(owner, [])) for owner, read in enumerate(reads)]


def _expand(expectation: dict[str, Any], run: RuleRun) -> Iterator[_Check]:
    meta = expectation.get("meta", {})
    rule = meta.get("rule") or f"{expectation['kwargs'].get('column', 'table')}.{expectation['type']}"
    if "variables" in meta:
        for variable, label in meta["variables"].items():
            yield _Check(f"{variable}.{rule}", expectation, run, variable=variable, name=Text(label["zh"], label["en"]))
    elif "kinds" in meta:
        for kind, label in meta["kinds"].items():
            yield _Check(f"file.{kind}", expectation, run, kind=kind, name=Text(label["zh"], label["en"]))
    else:
        yield _Check(rule, expectation, run, variable=meta.get("variable"))


def _judge_one(
    owner: int, read: ReadReturn, frame: Frame, suite: Suite, checks: list[_Check], dropped: list[_Check], rows: list[int]
) -> Checked:
    teller = _Teller(frame, suite)
    results: list[CheckResult] = []
    failed: list[tuple[_Check, list[int]]] = []
    findings: list[Finding] = []
    broken_told: set[int] = set()
    for check in checks:
        outcome, bad, reason = _outcome(owner, frame, check, rows)
        results.append(_result(teller, check, outcome, len(bad), reason))
        if outcome is Outcome.FAILED:
            failed.append((check, bad))
        elif check.run.broken and id(check.expectation) not in broken_told:
            broken_told.add(id(check.expectation))
            findings.append(_broken_finding(teller, check))
    for check in dropped:
        results.append(_result(teller, check, Outcome.NOT_EVALUATED, 0, _LEFT_OUT))
        if id(check.expectation) not in broken_told:
            broken_told.add(id(check.expectation))
            findings.append(_broken_finding(teller, check, _LEFT_OUT))
    failing_rules = {check.rule for check, _ in failed}
    told = {(p.sheet, p.cell) for c, bad in failed if c.kind for p in (frame.places[row] for row in bad) if p.cell}
    for check, bad in failed:
        if check.rule.endswith(".readable"):  # the cell's own problem, when reading told it as the file's already
            bad = [row for row in bad if (frame.places[row].sheet, frame.places[row].cell) not in told]
        if not any(f"{check.variable}.{rule}" in failing_rules for rule in check.meta.get("unless", ())):
            findings += _findings(teller, check, bad)
    findings.sort(key=lambda f: (_ORDER[f.severity], f.level))
    return Checked(read, _verdict(findings), tuple(findings), tuple(results), suite_name(suite), suite_version(suite))


_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_LEFT_OUT = Text("规则文件中没有这条规则", "the suite's file has no such rule")


def _verdict(findings: list[Finding]) -> Verdict:
    severities = {finding.severity for finding in findings}
    if Severity.ERROR in severities:
        return Verdict.REJECTED
    return Verdict.ACCEPTED_WITH_WARNINGS if Severity.WARNING in severities else Verdict.ACCEPTED


def _outcome(owner: int, frame: Frame, check: _Check, rows: list[int]) -> tuple[Outcome, list[int], Text | None]:
    """What a check says of one return: a rule that failed nowhere has passed only where it had something to judge."""
    if check.run.broken:
        return Outcome.NOT_EVALUATED, [], check.run.broken
    cells = [frame.columns.get(column, {}) for column in check.columns]
    if check.kind is not None:
        return _outcome_of_kind(owner, frame, check, [row for row in rows if cells[0].get(row) == check.kind])
    about_file = check.meta.get("table") == "file"
    if check.variable is not None and "variables" in check.meta:
        rows = [row for row in rows if frame.places[row].variable == check.variable]
    judged = [row for row in rows if all(row in column for column in cells)]
    bad = [row for row in judged if row in check.run.failing]
    if bad:
        return Outcome.FAILED, bad, None
    if judged and not (about_file and check.rule == "file.other" and owner in frame.unreadable):
        return Outcome.PASSED, [], None
    column = check.columns[0] if check.columns else ""
    return Outcome.NOT_EVALUATED, [], UNREADABLE if owner in frame.unreadable else frame.reason(owner, column, check.variable)


def _outcome_of_kind(owner: int, frame: Frame, check: _Check, rows: list[int]) -> tuple[Outcome, list[int], Text | None]:
    """A structural problem: found, not there, or, in a file that could not be read, unknown."""
    bad = [row for row in rows if row in check.run.failing]
    if bad:
        return Outcome.FAILED, bad, None
    return (Outcome.NOT_EVALUATED, [], UNREADABLE) if owner in frame.unreadable else (Outcome.PASSED, [], None)


def _result(teller: _Teller, check: _Check, outcome: Outcome, failures: int, reason: Text | None) -> CheckResult:
    title = teller.title(check)
    return CheckResult(
        rule=check.rule,
        level=check.level,
        severity=check.severity,
        outcome=outcome,
        title=title.zh,
        title_en=title.en,
        variable=check.variable,
        failures=failures,
        reason=reason.zh if reason else None,
        reason_en=reason.en if reason else None,
    )


def _findings(teller: _Teller, check: _Check, bad: list[int]) -> list[Finding]:
    found = [teller.finding(check, row) for row in bad[:FINDINGS_PER_RULE]]
    rest = len(bad) - FINDINGS_PER_RULE
    if rest > 0:
        title = teller.title(check)
        found.append(
            Finding(
                check.rule,
                check.level,
                check.severity,
                None,
                None,
                check.variable,
                None,
                f"{title.zh}：另有 {rest} 处同样的问题未逐一列出",
                f"{title.en}: {rest} more of the same, not listed one by one",
            )
        )
    return found


def _broken_finding(teller: _Teller, check: _Check, left_out: Text | None = None) -> Finding:
    """A broken rule, or one left out of the suite's file, is told on every return that it should have judged, as severely
    as the rule itself: an error rule that did not run keeps a return from being accepted."""
    title, why = teller.title(check), left_out or check.run.broken or _NOTHING
    return Finding(
        check.rule,
        check.level,
        check.severity,
        None,
        None,
        check.variable,
        None,
        f"审核规则失效，未作判断：{title.zh}（{why.zh}）。不是填报错误，请办公室修复规则后重新审核",
        f"a rule is broken and judged nothing: {title.en} ({why.en}). Not an error of the return: mend the rule and check again",
    )


class _Teller:
    """Puts a check into words: fills titles and messages from the frame's notes and the suite's own thresholds."""

    def __init__(self, frame: Frame, suite: Suite) -> None:
        self.frame = frame
        self.names, self.units = _names_and_units(suite)

    def title(self, check: _Check) -> Text:
        told = check.meta.get("title") or {"zh": check.rule, "en": check.rule}
        notes = self._notes(check, None)
        return Text(_fill(told["zh"], notes, "zh").rstrip(), _fill(told["en"], notes, "en").rstrip())

    def finding(self, check: _Check, row: int) -> Finding:
        place = self.frame.places[row]
        notes = self._notes(check, row)
        if "place" in notes:  # a rule on another cell of the row, such as the unit of measure beside the value
            sheet, cell, value = notes["place"]
            place = Place(sheet, cell, place.variable, value)
        told = check.meta.get("message") or check.meta.get("title") or {"zh": check.rule, "en": check.rule}
        where = f"「{place.sheet}」{place.cell} " if place.sheet and place.cell else ""
        where_en = f"{place.sheet}!{place.cell} " if place.sheet and place.cell else ""
        name = self._name(check, place)
        value = place.value
        if check.meta.get("table") == "file":
            where = where_en = ""  # a problem's words say the place themselves
        zh = where + (f"{name.zh}：" if name.zh and check.kind is None else "") + _fill(told["zh"], notes, "zh")
        en = where_en + (f"{name.en}: " if name.en and check.kind is None else "") + _fill(told["en"], notes, "en")
        return Finding(
            check.rule, check.level, check.severity, place.sheet, place.cell, check.variable or place.variable, value, zh, en
        )

    def _name(self, check: _Check, place: Place) -> Text:
        return self.names.get(check.variable or place.variable or "", check.name)

    def _notes(self, check: _Check, row: int | None) -> dict[str, Any]:
        kwargs = check.expectation["kwargs"]
        notes: dict[str, Any] = {}
        if row is not None:
            place = self.frame.places[row]
            notes |= {"value": place.value if place.value not in (None, "") else "（空）"}
            for column in check.columns:
                notes |= self.frame.notes.get((row, column), {})
        name = self.names.get(check.variable or "", check.name)
        unit = self.units.get(check.variable or "", "")
        return {
            "name_zh": name.zh,
            "name_en": name.en,
            "unit": unit,
            "limits": _limits(kwargs),
            "most": kwargs.get("max_value"),
            **notes,
        }


def _names_and_units(suite: Suite) -> tuple[dict[str, Text], dict[str, str]]:
    """Variable -> name and unit of measure, gathered from the rules that list the variables they speak of."""
    names: dict[str, Text] = {}
    units: dict[str, str] = {}
    for expectation in suite["expectations"]:
        for variable, label in expectation.get("meta", {}).get("variables", {}).items():
            names[variable] = Text(label["zh"], label["en"])
            units[variable] = label.get("unit", "")
    return names, units


def _limits(kwargs: dict[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is not None and high is not None:
        return f"{low}–{high}"
    return f"≥ {low}" if low is not None else f"≤ {high}" if high is not None else ""


class _Notes(dict):
    """Notes in one language: `{x}` finds `x_zh` or `x_en` before `x`; what is not known reads as a dash."""

    def __init__(self, notes: dict[str, Any], lang: str) -> None:
        super().__init__({**notes, **{k.removesuffix(f"_{lang}"): v for k, v in notes.items() if k.endswith(f"_{lang}")}})

    def __missing__(self, key: str) -> str:
        return "—"


def _fill(template: str, notes: dict[str, Any], lang: str) -> str:
    try:
        return template.format_map(_Notes(notes, lang))
    except (ValueError, IndexError, KeyError, AttributeError):  # a template edited by hand with stray braces
        return template
