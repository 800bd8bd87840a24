"""Findings and check outcomes: what running a suite on a return yields. Frozen, ready for JSON."""

from dataclasses import dataclass, field
from enum import StrEnum

from gaoxin.i18n import Message, message
from gaoxin.plan.forms import Severity
from gaoxin.returns.model import ReadReturn, Verdict


class Outcome(StrEnum):
    """A check's outcome. *Not evaluated* is a state of its own and never counts as passed."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_EVALUATED = "not_evaluated"


@dataclass(frozen=True)
class Finding:
    """One failed (or not evaluable) check, located to a cell. rule: stable id; level: 0–5 (DOMAIN, validation levels)."""

    rule: str
    level: int
    severity: Severity
    sheet: str | None
    cell: str | None
    variable: str | None
    value: str | None
    message: Message

    @property
    def says_where(self) -> bool:
        """Whether the message names the cell itself."""
        return self.cell is not None and _names(self.message, self.cell)

    @property
    def beside(self) -> Message:
        """The message for where sheet and cell stand beside it: without the place at its head."""
        context = self.message.context
        if self.message.code != "quality.found" or context["where"] is None:
            return self.message
        what: Message = context["what"]
        return message({"code": "quality.found", "context": {**self.message.as_json()["context"], "where": None}}) if (
            context["name"]) else what


def _names(message: Message, cell: str) -> bool:
    return any(_names(v, cell) if isinstance(v, Message) else v == cell for v in message.context.values())


@dataclass(frozen=True)
class CheckResult:
    """One expectation of the suite, run on one return. reason: why it was not evaluated; None otherwise."""

    rule: str
    level: int
    severity: Severity
    outcome: Outcome
    title: Message
    variable: str | None = None
    failures: int = 0
    reason: Message | None = None


@dataclass(frozen=True)
class Came:
    """How often a check came out so in the returns of a form. units: by id, whose did not pass. reason: why it was not
    evaluated."""

    form: str
    rule: str
    level: int
    severity: Severity
    outcome: Outcome
    title: Message
    many: int
    failures: int
    units: tuple[str, ...] = ()
    reason: Message | None = None


@dataclass(frozen=True)
class Kept:
    """What is kept of a check of one return: what rules and people say of it. rules: as `Checked` has them."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    checks: tuple[CheckResult, ...]
    suite: str
    suite_version: str
    rules: str = field(default="", repr=False)


@dataclass(frozen=True)
class Checked:
    """A return with its verdict: rejected on any error finding or when an error check could not be evaluated for lack
    of a readable file; accepted with warnings on any warning; else accepted. rules: the text of that version of the suite, to be
    kept with it; none where that version is kept already."""

    read: ReadReturn
    verdict: Verdict
    findings: tuple[Finding, ...]
    checks: tuple[CheckResult, ...]
    suite: str
    suite_version: str
    rules: str = field(default="", repr=False)
