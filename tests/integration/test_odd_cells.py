"""Cells, names and covers that look like our own words: no message is cut, and the English answer has no Chinese of ours."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PLANS = Path(__file__).parents[1] / "plans"
GAOXIN = Path(sys.executable).with_name("gaoxin")
CJK = re.compile(r"[\u4e00-\u9fff]+")

# What a return may hold in a value, a unit of measure, a name or a code, and on its cover.
ODD = (
    "12 / 13", "甲 / 乙", "{x}", "{}", "{0.__class__}", "50%", "%s %d", "甲：乙；丙 / 丁", "“引” / 'quoted'", "}{", "a / b / c",
    "—",
)
NAMED = "产值 {x} 50% / 甲：乙"


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """lang -> the answer to `returns check --json` on odd files, those of a plan with odd names among them."""
    home = tmp_path_factory.mktemp("odd")
    plan = (PLANS / "demo" / "plan.yaml").read_text(encoding="utf-8").replace("name: 工业总产值,", f'name: "{NAMED}",')
    (home / "plans" / "demo").mkdir(parents=True)
    (home / "plans" / "demo" / "plan.yaml").write_text(plan, encoding="utf-8")
    files = []
    for at, odd in enumerate(ODD):
        files += [_series(home, at, odd), _register(home, at, odd)]
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GAOXIN_")}
    found = {}
    for lang in ("zh", "en"):
        done = subprocess.run(
            [GAOXIN, "returns", "check", *files, "--json", "--lang", lang], capture_output=True, text=True, timeout=240,
            check=False, cwd=home, env=kept | {"GAOXIN_HOME": str(home), "GAOXIN_PLANS": str(home / "plans")},
        )
        assert done.returncode == 1, done.stderr
        found[lang] = json.loads(done.stdout)["returns"]
    return found


def _written(file: Path, lines: list[list[str]]) -> Path:
    import csv

    file.parent.mkdir(exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(lines)
    return file


def _series(home: Path, at: int, odd: str) -> Path:
    return _written(home / f"{at}s" / "demo__industry__committee__2024-02.csv", [
        ["code", "name", "unit_of_measure", "value", "note", odd],
        ["gross_output", odd, "亿元", "3", ""],  # less than its part, below its parts' sum: the odd name is told
        ["value_added", "工业增加值", odd, "5", ""],
        ["light_output", "轻工业总产值", "亿元", odd, ""],
        ["heavy_output", "重工业总产值", "亿元", "9", ""],
        ["enterprises", "规上企业数", "家", "−2,5", ""],
        [odd, "", "亿元", "1", ""],
    ])


def _register(home: Path, at: int, odd: str) -> Path:
    names = ["统一社会信用代码", odd, "证书编号", "发证日期", "产业领域", "上年营业收入"]
    return _written(home / f"{at}r" / "demo__hnte_register__committee__2024-Q1.csv", [
        ["credit_code", "name", "certificate", "issued", "industry", "revenue"], names,
        [odd, "企业", odd, odd, odd, odd], ["９1990000Y00000019B", odd, "gr2022 51900001", "2022.11.18", "装备制造", "1,234.5"],
        ["９1990000Y00000019B", odd, "GR202251900001", "20221118", "EQ", "7"],
    ])


def _words(given: str) -> str:
    """Without what the plan and the file say: the values and names that a message quotes."""
    theirs = (
        NAMED, *ODD, *(repr(o)[1:-1] for o in ODD), "工业增加值", "轻工业总产值", "重工业总产值", "规上企业数",
        "统一社会信用代码", "企业名称", "证书编号", "发证日期", "产业领域", "上年营业收入",
        "装备制造", "生物医药", "电子信息", "亿元", "万元", "家", "数据",
    )
    for word in sorted(theirs, key=len, reverse=True):
        given = given.replace(word, "")
    return re.sub("[甲乙丙丁引]", "", given)  # a cell may be quoted without its spaces, or half-width


def test_the_english_answer_has_no_chinese_words_of_ours(answers):
    told = [(f["rule"], f["message"]) for answer in answers["en"] for f in answer["findings"]]
    assert len({rule for rule, _ in told}) > 15
    assert [(rule, message) for rule, message in told if CJK.search(_words(message))] == []


def test_the_chinese_answer_is_chinese(answers):
    told = [f["message"] for answer in answers["zh"] for f in answer["findings"]]
    assert [message for message in told if not CJK.search(_words(message))] == []


def test_both_languages_find_the_same(answers):
    same = [[{**answer, "findings": [{**f, "message": ""} for f in answer["findings"]]} for answer in answers[lang]] for lang in
            ("zh", "en")]
    assert same[0] == same[1]


@pytest.mark.parametrize(("at", "odd"), [(i, odd) for i, odd in enumerate(ODD) if odd not in ("—", "50%")])
def test_a_message_is_whole(answers, at, odd):
    """A figure that is none, quoted in full and with what is to be done, in both languages."""
    for lang, whole in (
        ("zh", f"「数据」D4 轻工业总产值：“{odd}”读不成数值：不是数字；请改为数字"),
        ("en", f"数据!D4 轻工业总产值: '{odd}' cannot be read: not a number; type a number"),
    ):
        told = [f["message"] for f in answers[lang][2 * at]["findings"] if f["rule"] == "light_output.readable"]
        assert told in ([whole], [whole.replace("不是数字", "中的分隔符可有几种读法")]), told


def test_a_name_of_the_plan_is_quoted_as_it_is(answers):
    for lang, mark in (("zh", "："), ("en", ": ")):
        told = [f for answer in answers[lang] for f in answer["findings"] if f["rule"] == "check.va_within_output"]
        assert all(NAMED in f["message"] for f in told)
        told = [f["message"] for answer in answers[lang] for f in answer["findings"] if f["rule"] == "code_unknown"]
        assert all(mark in message for message in told)
