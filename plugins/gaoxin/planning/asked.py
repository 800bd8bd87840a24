"""What a target asks for surely: the leaves that all have to be met. Alternatives are left out, as none of them is sure."""

from collections.abc import Iterator

from gaoxin.plan.model import Plan
from gaoxin.plan.target import TargetKind
from gaoxin.plan.targets import TargetStatement, Threshold

Said = tuple[TargetStatement, Threshold]

def conjuncts(target: TargetKind) -> tuple[TargetKind, ...]:
    """What is asked of the indicator as a whole; targets for each zone are left out, too."""
    if target.combines == "any" or target.scope:
        return ()
    return tuple(leaf for part in target.parts for leaf in conjuncts(part)) if target.parts else (target,)


def surely(target: TargetKind) -> list[Threshold]:
    """The thresholds among the conjuncts."""
    return [leaf for leaf in conjuncts(target) if isinstance(leaf, Threshold)]


def values(target: TargetKind) -> list[Threshold]:
    """Those of them that ask for a value of the measure itself."""
    return [leaf for leaf in surely(target) if leaf.derivation is None]


def floors(target: TargetKind) -> list[Threshold]:
    """Those of them that ask for so much or more."""
    return [leaf for leaf in values(target) if leaf.comparator.higher_is_better]


def scoped(plan: Plan, target: TargetKind, zone: str | None = None) -> Iterator[tuple[Threshold, str | None]]:
    """Thresholds with the zone of each, those for each of several zones spelt out."""
    if target.combines == "all":
        for part, one in target.spread(plan.zone_ids, zone):
            yield from scoped(plan, part, one)
    elif isinstance(target, Threshold):
        yield target, target.zone_of(zone)
