"""Group robots and the gateway of short messages against local servers that hold to each service's documented rules: shape of the
message, signature, size, pace, and codes of error in an answer that is always HTTP 200."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from gaoxin.channels.kinds.dingtalk import DingTalk
from gaoxin.channels.kinds.feishu import Feishu
from gaoxin.channels.kinds.sms import Sms
from gaoxin.channels.kinds.wecom import WeCom
from gaoxin.channels.pace import Pace
from gaoxin.channels.port import Letter, Outcome, State
from gaoxin.channels.robots import Robot
from gaoxin.clock import end_of
from gaoxin.errors import UsageError

AT = end_of(date(2024, 6, 17))
SECRET, TOKEN = "SECa1b2c3d4e5", "tok-9f8e7d6c"
LINES = [f"{n}. 报送“园区工业月报”2024-{n:02d}（期限 2024-06-{n % 28 + 1:02d}，还有 {n} 天）\"引号\"" for n in range(1, 500)]


def letter(lines: int = 3) -> Letter:
    return Letter("demo.science.2024-06-17.ab12cd34ef56", "【今日到期】示例园区", "\n".join(LINES[:lines]), AT,
                  "https://pages.invalid/gaoxin/demo/unit/science")


@dataclass
class Service:
    """A server with the rules of one service. took: texts that it accepted; saw: requests. rule: what it says to a request, None
    when it takes it; broken: what it does in place of an answer, once."""

    rule: Callable[[str, dict[str, str], bytes, Any], dict[str, Any] | None]
    text: Callable[[Any], str]
    fine: dict[str, Any]
    took: list[str] = field(default_factory=list)
    saw: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    now: list[float] = field(default_factory=lambda: [0.0])
    at: list[float] = field(default_factory=list)
    port: int = 0

    @property
    def pace(self) -> Pace:
        """Of a clock that nobody waits for."""
        return Pace(lambda: self.now[0], lambda seconds: self.now.__setitem__(0, self.now[0] + seconds))


class Handler(BaseHTTPRequestHandler):
    service: Service

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        s, parts = self.service, urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        s.saw.append((parts.path, query, body))
        how = s.broken.pop(0) if s.broken else ""
        if how == "redirect":
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{s.port}/elsewhere")
            self.end_headers()
            return
        if how.isdecimal():
            self._answer(int(how), b"busy " + TOKEN.encode())
            return
        kind = self.headers["Content-Type"] or ""
        try:
            given = json.loads(body) if "json" in kind else dict(parse_qsl(body.decode())) or query
        except ValueError:
            given = None
        refused = s.rule(parts.path, query, body, given)
        if refused is None:
            s.took.append(s.text(given))
        if how == "drop":
            self.close_connection = True
            self.connection.close()
            return
        if how == "drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
            for _ in range(60):
                time.sleep(0.1)
                try:
                    self.wfile.write(b"y")
                    self.wfile.flush()
                except OSError:
                    return
        self._answer(200, b"<html>log in</html>" if how == "html" else json.dumps(refused or s.fine, ensure_ascii=False).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _fast(s: Service, per_minute: int, per_second: int = 1000) -> bool:
    """Whether one more now is one too many."""
    s.at.append(s.now[0])
    return (sum(t > s.now[0] - 60 for t in s.at) > per_minute or sum(t > s.now[0] - 1 for t in s.at) > per_second)


def _dingtalk(s: Service, path: str, query: dict[str, str], body: bytes, given: Any) -> dict[str, Any] | None:
    if path != "/robot/send" or query.get("access_token") != TOKEN:
        return {"errcode": 300005, "errmsg": f"token is not exist {query.get('access_token')}"}
    signed = base64.b64encode(hmac.digest(SECRET.encode(), f"{query['timestamp']}\n{SECRET}".encode(), "sha256")).decode()
    if query.get("sign") != signed or abs(int(query["timestamp"]) / 1000 - time.time()) > 3600:
        return {"errcode": 310000, "errmsg": f"sign not match, {query.get('sign')}"}
    if len(body) > 20_000 or not (isinstance(given, dict) and given["msgtype"] == "text" and given["text"]["content"].strip()):
        return {"errcode": 460101, "errmsg": "message too long"}
    if "提醒" not in given["text"]["content"]:
        return {"errcode": 310000, "errmsg": "keywords not in content"}
    return {"errcode": 130101, "errmsg": "send too fast"} if _fast(s, 20) else None


def _wecom(s: Service, path: str, query: dict[str, str], body: bytes, given: Any) -> dict[str, Any] | None:
    if path != "/cgi-bin/webhook/send" or query.get("key") != TOKEN:
        return {"errcode": 93000, "errmsg": f"invalid webhook url, key={query.get('key')}"}
    if not isinstance(given, dict) or given["msgtype"] != "text" or len(given["text"]["content"].encode()) > 2048:
        return {"errcode": 40058, "errmsg": "content exceed max length"}
    return {"errcode": 45009, "errmsg": "api freq out of limit"} if _fast(s, 20) else None


def _feishu(s: Service, path: str, query: dict[str, str], body: bytes, given: Any) -> dict[str, Any] | None:
    if path != f"/open-apis/bot/v2/hook/{TOKEN}":
        return {"code": 19001, "msg": f"param invalid: incoming webhook access token invalid {path}"}
    if len(body) > 20 * 1024 or not isinstance(given, dict) or given.get("msg_type") != "text":
        return {"code": 9499, "msg": "Bad Request"}
    signed = base64.b64encode(hmac.digest(f"{given['timestamp']}\n{SECRET}".encode(), b"", "sha256")).decode()
    if given["sign"] != signed or abs(int(given["timestamp"]) - time.time()) > 3600:
        return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
    return {"code": 11232, "msg": "too many request"} if _fast(s, 100, 5) else None


ROBOTS: dict[type[Robot], tuple[Any, str, str, dict[str, Any], int]] = {
    DingTalk: (_dingtalk, f"/robot/send?access_token={TOKEN}", "text.content", {"errcode": 0, "errmsg": "ok"}, 130101),
    WeCom: (_wecom, f"/cgi-bin/webhook/send?key={TOKEN}", "text.content", {"errcode": 0, "errmsg": "ok"}, 45009),
    Feishu: (_feishu, f"/open-apis/bot/v2/hook/{TOKEN}", "content.text", {"code": 0, "msg": "success"}, 11232),
}


@pytest.fixture
def serve() -> Iterator[Callable[[Service], Service]]:
    running = []

    def start(service: Service) -> Service:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("H", (Handler,), {"service": service}))
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        running.append(server)
        service.port = server.server_address[1]
        return service

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture(params=ROBOTS, ids=lambda kind: kind.name)
def robot(request, serve) -> tuple[Service, Robot, Callable[..., Outcome]]:
    """The service, its channel, and sending a letter of so many lines to the robot, by whatever of its address."""
    rule, path, way, fine, _ = ROBOTS[request.param]
    first, second = way.split(".")
    service = Service(lambda *given: rule(service, *given), lambda given: given[first][second], fine)
    serve(service)
    channel = request.param(service.pace)

    def send(lines: int = 3, done: int = 0, secret: str = SECRET, token: str = TOKEN, at: Sequence[str] = ()) -> Outcome:
        given = {"url": f"http://127.0.0.1:{service.port}{path.replace(TOKEN, token)}", "secret": secret, "keyword": "提醒",
                 "at": at}
        return channel.send(letter(lines), channel.address(given), done)

    return service, channel, send


def test_a_message_is_taken_as_the_service_documents_it(robot):
    service, _, send = robot
    assert send() == Outcome(State.SENT, "0", "ok", done=1, parts=1)
    (text,) = service.took
    assert text.startswith("【今日到期】示例园区\n\n1. 报送")
    assert "https://pages.invalid/gaoxin/demo/unit/science\n编号 " in text
    assert text.endswith("\n提醒")


def test_a_long_one_goes_in_numbered_parts_within_the_limit_and_on_from_where_it_stopped(robot):
    service, _, send = robot
    whole = send(499)
    assert (whole.state, whole.done) == (State.SENT, whole.parts)
    assert whole.parts == len(service.took) > 1
    for n, text in enumerate(service.took, 1):
        assert text.startswith(f"（{n}/{whole.parts}）\n")
    said = "\n".join(service.took)
    assert all(said.count(f"{line}\n") == 1 for line in LINES), "whole lines, each once"
    before = list(service.took)
    rest = send(499, done=whole.parts - 1)
    assert (rest.state, rest.done) == (State.SENT, whole.parts)
    assert service.took == [*before, before[-1]]


def test_whom_an_address_names_is_named_in_each_part_as_the_service_documents_it(robot):
    service, channel, send = robot
    send(499, at=["ou_84aad35d084aa403a838cf73ee18467", "13800000000"])
    bodies = [json.loads(body) for *_, body in service.saw]
    assert len(bodies) > 1
    for body in bodies:
        if channel.name == "feishu":
            named = '<at user_id="ou_84aad35d084aa403a838cf73ee18467"></at> <at user_id="13800000000"></at>'
            assert body["content"]["text"].endswith(f"\n{named}")
        else:
            found = body["at"]["atMobiles"] if channel.name == "dingtalk" else body["text"]["mentioned_mobile_list"]
            assert found == ["ou_84aad35d084aa403a838cf73ee18467", "13800000000"]
    if channel.name == "feishu":
        with pytest.raises(ValueError, match="at"):
            channel.address({"url": "https://open.feishu.cn/x", "at": ['a"></at><at user_id="all']})


def test_the_pace_of_a_service_is_kept_and_its_refusal_heeded(robot):
    service, channel, send = robot
    limit = channel.per_minute
    for _ in range(limit + 5):
        assert send().state is State.SENT
    assert len(service.took) == limit + 5
    assert service.now[0] >= 60, "by a clock that nobody waited for"
    *_, code = ROBOTS[type(channel)]
    service.at += [service.now[0] + 1] * (limit + 5)  # somebody else sends to the same robot
    busy = send()
    assert (busy.state, busy.code, busy.final) == (State.FAILED, str(code), False)
    asked = len(service.saw)
    service.at.clear()
    again = send()
    if channel.silence > 65:
        assert (again.state, again.final, len(service.saw)) == (State.FAILED, False, asked), "not asked while it is silent"
        service.now[0] += channel.silence
        again = send()
    assert again.state is State.SENT


def test_an_error_in_a_200_is_a_failure_for_good_and_tells_no_secret(robot):
    service, channel, send = robot
    wrong = [send(token="tok-wrong-11112222")] + ([send(secret="SECwrongwrong")] if channel.name != "wecom" else [])
    for one in wrong:
        assert (one.state, one.final) == (State.FAILED, True)
        assert one.code not in ("", "0")
        assert not any(secret in f"{one.code} {one.answer}" for secret in ("tok-wrong", "SECwrong", TOKEN, SECRET))
    assert service.took == []


@pytest.mark.parametrize(("how", "state", "final"), [
    ("503", State.FAILED, False), ("404", State.FAILED, True), ("redirect", State.FAILED, True), ("502", State.UNKNOWN, False),
    ("drop", State.UNKNOWN, False), ("html", State.FAILED, False)])
def test_what_a_server_does_in_place_of_an_answer(robot, how, state, final):
    service, _, send = robot
    service.broken.append(how)
    done = send()
    assert (done.state, done.final, done.done) == (state, final, 0)
    assert TOKEN not in f"{done.code} {done.answer}"
    assert len(service.saw) == 1, "a redirect is not followed"


def test_a_drip_has_an_end_and_is_unknown(robot, monkeypatch):
    from gaoxin.channels import posting

    service, _, send = robot
    monkeypatch.setattr(posting.Request, "__init__", _within_a_second(posting.Request.__init__))
    service.broken.append("drip")
    assert (send().state, len(service.took)) == (State.UNKNOWN, 1)


def _within_a_second(made: Callable[..., None]) -> Callable[..., None]:
    return lambda self, *given, **more: made(self, *given, **more | {"deadline": 1.0})


def test_nothing_of_an_address_is_logged(robot, caplog):
    _, channel, send = robot
    with caplog.at_level(logging.DEBUG):
        send()
        send(token="tok-wrong-11112222")
    told = caplog.text + repr(channel.address({"url": f"https://h.invalid/x?key={TOKEN}", "secret": SECRET}))
    assert TOKEN not in told
    assert SECRET not in told
    assert "tok-wrong" not in told


PASSWORD = "gateway-pass-77"


def _gateway(path: str, query: dict[str, str], body: bytes, given: Any) -> dict[str, Any] | None:
    found = given if isinstance(given, dict) else {}
    expected = hashlib.md5(f"office{PASSWORD}{found.get('ts')}".encode()).hexdigest()
    if path != "/v2/send" or found.get("sign") != expected:
        return {"result": {"code": "401", "words": f"sign error {found.get('sign')} {PASSWORD}"}}
    if found.get("mobile") == "13800000000":
        return {"result": {"code": "BUSY", "words": "later"}}
    if found.get("mobile") == "13800000001":
        return {"result": {"code": "BLACK", "words": f"{found['mobile']} is on the black list"}}
    return None if len(found["content"]) <= 70 else {"result": {"code": "LONG", "words": ""}}


def _connection(port: int, form: str, **more: Any) -> str:
    extra = {"path": "/v2/send", "form": form, "prefix": "【创建办】", "limit": 70, "per_minute": 100,
             "fields": {"account": "{login}", "mobile": "{to}", "content": "{text}", "ts": "{seconds}", "sign": "{sign}",
                        "requestId": "{key}"},
             "sign": {"of": "{login}{password}{seconds}", "by": "md5"}, "success": {"field": "result.code", "equals": "0"},
             "said": "result.words", "again": ["BUSY"], **more}
    return json.dumps({"conn_type": "http", "host": "127.0.0.1", "schema": "http", "port": port, "login": "office",
                       "password": PASSWORD, "extra": json.dumps(extra)})


@pytest.mark.parametrize("form", ["json", "form", "query"])
def test_a_gateway_is_asked_as_its_connection_says(serve, form):
    service = serve(Service(_gateway, lambda given: given["content"], {"result": {"code": "0", "words": "accepted"}}))
    sms = Sms(_connection(service.port, form), service.pace)
    to = Sms.address("13912345678")
    assert sms.send(letter(), to) == Outcome(State.SENT, "0", "accepted", done=1)
    assert sms.send(letter(), to).state is State.SENT
    assert service.took == ["【创建办】【今日到期】示例园区 https://pages.invalid/gaoxin/demo/unit/science"] * 2
    given = [json.loads(b) if form == "json" else dict(parse_qsl(b.decode())) or q for _, q, b in service.saw]
    assert len({one["requestId"] for one in given}) == 1, "the key is the same on every try"
    busy, black = (sms.send(letter(), Sms.address(n)) for n in ("13800000000", "13800000001"))
    assert (busy.state, busy.code, busy.final) == (State.FAILED, "BUSY", False)
    assert (black.state, black.code, black.final, black.answer) == (State.FAILED, "BLACK", True, "*** is on the black list")
    wrong = Sms(_connection(service.port, form, sign={"of": "{password}", "by": "sha256"}), service.pace).send(letter(), to)
    assert (wrong.code, wrong.final) == ("401", True)
    assert PASSWORD not in f"{wrong.answer} {sms!r} {wrong!r}"


@pytest.mark.parametrize("wrong", [
    {"fields": {"content": "{text}"}}, {"fields": {"mobile": "{to}", "x": "{who}"}}, {"unknown": 1}, {"method": "PUT"},
    {"sign": {"of": "x", "by": "rot13"}}])
def test_a_gateway_that_is_not_understood_is_refused_without_its_password(wrong):
    with pytest.raises(UsageError) as caught:
        Sms(_connection(1, "json", **wrong))
    assert PASSWORD not in str(caught.value)


def test_a_gateway_is_asked_without_encryption_only_on_purpose():
    given = json.loads(_connection(80, "json")) | {"host": "sms.office.invalid"}
    with pytest.raises(UsageError, match="schema"):
        Sms(json.dumps(given))
    Sms(json.dumps(given | {"extra": json.dumps(json.loads(given["extra"]) | {"plain": True})}))
