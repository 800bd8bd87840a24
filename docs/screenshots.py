"""Makes the README's pictures of the pages, docs/pages/*.png: `make screenshots`.

    .venv/bin/python docs/screenshots.py [URL PASSWORDS]

Plays the sample campaign in a folder of its own and looks at it with the machine's Chromium, as it stood while the application's
gate was held; or looks at a session that runs already.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
OUT = HERE / "pages"
CAMPAIGN, HELD, PORT = "kaizhou_2020", "2020-10-26T18:00", "8097"
COLOURS = 128
# Name -> path below the campaign's; what is of one moment is shown as of the day on which the gate was held.
PAGES = {"wall": "", "gate": "/gate/application", "unit": "/unit/puli_committee", "indicator": "/indicator/gross_output"}


@contextlib.contextmanager
def running() -> Iterator[tuple[str, Path]]:
    """The address and the file with the passwords."""
    base = Path(tempfile.mkdtemp(prefix="gxs", dir="/tmp"))
    environment = os.environ | {"GAOXIN_HOME": str(base), "GAOXIN_PORT": PORT}
    with (base / "printed").open("w+") as out:
        command = [str(Path(sys.executable).with_name("gaoxin")), "run", CAMPAIGN, "--play", "--with-parent"]
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        while "Ctrl-C" not in (said := (base / "printed").read_text()):
            if process.poll() is not None:
                raise SystemExit(said)
            time.sleep(2)
        yield f"http://localhost:{PORT}", base / "var" / "airflow" / "passwords.json"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(base)


def look(url: str, passwords: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as api:
        browser = api.chromium.launch(executable_path=chromium, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1440, "height": 900})
        account = {"username": "admin", "password": json.loads(passwords.read_text())["admin"]}
        token = context.request.post(f"{url}/auth/token", data=account).json()["access_token"]
        context.add_cookies([{"name": "_token", "value": token, "url": url}])
        page = context.new_page()
        for name, path in PAGES.items():
            page.goto(f"{url}/plugin/gaoxin/gaoxin/{CAMPAIGN}{path}?as_of={HELD}")
            page.frame_locator("iframe").locator("main h1").wait_for(timeout=60_000)
            page.wait_for_timeout(1500)
            file = OUT / f"{name}.png"
            page.screenshot(path=file)
            with Image.open(file) as shot:
                shot.convert("RGB").quantize(COLOURS).save(file, optimize=True)
            sys.stdout.write(f"{file}: {file.stat().st_size // 1024} KB\n")
        browser.close()


def main() -> None:
    OUT.mkdir(exist_ok=True)
    if len(sys.argv) > 2:
        look(sys.argv[1], Path(sys.argv[2]))
        return
    with running() as (url, passwords):
        look(url, passwords)


if __name__ == "__main__":
    main()
