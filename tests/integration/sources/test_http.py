"""A web service as a source, against a server with every fault that such services have."""

from __future__ import annotations

import gzip
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache, partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from gaoxin.campaign.fetching import Fetch
from gaoxin.campaign.tracing import trace
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.periods import Period
from gaoxin.plan.sources.http import HttpSource
from gaoxin.returns.codes import make_credit_code
from gaoxin.sources import answers
from gaoxin.sources.base import Amiss, Wanted
from gaoxin.sources.echoes import Echo
from gaoxin.sources.kinds import http
from tests.integration.sources.conftest import LONG, SECRET, Sourced
from tests.pages import client

FIGURES = [("gross_output", "10", "亿元"), ("value_added", "3.0", "亿元"), ("light_output", "4", "亿元"),
           ("heavy_output", "6", "亿元"), ("enterprises", "20", "家")]
ROWS = [f'{{"code": "{code}", "value": {value}, "unit": "{unit}"}}' for code, value, unit in FIGURES]
WHOLE = f'{{"data": {{"items": [{", ".join(ROWS)}]}}, "of": "2024-02"}}'.encode()


class Service(ThreadingHTTPServer):
    """answer(handler, query): what it does with a request; seen: the requests that came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer: Callable[[Handler, dict[str, str]], None] = lambda handler, query: handler.give(WHOLE)
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.endless = False
        self.now: datetime | None = None

    def handle_error(self, *given: Any) -> None:
        """Whoever asked went away."""


class Handler(BaseHTTPRequestHandler):
    server: Service
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.seen.append((self.path, dict(self.headers.items())))
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.server.answer(self, query)

    def give(self, body: bytes, status: int = 200, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(self.server.now, usegmt=True) if self.server.now else super().date_time_string(timestamp)

    def log_message(self, *given: Any) -> None: ...


@pytest.fixture
def service(sourced: Sourced) -> Iterator[Service]:
    """A unit's web service, declared for the demo's monthly form."""
    found = Service()
    threading.Thread(target=found.serve_forever, daemon=True).start()
    sourced.connect({"api": {"base_url": f"http://127.0.0.1:{found.server_port}/v1", "headers": {"X-Key": SECRET},
                             "params": {"key": SECRET}}})
    declare(sourced)
    yield found
    found.shutdown()
    found.server_close()


def declare(sourced: Sourced, **more: Any) -> None:
    usual: dict[str, Any] = {"kind": "http", "id": "api", "connection": "api", "path": "figures/{unit}", "pause": 0,
                             "params": {"of": "{period}"}, "records": "data.items", "read": LONG, "deadline": 6, "attempts": 3}
    sourced.declare(**usual | more)


def fetch(sourced: Sourced, day: str = "2024-03-05", *, check: bool = False) -> Fetch:
    (one,) = sourced.fetched(day, check=check).fetches
    return one


def test_an_answer_becomes_a_return_and_a_trace_leads_to_its_record(sourced: Sourced, service: Service,
                                                                    caplog: pytest.LogCaptureFixture) -> None:
    for name in (None, "httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, name)
    assert fetch(sourced, check=True).returns == ("demo__industry__committee__2024-02__v1",)
    ((path, headers),) = service.seen
    assert path == f"/v1/figures/committee?of=2024-02&key={SECRET}"
    assert headers["X-Key"] == SECRET
    assert SECRET not in caplog.text  # nor in what the client logs of each request
    w = open_workplace(sourced.settings, "demo", parse_as_of("2024-03-06"))
    with w.warehouse.read() as store:
        (came,) = store.fetches.last("demo", w.known)
        assert store.returns.content(came.sha256 or "") == WHOLE
    assert came.place == f"http://127.0.0.1:{service.server_port}/v1/figures/committee?of=2024-02"  # and no key
    (used,) = [one for one in trace(w, "value_added_rate", Period.parse("2024-02")).inputs if one.variable == "value_added"]
    assert (used.sheet, used.cell, used.raw, used.matches) == ("data.items", "B3", "3.0", True)
    page = client(sourced.settings, "admin").get(f"/demo/return/{used.return_id}", params={"cell": "data.items!B3"}).text
    assert "取自网络接口" in page
    assert [figure for _, figure, _ in FIGURES if f">{figure}<" not in page] == []  # drawn as it came


def test_what_has_not_changed_is_not_sent_again(sourced: Sourced, service: Service) -> None:
    def answer(handler: Handler, query: dict[str, str]) -> None:
        tag = '"one"'
        if handler.headers.get("If-None-Match") == tag:
            handler.send_response(304)
            handler.end_headers()
        else:
            handler.give(WHOLE, ETag=tag)

    service.answer = answer
    assert fetch(sourced).state == "fetched"
    assert fetch(sourced, "2024-03-06").state == "unchanged"
    assert [headers.get("If-None-Match") for _, headers in service.seen] == [None, '"one"']
    service.answer = lambda handler, query: handler.give(WHOLE)  # a service without tags: by what it gave
    assert fetch(sourced, "2024-03-07").returns == ()


def test_pages_are_landed_one_after_another(sourced: Sourced, service: Service) -> None:
    pages = [f'{{"items": [{", ".join(ROWS[n:n + 2])}], "next": {link}}}'.encode()
             for n, link in ((0, '"?page=2"'), (2, '"?page=3"'), (4, "null"))]
    service.answer = lambda handler, query: handler.give(pages[int(query.get("page", 1)) - 1])
    declare(sourced, records="items", pages={"next": "next"})
    assert fetch(sourced, check=True).returns == ("demo__industry__committee__2024-02__v1",)
    w = open_workplace(sourced.settings, "demo", parse_as_of("2024-03-06"))
    with w.warehouse.read() as store:
        row = store.fetches._ask("select sha256, parts from gaoxin.fetches").one()
        content, parts = store.returns.content(row.sha256), row.parts
        facts = {f.variable: f"{f.sheet}!{f.cell}" for f in store.facts.as_of("demo", w.known).series}
    assert content == b"\n".join(pages)
    assert [part["sha256"] for part in parts] == [sha256(page).hexdigest() for page in pages]
    assert (facts["gross_output"], facts["enterprises"]) == ("items!B2", "items (3)!B2")
    service.answer = lambda handler, query: handler.give(
        f'{{"items": [{", ".join(ROWS) if query["page"] == "1" else ""}]}}'.encode())
    declare(sourced, records="items", pages={"number": "page"})
    assert fetch(sourced, "2024-03-07").returns == ("demo__industry__committee__2024-02__v2",)


@pytest.mark.parametrize("pages", [{"number": "page"}, {"next": "next"}])
@pytest.mark.parametrize("tags", [True, False])
def test_rows_that_come_or_go_while_pages_are_asked_for_are_neither_lost_nor_doubled(
        sourced: Sourced, service: Service, pages: dict[str, str], tags: bool) -> None:
    """Of two rows a page: one before the second page's goes between two answers, and the row at the page's edge is in none."""
    there, moves = [*ROWS], iter([1, 0])

    def answer(handler: Handler, query: dict[str, str]) -> None:
        number = int(query.get("page", 1))
        items = there[2 * number - 2:2 * number]
        link = f"?page={number + 1}" if 2 * number < len(there) else None
        body = f'{{"items": [{", ".join(items)}], "next": {json.dumps(link)}}}'.encode()
        tag = f'"{sha256(body).hexdigest()}"'
        if tags and handler.headers.get("If-None-Match") == tag:
            handler.send_response(304)
            handler.end_headers()
        else:
            handler.give(body, ETag=tag if tags else "")
        if number == 2 and (at := next(moves, None)) is not None:
            there.append(there.pop(at))

    service.answer = answer
    declare(sourced, records="items", pages=pages)
    one = fetch(sourced, check=True)
    assert (one.state, one.why and one.why.code) == ("failed", "sources.moving")
    assert one.why
    assert "第 1 页" in one.why.zh
    assert fetch(sourced, "2024-03-06", check=True).returns == ("demo__industry__committee__2024-02__v1",)
    with sourced.at("2024-03-06").warehouse.read() as store:
        assert len([*store.facts.as_of("demo", sourced.at("2024-03-06").known).series]) == len(ROWS)


def test_no_key_of_a_connection_is_kept_though_address_links_and_etags_have_it(sourced: Sourced, service: Service) -> None:
    """An account or a key within the base address; a service that says the key again in its links and marks."""
    def answer(handler: Handler, query: dict[str, str]) -> None:
        number = int(query.get("page", 1))
        link = f"?of=2024-02&key={SECRET}&page={number + 1}" if service.endless or number < 2 else ""
        rows = ROWS[:3] if number == 1 else ROWS[3:]
        body = f'{{"n": {len(service.seen)}, "items": [{", ".join(rows)}], "next": "{link}"}}'
        handler.give(body.encode(), ETag=f'"{SECRET}"')

    service.answer, service.endless = answer, False
    place = f"127.0.0.1:{service.server_port}/v1"
    for day, base in (("05", f"http://bob:{SECRET}@{place}?key={SECRET}"), ("06", f"http://{place}?key={SECRET}#{SECRET}")):
        sourced.connect({"api": {"base_url": base}})
        declare(sourced, records="items", pages={"next": "next"})
        one = fetch(sourced, f"2024-03-{day}", check=True)
        assert one.place == f"http://{place}/figures/committee?of=2024-02", one
    assert [path.count(SECRET) for path, _ in service.seen] == [1] * 8
    assert "Authorization" in service.seen[0][1]
    service.endless = True
    declare(sourced, records="items", pages={"next": "next", "at_most": 2})
    assert fetch(sourced, "2024-03-07").state == "failed"
    sourced.connect({"api": {"base_url": f"http://{place}", "token": "page=2"}})
    told = fetch(sourced, "2024-03-08")
    assert told.why
    assert told.why.code == "sources.key_in_link"
    kept_nowhere(sourced, SECRET)


WRONG: list[tuple[Any, ...]] = [
    ({"token": f"{SECRET}\n"}, "token"), ({"headers": {"X-Key": f"{SECRET}\r\n"}}, "headers.X-Key"),
    ({"base_url": "http://h/v1 "}, "base_url"), ({"token": f"{SECRET}密"}, "token"), ({"headers": SECRET}, "headers"),
    ({"params": [SECRET]}, "params"), ({"verify": SECRET}, "verify"),
]


def test_a_wrong_option_is_named_before_anything_is_sent_and_its_value_nowhere(sourced: Sourced, service: Service
                                                                               ) -> None:
    for options, name in WRONG:
        sourced.connect({"api": {"base_url": f"http://127.0.0.1:{service.server_port}"} | options})
        one = fetch(sourced)
        assert one.why
        assert one.why.code in ("sources.option", "sources.option_blemished")
        assert one.why.context["name"] == name
    assert service.seen == []
    kept_nowhere(sourced, SECRET)


def kept_nowhere(sourced: Sourced, secret: str) -> None:
    with open_workplace(sourced.settings, "demo", parse_as_of("2024-03-09")).warehouse.engine.connect() as connection:
        for table in ("fetches", "ledger_events"):
            told = "".join(connection.execute(sa.text(f"select t::text from gaoxin.{table} t")).scalars())
            assert secret.lower() not in told.lower()


def test_a_secret_that_a_service_says_again_is_told_by_nobody(sourced: Sourced, service: Service) -> None:
    to = f"http://{SECRET}.evil.example/"
    declare(sourced, records="items", pages={"next": "next"})
    for answer in (lambda h, q: h.give(b"", 302, Location=to), lambda h, q: h.give(b"", Content_Encoding=SECRET),
                   lambda h, q: h.give(json.dumps({"items": [{"n": 1}], "next": to}).encode()),
                   lambda h, q: h.give(json.dumps({"code": 9, "msg": f"no key {SECRET}", "items": []}).encode())):
        service.answer = answer
        assert fetch(sourced).state == "failed"
    kept_nowhere(sourced, SECRET)


def test_text_whose_end_nothing_tells_is_no_answer(sourced: Sourced, service: Service) -> None:
    """A connection that is closed early looks like the end where no length was said: 20 may have been 2000."""
    lines = "code,unit,value\n" + "\n".join(f"{code},{unit},{value}" for code, value, unit in FIGURES)

    def answer(handler: Handler, query: dict[str, str]) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write((lines + ("\n" if len(service.seen) > 2 else "")).encode())
        handler.close_connection = True

    service.answer = answer
    declare(sourced, format="csv", records="", attempts=2)
    one = fetch(sourced)
    assert (one.state, one.why and one.why.code) == ("failed", "sources.cut_off")
    assert fetch(sourced, "2024-03-06").state == "fetched"


def test_a_service_that_is_busy_or_breaks_off_is_asked_again(sourced: Sourced, service: Service) -> None:
    answers = [lambda h: h.give(b"", 503), lambda h: h.give(WHOLE[:40], length=len(WHOLE)), lambda h: h.give(WHOLE)]
    service.answer = lambda handler, query: answers[len(service.seen) - 1](handler)
    assert fetch(sourced).state == "fetched"
    assert len(service.seen) == 3
    service.seen.clear()
    answers[:] = [lambda h: h.give(b"", 429, Retry_After="1"), lambda h: h.give(WHOLE + b" ")]
    began = time.monotonic()
    assert fetch(sourced, "2024-03-06").state == "fetched"
    assert time.monotonic() - began >= 1


def test_a_time_that_a_server_asks_for_holds_for_all_that_ask_it(sourced: Sourced, service: Service) -> None:
    """Of two units: what the first is told, by a clock an hour behind ours, holds for the second."""
    service.now, at = datetime.now(UTC) - timedelta(hours=1), list[float]()

    def answer(handler: Handler, query: dict[str, str], seconds: int = 3) -> None:
        at.append(time.monotonic())
        assert service.now
        until = format_datetime(service.now + timedelta(seconds=seconds), usegmt=True)
        handler.give(b"[]", 503 if "committee" in handler.path else 200, Retry_After=until)

    def of(unit: str, day: str) -> str | None:
        (one,) = sourced.fetched(f"2024-04-{day}", "2024-Q1", unit=unit).fetches
        return one.why.code if one.why else one.state

    service.answer = answer
    sourced.declare("hnte_register", kind="http", id="list", connection="api", path="list/{unit}/{period}", deadline=9, pause=0,
                    attempts=1, read={"fields": {n: n for n in ("credit_code", "name", "certificate", "issued", "industry")}})
    assert (of("committee", "05"), of("science", "05")) == ("sources.status", "nothing")
    assert at[1] - at[0] >= 2  # times in headers are whole seconds
    service.answer = partial(answer, seconds=3600)
    assert (of("committee", "06"), of("science", "06")) == ("sources.status", "sources.held_back")
    assert len(at) == 3


def drip(handler: Handler, query: dict[str, str]) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.3)


@cache
def bomb() -> bytes:
    """Packed once, before anybody waits for it: on a busy machine packing takes longer than a read may."""
    return gzip.compress(bytes(300 * 2**20))


FAULTS: dict[str, tuple[Callable[[Handler, dict[str, str]], None], str]] = {
    "drip": (drip, "sources.too_slow"),
    "silent": (lambda h, q: time.sleep(9), "sources.down"),
    "always busy": (lambda h, q: h.give(b"", 503), "sources.status"),
    "wait an hour": (lambda h, q: h.give(b"", 429, Retry_After="3600"), "sources.status"),
    "no login": (lambda h, q: h.give(b"", 401), "sources.denied"),
    "login page": (lambda h, q: h.give(b"<html>log in</html>", Content_Type="text/html; charset=utf-8"), "sources.no_data"),
    "page called json": (lambda h, q: h.give(b"\n <!DOCTYPE html><html>"), "sources.no_data"),
    "redirect": (lambda h, q: h.give(b"", 302, Location="https://login.example/?back=1"), "sources.redirected"),
    "half a body": (lambda h, q: h.give(WHOLE[:50]), "sources.cut_off"),
    "bomb": (lambda h, q: h.give(bomb(), Content_Encoding="gzip"), "sources.too_large"),
    "large": (lambda h, q: h.give(b'{"data": {"items": [' + b'{"code": "a"},' * (3 * 2**20 // 2) + b'{}]}}'),
              "sources.too_large_at_once"),
    "twice": (lambda h, q: h.give(b'{"data": {"items": [{"code": "a", "code": "b"}]}}'), "returns.json_twice"),
    "other records": (lambda h, q: h.give(b'{"rows": []}'), "sources.no_records"),
    "failure with 200": (lambda h, q: h.give(b'{"code":401,"message":"token gone","data":{"items":[]}}'), "sources.unclear"),
    "failure without records": (lambda h, q: h.give(b'{"success":false,"data":null}'), "sources.unclear"),
    "error beside nothing": (lambda h, q: h.give(b'{"error":{"id":7},"data":{"items":[]}}'), "sources.unclear"),
    "a part": (lambda h, q: h.give(WHOLE.replace(b'"of"', b'"total": 25, "of"')), "sources.partial"),
    "a part beside": (lambda h, q: h.give(WHOLE.replace(b'"items"', b'"totalCount": "25", "items"')), "sources.partial"),
    "none of many": (lambda h, q: h.give(b'{"data": {"items": [], "count": 25}}'), "sources.partial"),
    "asked wrongly": (lambda h, q: h.give(b"{}", 422), "sources.asked_wrong"),
    "failure beside nothing": (lambda h, q: h.give(b'{"data":{"code":500,"items":[]}}'), "sources.unclear"),
    "deep": (lambda h, q: h.give(b"[" * 100_000), "sources.too_deep"),
    "unchanged though not asked": (lambda h, q: h.give(b"", 304), "sources.no_content"),
    "nowhere": (lambda h, q: h.give(b"", 404), "sources.not_found"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_answer_is_never_landed(sourced: Sourced, service: Service, fault: str) -> None:
    service.answer, code = FAULTS[fault]
    if fault == "bomb":
        bomb()
    began = time.monotonic()
    one = fetch(sourced)
    assert (one.state, one.why and one.why.code) == ("failed", code), one.why
    assert time.monotonic() - began < 14
    assert not any(f.is_file() for f in (sourced.settings.landing).rglob("*"))
    http._free.clear()
    service.answer = lambda handler, query: handler.give(WHOLE)
    assert fetch(sourced, "2024-03-06").state == "fetched"


def gives(body: str, handler: Handler, query: dict[str, str], encoding: str = "utf-8") -> None:
    handler.give(body.encode(encoding), Content_Type="text/plain")


SAYING: list[tuple[Any, ...]] = [
    ({"success": {"at": "st.code", "is": [0, "OK"]}}, '{"st": {"code": "OK"}, "data": {"items": [%s]}}', "fetched", None),
    ({"success": {"at": "st.code", "is": [0, "OK"]}}, '{"st": {"code": 0}, "code": 7, "data": {"items": []}}', "nothing", None),
    ({"success": {"at": "st.code", "is": [0]}}, '{"st": {"code": 9}, "msg": "half", "data": {"items": [%s]}}', "failed",
     "sources.no_success"),
    ({"success": {"at": "done", "is": [True]}}, '{"data": {"items": [%s]}}', "failed", "sources.no_success"),
    ({"total": "n"}, '{"n": 5, "total": 99, "data": {"items": [%s]}}', "fetched", None),
    ({"total": "n"}, '{"n": 6, "data": {"items": [%s]}}', "failed", "sources.partial"),
    ({"total": "n"}, '{"data": {"items": [%s]}}', "failed", "sources.no_total"),
    ({"total": ""}, '{"total": 99, "data": {"items": [%s]}}', "fetched", None),
    ({}, '{"code": "00000", "error": null, "count": 0, "data": {"items": []}}', "nothing", None),
]


def test_what_success_looks_like_and_how_many_there_are_is_declared(sourced: Sourced, service: Service) -> None:
    for declared, body, state, code in SAYING:
        service.answer = partial(gives, body.replace("%s", ", ".join(ROWS)))
        declare(sourced, **declared)
        one = fetch(sourced)
        assert (one.state, one.why and one.why.code) == (state, code), (declared, one.why)
        assert "half" not in body or (one.why and "half" in one.why.zh)


def test_csv_without_its_columns_is_no_answer(sourced: Sourced, service: Service) -> None:
    declare(sourced, format="csv", records="")
    for body in ('{"code":401,"message":"token gone"}', "", "code,value\n"):
        service.answer = partial(gives, body)
        one = fetch(sourced)
        assert (one.state, one.why and one.why.code) == ("failed", "sources.no_columns")
    service.answer = partial(gives, "code,unit,value\n", encoding="utf-16")
    assert fetch(sourced, "2024-03-06").state == "nothing"


ITEMS = [f'{{"n": {n}}}' for n in range(25)]


def paged(handler: Handler, query: dict[str, str], *, items: list[str], after: dict[str, Any], first: int = 1) -> None:
    """Ten a page."""
    at = 10 * (int(query.get("page", first)) - first)
    named = {name: value(at) if callable(value) else value for name, value in after.items()}
    handler.give(f'{{"items": [{", ".join(items[at:at + 10])}], {json.dumps(named)[1:]}'.encode())


def onward(at: int) -> str | None:
    return f"?page={at // 10 + 2}" if at < 20 else None


LISTS: list[tuple[Any, ...]] = [
    ({"number": "page"}, ITEMS, {"total": 25}, None),
    ({"number": "page"}, ITEMS, {"count": lambda at: min(10, max(0, 25 - at))}, None),  # of the page
    ({"number": "page"}, ITEMS[:24], {"total": 25}, "sources.partial"),
    ({"number": "page", "first": 3}, ITEMS, {"total": 25}, "sources.partial"),
    ({"number": "page"}, ITEMS, {"total": lambda at: 25 if at < 25 else 0}, None),  # the empty one says nought
    ({"number": "page"}, ITEMS[:24], {"total": lambda at: None if at else 25}, "sources.partial"),  # the first alone says it
    ({"next": "next"}, ITEMS[:10], {"next": lambda at: onward(at) if at < 10 else None,
                                    "total": lambda at: None if at else 25}, "sources.partial"),
    ({"number": "page"}, ITEMS[:10], {"errno": lambda at: 110 if at else 0}, "sources.unclear"),
    ({"number": "page"}, ITEMS[:10], {"result": lambda at: "FAIL" if at else "OK"}, "sources.unclear"),
    ({"number": "page"}, ITEMS[:10], {"code": lambda at: 500 if at else 0, "msg": "busy"}, "sources.unclear"),
    ({"next": "next"}, ITEMS, {"next": onward, "total": 25}, None),
    ({"next": "next"}, ITEMS, {"next": lambda at: onward(at) if at < 10 else None, "total": 25}, "sources.partial"),
    ({"next": "next"}, ITEMS, {"nextPage": onward}, "sources.no_next"),
    ({"next": "next"}, ITEMS[:9], {"total": 9}, None),
    ({"next": "next"}, ITEMS[:9], {"next": None, "total_pages": 3}, "sources.more"),
    ({"next": "next"}, ITEMS, {"next": onward, "hasMore": lambda at: at < 20, "pages": 3}, None),
    ({"next": "next"}, ITEMS, {"next": onward, "hasMore": True}, "sources.more"),
    ({"number": "page"}, ITEMS, {"nextPage": lambda at: at // 10 + 2, "pages": 3}, None),
    ({"number": "page"}, ITEMS, {"pages": 4}, "sources.more"),
    ({"next": "next", "absent_ends": True}, ITEMS[:9], {"of": 1}, None),
    ({"next": "next"}, ITEMS, {"next": lambda at: {"href": onward(at)}}, "sources.next_no_text"),
    ({"next": "next.href"}, ITEMS, {"next": lambda at: {"href": onward(at)}}, None),
]


def test_a_part_of_a_list_is_never_taken_for_all_of_it(sourced: Sourced, service: Service) -> None:
    for pages, items, after, code in LISTS:
        service.answer = partial(paged, items=items, after=after, first=1)
        declare(sourced, records="items", pages=pages, deadline=20)
        one = fetch(sourced)
        assert (one.state == "failed", one.why and one.why.code) == (code is not None, code), (pages, after, one.why)


# What one answer says beside its five records and in its headers, and the sign that is told of it.
SIGNS: list[tuple[dict[str, Any], dict[str, Any], dict[str, str], str | None]] = [
    ({"has_more": True}, {}, {}, "has_more"), ({}, {"hasNextPage": "true"}, {}, "data.hasNextPage"),
    ({"last": False}, {}, {}, "last"),
    ({"next": "/f/2"}, {}, {}, "next"), ({}, {"nextCursor": "aGk="}, {}, "data.nextCursor"),
    ({"_links": {"next": {"href": "?page=2"}}}, {}, {}, "_links.next"), ({"page": 1, "nextPage": 2}, {}, {}, "nextPage"),
    ({"pages": 3, "page": 1}, {}, {}, "pages"), ({"pagination": {"total_pages": "2"}}, {}, {}, "pagination.total_pages"),
    ({}, {}, {"Link": '</f?page=2>; rel="next"'}, "Link"), ({}, {}, {"X-Total-Pages": "2"}, "x-total-pages"),
    ({"meta": {"total": 25}}, {}, {}, "meta.total"), ({}, {}, {"X-Total-Count": "25"}, "x-total-count"),
    ({"has_more": False, "last": True, "next": None, "pages": 1, "page": 1}, {"nextPage": 0}, {"X-Total-Count": "5"}, None),
    ({"links": {"next": {"href": None}, "prev": "/f/0"}, "page": 1, "nextPage": 1}, {"total": 5},
     {"Link": '</f>; rel="self"'}, None),
]


def test_one_answer_that_says_that_there_is_more_is_not_all(sourced: Sourced, service: Service) -> None:
    day = iter(range(5, 29))
    for top, inner, headers, sign in SIGNS:
        body = json.dumps({"data": {"items": [json.loads(row) for row in ROWS], **inner}, **top})
        service.answer = lambda handler, query, b=body, h=headers: handler.give(b.encode(), **h)  # type: ignore[misc]
        one = fetch(sourced, f"2024-03-{next(day):02d}")
        told = "sources.partial" if sign and sign.rpartition(".")[2] in ("total", "x-total-count") else "sources.more"
        assert (one.why and one.why.code, one.why and one.why.context["key"]) == (sign and told, sign), one.why
    service.answer = lambda handler, query: handler.give(json.dumps({
        "data": {"items": [json.loads(row) for row in ROWS]}, "has_more": True}).encode())
    declare(sourced, read=LONG | {"left_out": ["has_more"]})
    assert fetch(sourced, "2024-03-29").why is None


@pytest.mark.parametrize(("pages", "link", "code"), [
    ({"next": "next"}, "?page=1", "sources.endless"), ({"number": "page"}, None, "sources.endless"),
    ({"next": "next", "at_most": 3}, "?page={}", "sources.too_many_pages"),
    ({"next": "next"}, "http://localhost:{}/other", "sources.elsewhere"),
])
def test_pages_without_end_or_elsewhere_are_no_answer(sourced: Sourced, service: Service, pages: dict[str, Any], link: str | None,
                                                      code: str) -> None:
    def answer(handler: Handler, query: dict[str, str]) -> None:
        handler.give(json.dumps({"items": [{"n": len(service.seen) if link and "{}" in link else 1}],
                                 "next": link and link.format(len(service.seen))}).encode())

    service.answer = answer
    declare(sourced, records="items", pages=pages)
    one = fetch(sourced)
    assert (one.state, one.why and one.why.code) == ("failed", code), one.why


def test_a_record_of_a_later_page_is_one_of_its_own_and_told_where_it_stands(sourced: Sourced, service: Service) -> None:
    """The key of the first page's last record and of the second page's first two is one."""
    records = [{"信用代码": make_credit_code("91", "500154", f"Y{min(n, 9):07d}"), "名称": f"甲{min(n, 9)}公司",
                "证书": f"GR2023510000{min(n, 9):02d}", "发证": "2023-05-01", "领域": "IT"} for n in range(12)]
    service.answer = partial(paged, items=[json.dumps(one, ensure_ascii=False) for one in records], after={"total": 12})
    sourced.declare("hnte_register", kind="http", id="list", connection="api", path="list/{unit}/{period}", pause=0,
                    records="items", pages={"number": "page"}, units=["committee"], read={"fields": {
                        "credit_code": "信用代码", "name": "名称", "certificate": "证书", "issued": "发证", "industry": "领域"}})
    found = sourced.fetched("2024-04-05", "2024-Q1", check=True)
    assert found.checked == {"rejected": 1}
    with sourced.at("2024-04-05").warehouse.read() as store:
        told = [f for f in store.returns.findings(found.returns[0]) if f.rule == "duplicate"]
    assert {(f.sheet, f.cell) for f in told} == {("items", "A11"), ("items (2)", "A2"), ("items (2)", "A3")}
    assert all("第 11、items (2)!2、items (2)!3 行" in f.message.zh for f in told), told[0].message.zh


def test_one_units_fault_keeps_no_other_waiting(sourced: Sourced, service: Service) -> None:
    """Two units report the register: one service hangs, the other's return is taken."""
    record = {"信用代码": make_credit_code("91", "500154", "Y0000001"), "名称": "甲公司", "证书": "GR202351000001",
              "发证": "2023-05-01", "领域": "IT"}

    def answer(handler: Handler, query: dict[str, str]) -> None:
        if "science" in handler.path:
            time.sleep(9)
        handler.give(json.dumps([record | {"备注": "x"}], ensure_ascii=False).encode())

    service.answer = answer
    sourced.declare("hnte_register", kind="http", id="list", connection="api", path="list/{unit}/{period}", deadline=5, pause=0,
                    attempts=1, read={"fields": {"credit_code": "信用代码", "name": "名称", "certificate": "证书",
                                                 "issued": "发证", "industry": "领域"}, "left_out": ["备注"]})
    found = sourced.fetched("2024-04-05", "2024-Q1", check=True)
    assert {one.unit: one.state for one in found.fetches} == {"committee": "fetched", "science": "failed"}
    assert found.returns == ("demo__hnte_register__committee__2024-Q1__v1",)
    with sourced.at("2024-04-05").warehouse.read() as store:
        told = store.returns.findings("demo__hnte_register__committee__2024-Q1__v1")
    assert found.checked == {"accepted": 1}, told


