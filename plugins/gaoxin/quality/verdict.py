"""From what the rules found to findings, check outcomes and the verdict on each return. Pure."""

from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from gaoxin.i18n import CATALOGUE, Code, Message, Text, filled
from gaoxin.plan.forms import Severity
from gaoxin.quality.blocks import Block, FrameColumn
from gaoxin.quality.check import BY_VALUES, EMPTY, SEVERITY_OF, Expectation
from gaoxin.quality.checks.file_readable import READABLE
from gaoxin.quality.frames import Frame, Rows
from gaoxin.quality.model import Checked, CheckResult, Finding, Outcome
from gaoxin.quality.scored import weight
from gaoxin.quality.suites import Suite, suite_name, suite_text, suite_version
from gaoxin.returns.model import ReadReturn, Verdict

if TYPE_CHECKING:
    import numpy

# A register with a wrong column would fill a report with one sentence; the rest is told as a number.
FINDINGS_PER_RULE = 200
_TOLD = 60  # characters of what a cell holds
_QUOTED = 1000  # characters of any text in what is told of a file

# What a title or a message is put together of: the place, the variable's name, and what the rule says.
TITLED = Code("quality.titled", "{name}：{rule}", "{name}: {rule}", name=Text)
FOUND = Code("quality.found", "{where}{name}{what}", "{where}{name}{what}", name=Message | None)
WHERE = Code("quality.where", "「{sheet}」{cell} ", "{sheet}!{cell} ")
NAMED = Code("quality.named", "{name}：", "{name}: ", name=Text)
# A rule that somebody wrote into a suite: its words, filled in, are all that is known of it.
OWN = Code("quality.own", "{words}", "{words}", words=Text)
BETWEEN = Code("quality.between", "{least}–{most}", "{least}–{most}", least=Decimal | str, most=Decimal | str)
EXACTLY = Code("quality.exactly", "{most}", "{most}", most=Decimal | str)
AT_LEAST = Code("quality.at_least", "≥ {least}", "≥ {least}", least=Decimal | str)
AT_MOST = Code("quality.at_most", "≤ {most}", "≤ {most}", most=Decimal | str)

REST = Code("quality.rest", "{title}：另有 {rest} 处同样的问题未逐一列出",
            "{title}: {rest} more of the same, not listed one by one")
BROKEN = Code("quality.broken", "审核规则失效，未作判断：{title}（{why}）。不是填报错误，请办公室修复规则后重新审核",
              "a rule is broken and judged nothing: {title} ({why}). Not an error of the return: mend the rule and check again",
              why=Message)
LEFT_OUT = Code("quality.left_out", "规则集里没有这条规则，没有运行", "the suite lacks this rule, which was not run")
REFUSED = Code("quality.refused", "方案检查不通过，须改方案：{why}",
               "plan check refuses it, and the plan is to be mended: {why}", why=Message)
RAISED = Code("quality.raised", "规则运行出错：{error}", "the rule raised an error: {error}")
DROPPED = Code("quality.dropped", "Great Expectations 不接受这条规则的写法",
               "Great Expectations refuses this rule as it is written")
NOT_BY_ROW = Code("quality.not_by_row", "不是逐行规则，无法落到单元格",
                  "the rule does not judge row by row and cannot be led back to a cell")
CANARY_MISSED = Code("quality.canary_missed", "规则没有查出本次运行自带的已知错误样例",
                     "the rule missed the known-bad rows that this run carried")


@dataclass(frozen=True)
class RuleRun:
    """One expectation over the frame: the rows that fail, and why the rule is broken, or None."""

    failing: Sequence[int]
    broken: Message | None

    @classmethod
    def of(cls, rows: Iterable[int], broken: Message | None = None) -> "RuleRun":
        return cls(array("q", rows), broken)

    def beside(self, other: "RuleRun") -> "RuleRun":
        """Both as one: the expectation was run over other rows before."""
        return RuleRun.of(chain(self.failing, other.failing), other.broken or self.broken)

    def watched(self, canary: Collection[int]) -> "RuleRun":
        """canary: rows that it must find bad."""
        found = self.broken or {*canary}.issubset(filter({*canary}.__contains__, self.failing))
        return self if found else RuleRun(self.failing, CANARY_MISSED())


