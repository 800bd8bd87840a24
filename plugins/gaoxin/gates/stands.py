"""How a gate stands, for whoever looks at it. Pure."""

from enum import StrEnum
from typing import Literal, Protocol

from gaoxin.gates.model import CriterionResult, GateVerdict, Mode, only_approval


class Stands(StrEnum):
    """AWAITS: all other conditions are met and somebody's consent is all that is missing, which is no refusal; REFUSED: it was
    refused for just these figures. Of a rehearsal: how it would stand, if it were decided then."""

    PASSED = "passed"
    WAIVED = "waived"
    AWAITS = "awaits"
    REFUSED = "refused"
    HELD = "held"


Told = Literal["rehearsal", "decision", "pending"]


class Judged(Protocol):
    """What of an evaluation says how a gate stands; of criteria the evidence of approvals alone."""

    @property
    def verdict(self) -> GateVerdict: ...
    @property
    def seal(self) -> str: ...
    @property
    def criteria(self) -> tuple[CriterionResult, ...]: ...


def stands(result: Judged) -> Stands:
    if result.verdict is GateVerdict.PASS:
        return Stands.PASSED
    if result.verdict is GateVerdict.WAIVED:
        return Stands.WAIVED
    if not only_approval(result.criteria):
        return Stands.HELD
    refused = any(e.startswith("approval:") and f":reject:{result.seal}:" in e for c in result.criteria
                  if c.kind == "approval" and not c.opens for e in c.evidence)
    return Stands.REFUSED if refused else Stands.AWAITS


def told_as(mode: Mode, how: Stands, *, passed: bool) -> Told:
    """In whose words it is told how a gate stands. pending: all is met, and no decision has said so yet. passed: one has."""
    if mode is Mode.REHEARSAL:
        return "rehearsal"
    return "pending" if not passed and how in (Stands.PASSED, Stands.WAIVED) else "decision"
