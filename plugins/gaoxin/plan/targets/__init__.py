"""Targets: what an indicator must reach. A small algebra, composable, round-tripping through YAML; one module a kind.

A leaf is a threshold, written with its comparator as the key: `{at_least: 600}`, `{less_than: 0.6}`. One more key may
say that not the value itself is meant but a quantity derived from its history, from a reference series or from a mean:
`{growth: year, at_least: 30}`, `{increase_since: 2001, at_least: 2}`, `{against: national_rd, at_least: 0}`. Leaves of
other kinds are milestones, shares of the plan done, tiers over a portfolio, and wordings without a number. They are
combined by any_of, all_of, of_which and each_zone. Each kind judges itself, three-valued.

The kinds are whatever modules stand in this folder; what a kind is, `gaoxin.plan.target` says.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Tag

from gaoxin.folders import classes
from gaoxin.plan.base import NOT_BOTH_DUE, DueDate, Key, MaskedDate, Model, Source, opt
from gaoxin.plan.target import Comparator, Compared, TargetKind
from gaoxin.plan.targets.all_of import AllOf
from gaoxin.plan.targets.any_of import AnyOf
from gaoxin.plan.targets.each_zone import EachZone
from gaoxin.plan.targets.milestone import Milestone
from gaoxin.plan.targets.of_which import OfWhich
from gaoxin.plan.targets.plan_share import PlanShare
from gaoxin.plan.targets.threshold import DERIVATIONS, Threshold
from gaoxin.plan.targets.tiers import Tiers, ZoneClass
from gaoxin.plan.targets.unquantified import Unquantified

# Those kinds that rules speak of by name. A new kind needs no entry here: `KINDS` are all that the folder holds.
__all__ = ["DERIVATIONS", "KINDS", "AllOf", "AnyOf", "Comparator", "Compared", "EachZone", "Milestone", "OfWhich", "PlanShare",
           "Target", "TargetKind", "TargetStatement", "Threshold", "Tiers", "Unquantified", "ZoneClass", "kind_of", "leaves",
           "thresholds"]

# Every kind, in the order of the documentation.
KINDS: tuple[type[TargetKind], ...] = tuple(classes(__name__, TargetKind))
# The kind that a mapping is of when no key marks another: a number with its comparator.
_PLAIN = next(kind for kind in KINDS if not kind.marks)


def kind_of(keys: Any) -> type[TargetKind]:
    """The kind of target that a mapping with these keys is."""
    return next((kind for kind in KINDS for key in kind.marks if key in keys), _PLAIN)


def _kind(value: Any) -> str:
    """The tag is the class's name: one that is a key too, such as any_of, would lead a problem to the wrong line."""
    return kind_of(value).__name__ if isinstance(value, dict) else type(value).__name__


if TYPE_CHECKING:
    Target = TargetKind
else:
    Target = Annotated[reduce(or_, (Annotated[kind, Tag(kind.__name__)] for kind in KINDS)), Discriminator(_kind)]
    for _each in KINDS:  # a kind that holds targets could not be finished before all kinds were there
        _each.model_rebuild(_types_namespace={"Target": Target})


def leaves(target: TargetKind) -> tuple[TargetKind, ...]:
    """Every leaf of a target, in the order written."""
    return tuple(leaf for part in target.parts for leaf in leaves(part)) or (target,)


def thresholds(target: TargetKind) -> tuple[Threshold, ...]:
    """Every threshold of a target, in the order written."""
    return tuple(leaf for leaf in leaves(target) if isinstance(leaf, Threshold))


Role = Literal["goal", "step", "horizon", "criterion", "aspiration"]


class TargetStatement(Model):
    """One value that the document states for an indicator. Of several goals one is binding, or one for each of several days.
    role: `goal` is the value to be reached; `step` what is to be added each year on the way; `horizon` a value for an earlier or
    later date than the goal's; `criterion` what the accreditation standard asks; `aspiration` what the document only strives for
    (力争) beside a goal."""

    between_keys: ClassVar = NOT_BOTH_DUE
    words = Key("目标值：文件在一处写的一个数值", "stated target: one value at one place of the document")

    target: Annotated[Target, Key("目标：如 {at_least: 600}", "target: e.g. {at_least: 600}")]
    role: Role = opt("作用", "role: goal, step (each year), horizon (another date), criterion (of the standard), aspiration",
                     "goal", called="目标 每年进度 其他年份的数值 认定标准 力争")
    due: DueDate | None = opt("完成时间：2020-12 即当月末日；文件未定时不写",
                              "due: 2020-12 is its last day; left out where none is given")
    due_masked: MaskedDate | None = opt("完成时间（年份被隐去）：如 20xx-12", "due, year masked: as printed, e.g. 20xx-12")
    source: Source
    binding: bool = opt("是否以此为准：有几个 goal 时写 true；各年的值都算数的，每年写一个",
                        "binding: true for one of several goals; where the values of several years count, for one of each", False)
    worded_as: str | None = opt('原文比较词：以上、不低于等；只写数字时写 ""',
                                "worded as: the document's comparator; \"\" for a bare number")
    named_as: str | None = opt("此处的指标名称：与别处不同时写", "named as: where the name differs at this place")
    classification: str | None = opt("口径：此处按什么分类计", "classification: what is counted here")
    denominator: str | None = opt("分母：此处占什么的比重", "denominator: over what, here")