@dataclass(frozen=True, eq=False)
class _Failing:
    """The rows that an expectation found bad, whatever its checks have to say of them."""

    run: RuleRun
    frame: Frame

    @cached_property
    def _rows(self) -> "numpy.ndarray[Any, Any]":
        import numpy

        return numpy.unique(numpy.array(self.run.failing, dtype=numpy.int64))

    @cached_property
    def in_blocks(self) -> "list[tuple[Block, numpy.ndarray[Any, Any]]]":
        """Those of each register, in order."""
        rows = self._rows
        ends = [(block, *rows.searchsorted((block.start, block.end)).tolist()) for block in self.frame.blocks if rows.size]
        return [(block, rows[begin:end]) for block, begin, end in ends if begin < end]

    @cached_property
    def alone(self) -> dict[int, list[int]]:
        """By return: those of no register, in order."""
        import numpy

        rest = numpy.ones(self._rows.size, dtype=bool)
        for _, rows in self.in_blocks:
            rest[self._rows.searchsorted(rows[0]):self._rows.searchsorted(rows[-1]) + 1] = False
        found: dict[int, list[int]] = {}
        for row in self._rows[rest].tolist():
            found.setdefault(self.frame.owner(row), []).append(row)
        return found


@dataclass(frozen=True, eq=False)
class _Check:
    """One check: an expectation, for one variable or one kind of problem. labels: of the variables that the suite speaks of."""

    rule: str
    expectation: dict[str, Any]
    failing: _Failing
    labels: dict[str, dict[str, str]]
    variable: str | None = None
    kind: str | None = None

    @property
    def run(self) -> RuleRun:
        return self.failing.run

    @property
    def frame(self) -> Frame:
        return self.failing.frame

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

    @cached_property
    def title(self) -> Message:
        """The same for every return."""
        told, name = self.meta.get("title") or {"zh": self.rule, "en": self.rule}, self._name()
        made = _made(told, self._notes() | _labels(told.get("context", {})))
        # A rule of a single variable or field names it; the templates of hand-written rules say the name themselves.
        each = "variables" in self.meta or self.meta.get("each")
        return TITLED(name=name, rule=made) if name and each and made.code != OWN.code else made

    def outcome(self, owner: int, rows: Rows, blocks: list[Block]) -> tuple[Outcome, list[int], Message | None]:
        """What it says of one return: a rule that failed nowhere has passed only where it had something to judge."""
        if self.run.broken:
            return Outcome.NOT_EVALUATED, [], self.run.broken
        if bad := self._bad(owner):
            return Outcome.FAILED, _once(bad, blocks), None
        # A structural problem that is not there has passed; in a file that could not be read it is unknown.
        structural = self.kind is not None or (self.about_file and self.rule == "file.other")
        judged = self.kind is not None or any(map(self._holds, rows.get(self._of_rows, ()))) or any(map(self._judges_any, blocks))
        if judged and not (structural and owner in self.frame.unreadable):
            return Outcome.PASSED, [], None
        return Outcome.NOT_EVALUATED, [], self.frame.reason(owner, self.columns[0] if self.columns else "", self.variable)

    def _bad(self, owner: int) -> list[int]:
        """The rows of a return that fail, in order."""
        bad = [row for row in self.failing.alone.get(owner, ()) if self._judges(row)]
        for block, found in self.failing.in_blocks:
            if block.owner == owner:
                bad += self._judged_in(block, found)
        return sorted(bad)

    def _judged_in(self, block: Block, found: "numpy.ndarray[Any, Any]") -> list[int]:
        """Those rows of a register's that it has something to say of: Great Expectations left out the cells without a value."""
        if self.kind is not None or self.expectation["type"] not in BY_VALUES:
            return [row for row in found.tolist() if self._judges(row)]
        if (of := self._of_rows) is not None:
            found = found[(found - block.start) % len(block.items) == block.number_of(of)] if block.asks(of) else found[:0]
        rows: list[int] = found.tolist()
        return rows

    @cached_property
    def _cells(self) -> list[FrameColumn]:
        return [self.frame.columns.get(column) or FrameColumn() for column in self.columns]

    def _judges(self, row: int) -> bool:
        """Whether the check has something to say of a row."""
        if self.kind is not None:
            return bool(self._cells[0].get(row) == self.kind)
        if self._of_rows is not None and self.frame.place(row).variable != self._of_rows:
            return False
        return self._holds(row)

    def _holds(self, row: int) -> bool:
        """Whether there is something in each of its columns."""
        return all(row in column for column in self._cells)

    @cached_property
    def _of_rows(self) -> str | None:
        """The variable of whose rows alone it speaks."""
        return self.variable if "variables" in self.meta else None

    def _judges_any(self, block: Block) -> bool:
        """Whether it has something to say of any cell of a register."""
        if len(self._cells) == 1:
            return self._cells[0].holds(block, self._of_rows)
        return any(map(self._judges, range(block.start, block.end)))

    def findings(self, bad: list[int]) -> list[Finding]:
        found = [self._finding(row) for row in bad[:FINDINGS_PER_RULE]]
        rest = len(bad) - FINDINGS_PER_RULE
        return [*found, self.nowhere(REST(title=self.title, rest=rest))] if rest > 0 else found

    def score(self, row: int) -> float:
        """How much a failing row matters beside others of its severity and level; nought where nothing says so."""
        return max((self.frame.notes(row, column).get("score", 0.0) for column in self.columns), default=0.0)

    def nowhere(self, message: Message) -> Finding:
        return Finding(self.rule, self.level, self.severity, None, None, self.variable, None, message)

    def _finding(self, row: int) -> Finding:
        place, notes = self.frame.place(row), self._notes(row)
        if "place" in notes:  # a rule on another cell of the row, such as the unit of measure beside the value
            sheet, cell, value = notes["place"]
            place = replace(place, sheet=sheet, cell=cell, value=value)
        what = _made(self.meta.get("message") or self.meta.get("title") or {"zh": self.rule, "en": self.rule}, notes)
        # A structural problem's words say the place themselves.
        where = WHERE(sheet=place.sheet, cell=place.cell) if place.sheet and place.cell and not self.about_file else None
        variable = self.variable or place.variable
        name = self._name(variable)
        named = NAMED(name=name) if name and self.kind is None else None
        message = FOUND(where=where, name=named, what=what) if where or named else what
        value = place.value and _short(place.value)
        return Finding(self.rule, self.level, self.severity, place.sheet, place.cell, variable, value, message.with_texts(_short))

    def _name(self, variable: str | None = None) -> Text | None:
        own = {**self.meta.get("variables", {}), **self.meta.get("kinds", {})}
        label = self.labels.get(self.variable or variable or "") or own.get(self.variable or self.kind)
        return _labels({"zh": label["zh"], "en": label["en"]}) if label else None

    def _notes(self, row: int | None = None) -> dict[str, Any]:
        unit = self.labels.get(self.variable or "", {}).get("unit", "")
        notes: dict[str, Any] = {"name": self._name() or Text("", ""), "unit": unit, **_limits(self.expectation["kwargs"])}
        if row is not None:
            value = self.frame.place(row).value
            notes["value"] = (value if len(value) <= _TOLD else value[:_TOLD] + "…") if value else EMPTY()
            for column in self.columns:
                notes |= self.frame.notes(row, column)
        return notes


