"""Logins are slowed down after failures: by address and account, in bounded memory; who waits is told for how long."""

from __future__ import annotations

import asyncio
import json

import pytest

from gaoxin import throttle
from gaoxin.airflow.doors import CLOSED, Doors
from gaoxin.throttle import FORGOTTEN, FREE, FREE_OF_ADDRESS, LONGEST, SLOTS, Throttle


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    # Names share slots by chance: with a secret of their own, one run in some hundreds had a guesser slowed down sooner.
    monkeypatch.setattr(throttle.secrets, "token_bytes", bytes)
    return Clock()


def guessed(found: Throttle, clock: Clock, seconds: float, address: str = "a", account: str = "admin") -> int:
    """How many wrong passwords can be tried in a time."""
    tries, end = 0, clock.now + seconds
    while clock.now < end:
        if wait := found.wait(address, account):
            clock.now += wait
        else:
            tries += 1
    return tries


def test_a_guesser_has_a_few_tries_and_then_about_one_a_minute(clock):
    found = Throttle(clock)
    assert [found.wait("a", "admin") for _ in range(FREE)] == [0.0] * FREE
    assert found.wait("a", "admin") == 1.0
    assert guessed(found, clock, 3600) <= 3600 / LONGEST + 8


def test_nobody_locks_another_out_from_elsewhere(clock):
    found = Throttle(clock)
    guessed(found, clock, 600)
    assert max(found.wait("a", "admin") for _ in range(2)) > 0
    assert found.wait("b", "admin") == 0


def test_one_password_tried_on_many_accounts_is_slowed_down_too_also_by_one_who_has_an_account(clock):
    found = Throttle(clock)
    for n in range(FREE_OF_ADDRESS):
        assert found.wait("a", f"person{n}") == 0
    assert found.wait("a", "another") > 0
    clock.now += LONGEST
    assert found.wait("a", "own") == 0
    found.passed("a", "own")
    assert found.wait("a", "another") == 0
    assert found.wait("a", "yet another") > 0


def test_the_right_password_frees_the_account_and_time_forgets(clock):
    found = Throttle(clock)
    for _ in range(FREE - 1):
        found.wait("a", "admin")
    assert found.wait("a", "admin") == 0
    found.passed("a", "admin")
    assert [found.wait("a", "admin") for _ in range(FREE)] == [0.0] * FREE
    clock.now += FORGOTTEN + 1
    assert [found.wait("a", "admin") for _ in range(FREE)] == [0.0] * FREE


def test_made_up_names_fill_no_memory_and_push_nothing_out(clock, monkeypatch):
    monkeypatch.setattr(throttle, "FREE_OF_ADDRESS", 10**9)
    found = Throttle(clock)
    for _ in range(FREE):
        found.wait("a", "admin")
    for n in range(3 * SLOTS):
        found.wait("a", f"made up {n}")
    assert len(found._slots) <= SLOTS
    assert found.wait("a", "admin") > 0


def asked(doors: Doors, path: str, body: bytes = b"", *, root: str = "", method: str = "POST",
          parts: int = 1) -> tuple[int, dict]:
    """Status and headers of one request, its body in so many parts."""
    size = -(-len(body) // parts) or 1
    given = [{"type": "http.request", "body": body[i * size:(i + 1) * size], "more_body": i < parts - 1} for i in range(parts)]
    said: list[dict] = []

    async def receive():
        return given.pop(0)

    async def send(message):
        said.append(message)

    asyncio.run(doors({"type": "http", "method": method, "path": root + path, "root_path": root, "client": ("10.0.0.1", 1)},
                      receive, send))
    return said[0]["status"], {k.decode(): v.decode() for k, v in said[0]["headers"]}


async def server(scope, receive, send):
    """Lets in who says the word; the body must come whole."""
    message = await receive()
    assert not message["more_body"]
    await send({"type": "http.response.start", "status": 201 if b"sesame" in message["body"] else 401, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize("root", ["", "/air"])
@pytest.mark.parametrize("wrong", [json.dumps({"username": "admin", "password": "x"}).encode(), b"username=admin&password=x"])
def test_the_middleware_refuses_after_failures_and_says_for_how_long(clock, root, wrong):
    doors = Doors(server, Throttle(clock))
    right = wrong.replace(b"x", b"sesame")
    for _ in range(FREE - 1):
        assert asked(doors, "/auth/token", wrong, root=root, parts=3)[0] == 401
    assert asked(doors, "/auth/token", right, root=root)[0] == 201
    assert [asked(doors, "/auth/token/cli", wrong, root=root)[0] for _ in range(FREE)] == [401] * FREE
    status, headers = asked(doors, "/auth/token", right, root=root)
    assert (status, headers["retry-after"]) == (429, "1")
    clock.now += 1
    assert asked(doors, "/auth/token", right, root=root)[0] == 201


def test_what_is_no_password_frees_nobody_and_what_is_no_login_is_no_try(clock):
    doors = Doors(server, Throttle(clock))
    found = [asked(doors, "/auth/token", b'{"username": "admin"}')[0] for _ in range(FREE)]
    assert found == [401] * FREE
    assert asked(doors, "/auth/token", b'{"username": "admin"}')[0] == 429
    assert asked(doors, "/auth/token", b"x" * 100_000, parts=9)[0] == 413
    assert [asked(doors, "/api/v2/dags", b"no")[0] for _ in range(30)] == [401] * 30


@pytest.mark.parametrize("path", CLOSED)
def test_descriptions_of_the_api_are_closed(path, clock):
    assert asked(Doors(server, Throttle(clock)), path, method="GET")[0] == 404
