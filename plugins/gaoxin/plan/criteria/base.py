"""What every criterion of a gate has, as the plan writes it; how it is judged stands in `gaoxin.gates.criteria`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from gaoxin.i18n import Text
from gaoxin.plan.base import Id, Model


class Criterion(Model):
    """One criterion of a gate. A module of this folder holds one, named by its `kind`.

    A field `forms`, `indicators` or `tasks` names what it looks at; left out it means all (of tasks, those of the phase).
    What it so looks at goes into the seal, is checked to exist, and is asked for in good time by the check of plans.

    title, about: its name and what it asks, for editors and tables; demand: the name in a flow's page, the title where
    None. words: of its fields. needs: that of which there must be some, or there is nothing to judge. mentioned: which
    fields are ids of what. between_keys: what a schema can say of its keys together. place: where it stands among the
    kinds; the same place, by name. implied: asked of every phase that it concerns and never written in a plan.
    """

    kind: str
    id: Id

    title: ClassVar[Text]
    about: ClassVar[Text]
    demand: ClassVar[Text | None] = None
    words: ClassVar[Mapping[str, Text]] = {}
    needs: ClassVar[Literal["returns", "indicators", "tasks"] | None] = None
    mentioned: ClassVar[Mapping[str, str]] = {
        "forms": "form", "tasks": "task", "indicators": "indicator", "by": "unit", "choice": "choice",
    }
    between_keys: ClassVar[Mapping[str, Any]] = {}
    place: ClassVar[int] = 100
    implied: ClassVar[bool] = False

    def mentions(self) -> Iterator[tuple[str, str, str]]:
        """(kind of part, its id, the field or the item of it) of all that it refers to."""
        for field, kind in self.mentioned.items():
            match getattr(self, field, None):
                case str() as name:
                    yield kind, name, field
                case tuple() as names:
                    yield from ((kind, name, f"{field}.{at}") for at, name in enumerate(names))

    @classmethod
    def all_words(cls, kind: str) -> dict[str, Text]:
        """Its own words and those of its fields, as the page of the format and the schema have them."""
        fields = {key: text for base in reversed(cls.__mro__) for key, text in base.__dict__.get("words", {}).items()}
        return {
            "": Text(f"{cls.title.zh}：{cls.about.zh}", f"{cls.title.en}: {cls.about.en}"),
            "kind": Text(f"种类：固定写 {kind}", f"kind: {kind}"), **fields,
        }


class OfReturns(Criterion):
    """A criterion on the returns that are due. forms: which; all forms when left out."""

    forms: tuple[Id, ...] | None = None

    words: ClassVar[Mapping[str, Text]] = {"forms": Text("报表：只看哪些报表；不写即全部", "forms: which; all when left out")}