def _short(text: str) -> str:
    """What is quoted of a file: of a cell's text as much as anybody reads."""
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"


def _once(bad: list[int], blocks: list[Block]) -> list[int]:
    """Each cell once, of those that several records of one row share."""
    if not any(block.parted for block in blocks):
        return bad
    found = {*bad}
    return [row for row in bad if not any(
        block.start <= row < block.end and block.said_before(row) in found for block in blocks)]


def judge(reads: list[ReadReturn], frame: Frame, suite: Suite, runs: list[RuleRun]) -> list[Checked]:
    """One Checked a return, in order."""
    ran = [(e, _Failing(run, frame)) for e, run in zip(suite["expectations"], runs, strict=True)]
    labels = {v: label for e in suite["expectations"] for v, label in e.get("meta", {}).get("variables", {}).items()}
    checks = [_Check(rule, e, failing, labels, variable, kind) for e, failing in ran for rule, variable, kind in _expanded(e)]
    rows_of, about = frame.rows_of(), (suite_name(suite), suite_version(suite), suite_text(suite))
    blocks = {owner: [block for block in frame.blocks if block.owner == owner] for owner in {b.owner for b in frame.blocks}}
    return [Checked(read, *_judged(owner, frame, checks, rows_of.get(owner, {}), blocks.get(owner, [])), *about)
            for owner, read in enumerate(reads)]


