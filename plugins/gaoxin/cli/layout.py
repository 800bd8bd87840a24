"""The one renderer of answers for people: a layout says which lines and tables, and here they become text.

A layout is a sequence of parts, each called with the answer and a `View`. Where a part asks for a value it takes the name
of an attribute (`key.form` with dots), or a function of the row and the view. A value is shown by what it is (`shown`): words
in the reader's language, figures with thousands separators, a dash for nothing; `Markup` is taken as it is.

rich is imported inside functions, since every `gaoxin --help` comes here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Any, Literal

from gaoxin import measures
from gaoxin.campaign.answer import reached
from gaoxin.campaign.wording import foreseen, percent, told
from gaoxin.cli.words import head, word
from gaoxin.i18n import Lang, Worded
from gaoxin.unseen import seen

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from gaoxin.periods import Period
    from gaoxin.plan.model import Plan


class Markup(str):
    """Text with rich's markup, whose outside parts went through `shown`."""


@dataclass(frozen=True)
class View:
    """Where an answer is shown: to whom, on what, and the plan in which its names are looked up. drill: whether of a drill."""

    console: Console
    lang: Lang
    plan: Plan
    drill: bool = False

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

    def plain(self, value: Worded | Period | str | None) -> str:
        return seen(value if isinstance(value, str) else told(value, self.lang))

    def listed(self, values: Iterable[Worded | str]) -> str:
        return self.say("、", ", ").join(self.plain(v) for v in values)

    def unit_name(self, unit: str) -> str:
        """The name of a unit of the plan; its id where the plan has none of that id."""
        return next((u.name.to(self.lang) for u in self.plan.units if u.id == unit), unit)

    def line(self, text: str = "", style: str = "") -> None:
        """Prints one line of markup, never broken."""
        self.console.print(text, style=style or None, soft_wrap=True)


Cell = Callable[[Any, View], Any]
Get = str | Cell
Part = Callable[[Any, View], None]
Layout = Sequence[Part]


def found(get: Get, row: Any, view: View) -> Any:
    return reached(row, get) if isinstance(get, str) else get(row, view)


def blank(_: Any, view: View) -> None:
    view.line()


def line(*values: Get, mark: str = "", style: str = "") -> Part:
    """The values that are something, in one line with two blanks between them and `mark` before them; no line where none is."""
    def show(row: Any, view: View) -> None:
        told = [view.cell(value) for get in values if (value := found(get, row, view)) is not None]
        if told:
            view.line(mark + "  ".join(told), style)

    return show


def each(items: Get, *parts: Part) -> Part:
    """The parts for each of the items."""
    def show(row: Any, view: View) -> None:
        for item in found(items, row, view):
            for part in parts:
                part(item, view)

    return show


@dataclass(frozen=True)
class Column:
    """head: of `words.HEADS`. kind: `right` of figures, `fold` of long texts, which wrap first; `whole` never wraps. optional:
    left out where it holds nothing, since a row of dashes says no more; or where a function of the items says so."""

    head: str
    get: Get
    kind: Literal["", "right", "fold", "whole"] = ""
    optional: bool | Callable[[Sequence[Any]], bool] = False


def rows(items: Get, *columns: Column, always: bool = False, title: Get | None = None,
         fit: Callable[[Table, int], None] | None = None) -> Part:
    """A table of the items, in the house's look; nothing where there are none, unless `always`. title: above it in bold, with
    a blank line below the table. fit: sets widths for a terminal of so many columns."""
    def show(row: Any, view: View) -> None:
        from rich import box
        from rich.table import Table

        given = list(found(items, row, view))
        if not given and not always:
            return
        told = [[found(column.get, item, view) for column in columns] for item in given]
        kept = [n for n, c in enumerate(columns) if not (
            c.optional(given) if callable(c.optional) else c.optional and all(one[n] in (None, "") for one in told)
        )]
        made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True, header_style="bold")
        for column in (columns[n] for n in kept):
            made.add_column(head(column.head, view.lang), justify="right" if column.kind == "right" else "left", overflow="fold",
                            no_wrap=column.kind in ("right", "whole"), ratio=1 if column.kind == "fold" else None)
        for one in told:
            made.add_row(*(view.cell(one[n]) for n in kept))
        if title is not None:
            view.line(f"[bold]{view.cell(found(title, row, view))}[/]")
        if fit and view.narrow:
            fit(made, view.console.width)
        view.console.print(made)
        if title is not None:
            view.line()

    return show


def says(zh: str, en: str) -> Cell:
    """A sentence with the row's attributes in it: `{phase}`, `{trace.period}`, and `{files:n}`, how many."""
    return lambda row, view: _Filled(row, view.lang).format(view.say(zh, en))


class _Filled(Formatter):
    def __init__(self, row: Any, lang: Lang) -> None:
        self._row, self._lang = row, lang

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        return reached(self._row, field_name), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        return str(len(value)) if format_spec == "n" else told(value, self._lang)


def more(answer: Any, view: View) -> str | None:
    """Where a long list was cut: how to go on."""
    return None if answer.next is None else view.say(
        f"清单未列完：加 --after {answer.next} 看下文，--limit 定一次列多少。",
        f"The list goes on: see the rest with --after {answer.next}; --limit says how many at once.")


def bold(get: Get) -> Cell:
    return lambda row, view: Markup(f"[bold]{view.cell(found(get, row, view))}[/]")


def under(above: Get, below: Get) -> Cell:
    """Two values in one cell: under each other in a terminal, side by side when piped."""
    def both(row: Any, view: View) -> Markup:
        one, other = (view.cell(found(get, row, view)) for get in (above, below))
        return Markup(f"{one}\n[dim]{other}[/]" if view.narrow else f"{one} {other}")

    return both


def state(get: Get, of: str = "") -> Cell:
    """A state as mark, word and colour (`words.word`)."""
    return lambda row, view: Markup(word(found(get, row, view), view.lang, of=of))


def amount(value: str, unit: str) -> Cell:
    """A figure with its unit of measure; a dash where there is no figure."""
    return lambda row, view: None if (figure := reached(row, value)) is None else (
        f"{told(figure, view.lang)} {told(measures.said(reached(row, unit)), view.lang)}")


def forecast(value: str, unit: str) -> Cell:
    """A forecast beside a figure that has its unit of measure; a dash where there is none."""
    return lambda row, view: foreseen(reached(row, value), reached(row, unit), view.lang, bare=True)


def share(get: str) -> Cell:
    return lambda row, view: percent(reached(row, get))


def unit(get: str) -> Cell:
    """The name of a unit that is told by its id."""
    return lambda row, view: view.unit_name(reached(row, get))


def place(row: Any, _: View) -> str:
    """Sheet and cell of a finding or an input."""
    return "!".join(part for part in (row.sheet, row.cell) if part)


def shown(value: Any, lang: Lang = "zh") -> str:
    """A value as markup."""
    from rich.markup import escape

    return str(value) if isinstance(value, Markup) else escape(seen(told(value, lang)))
