"""An object store and an SFTP server as folders: what holds for a local folder holds there, and what only they can do amiss."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from gaoxin.campaign.fetching import Fetch
from gaoxin.sources.store import Listed
from gaoxin.sources.stores.s3 import S3
from tests.integration.sources.conftest import SECRET, Sourced

NAME = "2024年 (2).csv"
NAMED = "demo__industry__committee__2024-02.csv"


def declare(sourced: Sourced) -> None:
    sourced.declare(kind="folder", id="share", connection="there", path="{unit}", settle=0, deadline=20)


def fetch(sourced: Sourced, day: str = "2024-03-05") -> Fetch:
    (one,) = sourced.fetched(day).fetches
    return one


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def object_store() -> Iterator[str]:
    """Its address."""
    server_module = pytest.importorskip("moto.server", reason="the package moto is not installed")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(sourced: Sourced, object_store: str) -> Any:
    """put(name, bytes) into the bucket that the plan's source lies in."""
    import s3fs

    there = {"protocol": "s3", "key": "office", "secret": SECRET, "endpoint_url": object_store, "region_name": "cn-north-1",
             "root": f"units-{free_port()}"}
    fs = s3fs.S3FileSystem(key="office", secret=SECRET, client_kwargs={k: there[k] for k in ("endpoint_url", "region_name")},
                           skip_instance_cache=True)
    fs.mkdir(there["root"])
    sourced.connect({"there": there})
    declare(sourced)

    def put(name: str, content: bytes) -> None:
        fs.pipe_file(f"{there['root']}/committee/{name}", content)

    return put


def test_an_object_is_fetched_once_and_again_when_it_is_another(sourced: Sourced, bucket: Callable[[str, bytes], None],
                                                                industry: Callable[..., bytes],
                                                                caplog: pytest.LogCaptureFixture) -> None:
    bucket(NAMED, industry(10))
    caplog.set_level(logging.DEBUG)
    bucket(NAME, b"nobody says what this is")
    one = fetch(sourced)
    assert (one.returns, tuple(left.name for left in one.refused), one.place and one.place[:5]) == (
        ("demo__industry__committee__2024-02__v1",), (NAME,), "s3://")
    assert fetch(sourced, "2024-03-06").state == "unchanged"
    bucket(NAMED, industry(11))
    assert fetch(sourced, "2024-03-07").returns == ("demo__industry__committee__2024-02__v2",)
    assert SECRET not in caplog.text


def test_an_object_that_is_exchanged_after_it_was_listed_waits(sourced: Sourced, bucket: Callable[[str, bytes], None],
                                                               industry: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
                                                               ) -> None:
    listed = S3.listed

    def exchanged(store: S3, path: str) -> list[Listed]:
        found = listed(store, path)
        bucket(NAMED, industry(99))
        return found

    bucket(NAMED, industry(10))
    monkeypatch.setattr(S3, "listed", exchanged)
    one = fetch(sourced)
    assert (one.state, [left.why.code for left in one.left]) == ("waits", ["sources.changed"])


def test_an_object_store_that_is_down_or_has_no_such_bucket_is_told(sourced: Sourced, bucket: Any, object_store: str) -> None:
    there = {"protocol": "s3", "key": "office", "secret": SECRET, "region_name": "cn-north-1"}
    sourced.connect({"there": there | {"endpoint_url": object_store, "root": "no-such-bucket"}})
    one = fetch(sourced)
    assert (one.state, one.why and one.why.code) == ("failed", "sources.no_folder")
    sourced.connect({"there": there | {"endpoint_url": f"http://127.0.0.1:{free_port()}", "root": "b"}})
    one = fetch(sourced)
    assert (one.state, one.why and one.why.code) == ("failed", "sources.down"), one.why
    assert one.why
    assert SECRET not in one.why.both()


