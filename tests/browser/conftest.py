"""A session of its own with a short campaign that was played, as `make run` leaves it, and the machine's own Chromium.

One session serves all stories of the module, in their order: a later one sees what an earlier one did. Without a browser, or
without the extra `browser`, the stories are skipped by name.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from tests.own_table import own_table

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FrameLocator, Page

ROOT = Path(__file__).resolve().parents[2]
GAOXIN = Path(sys.executable).with_name("gaoxin")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FAULTY = "industry__committee__2024-05"  # the return that is wrong, and that nobody corrects while the campaign is played
ACCOUNTS = {
    "operator": "roles: [office]", "clerk": "roles: [unit], units: [committee]", "other_clerk": "roles: [unit], units: [science]",
    "mayor": "roles: [leader], units: [government]", "inspector": "roles: [auditor]", "supervisor": "roles: [supervision]",
    # Whoever plays it is everybody: hands in, files, explains, starts the runs, and reviews and consents as Airflow's admin.
    "admin": "roles: [leader, office, supervision], units: [government]",
}


DRAFT = {"kind": "ratio_between", "id": "heavy_share", "numerator": "heavy_output", "denominator": "gross_output", "max": 0.9,
         "draft": True}
SOURCE = {"kind": "folder", "id": "share", "connection": "unit_share", "path": "{unit}/{period}"}  # a connection that nobody made


@dataclass(frozen=True)
class Session:
    """url: of Airflow's UI. corrected: the right copy of the faulty return; last: the return of the last month, as it was
    accepted. said: what it printed."""

    url: str
    passwords: dict[str, str]
    corrected: Path
    last: Path
    said: str

    def token(self, name: str) -> str:
        account = {"username": name, "password": self.passwords[name]}
        return httpx.post(f"{self.url}/auth/token", json=account, trust_env=False, timeout=60).json()["access_token"]


def plan_text() -> str:
    """The demonstration campaign, shortened to the phase that ends with an application: a handful of days to play."""
    plan = yaml.safe_load((ROOT / "tests" / "plans" / "demo" / "plan.yaml").read_text(encoding="utf-8"))
    (last,) = [p for p in plan["phases"] if p["id"] == "application"]
    last |= {"starts": "2024-05"}
    del last["after"]
    last["gate"]["criteria"][:0] = [{"kind": "returns_complete", "id": "complete"}]
    plan["phases"] = [last]
    plan["tasks"] = [t for t in plan["tasks"] if t["phase"] == "application"]
    plan["choices"] = [c for c in plan["choices"] if c["id"] != "early_gate"]
    first = {"industry": "2024-05", "hnte_register": "2024-Q2"}
    plan["forms"] = [form | {"first": first[form["id"]]} for form in plan["forms"]]
    plan["forms"][0]["sources"] = [SOURCE]
    plan["forms"][0]["checks"] += [DRAFT]
    return yaml.safe_dump(plan, allow_unicode=True, sort_keys=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ended with its module: as long as it runs its event loop does, and no test of the same process could run one of its own."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    api = pytest.importorskip("playwright.sync_api", reason="the extra `browser` is not installed")
    with api.sync_playwright() as running:
        # Chromium's own sandbox needs another user than root
        found = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield found
        found.close()


def begun(base: Path, port: int) -> subprocess.Popen[bytes]:
    """A session in a folder, as a user starts it; what it prints goes to `printed`."""
    campaign = base / "plans" / "demo"
    (campaign / "mappings").mkdir(parents=True)
    (campaign / "mappings" / "own.yaml").write_text(own_table("亿元"), encoding="utf-8")
    (campaign / "plan.yaml").write_text(plan_text(), encoding="utf-8")
    mishap = {"fault": f"broken_sum:{FAULTY.replace('__', ':')}", "corrected": "2025-01-31"}  # after the last day that is played
    (campaign / "scenario.yaml").write_text(yaml.safe_dump({"seed": 7, "mishaps": [mishap]}), encoding="utf-8")
    entries = [f"  - {{airflow: {name}, {rest}}}\n" for name, rest in ACCOUNTS.items()]
    entries += [f"  - {{account: {getpass.getuser()}, roles: [unit, office, system], units: [committee, science]}}\n"]
    (base / "accounts.yaml").write_text("schema: 1\naccounts:\n" + "".join(entries), encoding="utf-8")
    (base / "accounts.yaml").chmod(0o600)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"GAOXIN_HOME": str(base / "home"), "GAOXIN_PLANS": str(base / "plans"), "GAOXIN_PORT": str(port),
                    "GAOXIN_ACCOUNTS": str(base / "accounts.yaml")}
    with (base / "printed").open("wb") as out:
        return subprocess.Popen([GAOXIN, "run", "demo", "--play", "--with-parent"], env=environment, stdout=out, stderr=out)


def found_in(base: Path, port: int) -> Session:
    var = base / "home" / "var"
    (corrected,) = (var / "samples").rglob(f"*{FAULTY}*v2*")
    (last,) = (var / "samples").rglob("*industry__committee__2024-06*")
    return Session(f"http://localhost:{port}", json.loads((var / "airflow" / "passwords.json").read_text()), corrected, last,
                   (base / "printed").read_text())


@pytest.fixture(scope="module")
def session(browser: Browser) -> Iterator[Session]:
    """Not under pytest's own folder, whose path is too long for a server's socket."""
    base, port = Path(tempfile.mkdtemp(prefix="gxb", dir="/tmp")), _free_port()
    process = begun(base, port)
    try:
        deadline = time.monotonic() + 900
        while "Ctrl-C" not in (said := (base / "printed").read_text()):
            assert process.poll() is None, said[-4000:]
            assert time.monotonic() < deadline, said[-4000:]
            time.sleep(1)
        yield found_in(base, port)
    finally:
        process.terminate()
        process.wait(timeout=120)
        shutil.rmtree(base)


@dataclass
class Seat:
    """Somebody in front of a browser. framed: whether our pages are seen inside Airflow's; units have none of these. clicks: how
    many it took so far. amiss: what no story may have."""

    page: Page
    url: str
    framed: bool = True
    clicks: int = 0
    amiss: list[str] = field(default_factory=list)

    @property
    def frame(self) -> FrameLocator | Page:
        """Our page."""
        return self.page.frame_locator("iframe") if self.framed else self.page

    def opens(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    def click(self, what: Any) -> None:
        self.clicks += 1
        what.click()

    def logs_in(self, name: str, password: str) -> None:
        self.page.wait_for_selector("input[name=username]", timeout=60_000)
        self.page.fill("input[name=username]", name)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(lambda url: "/auth/" not in url, timeout=60_000)


@pytest.fixture
def seat(browser: Browser, session: Session) -> Iterator[Callable[..., Seat]]:
    """seat("operator"): a browser of theirs, logged in; login=False: before that. Nothing may be asked of another host, and
    no page may complain, but Airflow's own before a login."""
    with contextlib.ExitStack() as opened:
        seats: list[Seat] = []

        def take(name: str, *, login: bool = True) -> Seat:
            context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1440, "height": 900})
            opened.callback(context.close)
            if login:
                context.add_cookies([{"name": "_token", "value": session.token(name), "url": session.url}])
            found = Seat(context.new_page(), session.url, framed="clerk" not in name)
            found.page.set_default_timeout(60_000)
            context.on("request", lambda r: found.amiss.append(f"outside: {r.url}")
                       if not r.url.startswith((session.url, "data:", "blob:")) else None)
            context.on("console", lambda m: found.amiss.append(f"console: {m.text} {m.location}") if m.type == "error" else None)
            context.on("weberror", lambda e: found.amiss.append(f"page: {e.error}"))
            context.on("response", lambda r: found.amiss.append(f"{r.status}: {r.url}") if r.status >= 500 else None)
            seats.append(found)
            return found

        yield take
        assert [a for one in seats for a in one.amiss if "/ui/config" not in a] == []