# What answers say beside what is read, of the committee's February.
OTHERS: list[tuple[Any, ...]] = [
    ("month", "2024-01", "sources.says_other_period"), ("of", "202401", "sources.says_other_period"),
    ("报告期", "2024年1-3月", "sources.says_other_period"), ("stat_month", "1月", "sources.says_other_period"),
    ("period", "2024-01-31T00:00:00", "sources.says_other_period"), ("Year", 2023, "sources.says_other_period"),
    ("unit", "别的单位", "sources.says_other_unit"), ("org", "区科技局", "sources.says_other_unit"),
    ("填报单位", "云上园区", "sources.says_other_unit"),
    *((name, value, None) for name, value in (
        ("month", 2), ("of", "2024-02"), ("报告期", "2024年1-2月"), ("period", "2024-02-29 08:00"), ("year", "2024年"),
        ("period", "current"), ("of", 1), ("unit", "committee"), ("单位", "园区管委会"), ("org", "500154"),
        ("published", "2024-03"), ("单位", "万元"), ("extra", 5))),
]


@pytest.mark.parametrize("way", ["records", "lists", "beside", "top", "head", "csv"])
def test_an_answer_that_says_itself_to_be_of_another_period_or_unit_is_none(way: str) -> None:
    """A service that does not know a parameter gives what it always gives. What `left_out` names may be anything."""
    rows = [dict(zip(("code", "value", "measured"), row, strict=True)) for row in FIGURES]
    for name, value, code in OTHERS:
        whole: dict[str, Any] = {"data": {"items": rows}, "header": {}}
        if way == "lists":
            whole["data"]["items"] = [[*rows[0], name], *([*row.values(), value] for row in rows)]
        elif way == "records":
            whole["data"]["items"] = [row | {name: value} for row in rows]
        else:
            {"beside": whole["data"], "top": whole, "head": whole["header"], "csv": {}}[way][name] = value
        document = json.loads(json.dumps(whole), parse_int=str)
        lines = "\n".join([f"code,value,measured,{name}", *(f"{','.join(row)},{value}" for row in FIGURES), ""]).encode()
        for left_out in ((), (name,)):
            more: dict[str, Any] = {"format": "csv"} if way == "csv" else {"records": "data.items"}
            source = HttpSource.model_validate({
                "kind": "http", "id": "api", "connection": "api", "path": "x/{unit}", "params": {"of": "{period}"}, **more,
                "read": {"code": "code", "value": "value", "unit_of_measure": "measured", "left_out": left_out}})
            wanted = Wanted("industry", "committee", Period.parse("2024-02"), source, frozenset({"committee", "园区管委会"}),
                            frozenset({"science", "区科技局"}))
            try:
                assert answers.count(source, lines, document, str, Echo(wanted, str)) == len(rows) + (way == "lists")
                told = None
            except Amiss as amiss:
                told = amiss.why
            assert (told and told.code) == (None if left_out else code), (name, value)
            assert told is None or str(value) in told.zh