class Refusing(BaseHTTPRequestHandler):
    """An object store that knows no such token, as AWS says it: no 403."""

    def do_GET(self) -> None:
        body = b"<?xml version='1.0'?><Error><Code>InvalidToken</Code><Message>The provided token is malformed.</Message></Error>"
        self.send_response(400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *given: Any) -> None: ...


def test_a_wrong_option_or_account_of_an_object_store_is_named(sourced: Sourced, bucket: Any, object_store: str) -> None:
    there = {"protocol": "s3", "key": "office", "secret": SECRET, "region_name": "cn-north-1", "endpoint_url": object_store,
             "root": "b"}
    refusing = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=refusing.serve_forever, daemon=True).start()
    wrong: list[tuple[dict[str, Any], str, str | None]] = [
        ({"secret": None}, "sources.option", "secret"), ({"key": ""}, "sources.option", "key"),
        ({"config_kwargs": "x"}, "sources.option", "config_kwargs"), ({"endpoint_url": "x y"}, "sources.option", "endpoint_url"),
        ({"token": f"{SECRET}9", "endpoint_url": f"http://127.0.0.1:{refusing.server_port}"}, "sources.denied", None)]
    for otherwise, code, name in wrong:
        sourced.connect({"there": there | otherwise})
        one = fetch(sourced)
        assert one.why
        assert (one.state, one.why.code, one.why.context.get("name")) == ("failed", code, name), one.why
    refusing.shutdown()
    refusing.server_close()


class Served:
    """An SFTP server of a folder. host_key: as known_hosts has it; private_key: with which `office` gets in."""

    def __init__(self, root: Path) -> None:
        import asyncssh

        self.root, self.port = root, free_port()
        host, user = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
        self.private_key = user.export_private_key().decode()
        self.host_key = f"[127.0.0.1]:{self.port} {host.export_public_key().decode().strip()}"
        self.other_key = f"[127.0.0.1]:{self.port} {user.export_public_key().decode().strip()}"
        keys = asyncssh.import_authorized_keys(user.export_public_key().decode())
        self.loop, ready = asyncio.new_event_loop(), threading.Event()

        class Server(asyncssh.SSHServer):
            def password_auth_supported(self) -> bool:
                return True

            def validate_password(self, username: str, password: str) -> bool:
                return password == SECRET

        class Dripping(asyncssh.SFTPServer):
            """Takes long to give what says so."""

            async def read(self, opened: Any, offset: int, size: int) -> bytes:
                found = bytes(super().read(opened, offset, size))  # type: ignore[arg-type]
                await asyncio.sleep(30 if found.startswith(b"slow") else 0)
                return found

        async def serve() -> None:
            self.server = await asyncssh.listen(
                "127.0.0.1", self.port, server_factory=Server, server_host_keys=[host], authorized_client_keys=keys,
                sftp_factory=lambda channel: Dripping(channel, chroot=str(root).encode()))
            ready.set()

        def run() -> None:
            asyncio.set_event_loop(self.loop)
            self.loop.run_until_complete(serve())
            self.loop.run_forever()

        threading.Thread(target=run, daemon=True).start()
        assert ready.wait(10)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)


@pytest.fixture
def served(sourced: Sourced, tmp_path: Path) -> Iterator[Served]:
    """The committee's SFTP server, which the plan's source names."""
    pytest.importorskip("asyncssh", reason="the package asyncssh is not installed")
    (tmp_path / "served" / "committee").mkdir(parents=True)
    found = Served(tmp_path / "served")
    declare(sourced)
    yield found
    found.stop()


def by(served: Served, **otherwise: Any) -> dict[str, dict[str, Any]]:
    return {"there": {"protocol": "sftp", "host": "127.0.0.1", "port": served.port, "username": "office", "root": "/",
                      "known_hosts": served.host_key, "private_key": served.private_key} | otherwise}


