"""What every command shares: its three options, its session, and how an answer leaves the process.

A command (`asked`) gets a `Session`, calls one use case, and returns its answer with the layout that shows it to people;
`emit` prints one or the other. Nothing else writes to stdout. Errors are the business of `gaoxin.cli.main`.

This module is imported by every `gaoxin --help`, so rich, pydantic-settings and the clock are imported inside functions.
"""

from __future__ import annotations

import json as jsonlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import IO, TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from gaoxin.campaign.answer import Answer, as_json
from gaoxin.cli.arguments import option
from gaoxin.cli.layout import Layout, View
from gaoxin.errors import GaoxinError, UsageError
from gaoxin.i18n import Lang, Text
from gaoxin.unseen import seen

if TYPE_CHECKING:
    from gaoxin.campaign.workplace import Workplace
    from gaoxin.periods import Period
    from gaoxin.plan.model import Plan
    from gaoxin.settings import Settings

T = TypeVar("T")
# What a command returns: its answer, and how people see it.
Answered = tuple[Answer | Mapping[str, Any], Layout]


DRILL = Text("【演练】以下均为演练，数据虚构", "[DRILL] a drill: all figures are made up")


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


JsonOption = Annotated[bool, option("--json", None, "只输出一份 JSON / print one JSON document and nothing else")]
AsOfOption = Annotated[str | None, option(
    "--as-of", "DATETIME", "以此时点为准，如 2020-10-31；默认现在 / as known at this time, e.g. 2020-10-31; default now"
)]
LangOption = Annotated[Literal["zh", "en"] | None, option(
    "--lang", None, "语言，默认 GAOXIN_LANG 或 zh / language, default GAOXIN_LANG or zh", is_eager=True, callback=_remember_lang
)]


@dataclass
class Session:
    """One command's run. settings: the installation's, with `lang` as chosen, since use cases word their answers by it. now: the
    as-of time, aware; dated: whether it was asked for. out: where the answer goes. about: the plan that was asked for last;
    drill: whether the installation that was asked is one."""

    settings: Settings
    json: bool
    lang: Lang
    now: datetime
    out: IO[str]
    dated: bool = False
    about: Plan | None = None
    drill: bool = False

    @classmethod
    def open(cls, json: bool = False, as_of: str | None = None, lang: str | None = None) -> Session:
        """With --json, from here on whatever else is printed in this process goes to stderr, so that a library's chatter cannot
        spoil the document; `main` puts stdout back. Raises UsageError for a time or an environment that cannot be read."""
        from gaoxin.clock import parse_as_of

        settings, out = read_settings(), sys.stdout
        if json:
            sys.stdout = sys.stderr
        if lang is not None:
            settings = settings.model_copy(update={"lang": lang})
        return cls(settings=settings, json=json, lang=settings.lang, now=parse_as_of(as_of), out=out, dated=as_of is not None)

    @property
    def as_of(self) -> datetime | None:
        return self.now if self.dated else None

    def workplace(self, campaign: str, *, acts: bool = False) -> Workplace:
        """The campaign at this session's time; acts: for a command that writes. Raises UsageError for an unknown one and for an
        act that would be dated, PlanError, SystemFault."""
        from gaoxin.campaign.workplace import open_workplace
        from gaoxin.ledger.actor import Way

        w = open_workplace(self.settings, campaign, self.as_of, acts=acts, way=Way.COMMAND_LINE)
        self.about, self.drill = w.plan, w.drill
        return w

    def workplace_of(self, return_id: str) -> Workplace:
        """As workplace, of a return's campaign, for a command that writes. Raises UsageError for what is no return's id."""
        if return_id.count("__") != 4:
            raise UsageError(Text(f"{return_id!r} 不是报送编号", f"{return_id!r} is no return's id"), where="RETURN_ID",
                             todo=Text("写成 创建工作__报表__单位__报告期__v版次；各报表的编号见 gaoxin returns status",
                                       "CAMPAIGN__FORM__UNIT__PERIOD__vVERSION; gaoxin returns status lists them"))
        return self.workplace(return_id.split("__", 1)[0], acts=True)

    def unit(self, called: str) -> str:
        """The id of a unit that is called so in the plan of this session's workplace. Raises UsageError, as those below."""
        from gaoxin.campaign.calling import unit_called

        return unit_called(self._plan, called)

    def form(self, called: str) -> str:
        from gaoxin.campaign.calling import form_called

        return form_called(self._plan, called)

    def period(self, written: str | None, *forms: str) -> Period | None:
        """The period that is meant, of one of these forms, or of any."""
        from gaoxin.campaign.calling import period_called
        from gaoxin.clock import local_day

        return period_called(self._plan, written, local_day(self.now), forms)

    @property
    def _plan(self) -> Plan:
        assert self.about is not None, "the workplace comes first"
        return self.about

    def marked(self) -> None:
        """Before an answer that needs no workplace: whether the installation is a drill."""
        from gaoxin.campaign.drilling import is_drill

        self.drill = is_drill(self.settings)

    def plan(self, campaign: str) -> Plan:
        """The plan alone, without a database. Raises UsageError and PlanError as `workplace` does."""
        from gaoxin.plan.reading.loader import find_plan

        self.about = find_plan(self.settings.plans, campaign)
        return self.about

    @contextmanager
    def working(self, what: Text) -> Iterator[None]:
        """Shows a spinner and the seconds passed on stderr while the body runs; silent unless stderr is a terminal."""
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns, quiet = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()), not sys.stderr.isatty()
        with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as progress:
            progress.add_task(what.to(self.lang), total=None)
            yield

    @contextmanager
    def counting(self, what: Text) -> Iterator[Callable[[int], None]]:
        """As working, with a count that goes up; yields what is called with how many more are done."""
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = SpinnerColumn(), TextColumn("{task.description} {task.completed}"), TimeElapsedColumn()
        with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
            task = progress.add_task(what.to(self.lang), total=None)
            yield lambda more: progress.advance(task, more)

    @contextmanager
    def through(self, what: Text) -> Iterator[Callable[[int, int], None]]:
        """As working, with a bar of bytes; yields what is called with how many are through, of so many."""
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
        with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
            task = progress.add_task(what.to(self.lang), total=None)
            yield lambda now, total: progress.update(task, completed=now, total=total)

    def each(self, items: Sequence[T], what: Text) -> Iterator[T]:
        """The items one by one, with a progress bar on stderr when that is a terminal."""
        from rich.console import Console
        from rich.progress import track

        quiet = not sys.stderr.isatty() or len(items) < 2
        yield from track(items, what.to(self.lang), console=Console(stderr=True), transient=True, disable=quiet)


