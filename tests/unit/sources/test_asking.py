"""Sources asked side by side: one that never comes back, or raises what nobody foresaw, keeps nobody else waiting."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64encode
from urllib.parse import quote, quote_plus

import httpx
import pytest

from gaoxin.sources import asking
from gaoxin.sources.asking import Job, asked
from gaoxin.sources.base import BROKEN, Amiss, Brought, Options


def test_one_that_hangs_is_given_up_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_GRACE", 0)
    ends, options = threading.Event(), Options({"password": "Zq7-never-told", "host": "db"})

    def hangs() -> Brought:
        ends.wait(20)
        return Brought(unchanged=99)

    def breaks() -> Brought:
        raise RuntimeError("driver says: password Zq7-never-told at db")

    jobs = [Job("hangs", hangs, 1, options.scrubbed), Job("breaks", breaks, 5, options.scrubbed),
            Job("fine", lambda: Brought(unchanged=1), 5, options.scrubbed)]
    began = time.monotonic()
    found = dict(asked(jobs, at_once=2))
    ends.set()
    assert time.monotonic() - began < 4
    assert found["fine"] == Brought(unchanged=1)
    slow, broken = found["hangs"], found["breaks"]
    assert isinstance(slow, Amiss)
    assert slow.why.code == "sources.too_slow"
    assert isinstance(broken, Amiss)
    assert broken.why == BROKEN(said="driver says: password *** at db")


def test_more_are_not_asked_at_once_than_may_be() -> None:
    going, most = [0], [0]
    guard = threading.Lock()

    def fetch() -> Brought:
        with guard:
            going[0] += 1
            most[0] = max(most[0], going[0])
        time.sleep(0.05)
        with guard:
            going[0] -= 1
        return Brought()

    assert len(list(asked([Job(n, fetch, 5, str) for n in range(9)], at_once=3))) == 9
    assert most == [3]


def test_options_show_nothing_that_they_hold() -> None:
    options = Options({"password": "p", "headers": {"X-Key": "abc123"}, "private_key": b"PEM", "host": "db.unit"})
    assert repr(options) == "Options(headers, host, password, private_key)"
    assert options.scrubbed("PEM abc123 db.unit https://u:x@db.unit/") == "*** *** db.unit htt***s://***@db.unit/"


SECRET = "Zq7 never\t'told' 密"


@pytest.mark.parametrize("said", [
    SECRET, SECRET + "\n", repr(SECRET), repr(SECRET.encode()), " ".join(SECRET.split()), SECRET.upper(), json.dumps(SECRET),
    quote(SECRET), quote(SECRET, safe="").lower(), quote_plus(SECRET), b64encode(SECRET.encode()).decode(),
    b64encode(f"reader:{SECRET}".encode()).decode(), f"https://{SECRET.split()[0]}:x@host/", "48151623",
    "an unexpected key line-of-a-key-7f3a was given", str(httpx.URL("http://h/", params={"k": SECRET})),
])
def test_no_way_of_writing_a_secret_passes(said: str) -> None:
    options = Options({"username": "reader", "password": SECRET, "token": f" {SECRET}\r\n", "params": {"pin": 48151623},
                       "private_key": "-----BEGIN-----\nline-of-a-key-7f3a\n-----END-----\n"})
    found = options.scrubbed(f"server said <{said}>")
    assert "***" in found
    assert not [part for part in ("zq7", "never", "4815", "7f3a", "WnE3", "cmVhZGVy") if part.lower() in found.lower()], found


@pytest.mark.parametrize(("given", "name"), [
    ({"token": "Tok\n"}, "token"), ({"headers": {"X-Key": "Key\r\n"}}, "headers.X-Key"), ({"password": " p"}, "password"),
    ({"password": "p\x00q"}, "password"), ({"headers": {"X\nKey": "k"}}, "headers"), ({"root": "/srv\u3000"}, "root"),
    ({"private_key": "-----BEGIN-----\r\nAAAA\n", "host_key": "ssh-ed25519 AAAA\n", "port": 22, "verify": False}, None),
    ({"private_key": "AAAA\x1b[2J"}, "private_key"), ({"params": {"k": ["a", "b\n"]}}, "params.k.1"),
])
def test_an_option_with_what_nobody_sees_is_named(given: dict[str, object], name: str | None) -> None:
    assert Options(given).blemished == name
