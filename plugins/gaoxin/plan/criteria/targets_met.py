from decimal import Decimal
from typing import ClassVar, Literal

from gaoxin.i18n import Code
from gaoxin.plan.base import ChoiceId, IndicatorId, Key, opt
from gaoxin.plan.criteria.base import Criterion

_LENIENT = Code("plan.lenient_by_choice", "not_yet_due: on_track 须以 choice 指明办公室的决定",
                "not_yet_due: on_track needs `choice`, the office's decision")


class TargetsMet(Criterion):
    """At least `share` of the indicators meet what binds: of several values the last that has fallen due by the gate's
    deadline; where none has, the first. With `on_track` also the next one counts, and has to be on track.
    not_yet_due: what an indicator counts as whose due date lies after the gate's deadline. `hold`: it cannot be judged, so the
    gate holds and says so. `on_track`: it must have a value and be met or on track; only a Choice of the office may allow that,
    and `choice` names it.
    judged: what counts once the due date is over. `now`: the figures that stand when the gate is decided, and what was met
    late counts, and is told. `when_due`: the verdict on that day; what was met late does not count, what is since lost does."""

    kind: Literal["targets_met"]
    indicators: tuple[IndicatorId, ...] | None = opt("指标：只看哪些指标；不写即全部", "indicators: which; all when left out")
    share: Decimal = opt("达标比例：0 到 1，1 为全部", "share: 0 to 1; 1 is all of them", Decimal(1), gt=0, le=1)
    not_yet_due: Literal["hold", "on_track"] = opt("未到期的指标：hold 不通过；on_track 进度正常即可，须有 choice",
                                                   "not yet due: hold, or on_track (needs a choice of the office)", "hold",
                                                   called="不通过 进度正常即可")
    judged: Literal["now", "when_due"] = opt(
        "到期以后按什么判断：now 按判定时的数，逾期达标也算；when_due 按到期时的结论",
        "judged, once due: now, by the figures that stand, met late counts; when_due, by the verdict on its day", "now",
        called="判定时 到期时", exclude_if="now".__eq__)
    choice: ChoiceId | None = opt("决定：choices 中的编号", "choice: an id of `choices`")

    words = Key("指标达标：达标的指标占到 share", "targets met: by a share of the indicators")
    needs = "indicators"
    between_keys: ClassVar = {_LENIENT: {"if": {"properties": {"not_yet_due": {"const": "on_track"}},
                                                "required": ["not_yet_due"]}, "then": {"required": ["choice"]}}}
    place = 4

    @property
    def looks_ahead(self) -> bool:
        return self.not_yet_due == "on_track"