def test_a_file_of_a_server_is_fetched_once_by_key_or_password_and_no_link_is_followed(
        sourced: Sourced, served: Served, industry: Callable[..., bytes], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    folder = served.root / "committee"

    def put(content: bytes, age: int) -> None:
        (folder / NAMED).write_bytes(content)
        os.utime(folder / NAMED, (time.time() - age,) * 2)

    put(industry(10), 30)
    (tmp_path / "outside.csv").write_bytes(industry(11))
    (folder / "demo__industry__committee__2024-02.link.csv").symlink_to(tmp_path / "outside.csv")
    sourced.connect(by(served))
    one = fetch(sourced)
    assert one.returns == ("demo__industry__committee__2024-02__v1",), one
    assert [left.why.code for left in one.left] == ["sources.link"]
    sourced.connect(by(served, private_key=None, password=SECRET))
    assert fetch(sourced, "2024-03-06").returns == ()
    put(industry(12), 0)  # of two changes within a second the server tells one
    assert [left.why.code for left in fetch(sourced, "2024-03-07").left] == ["sources.young", "sources.link"]
    put(industry(12), 20)
    assert fetch(sourced, "2024-03-07").returns == ("demo__industry__committee__2024-02__v2",)
    assert SECRET not in caplog.text


def test_what_a_slow_server_gave_in_time_is_kept_and_the_rest_named(
        sourced: Sourced, served: Served, industry: Callable[..., bytes], caplog: pytest.LogCaptureFixture) -> None:
    for name, content in ((NAMED, industry(10)), ("later.csv", b"slow"), ("z.csv", b"x,y")):
        (served.root / "committee" / name).write_bytes(content)
        os.utime(served.root / "committee" / name, (time.time() - 30,) * 2)
    sourced.declare(kind="folder", id="share", connection="there", path="{unit}", settle=0, deadline=5)
    sourced.connect(by(served))
    one = fetch(sourced)
    assert one.returns == ("demo__industry__committee__2024-02__v1",), one
    assert [(left.name, left.why.code) for left in one.left] == [("later.csv", "sources.too_slow"), ("z.csv", "sources.too_slow")]
    (served.root / "committee" / NAMED).unlink()
    one = fetch(sourced, "2024-03-06")
    assert (one.state, one.why and one.why.code) == ("failed", "sources.too_slow"), one.why
    assert "never retrieved" not in caplog.text


@pytest.mark.parametrize(("otherwise", "code"), [
    ({"known_hosts": "other"}, "sources.other_host_key"), ({"known_hosts": None}, "sources.no_host_key"),
    ({"private_key": None, "password": "wrong"}, "sources.denied"), ({"port": "free"}, "sources.down"),
    ({"root": "/nowhere"}, "sources.no_folder"), ({"port": "silent"}, "sources.down"),
])
def test_a_server_that_is_not_the_one_or_does_not_let_in_is_told(sourced: Sourced, served: Served, otherwise: dict[str, Any],
                                                                 code: str) -> None:
    given = dict(otherwise)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        if given.get("known_hosts") == "other":
            given["known_hosts"] = served.other_key
        if given.get("port") == "free":
            given["port"] = free_port()
        if given.get("port") == "silent":
            given |= {"port": silent.getsockname()[1]}
        sourced.connect(by(served, **given))
        one = fetch(sourced)
    assert (one.state, one.why and one.why.code) == ("failed", code), one.why
    assert one.why
    assert SECRET not in one.why.both()
    assert "wrong" not in one.why.both()


def test_a_wrong_option_of_a_server_is_named_and_not_said(sourced: Sourced, served: Served) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"port": "22 junk"}, "port"), ({"private_key": "junk"}, "private_key"), ({"known_hosts": "junk"}, "known_hosts"),
        ({"known_hosts": None, "host_key": "ssh-ed25519 junk"}, "host_key"), ({"password": ["junk"]}, "password")]
    for otherwise, name in wrong:
        sourced.connect(by(served, **otherwise))
        one = fetch(sourced)
        assert one.why
        assert (one.why.code, one.why.context["name"]) == ("sources.option", name)
        assert "junk" not in one.why.both()
