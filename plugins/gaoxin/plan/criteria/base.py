"""What every criterion of a gate has, as the plan writes it; how it is judged stands in `gaoxin.gates.criteria`."""

from typing import Any, ClassVar, Literal, get_args

from gaoxin.i18n import Text
from gaoxin.plan.base import FormId, Id, Key, Model, opt


class Criterion(Model):
    """One criterion of a gate. A module of this folder holds one, named by its `kind`.

    A field `forms`, `indicators` or `tasks` names what it looks at; left out it means all (of tasks, those of the phase).
    What it so looks at goes into the seal, is checked to exist, and is asked for in good time by the check of plans.

    title, about: its name and what it asks, for editors and tables; demand: the name in a flow's page, the title where
    None. needs: that of which there must be some, or there is nothing to judge. place: where it stands among the kinds;
    the same place, by name. implied: asked of every phase that it concerns and never written in a plan.
    """

    kind: str
    id: Id

    title: ClassVar[Text]
    about: ClassVar[Text]
    demand: ClassVar[Text | None] = None
    needs: ClassVar[Literal["returns", "indicators", "tasks"] | None] = None
    place: ClassVar[int] = 100
    implied: ClassVar[bool] = False

    @classmethod
    def the_kind(cls) -> str:
        return str(get_args(cls.model_fields["kind"].annotation)[0])

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        if hasattr(cls, "title"):
            cls.words = Key(f"{cls.title.zh}：{cls.about.zh}", f"{cls.title.en}: {cls.about.en}")


class OfReturns(Criterion):
    """A criterion on the returns that are due. forms: which; all forms when left out."""

    forms: tuple[FormId, ...] | None = opt("报表：只看哪些报表；不写即全部", "forms: which; all when left out", None)
