"""What the command line says when it cannot do what was asked: exit status, stderr, and nothing on stdout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLANS = Path(__file__).parents[1] / "plans"
GAOXIN = Path(sys.executable).with_name("gaoxin")


@pytest.fixture
def gaoxin(tmp_path):
    def run(*args: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GAOXIN_")}
        return subprocess.run(
            [GAOXIN, *map(str, args)], capture_output=True, text=True, timeout=240, check=False, cwd=tmp_path,
            env=kept | {"GAOXIN_HOME": str(tmp_path), "GAOXIN_PLANS": str(PLANS)} | environment,
        )

    return run


TEMPLATE = ("returns", "template", "demo", "--form", "industry", "--unit", "committee", "--period", "2024-02")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("returns", "forms", "nowhere"), "demo"),
        (("indicators", "nowhere", "--json"), "demo"),
        (("gate", "nowhere", "launch", "--json"), "demo"),
        (("returns", "forms", "demo", "--as-of", "yesterday"), "2020-10-31"),
        (("returns", "status", "demo", "--period", "2024-13"), "2020-06"),
        (("returns", "check", "missing.xlsx", "--json"), "missing.xlsx"),
        (("returns", "submit", "missing.xlsx"), "missing.xlsx"),
        (("returns", "check", "."), "."),
        *[((*command, "/dev/null", *rest), "不是普通文件") for command, rest in (
            (("returns", "check"), ()), (("returns", "submit"), ()), (("evidence", "demo", "survey"), ("--by", "committee")),
            (("score", "load", "demo"), ()), (("problem", "evidence", "demo", "x"), ("--by", "committee")))],
        (("returns", "check"), "FILE"),
        ((*TEMPLATE[:4], "none", *TEMPLATE[5:], "-o", "x.xlsx"), "industry"),
        ((*TEMPLATE[:6], "nobody", *TEMPLATE[7:], "-o", "x.xlsx"), "committee"),
        ((*TEMPLATE[:6], "science", *TEMPLATE[7:], "-o", "x.xlsx"), "园区管委会"),
        ((*TEMPLATE[:8], "2024-12", "-o", "x.xlsx"), "2024年6月"),
        ((*TEMPLATE[:8], "2024-Q1", "-o", "x.xlsx"), "2024年6月"),
        ((*TEMPLATE, "-o", "x.xls"), ".xlsx"),
        (("report", "quality", "demo"), "--out"),
        (("--nope",), "--nope"),
    ],
)
def test_wrong_use_is_told_with_what_would_be_right(gaoxin, args, told):
    done = gaoxin(*args)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_one_missing_file_among_good_ones_stops_before_any_is_taken(gaoxin, tmp_path):
    (tmp_path / "here.xlsx").write_bytes(b"x")
    done = gaoxin("returns", "submit", tmp_path / "here.xlsx", tmp_path / "gone.xlsx", "--json")
    assert done.returncode == 2
    assert "gone.xlsx" in done.stderr
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_database_that_is_not_there_is_a_system_fault_with_what_to_do(gaoxin, lang):
    done = gaoxin(
        "indicators", "demo", "--json", "--lang", lang,
        GAOXIN_DATABASE_URL="postgresql://gaoxin:hidden-word@127.0.0.1:1/gaoxin",
    )
    assert done.returncode == 3, done.stderr
    assert done.stdout == ""
    assert ("处理" if lang == "zh" else "to do") in done.stderr
    assert "127.0.0.1" in done.stderr
    assert "hidden-word" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_plan_is_refused_with_file_and_line(gaoxin, tmp_path):
    plan = tmp_path / "plans" / "demo" / "plan.yaml"
    plan.parent.mkdir(parents=True)
    plan.write_text((PLANS / "demo" / "plan.yaml").read_text(encoding="utf-8").replace("kind: launch", "kind: lunch"))
    done = gaoxin("returns", "forms", "demo", "--json", GAOXIN_PLANS=str(tmp_path / "plans"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "plan.yaml:" in done.stderr
    assert "lunch" in done.stderr


def test_a_reader_that_closes_the_pipe_is_no_fault(tmp_path):
    command = f"'{GAOXIN}' returns forms demo --json | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60,
        env=os.environ | {"GAOXIN_PLANS": str(PLANS), "GAOXIN_HOME": str(tmp_path)},
    )
    assert done.returncode == 0
    assert done.stdout == "{"
    assert done.stderr == ""


def test_the_answer_is_utf8_in_any_locale(gaoxin):
    done = gaoxin("returns", "forms", "demo", "--json", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0, done.stderr
    assert "园区工业月报" in done.stdout