def test_what_the_plan_does_not_name_is_told_and_another_period_not_taken(sourced: Sourced, service: Service) -> None:
    extra = WHOLE.replace(b'"code":', b'"extra": 5, "code":')
    service.answer = lambda handler, query: handler.give(extra.replace(b'"of": "2024-02"', b'"of": "2024-01"'))
    one = fetch(sourced, check=True)
    assert (one.state, one.why and one.why.code) == ("failed", "sources.says_other_period")
    service.answer = lambda handler, query: handler.give(extra.replace(b'"extra": 5', '"unit_name": "区科技局"'.encode()))
    assert (one := fetch(sourced, "2024-03-06", check=True)).state == "failed"
    assert one.why
    assert "第 1 条记录的 unit_name 是“区科技局”" in one.why.zh
    service.answer = lambda handler, query: handler.give(extra)
    one = fetch(sourced, "2024-03-07", check=True)
    assert one.returns == ("demo__industry__committee__2024-02__v1",)
    assert ["extra" in left.why.zh and "left_out" in left.why.zh for left in one.left] == [True]
    declare(sourced, read=LONG | {"left_out": ["extra"]})
    service.answer = lambda handler, query: handler.give(extra + b" ")
    assert fetch(sourced, "2024-03-08", check=True).left == ()
