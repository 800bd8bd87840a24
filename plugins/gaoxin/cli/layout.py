"""The one renderer of answers for people: a layout says which lines and tables, and here they become text.

A layout is a sequence of parts, each called with the answer and a `View`. Where a part asks for a value it takes the name
of an attribute (`row.phase` with dots), or a function of the row and the view. A value is shown by what it is (`View.cell`):
words in the reader's language, figures with thousands separators, a dash for nothing; `Markup` is taken as it is.

rich is imported inside functions, since every `gaoxin --help` comes here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from gaoxin import numerals
from gaoxin.cli.words import head, word
from gaoxin.i18n import Lang, Worded

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


class Markup(str):
    """Text with rich's markup, whose outside parts went through `shown`."""


@dataclass(frozen=True)
class View:
    """Where an answer is shown: to whom, on what, and the answer itself."""

    console: Console
    lang: Lang
    answer: Any

    @property
    def narrow(self) -> bool:
        """In a terminal width is scarce; in a pipe a row is a line."""
        return self.console.is_terminal

    @property
    def width(self) -> int:
        """Cells in a line; in a pipe there is no end."""
        return self.console.width if self.narrow else 100_000

    def say(self, zh: str, en: str) -> str:
        return en if self.lang == "en" else zh

    def cell(self, value: Any) -> str:
        """A value as markup."""
        return shown(value, self.lang)

    def plain(self, value: Worded | str) -> str:
        return value.to(self.lang) if isinstance(value, Worded) else value

    def listed(self, values: Iterable[Worded | str]) -> str:
        return self.say("、", ", ").join(self.plain(v) for v in values)

    def unit_name(self, unit: str) -> str:
        """The name of a unit of the answer's plan; its id where the plan has none of that id."""
        return next((u.name.to(self.lang) for u in self.answer.plan.units if u.id == unit), unit)

    def line(self, text: str, style: str = "") -> None:
        """Prints one line of markup, never broken."""
        self.console.print(text, style=style or None, soft_wrap=True)


Cell = Callable[[Any, View], Any]
Get = str | Cell
Part = Callable[[Any, View], None]
Layout = Sequence[Part]


def found(get: Get, row: Any, view: View) -> Any:
    return attrgetter(get)(row) if isinstance(get, str) else get(row, view)


@dataclass(frozen=True)
class Line:
    """The values that are something, in one line, two blanks between them; nothing where none is. mark: before them.
    style: of the line, or a function as values are."""

    values: tuple[Get, ...]
    mark: str
    style: str

    def __init__(self, *values: Get, mark: str = "", style: str = "") -> None:
        for name, value in (("values", values), ("mark", mark), ("style", style)):
            object.__setattr__(self, name, value)

    def __call__(self, row: Any, view: View) -> None:
        told = [found(get, row, view) for get in self.values]
        if told := [view.cell(value) for value in told if value is not None]:
            view.line(self.mark + "  ".join(told), self.style)


@dataclass(frozen=True)
class Each:
    """The part for each of the items."""

    items: Get
    part: Part

    def __call__(self, row: Any, view: View) -> None:
        for item in found(self.items, row, view):
            self.part(item, view)


@dataclass(frozen=True)
class Column:
    """A column. head: of `words.HEADS`. kind: `right` of figures, `fold` of long texts, which wrap first; `whole` never wraps.
    optional: left out where it holds nothing, since width is scarce and a row of dashes says no more; or where a function of
    the items says so."""

    head: str
    get: Get
    kind: Literal["", "right", "fold", "whole"] = ""
    optional: bool | Callable[[Sequence[Any]], bool] = False


@dataclass(frozen=True)
class Rows:
    """A table of the items, in the house's look; nothing where there are none, unless `always`. title: above it in bold,
    with a blank line below the table."""

    items: Get
    columns: tuple[Column, ...]
    always: bool = False
    title: Get | None = None
    fit: Callable[[Table, int], None] | None = field(default=None)

    def __init__(
        self, items: Get, *columns: Column, always: bool = False, title: Get | None = None,
        fit: Callable[[Table, int], None] | None = None,
    ) -> None:
        for name, value in (("items", items), ("columns", columns), ("always", always), ("title", title), ("fit", fit)):
            object.__setattr__(self, name, value)

    def __call__(self, row: Any, view: View) -> None:
        items = list(found(self.items, row, view))
        if not items and not self.always:
            return
        told = [[found(column.get, item, view) for column in self.columns] for item in items]
        kept = [n for n, c in enumerate(self.columns) if not (
            c.optional(items) if callable(c.optional) else c.optional and all(one[n] in (None, "") for one in told)
        )]
        made = table([(head(self.columns[n].head, view.lang), self.columns[n].kind) for n in kept])
        for one in told:
            made.add_row(*(view.cell(one[n]) for n in kept))
        if self.title is not None:
            view.line(f"[bold]{view.cell(found(self.title, row, view))}[/]")
        if self.fit and view.narrow:
            self.fit(made, view.console.width)
        view.console.print(made)
        if self.title is not None:
            view.console.print()


def table(heads: Iterable[tuple[str, str]]) -> Table:
    """An empty table in the house's look. heads: with their kind, as in `Column`."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True, header_style="bold")
    for told, kind in heads:
        made.add_column(
            told, justify="right" if kind == "right" else "left", overflow="fold", no_wrap=kind in ("right", "whole"),
            ratio=1 if kind == "fold" else None,
        )
    return made


def bold(get: Get) -> Cell:
    return lambda row, view: Markup(f"[bold]{view.cell(found(get, row, view))}[/]")


def under(above: Get, below: Get) -> Cell:
    """Two values in one cell: under each other in a terminal, side by side when piped."""
    def told(row: Any, view: View) -> Markup:
        one, other = (view.cell(found(get, row, view)) for get in (above, below))
        return Markup(f"{one}\n[dim]{other}[/]" if view.narrow else f"{one} {other}")

    return told


def state(get: Get, of: str = "") -> Cell:
    """A state as mark, word and colour (`words.word`)."""
    return lambda row, view: Markup(word(found(get, row, view), view.lang, of=of))


def amount(value: Get, unit: Get) -> Cell:
    """A figure with its unit of measure; a dash where there is no figure."""
    def told(row: Any, view: View) -> Markup | None:
        figure = found(value, row, view)
        return None if figure is None else Markup(f"{view.cell(figure)} {view.cell(found(unit, row, view))}")

    return told


def share(get: Get) -> Cell:
    return lambda row, view: percent(found(get, row, view))


def unit(get: Get) -> Cell:
    """The name of a unit that is told by its id."""
    return lambda row, view: view.unit_name(found(get, row, view))


def shown(value: Any, lang: Lang = "zh") -> str:
    """A value as markup. Figures have at most four decimals: more is noise to a reader, and --json has them all."""
    from rich.markup import escape

    match value:
        case Markup():
            return str(value)
        case None | "":
            return "—"
        case Enum():
            return escape(str(value.value))
        case bool() | str():
            return escape(str(value))
        case Decimal() | float() | int():
            return _figure(Decimal(str(value)))
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case Worded():  # before tuples: a Text is one
            return escape(value.to(lang))
        case tuple() | list():
            return ("、" if lang == "zh" else ", ").join(shown(each, lang) for each in value) or "—"
    return escape(str(value))


def _figure(value: Decimal) -> str:
    return numerals.plain(value, places=4, grouped=True) if value.is_finite() else "—"


def percent(part: Decimal | float | None) -> str:
    """A share 0–1 as people read it: 87.5%."""
    return "—" if part is None else f"{_figure(round(Decimal(str(part)) * 100, 1))}%"