def asked(command: Callable[..., Answered]) -> Callable[..., None]:
    """The command as typer takes it: with the three options in place of the session; it prints what the command answers."""
    @wraps(command)
    def run(*, json: bool, as_of: str | None, lang: str | None, **given: Any) -> None:
        session = Session.open(json, as_of, lang)
        emit(session, *command(session, **given))

    shared = {"json": (JsonOption, False), "as_of": (AsOfOption, None), "lang": (LangOption, None)}
    own = list(signature(command, eval_str=True).parameters.values())[1:]
    more = [Parameter(n, Parameter.KEYWORD_ONLY, default=d, annotation=a) for n, (a, d) in shared.items()]
    taken = [*(p.replace(kind=Parameter.KEYWORD_ONLY) for p in own), *more]
    run.__signature__ = Signature(taken)  # type: ignore[attr-defined]  # Typer reads it
    run.__annotations__ = {p.name: p.annotation for p in taken}
    return run


def read_settings() -> Settings:
    """The settings of this process. Raises UsageError that names each environment variable that cannot be used, and each
    that nobody reads: a misspelt one would otherwise leave its setting at the default in silence."""
    from pydantic import ValidationError

    from gaoxin.settings import Settings, unknown_variables

    if unread := unknown_variables():
        raise UsageError(Text("有不认识的环境变量", "there are environment variables that nobody reads"),
                         where="; ".join(name + (f" → {near}?" if near else "") for name, near in unread.items()),
                         todo=Text("改正写法或取消（unset），可用的见 docs/settings.md",
                                   "correct or unset them; docs/settings.md has all"))
    try:
        return Settings()
    except ValidationError as error:
        found = error.errors(include_url=False)
        told = "; ".join(f"GAOXIN_{str(e['loc'][0]).upper().removeprefix('GAOXIN_')}={e['input']!r}: {e['msg']}" for e in found)
        raise UsageError(Text("环境变量的值不能用", "an environment variable has a value that cannot be used"), where=told,
                         todo=Text("改正或取消这个变量", "correct or unset it")) from error


def emit(session: Session, answer: Answer | Mapping[str, Any], layout: Layout = ()) -> None:
    """Prints the answer: as JSON with --json, else by its layout; without one people get the JSON too. Of a drill both say so.
    Leaves with the answer's exit status where it is not 0."""
    if session.json or not layout:
        told = as_json(answer, session.lang)
        _write(session.out, as_text({**told, "drill": True} if session.drill else told) + "\n")
    else:
        _write(session.out, rendered(session, answer, layout))
    if isinstance(answer, Answer) and answer.exit_status:
        raise typer.Exit(answer.exit_status)


def as_text(document: Any) -> str:
    """JSON as text: UTF-8 letters kept, keys in the order given, no NaN."""
    return jsonlib.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def rendered(session: Session, answer: Any, layout: Layout) -> str:
    """The answer as text: with colours and fitted to the window in a terminal; plain and as wide as it needs to be when
    piped, so that no figure is cut off in a file."""
    from io import StringIO

    from rich.console import Console

    buffer, terminal = StringIO(), bool(getattr(session.out, "isatty", lambda: False)())
    real = Console(file=session.out) if terminal else None
    colours: Any = real.color_system if real else None
    console = Console(file=buffer, highlight=False, markup=True, emoji=False, soft_wrap=False, force_terminal=terminal,
                      color_system=colours, no_color=None if terminal else True, width=real.width if real else 1000,
                      legacy_windows=False)
    plan: Any = session.about or getattr(answer, "plan", None)  # asked for by layouts that name what a plan has
    view = View(console, session.lang, plan, session.drill)
    if session.drill:
        console.print(DRILL.to(session.lang), markup=False)
    for part in layout:
        part(answer, view)
    return "".join(line.rstrip(" ") + "\n" for line in buffer.getvalue().splitlines())


def tell(error: GaoxinError, lang: Lang) -> None:
    """Prints an error on stderr: what is wrong, where, what to do."""
    head, _, rest = seen(error.render(lang)).partition("\n")
    mark = "error" if lang == "en" else "错误"
    head = f"\x1b[1;31m{mark}\x1b[0m {head}" if sys.stderr.isatty() else f"{mark}: {head}"
    _write(sys.stderr, head + ("\n" + rest if rest else "") + "\n")


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
