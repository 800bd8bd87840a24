"""From what the rules found to findings, check outcomes and the verdict on each return. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from gaoxin.i18n import CATALOGUE, Code, Message, Text, filled
from gaoxin.plan.forms import Severity
from gaoxin.quality.check import EMPTY, SEVERITY_OF
from gaoxin.quality.frames import Frame, Place
from gaoxin.quality.model import Checked, CheckResult, Finding, Outcome
from gaoxin.quality.suites import Suite, suite_name, suite_version
from gaoxin.returns.model import ReadReturn, Verdict

# A register with a wrong column would fill a report with one sentence; the rest is told as a number.
FINDINGS_PER_RULE = 200

# What a title or a message is put together of: the place, the variable's name, and what the rule says.
TITLED = Code("quality.titled", "{name}：{rule}", "{name}: {rule}", name=Text, rule=Message)
FOUND = Code(
    "quality.found", "{where}{name}{what}", "{where}{name}{what}", where=Message | None, name=Message | None, what=Message
)
WHERE = Code("quality.where", "「{sheet}」{cell} ", "{sheet}!{cell} ", sheet=str, cell=str)
NAMED = Code("quality.named", "{name}：", "{name}: ", name=Text)
# A rule that somebody wrote into a suite: its words, filled in, are all that is known of it.
OWN = Code("quality.own", "{words}", "{words}", words=Text)
BETWEEN = Code("quality.between", "{least}–{most}", "{least}–{most}", least=Decimal | str, most=Decimal | str)
AT_LEAST = Code("quality.at_least", "≥ {least}", "≥ {least}", least=Decimal | str)
AT_MOST = Code("quality.at_most", "≤ {most}", "≤ {most}", most=Decimal | str)

REST = Code(
    "quality.rest", "{title}：另有 {rest} 处同样的问题未逐一列出", "{title}: {rest} more of the same, not listed one by one",
    title=Message, rest=int,
)
BROKEN = Code(
    "quality.broken", "审核规则失效，未作判断：{title}（{why}）。不是填报错误，请办公室修复规则后重新审核",
    "a rule is broken and judged nothing: {title} ({why}). Not an error of the return: mend the rule and check again",
    title=Message, why=Message,
)
LEFT_OUT = Code("quality.left_out", "规则文件中没有这条规则", "the suite's file has no such rule")


@dataclass(frozen=True)
class RuleRun:
    """One expectation over the frame: the rows that fail, and why the rule is broken, or None."""

    failing: frozenset[int]
    broken: Message | None


@dataclass(frozen=True)
class _Check:
    """One check: an expectation, for one variable or one kind of problem."""

    rule: str
    expectation: dict[str, Any]
    run: RuleRun
    variable: str | None = None
    kind: str | None = None
    name: Text | None = None

    @property
    def meta(self) -> dict[str, Any]:
        return self.expectation.get("meta", {})

    @property
    def columns(self) -> list[str]:
        kwargs = self.expectation["kwargs"]
        one = [kwargs[k] for k in ("column", "column_A", "column_B") if k in kwargs]
        return [*one, *kwargs.get("column_list", ())]

    @property
    def about_file(self) -> bool:
        return self.meta.get("table") == "file"

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
    ran = [*zip(suite["expectations"], runs, strict=True), *((e, RuleRun(frozenset(), LEFT_OUT())) for e in left_out)]
    checks = [check for expectation, run in ran for check in _expand(expectation, run)]
    rows_of, teller = frame.rows_of(), _Teller(frame, suite)
    return [_judge_one(owner, read, teller, checks, rows_of.get(owner, [])) for owner, read in enumerate(reads)]


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


def _judge_one(owner: int, read: ReadReturn, teller: _Teller, checks: list[_Check], rows: list[int]) -> Checked:
    frame, suite = teller.frame, teller.suite
    results: list[CheckResult] = []
    failed: list[tuple[_Check, list[int]]] = []
    findings: list[Finding] = []
    broken_told: set[int] = set()
    for check in checks:
        outcome, bad, reason = _outcome(owner, frame, check, rows)
        title = teller.title(check)
        results.append(CheckResult(check.rule, check.level, check.severity, outcome, title, check.variable, len(bad), reason))
        if outcome is Outcome.FAILED:
            failed.append((check, bad))
        elif check.run.broken and id(check.expectation) not in broken_told:
            broken_told.add(id(check.expectation))
            # Told on every return that it should have judged, as severely as the rule itself: an error rule that did not
            # run keeps a return from being accepted.
            findings.append(_nowhere(check, BROKEN(title=title, why=check.run.broken)))
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


def _verdict(findings: list[Finding]) -> Verdict:
    severities = {finding.severity for finding in findings}
    if Severity.ERROR in severities:
        return Verdict.REJECTED
    return Verdict.ACCEPTED_WITH_WARNINGS if Severity.WARNING in severities else Verdict.ACCEPTED


def _outcome(owner: int, frame: Frame, check: _Check, rows: list[int]) -> tuple[Outcome, list[int], Message | None]:
    """What a check says of one return: a rule that failed nowhere has passed only where it had something to judge."""
    if check.run.broken:
        return Outcome.NOT_EVALUATED, [], check.run.broken
    cells = [frame.columns.get(column, {}) for column in check.columns]
    if check.kind is not None:
        rows = [row for row in rows if cells[0].get(row) == check.kind]
    elif check.variable is not None and "variables" in check.meta:
        rows = [row for row in rows if frame.places[row].variable == check.variable]
    judged = [row for row in rows if all(row in column for column in cells)]
    if bad := [row for row in judged if row in check.run.failing]:
        return Outcome.FAILED, bad, None
    # A structural problem that is not there has passed; in a file that could not be read it is unknown.
    structural = check.kind is not None or (check.about_file and check.rule == "file.other")
    if (judged or check.kind is not None) and not (structural and owner in frame.unreadable):
        return Outcome.PASSED, [], None
    return Outcome.NOT_EVALUATED, [], frame.reason(owner, check.columns[0] if check.columns else "", check.variable)


def _findings(teller: _Teller, check: _Check, bad: list[int]) -> list[Finding]:
    found = [teller.finding(check, row) for row in bad[:FINDINGS_PER_RULE]]
    if (rest := len(bad) - FINDINGS_PER_RULE) > 0:
        found.append(_nowhere(check, REST(title=teller.title(check), rest=rest)))
    return found


def _nowhere(check: _Check, message: Message) -> Finding:
    return Finding(check.rule, check.level, check.severity, None, None, check.variable, None, message)


class _Teller:
    """Makes messages: fills codes from the frame's notes and the suite's own thresholds, and the templates of rules that
    no code of the library knows."""

    def __init__(self, frame: Frame, suite: Suite) -> None:
        self.frame, self.suite = frame, suite
        self._titles: dict[int, Message] = {}  # by the check: a title is the same for every return
        self.names, self.units = _names_and_units(suite)

    def title(self, check: _Check) -> Message:
        if id(check) not in self._titles:
            self._titles[id(check)] = self._title(check)
        return self._titles[id(check)]

    def _title(self, check: _Check) -> Message:
        told = check.meta.get("title") or {"zh": check.rule, "en": check.rule}
        name = self._name(check, None)
        notes = {**self._notes(check, None), **_labels(told.get("context", {}))}
        made = _made(told, notes)
        # A rule of a single variable or field names it; the templates of hand-written rules say the name themselves.
        each = "variables" in check.meta or check.meta.get("each")
        return TITLED(name=name, rule=made) if name and each and made.code != OWN.code else made

    def finding(self, check: _Check, row: int) -> Finding:
        place = self.frame.places[row]
        notes = self._notes(check, row)
        if "place" in notes:  # a rule on another cell of the row, such as the unit of measure beside the value
            sheet, cell, value = notes["place"]
            place = replace(place, sheet=sheet, cell=cell, value=value)
        what = _made(check.meta.get("message") or check.meta.get("title") or {"zh": check.rule, "en": check.rule}, notes)
        # A structural problem's words say the place themselves.
        where = WHERE(sheet=place.sheet, cell=place.cell) if place.sheet and place.cell and not check.about_file else None
        name = self._name(check, place)
        named = NAMED(name=name) if name and check.kind is None else None
        message = FOUND(where=where, name=named, what=what) if where or named else what
        variable = check.variable or place.variable
        return Finding(check.rule, check.level, check.severity, place.sheet, place.cell, variable, place.value, message)

    def _name(self, check: _Check, place: Place | None) -> Text | None:
        return self.names.get(check.variable or (place.variable if place else None) or "", check.name)

    def _notes(self, check: _Check, row: int | None) -> dict[str, Any]:
        kwargs = check.expectation["kwargs"]
        notes: dict[str, Any] = {
            "name": self._name(check, None) or Text("", ""), "unit": self.units.get(check.variable or "", ""),
            "limits": _limits(kwargs), "most": _bound(kwargs.get("max_value")),
        }
        if row is not None:
            notes["value"] = self.frame.places[row].value or EMPTY()
            for column in check.columns:
                notes |= self.frame.notes.get((row, column), {})
        return notes


def _made(told: dict[str, Any], notes: dict[str, Any]) -> Message:
    """The message of a title or message of a suite: the code that it names, with its fields out of the notes. A template
    without a code, or whose code wants what a rule edited by hand does not yield, is filled as it stands."""
    code = CATALOGUE.get(told.get("code", ""))
    if code is not None and code.fields.keys() <= notes.keys():
        try:
            return code(**{name: notes[name] for name in code.fields})
        except TypeError:
            pass
    return OWN(words=Text(filled(told["zh"], "zh", notes).rstrip(), filled(told["en"], "en", notes).rstrip()))


def _labels(found: Any) -> Any:
    """Names as a suite's file has them."""
    if isinstance(found, list):
        return tuple(_labels(one) for one in found)
    return Text(found["zh"], found["en"]) if found.keys() == {"zh", "en"} else {k: _labels(v) for k, v in found.items()}


def _names_and_units(suite: Suite) -> tuple[dict[str, Text], dict[str, str]]:
    """Variable -> name and unit of measure, gathered from the rules that list the variables they speak of."""
    names: dict[str, Text] = {}
    units: dict[str, str] = {}
    for expectation in suite["expectations"]:
        for variable, label in expectation.get("meta", {}).get("variables", {}).items():
            names[variable] = Text(label["zh"], label["en"])
            units[variable] = label.get("unit", "")
    return names, units


def _bound(value: Any) -> Decimal | str | None:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value and str(value)


def _limits(kwargs: dict[str, Any]) -> Message | None:
    least, most = _bound(kwargs.get("min_value")), _bound(kwargs.get("max_value"))
    if least is not None and most is not None:
        return BETWEEN(least=least, most=most)
    return AT_LEAST(least=least) if least is not None else AT_MOST(most=most) if most is not None else None
