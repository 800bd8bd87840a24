"""What every command shares: its three options, its session, and how an answer leaves the process.

A command makes a `Session` from its options, calls one use case and hands the answer to `emit`, as a JSON document and
as a function that shows it to people. Nothing else writes to stdout. Errors are the business of `gaoxin.cli.main`.

This module is imported by every `gaoxin --help`, so rich, pydantic-settings and the clock are imported inside functions.
"""

from __future__ import annotations

import json as jsonlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

from gaoxin.errors import GaoxinError, UsageError
from gaoxin.i18n import Lang, Text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from gaoxin.campaign.workplace import Workplace
    from gaoxin.plan.model import Plan
    from gaoxin.settings import Settings


@dataclass
class Chosen:
    """What the command line has said so far. `main` makes it and hands it in as the root context's object, since an
    error must be told in the chosen language even where it was raised before any session existed."""

    lang: Lang | None = None
    debug: bool = False


def _remember_lang(context: typer.Context, value: str | None) -> str | None:
    chosen = context.find_root().obj
    if isinstance(chosen, Chosen) and value in ("zh", "en"):
        chosen.lang = "en" if value == "en" else "zh"
    return value


JsonOption = Annotated[
    bool, typer.Option("--json", help="只输出一份 JSON / print one JSON document and nothing else", show_default=False)
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATETIME", show_default=False,
        help="以此时点为准，如 2020-10-31；默认现在 / as known at this time, e.g. 2020-10-31; default now",
    ),
]
LangOption = Annotated[
    Literal["zh", "en"] | None,
    typer.Option(
        "--lang", show_default=False, is_eager=True, callback=_remember_lang,
        help="语言，默认 GAOXIN_LANG 或 zh / language, default GAOXIN_LANG or zh",
    ),
]


@dataclass(frozen=True)
class Session:
    """One command's run: how to answer, in which language, as of when, with which settings.

    settings: the installation's, with `lang` as chosen, since use cases word their answers by it. now: the as-of time,
    aware. out: the stream that the answer goes to.
    """

    settings: Settings
    json: bool
    lang: Lang
    now: datetime
    out: IO[str]

    @classmethod
    def open(cls, json: bool = False, as_of: str | None = None, lang: str | None = None) -> Session:
        """Raises UsageError for a time that cannot be read and for an environment that makes no sense.

        With --json, from here on whatever else is printed in this process goes to stderr, so that a library's chatter
        cannot spoil the document; `main` puts stdout back.
        """
        from gaoxin.clock import parse_as_of

        settings = read_settings()
        out = sys.stdout
        if json:
            sys.stdout = sys.stderr
        if lang is not None:
            settings = settings.model_copy(update={"lang": lang})
        return cls(settings=settings, json=json, lang=settings.lang, now=parse_as_of(as_of), out=out)

    def workplace(self, campaign: str) -> Workplace:
        """The campaign with its plan, its warehouse and this session's time. Raises UsageError for an unknown campaign,
        PlanError for a broken plan, SystemFault where there is no database."""
        from gaoxin.campaign.workplace import open_workplace

        return open_workplace(self.settings, campaign, self.now)

    def plan(self, campaign: str) -> Plan:
        """The campaign's plan alone, without a database. Raises UsageError and PlanError as `workplace` does."""
        from gaoxin.plan.reading.loader import find_plan

        return find_plan(self.settings.plans, campaign)

    def say(self, zh: str, en: str) -> str:
        """The one of the two texts that the user reads."""
        return en if self.lang == "en" else zh

    def conclude(self, console: Console, zh: str, en: str) -> None:
        """Prints one line of text, never broken: rich markup, so what comes from outside goes through `shown`."""
        console.print(self.say(zh, en), soft_wrap=True)

    @contextmanager
    def working(self, what: Text) -> Iterator[None]:
        """Shows a spinner and the seconds passed on stderr while the body runs; silent unless stderr is a terminal."""
        if not sys.stderr.isatty():
            yield
            return
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            progress.add_task(what.to(self.lang), total=None)
            yield

    def each(self, items: list[Any], what: Text) -> Iterator[Any]:
        """The items one by one, with a progress bar on stderr when that is a terminal."""
        if not sys.stderr.isatty() or len(items) < 2:
            yield from items
            return
        from rich.console import Console
        from rich.progress import track

        yield from track(items, what.to(self.lang), console=Console(stderr=True), transient=True)


def read_settings() -> Settings:
    """The settings of this process. Raises UsageError that names each environment variable that cannot be used, and each
    that nobody reads: a misspelt one would otherwise leave its setting at the default in silence."""
    from pydantic import ValidationError

    from gaoxin.settings import Settings, unknown_variables

    if unread := unknown_variables():
        raise UsageError(
            Text("有不认识的环境变量", "there are environment variables that nobody reads"),
            where="; ".join(name + (f" → {near}?" if near else "") for name, near in unread.items()),
            todo=Text("改正写法或取消（unset），可用的见 docs/settings.md", "correct or unset them; docs/settings.md has all"),
        )
    try:
        return Settings()
    except ValidationError as error:
        problems = [(_variable(e["loc"]), e["input"], e["msg"]) for e in error.errors(include_url=False)]
        told = "; ".join(f"{name}={value!r}: {why}" for name, value, why in problems)
        raise UsageError(
            Text("环境变量的值不能用", "an environment variable has a value that cannot be used"),
            where=told,
            todo=Text("改正或取消这个变量", "correct or unset it"),
        ) from error


