"""The application that Airflow's API server mounts at /gaoxin: pages, their assets, and how errors are told."""

import logging
import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import URL
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.routing import Match

from gaoxin.clock import NotATime
from gaoxin.errors import GaoxinError, Refused, SystemFault, UsageError
from gaoxin.i18n import Text
from gaoxin.people.accounts import AccountsUnfit
from gaoxin.people.acts import NotAllowed
from gaoxin.settings import Settings
from gaoxin.throttle import Throttle
from gaoxin.web import pages
from gaoxin.web.asking import LANG_COOKIE, Elsewhere, TooOften
from gaoxin.web.engine import base_url
from gaoxin.web.guard import NO_TEXT, Guard
from gaoxin.web.rendering import environment

log = logging.getLogger(__name__)
_LOGIN = "_token"  # Airflow's cookie: whoever has none is told nothing of what there is
_STATUS = ((NotAllowed, 403), (TooOften, 429), (NotATime, 400), (UsageError, 404), (Refused, 409), (SystemFault, 503))


def build() -> FastAPI:
    """Each module of `pages` brings a router. Those with a fixed first part come before the campaigns'. A module that cannot be
    imported takes its own pages away and no other: `state.broken` names it, and what would have been its own says so."""
    app = FastAPI(title="Gaoxin", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.broken, app.state.tries = {}, Throttle()
    found = [page for one in iter_modules(pages.__path__) if (page := _imported(one.name, app.state.broken))]
    for page in sorted(found, key=lambda p: getattr(p, "CAMPAIGNS", True)):
        app.include_router(page.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    app.add_exception_handler(Elsewhere, lambda _, led: RedirectResponse(led.where, 303))
    app.add_exception_handler(GaoxinError, _told)  # type: ignore[arg-type]
    app.add_exception_handler(ValueError, _no_text)  # type: ignore[arg-type]
    app.add_exception_handler(AnyHTTPException, _http)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _wrong)  # type: ignore[arg-type]
    app.add_middleware(Guard, base=base_url())
    return app


def _imported(name: str, broken: dict[str, str]) -> Any:
    """The module; None, and a name more in `broken`, where there is none with a router."""
    try:
        page = import_module(f"{pages.__name__}.{name}")
        return page if page.router else None
    except Exception as error:  # whatever is wrong with a page, the others stand
        log.exception("pages/%s.py cannot be imported", name)
        broken[name] = f"{type(error).__name__}: {error}"
        return None


_OF_MACHINES = re.compile(r"GAOXIN_|\bgaoxin [a-z]|(?<!\w)--[a-z]|docs/")
_AGAIN = Text("从首页或单位工作台重新进入；仍不行的，请联系系统管理员",
              "begin at the start page or the desk; where that does not help, ask the administrator")
_FILL_IN = Text("退回上一页，按上面所说补填或改正后重新提交；仍不行的，请联系系统管理员",
                "go back, fill in or mend what is asked for above and send it again; where that does not help, ask the "
                "administrator")


def _told(request: Request, error: GaoxinError) -> HTMLResponse:
    """Where on the machine something lies is for whoever runs it, and in the log."""
    if isinstance(error, AccountsUnfit):
        log.error("%s", error)
        return _page(request, 503, Text("账号文件有误，认不出谁是谁，暂不提供页面",
                                        "the accounts file is faulty: nobody is known, and no page is shown"), "",
                     Text("请系统管理员运行 gaoxin accounts check，按提示改正",
                          "let the administrator run gaoxin accounts check and mend it"))
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    if request.method == "POST" and isinstance(error, UsageError) and str(error.where).startswith("--"):
        status = 422  # of a command's option: what was filled in, and no address
    return _page(request, status, error.what, "" if str(error.where).startswith("/") else error.where, error.todo)


def _no_text(request: Request, error: ValueError) -> HTMLResponse:
    """PostgreSQL has no NUL in a text, and its driver says so before it asks."""
    if "NUL" not in str(error):
        raise error
    return _page(request, 400, NO_TEXT, "", Text("改正后重新提交", "mend it and send it again"))


def _http(request: Request, error: HTTPException) -> Response:
    if error.status_code == 405 and request.method == "GET" and _LOGIN in request.cookies and (above := _page_of(request)):
        return RedirectResponse(above, 303)  # where something is sent to, opened again: after a login, or from the history
    if error.status_code in (401, 403):  # Airflow's own: nobody is logged in, or with a login that is no longer one
        shown = _page(request, 401, Text("请先登录", "log in first"), "", Text("登录后回到本页", "this page comes back after it"),
                      login=True)
        if request.headers.get("hx-request") == "true":
            shown.headers["HX-Refresh"] = "true"
        return shown
    missing = error.status_code == 404
    if missing and (broken := request.app.state.broken):
        what = Text(f"有页面装不上：{'、'.join(broken)}", f"pages that cannot be loaded: {', '.join(broken)}")
        return _page(request, 503, what, request.url.path,
                     Text("其他页面照常可用；请系统管理员查看 api-server 的日志，修复后重启",
                          "the others work as ever; let the administrator look into the API server's log, mend it and restart"))
    what = Text("没有这个页面", "there is no such page") if missing else Text("请求无法办理", str(error.detail))
    return _page(request, error.status_code, what, request.url.path, Text("从首页重新进入", "begin at the start page"))


def _page_of(request: Request) -> str | None:
    """The nearest page above an address at which something is only sent; None where there is none."""
    root, path = str(request.scope.get("root_path", "")).rstrip("/"), request.url.path
    while (path := path.rsplit("/", 1)[0]) and path != root:
        if any(route.matches({**request.scope, "path": path})[0] is Match.FULL for route in request.app.routes):
            return path
    return None


def _wrong(request: Request, error: RequestValidationError) -> HTMLResponse:
    told = "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors())
    return _page(request, 422, Text("填写的内容不完整或不对", "something is missing or wrong in what was filled in"), told,
                 Text("按提示补齐后重新提交", "fill it in and send it again"))


def _page(request: Request, status: int, what: Text, where: str, todo: Text, *, login: bool = False) -> HTMLResponse:
    wanted = request.query_params.get("lang") or request.cookies.get(LANG_COOKIE) or Settings().lang
    root = str(request.scope.get("root_path", "")).rstrip("/")
    part = request.headers.get("hx-request") == "true"
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    made = environment().get_template("error_part.html.j2" if part else "error.html.j2").render(
        lang="en" if wanted == "en" else "zh", root=root, status=status, what=what, where=where, login=login,
        todo=(_FILL_IN if request.method == "POST" and status in (409, 422) else _AGAIN)
        if (beside := _OF_MACHINES.search(todo.both())) else todo, beside=todo if beside else None,
        airflow=root.removesuffix("gaoxin").rstrip("/"), path=path,
        now=str(URL(path).remove_query_params("as_of")) if "as_of" in request.query_params else None)
    return HTMLResponse(made, status)
