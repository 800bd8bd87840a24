"""How a gate stands, for whoever looks at it. Pure."""

from enum import StrEnum

from gaoxin.gates.model import GateResult, GateVerdict


class Stands(StrEnum):
    """AWAITS: all other conditions are met and somebody's consent is all that is missing, which is no refusal; REFUSED: it was
    refused for just these figures. Of a rehearsal: how it would stand, if it were decided then."""

    PASSED = "passed"
    WAIVED = "waived"
    AWAITS = "awaits"
    REFUSED = "refused"
    HELD = "held"


def stands(result: GateResult) -> Stands:
    if result.verdict is GateVerdict.PASS:
        return Stands.PASSED
    if result.verdict is GateVerdict.WAIVED:
        return Stands.WAIVED
    if not result.waits_only_for_approval:
        return Stands.HELD
    refused = any(e.startswith(f"approval:{s.owner}:reject:{result.seal}:") for c in result.criteria if c.kind == "approval"
                  for s in c.shortfalls for e in c.evidence)
    return Stands.REFUSED if refused else Stands.AWAITS