def _expanded(expectation: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    """Of each check that an expectation is: its id, the variable and the kind of problem that it speaks of."""
    meta = expectation.get("meta", {})
    rule = meta.get("rule") or f"{expectation['kwargs'].get('column', 'table')}.{expectation['type']}"
    if "variables" in meta:
        return [(f"{variable}.{rule}", variable, None) for variable in meta["variables"]]
    if "kinds" in meta:
        return [(f"file.{kind}", None, kind) for kind in meta["kinds"]]
    return [(rule, meta.get("variable"), None)]


def _judged(owner: int, frame: Frame, checks: list[_Check], rows: Rows,
            blocks: list[Block]) -> tuple[Verdict, tuple[Finding, ...], tuple[CheckResult, ...]]:
    results: list[CheckResult] = []
    failed: list[tuple[_Check, list[int]]] = []
    findings: list[Finding] = []
    broken_told: set[int] = set()
    scores = dict[int, float]()
    for check in checks:
        outcome, bad, reason = check.outcome(owner, rows, blocks)
        results.append(CheckResult(check.rule, check.level, check.severity, outcome, check.title, check.variable, len(bad),
                                   reason))
        if outcome is Outcome.FAILED:
            failed.append((check, bad))
        elif check.run.broken and id(check.expectation) not in broken_told:
            broken_told.add(id(check.expectation))
            # Told on every return that it should have judged, as severely as the rule itself: an error rule that did not
            # run keeps a return from being accepted. No less than a warning: no gate passes on what nobody judged.
            told_of = check.nowhere(BROKEN(title=check.title, why=check.run.broken))
            findings.append(replace(told_of, severity=Severity.WARNING) if told_of.severity is Severity.INFO else told_of)
    failing_rules = {check.rule for check, _ in failed}
    told = {(p.sheet, p.cell) for c, bad in failed if c.kind for p in map(frame.place, bad) if p.cell}
    caused = any(check.kind and check.severity is Severity.ERROR for check, _ in failed)
    for check, bad in failed:
        if check.rule == READABLE and caused:  # what is wrong with the file is told, and why nothing could be read
            continue
        if check.rule.endswith(".readable"):  # the cell's own problem, when reading told it as the file's already
            bad = [row for row in bad if frame.stands(row) not in told] if told else bad
        if not any(f"{check.variable}.{rule}" in failing_rules for rule in check.meta.get("unless", ())):
            told_now = check.findings(bad)
            scores |= {id(f): check.score(row) for f, row in zip(told_now, bad, strict=False)}
            findings += told_now
    findings.sort(key=lambda f: weight(f.severity, scores.get(id(f), 0.0), f.level))
    return verdict_of(findings), tuple(findings), tuple(results)


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    severities = {finding.severity for finding in findings}
    if Severity.ERROR in severities:
        return Verdict.REJECTED
    return Verdict.ACCEPTED_WITH_WARNINGS if Severity.WARNING in severities else Verdict.ACCEPTED


def title_of(rule: Expectation) -> Message:
    """What a rule of a form as a whole is called."""
    told = rule["meta"]["title"]
    return _made(told, _limits(rule["kwargs"]) | _labels(told.get("context", {})))


def _limits(kwargs: dict[str, Any]) -> dict[str, Any]:
    """What words may say of a rule's bounds."""
    least, most = _bound(kwargs.get("min_value")), _bound(kwargs.get("max_value"))
    limits = AT_MOST(most=most) if most is not None else None
    if least is not None:
        limits = AT_LEAST(least=least) if most is None else EXACTLY(most=most) if least == most \
            else BETWEEN(least=least, most=most)
    return {"limits": limits, "most": most}


def limits_in_words(kwargs: dict[str, Any]) -> Message | None:
    """The bounds of a rule; None where it has none."""
    found = _limits(kwargs)["limits"]
    assert found is None or isinstance(found, Message)
    return found


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


def _bound(value: Any) -> Decimal | str | None:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value and str(value)