def _variable(loc: tuple[Any, ...]) -> str:
    name = str(loc[0]).upper() if loc else "GAOXIN_?"
    return name if name.startswith("GAOXIN_") else f"GAOXIN_{name}"


def emit(
    session: Session,
    document: Mapping[str, Any],
    show: Callable[[Console], None] | None = None,
    *,
    ok: bool = True,
) -> None:
    """Prints the answer: the document with --json, else what `show` prints. Leaves with exit status 1 unless `ok`.

    document may hold anything that `plain` knows. Without `show` people get the JSON too.
    """
    if session.json or show is None:
        _write(session.out, as_json(document) + "\n")
    else:
        _write(session.out, rendered(session, show))
    if not ok:
        raise typer.Exit(1)


def as_json(document: Mapping[str, Any]) -> str:
    """The document as JSON text: UTF-8 letters kept, keys in the order given, no NaN."""
    return jsonlib.dumps(plain(document), ensure_ascii=False, indent=2, allow_nan=False)


def plain(value: Any) -> Any:
    """A value as JSON knows it: Decimal → int or float (null when not finite), dates ISO, enums and paths and periods
    text, dataclasses and models objects, tuples lists, sets sorted lists."""
    match value:
        case Enum():
            return plain(value.value)
        case None | bool() | int() | str():
            return value
        case float():
            return value if value - value == 0 else None
        case Decimal():
            if not value.is_finite():
                return None
            return int(value) if value == value.to_integral_value() else float(value)
        case date():  # datetime is one
            return value.isoformat()
        case Mapping():
            return {str(plain(key)): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case set() | frozenset():
            return sorted((plain(each) for each in value), key=str)
        case PurePath():
            return str(value)
    if hasattr(value, "model_dump"):
        return plain(value.model_dump())
    if type(value).__name__ == "Period":  # a dataclass, but one that people write as text
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"no JSON for {type(value).__name__}")


def rendered(session: Session, show: Callable[[Console], None]) -> str:
    """What `show` prints, as text: with colours and fitted to the window in a terminal; plain and as wide as it needs
    to be when piped, so that no figure is cut off in a file."""
    from io import StringIO

    from rich.console import Console

    buffer, terminal = StringIO(), bool(getattr(session.out, "isatty", lambda: False)())
    real = Console(file=session.out) if terminal else None
    console = Console(
        file=buffer, highlight=False, markup=True, emoji=False, soft_wrap=False,
        force_terminal=terminal, color_system=_colours(real), no_color=None if terminal else True,
        width=real.width if real else 1000, legacy_windows=False,
    )
    show(console)
    return "".join(line.rstrip(" ") + "\n" for line in buffer.getvalue().splitlines())


def _colours(real: Console | None) -> Any:
    return real.color_system if real else None


def table(session: Session, *heads: str, right: tuple[int, ...] = (), fold: tuple[int, ...] = ()) -> Table:
    """An empty table in the house's look. heads: `中文|English`. right: the columns of figures; fold: those that hold
    long texts and wrap first."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True, header_style="bold")
    for number, head in enumerate(heads):
        made.add_column(
            session.say(*head.split("|", 1)),
            justify="right" if number in right else "left",
            overflow="fold",
            no_wrap=number in right,
            ratio=None if number not in fold else 1,
        )
    return made


def shown(value: Any) -> str:
    """A value as a cell of a table: figures with thousands separators, a dash for nothing; markup is taken literally."""
    from rich.markup import escape

    match value:
        case None | "":
            return "—"
        case bool() | str() | Enum():
            return escape(str(plain(value)))
        case Decimal() | float() | int():
            return _figure(Decimal(str(value)))
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case _:
            return escape(str(value))


def _figure(value: Decimal) -> str:
    """At most four decimals, no trailing zeros: more digits than that are noise to a reader, and --json has them all."""
    if not value.is_finite():
        return "—"
    text = f"{value:,.4f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def stacked(console: Console, head: str, under: str) -> str:
    """Two texts in one cell, as markup: under each other in a terminal, where width is scarce; side by side when piped,
    where a row is a line."""
    return f"{head}\n[dim]{under}[/]" if console.is_terminal else f"{head} {under}"


def percent(share: Decimal | float | None) -> str:
    """A share 0–1 as people read it: 87.5%."""
    return "—" if share is None else f"{_figure(round(Decimal(str(share)) * 100, 1))}%"


def tell(error: GaoxinError, lang: Lang) -> None:
    """Prints an error on stderr: what is wrong, where, what to do."""
    head, _, rest = error.render(lang).partition("\n")
    mark = "error" if lang == "en" else "错误"
    head = f"\x1b[1;31m{mark}\x1b[0m {head}" if sys.stderr.isatty() else f"{mark}: {head}"
    _write(sys.stderr, head + ("\n" + rest if rest else "") + "\n")


def refuse(zh: str, en: str, *, where: str = "", todo: Text) -> NoReturn:
    """Wrong use of a command, found by the command itself: exit status 2."""
    raise UsageError(Text(zh, en), where=where, todo=todo)


def _write(stream: IO[str], text: str) -> None:
    """Writes and flushes. A reader that has gone away (`gaoxin … | head`) has had what it wanted: that is no fault, and
    the exit status stays that of the answer."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        silence(stream)


def silence(stream: IO[str]) -> None:
    """Points a broken stream at nothing, so that the interpreter's last flush does not complain."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):  # a stream without a descriptor has nothing to flush
        return
