"""A request as a page gets it: who asks, about which campaign, as of when, in which language; and how its answer is shown."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from math import ceil
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gaoxin.campaign.reading import Mine, Reader, campaigns_of, must_be_theirs, must_see_installation, reader
from gaoxin.campaign.showing import unit_in
from gaoxin.campaign.workplace import NoPlanThen, Workplace, open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.i18n import Lang, Text
from gaoxin.ledger.actor import Way
from gaoxin.people.acts import Act, NotAllowed
from gaoxin.people.seeing import View
from gaoxin.settings import Settings
from gaoxin.throttle import Throttle
from gaoxin.web.engine import BaseUser, airflow_user, starts_runs
from gaoxin.web.rendering import rendered

MOST = 2**53  # of a number that is asked with: more than anything has
LANG_COOKIE = "gaoxin_lang"
User = Annotated[BaseUser, Depends(airflow_user)]
Starts = Annotated[Callable[[], bool], Depends(starts_runs)]


@dataclass
class Asking:
    """account: its id in Airflow; name: what people call it. as_of: what was known then is shown, and nothing can be done."""

    request: Request
    settings: Settings
    account: str
    name: str
    lang: Lang
    as_of: datetime | None
    starts: Callable[[], bool] = lambda: True  # whether Airflow lets this account start runs
    _opened: dict[bool, Workplace] = field(default_factory=dict)

    @property
    def campaign(self) -> str:
        """Of the path; of a page that is no one campaign's what it was asked with. Raises UsageError where neither names one."""
        named = self.request.path_params.get("campaign") or self.request.query_params.get("campaign")
        if not named:
            raise UsageError(Text("没有说明是哪项创建工作", "no campaign is named"), where="campaign",
                             todo=Text("从首页选择", "choose one on the start page"))
        return str(named)

    def workplace(self, *, acts: bool = False) -> Workplace:
        """The campaign, as whoever is logged in works there. acts: at the time of acting, whatever the page's as-of says."""
        if acts not in self._opened:
            try:
                self._opened[acts] = self._open(None if acts else self.as_of, acts=acts)
            except NoPlanThen:  # which is told to those whom the campaign has anything to tell
                reader(self._open(None)).must_see(View.HOME)
                raise
        return self._opened[acts]

    def _open(self, as_of: datetime | None, *, acts: bool = False) -> Workplace:
        return open_workplace(self.settings, self.campaign, as_of, acts=acts, in_force=True, way=Way.PAGE, airflow=self.account)

    @cached_property
    def reader(self) -> Reader:
        return reader(self.workplace(), only_reads=self.only_reads)

    @cached_property
    def only_reads(self) -> bool:
        """The accounts file says who may act. Without one, whoever may only look in Airflow may only look here."""
        return self.settings.accounts is None and not self.starts()

    @cached_property
    def mine(self) -> Mine:
        """Whether a campaign is among those that the account has anything to do with."""
        return campaigns_of(self.settings, Way.PAGE, self.account)

    @property
    def partial(self) -> bool:
        """Whether a part of a page is asked for, by htmx."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def root(self) -> str:
        """Where the pages are mounted: /gaoxin, behind a proxy with the path that it adds."""
        return str(self.request.scope.get("root_path", "")).rstrip("/")

    def link(self, *parts: object, **query: object) -> str:
        """A page of the campaign, as of the same time."""
        return self.home(self.campaign, *parts, **query)

    def home(self, *parts: object, **query: object) -> str:
        """A page by all its parts; as_of goes along unless it is given."""
        asked = {"as_of": self.request.query_params.get("as_of")} | query
        told = urlencode({key: str(value) for key, value in asked.items() if value not in (None, "")})
        path = "/".join(quote(str(part), safe="") for part in parts)
        return f"{self.root}/{path}" + (f"?{told}" if told else "")

    def again(self, **changed: object) -> str:
        """This page, asked otherwise: the rest of what it was asked goes along, but the language, which a cookie keeps."""
        asked = {**self.request.query_params, "lang": None, **changed}
        told = urlencode({key: str(value) for key, value in asked.items() if value not in (None, "")})
        return self.request.url.path + (f"?{told}" if told else "")

    def airflow(self, *parts: object) -> str:
        """A page of Airflow's own."""
        above = self.root.removesuffix("gaoxin").rstrip("/")
        return f"{above}/" + "/".join(quote(str(part), safe="") for part in parts)

    @property
    def logout(self) -> str:
        """Where Airflow ends its session, whichever way it logs in."""
        return self.airflow("api", "v2", "auth", "logout")

    def show(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        made = HTMLResponse(rendered(self, template, **context), status)
        if self.request.query_params.get("lang") in ("zh", "en"):
            made.set_cookie(LANG_COOKIE, self.lang, path=self.root or "/", samesite="strict", max_age=31536000)
        return made

    def go(self, *parts: object, **query: object) -> Response:
        """On to a page of the campaign after an act."""
        where = self.link(*parts, **({"as_of": None} | query))
        return Response(status_code=204, headers={"HX-Redirect": where}) if self.partial else RedirectResponse(where, 303)


def installed() -> Settings:
    """The installation's, from the environment."""
    return Settings()


def asking(request: Request, user: User, starts: Starts, settings: Annotated[Settings, Depends(installed)],
           as_of: Annotated[str | None, Query()] = None, lang: Annotated[str | None, Query()] = None) -> Asking:
    """Raises NotATime for a time that cannot be read."""
    wanted = lang or request.cookies.get(LANG_COOKIE)
    chosen: Lang = "en" if wanted == "en" else "zh" if wanted == "zh" else settings.lang
    return Asking(request, settings.model_copy(update={"lang": chosen}), user.get_id(), user.get_name(), chosen,
                  parse_as_of(as_of) if as_of else None, starts)


class TooOften(Refused):
    """Somebody tries again and again what is not theirs."""


Ask = Annotated[Asking, Depends(asking)]
Words = Annotated[str, Form()]


class Elsewhere(Exception):
    """What was asked for is not the reader's, and what is lies at `where`."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


@dataclass(frozen=True)
class Needs:
    """What a route shows or does: who may is asked before anything else. Every route has one; a test walks over them all."""

    what: View | Act

    def __call__(self, ask: Ask) -> Iterator[None]:
        yield from self.around(ask, ask.request.path_params.get("unit"))

    def around(self, ask: Asking, unit: str | None) -> Iterator[None]:
        """Around what the route does. unit: for whom an act is; None where that is not said. Acts that are refused over and over
        are slowed down, as logins are: each is kept for good. Raises NotAllowed, Refused, TooOften."""
        if not isinstance(self.what, Act):
            self._must_see(ask, self.what)
            yield
            return
        tries: Throttle = ask.request.app.state.tries
        if wait := ceil(tries.wait(ask.account, ask.account)):
            raise TooOften(Text("接连多次办理无权办的事，未予理会", "too many acts in a row that are not yours: not looked at"),
                           where=self.what.value, todo=Text(f"{wait} 秒后再试", f"try again in {wait} s"))
        try:
            must_be_theirs(ask.workplace(acts=True), self.what, unit, only_reads=ask.only_reads)
            if ask.as_of is not None:
                raise Refused(Text("历史页面只能查看，未予办理", "a page of the past can only be read: nothing was done"),
                              where="as_of", todo=Text("回到现在再办理", "go back to now and do it there"))
            yield
        except NotAllowed:
            raise
        except BaseException:
            tries.passed(ask.account, ask.account)
            raise
        tries.passed(ask.account, ask.account)

    @staticmethod
    def _must_see(ask: Asking, what: View) -> None:
        if "campaign" in ask.request.path_params:
            if ask.request.url.path == f"{ask.root}/{ask.campaign}" and ask.reader.units and not ask.reader.sees(what):
                raise Elsewhere(ask.link("mine"))  # the address of the board that hangs on every wall
            ask.reader.must_see(what, ask.request.path_params.get("unit"))
        else:
            must_see_installation(ask.settings, Way.PAGE, ask.account, what)


@dataclass(frozen=True)
class NeedsNamed(Needs):
    """An act for the unit that its form names."""

    def __call__(self, ask: Ask, by: Annotated[str, Form()] = "") -> Iterator[None]:
        yield from self.around(ask, by or None)


@dataclass(frozen=True)
class NeedsReporter(Needs):
    """An act of the unit that reported: the return of the path names it, whether it is there or not."""

    def __call__(self, ask: Ask) -> Iterator[None]:
        yield from self.around(ask, unit_in(ask.workplace(acts=True).plan, ask.request.path_params["return_id"]))


def shows(view: View) -> list[Any]:
    """`dependencies` of a route that shows something; where the path has a unit, of that unit."""
    return [Depends(Needs(view))]


def does(act: Act, needs: type[Needs] = Needs) -> list[Any]:
    """`dependencies` of a route that acts. needs: where it is said for which unit, if not in the path; what else it says is read
    afterwards, and by its use case."""
    return [Depends(needs(act))]
