from typing import Literal, get_args

from gaoxin.i18n import Text
from gaoxin.plan.base import Key, PhaseId, opt
from gaoxin.plan.criteria.base import Criterion

# How what must be made good was found: by a gate, an inspection, a hearing, the pre-assessment, a supervision visit.
Origin = Literal["gate", "inspection", "hearing", "assessment", "supervision"]
FOUND_BY_PEOPLE: tuple[Origin, ...] = tuple(o for o in get_args(Origin) if o != "gate")
ORIGINS: dict[Origin, Text] = {
    "gate": Text("关口", "gate"), "inspection": Text("检查", "inspection"), "hearing": Text("听证", "hearing"),
    "assessment": Text("初评", "pre-assessment"), "supervision": Text("督查", "supervision"),
}


class RectificationsClosed(Criterion):
    """No rectification opened before is still open (but those that this gate itself opened for another criterion). origins,
    phases: which; all when left out."""

    kind: Literal["rectifications_closed"]
    origins: tuple[Origin, ...] | None = opt("来源：只看哪些来源的整改；不写即全部", "origins: of which; all when left out",
                                             called=" ".join(o.zh for o in ORIGINS.values()), min_length=1,
                                             exclude_if=lambda value: value is None)
    phases: tuple[PhaseId, ...] | None = opt("阶段：只看哪些阶段的整改；不写即全部", "phases: of which; all when left out",
                                             min_length=1, exclude_if=lambda value: value is None)

    words = Key("整改销号：此前的整改都已销号", "rectifications closed: none is open")
    place = 6

    def covers(self, origin: str, phase: str) -> bool:
        """Whether it waits for a rectification of that origin and phase."""
        return (self.origins is None or origin in self.origins) and (self.phases is None or phase in self.phases)
