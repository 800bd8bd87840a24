"""Every command's answers, as they are and are to stay: compared with tests/golden.

To write the golden files anew (then read the difference with git before committing it):

    UPDATE_GOLDEN=1 pytest tests/integration/test_golden.py

Large answers are kept as digests. To look at them in full, in both languages, write them into a folder outside the
repository, before and after a change, and compare the folders:

    UPDATE_GOLDEN_FULL=/some/folder pytest tests/integration/test_golden.py

A plain run asks what is kept as a digest in Chinese, as JSON, and leaves out what only those runs ask; with GOLDEN_ALL=1
everything is asked and compared.

Only the command line is used: what is behind it may move.

Made anew, with nothing else changed (compared in full): the marks of `plan check`, which are made of code and context
and no longer of words (docs/decisions/040); with them the marks written in kaizhou_2020's plan, so the hash of that plan and
what follows from it in the ledger. English answers of `plan show`, `plan check` and `plan feasibility`, in which percentage
points became words and the joints of lists commas; that of `returns forms`, in which the joint of units became a comma; the marks of findings whose context has codes where it had fixed words (the
kind of part that an id should lead to, what a share of the plan counts, what a file holds that is no plan).

Changed in `plan check`, and in nothing else (compared in full): the date of the document as a place of `step_before_document`,
which was told in Chinese in the English answer too; so the marks of these findings, which rest on the place and not on words.

Made anew with the declared combination of units' values: plans show the new keys `combine`, `weight` and `may_exceed`, and the
hash of a plan no longer covers what it leaves at the default, so that seals and the chain of the ledger are others.

And with the two times: the books that write are played in a drill, so that terminals, mails and reports say 演练; reading
registers no plan any more, so the ledger begins with the first act; and an event of a plan says who put it into force.

Made anew when figures became ones that stay true (docs/decisions/060 to 068): answers name the version of the plan, the number of the
ledger up to which they knew, business days, the path of a target and what it came to on its days; traces tell cells, aggregation
and origin; late corrections give a reason; status, gates and ledgers come in pages; workbooks have a mark of their layout, so
their bytes are others; reports end with a checkpoint (signed here with a key that is always the same); events answer for rows, so
every hash of the chain is another.

And when the records came to hold against their keepers (069 to 073): every event says who did it (here one account on one machine,
whoever runs the tests), the first event of a drill says that it is one, and only a unit that answers for a task delivers, only the
one that reported explains.
"""

# ruff: noqa: E501
from __future__ import annotations

import json
import pwd
import re
import shutil
import socket
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gaoxin.returns.cover import key_of
from tests.golden_answers import LANGS, ROOT, Book, Desk, settle

PLANS = ROOT / "tests" / "plans"
DAGS = ROOT / "dags"
DEMO = PLANS / "demo" / "plan.yaml"
CAMPAIGNS = sorted(f.parent.name for f in DAGS.glob("*/plan.yaml"))

# Start servers and stay up (test_replay.py), or have tests of their own (test_rights.py, test_backup.py, test_people.py).
# Asked elsewhere: of machines, of files (test_checking, test_dossier) and of servers (sources/).
NOT_ASKED = {"accounts check", "backup", "cadence reopen", "cadence skip", "clock resume", "extend refuse", "mapping propose",
             "mapping schema", "mapping try", "migrate", "replay", "report bulletin", "report dossier", "restore", "rules try",
             "run", "score conclude", "score enter", "score load", "score template", "sources fetch", "suites check",
             "suites show"}
BOOKS: dict[str, Callable[[Book], None]] = {}
PLANS_OF = {"campaigns": DAGS, "campaigns_empty": DAGS, "checks_kaizhou": DAGS, "story_kaizhou": DAGS}
ASKED: set[str] = set()


def book(function: Callable[[Book], None]) -> Callable[[Book], None]:
    BOOKS[function.__name__] = function
    return function


@pytest.fixture
def desk(request, tmp_path) -> Desk:
    """A desk at an installation of its own. Books that need a database name it by their first words."""
    name = request.node.callspec.params["name"]
    work, home = tmp_path / "work", tmp_path / "home"
    work.mkdir()
    home.mkdir()
    url = None
    if name.startswith(("story", "campaigns_empty")):
        url = request.getfixturevalue("database")
    return Desk(work, home, PLANS_OF.get(name, PLANS), url)


@pytest.mark.parametrize("name", [
    "helps", "plans", "plans_broken", "errors", "campaigns", "checks_demo", "checks_wrecks", "checks_kaizhou",
    "campaigns_empty", "story", "story_kaizhou",
])
def test_answers_are_as_they_were(name: str, desk: Desk, monkeypatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    # Who acts, on which machine, is in every event.
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: SimpleNamespace(pw_name="office"))
    monkeypatch.setattr(socket, "gethostname", lambda: "machine")
    made = Book(name, desk)
    BOOKS[name](made)
    ASKED.update(made.commands)
    told = settle(made)
    assert not told, f"{len(told)} differences from tests/golden/{name}.json:\n" + "\n".join(told[:40])


def test_every_command_is_asked() -> None:
    if len(ASKED) < 20:
        pytest.skip("only a part of the books was asked")
    every = set(json.loads((ROOT / "tests/golden/helps.json").read_text(encoding="utf-8"))["commands"]["is"])
    asked = {c for c in every if any(a == c or a.startswith(c + " ") for a in ASKED)}
    assert every - asked == NOT_ASKED


def commands_of(desk: Desk, *path: str) -> dict[str, list[str]]:
    """The help of each command and group below the path, by its name."""
    status, out, err = desk.run(*path, "--help")
    assert status == 0, err
    found = {" ".join(path): out.splitlines()}
    below = re.search(r"^Commands:\n((?:  .*\n?)+)", out, re.M)
    for line in below[1].splitlines() if below else []:
        if name := re.match(r"  (\S+)", line):
            found |= commands_of(desk, *path, name[1])
    return found


@book
def helps(b: Book) -> None:
    found = commands_of(b.desk)
    b.note("commands", [n for n, lines in found.items() if not any(x.startswith("Commands:") for x in lines)])
    for name, lines in found.items():
        b.note(f"gaoxin {name} --help".replace("  ", " "), lines)


@book
def plans(b: Book) -> None:
    b.ask("plan", "list", text=True)
    b.ask("plan", "show", "demo", text=True)
    for flags in ((), ("--strict",), ("--open",), ("--strict", "--open")):
        b.ask("plan", "check", "demo", *flags, text=True, brief=bool(flags))
    b.ask("plan", "check", DEMO)
    b.ask("plan", "check", PLANS / "demo")
    for day in ("2023-12-31", "2024-01-15", "2024-06-30", "2024-08-01", "2026-01-01"):
        b.ask("plan", "feasibility", "demo", "--as-of", day, text=day == "2024-01-15")
    b.ask("returns", "forms", "demo", text=True)
    b.ask("plan", "schema", langs=("zh",), large=True)
    b.ask("plan", "schema", "-o", b.desk.work / "schema.json", text=True)
    for level in ("municipal", "provincial", "national"):
        made = ("made_2026", "--name", "临海区创建高新区工作", "--level", level, "--starts", "2026-01", "-o", b.desk.work / level)
        b.ask("plan", "new", *made, langs=("zh",))
        folder = b.desk.work / level / "made_2026"
        b.note(f"{level} plan.yaml", (folder / "plan.yaml").read_text(encoding="utf-8").splitlines(), large=level != "municipal")
        for command in ("check", "show"):
            b.ask("plan", command, folder, large=command == "show" or level != "municipal")
        b.ask("plan", "new", *made, label="again")
    b.ask("plan", "new", "Bad-Name", "-o", b.desk.work)
    b.ask("plan", "new", "good_name", "--starts", "2026-13", "-o", b.desk.work)
    b.ask("plan", "new", "good_name", "--name", " ", "-o", b.desk.work)
    changes = [
        ("at_least: 60", "at_least: 66"), ("due: 2024-07, source: 附件 第1项", "due: 2024-09, source: 附件 第1项"),
        ("lead: science", "lead: committee"), ("ends: 2024-06", "ends: 2024-05"), ("area_km2: 5", "area_km2: 6"),
        ("name: 区科技局", "name: 区科技和信息局"), ("{days: 10}", "{days: 12}"), ("max: 10000", "max: 900"), ("max: 0.6", "max: 0.5"),
        ("  - {id: dossier, name: 编制申报材料, lead: committee, responsible: [science], due: 2024-07, phase: application, "
         "deliverables: [{id: dossier, name: 申报材料}], source: 三3}\n", ""),
        ("        - {kind: no_open_errors, id: clean}\n", ""), ("before: [7, 3, 1]", "before: [5, 1]"),
        ("quotas: [{unit: science, value: 3}, {unit: committee, value: 2}]", "quotas: [{unit: science, value: 5}]"),
        ("    skip: [1]\n", ""), ("every: month, day: 10", "every: month, day: 15"),
        ("reason: 文件未规定", "reason: 经会议研究"),
    ]
    whole = DEMO.read_text(encoding="utf-8")
    for number, (old, new) in enumerate(changes):
        assert old in DEMO.read_text(encoding="utf-8"), old
        file = b.desk.work / f"changed{number}.yaml"
        file.write_text(DEMO.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        whole = whole.replace(old, new)
        b.ask("plan", "diff", "demo", file)
        b.ask("plan", "check", file)
    (b.desk.work / "whole.yaml").write_text(whole, encoding="utf-8")
    b.ask("plan", "diff", "demo", b.desk.work / "whole.yaml", "--exit-code", text=True)
    b.ask("plan", "diff", b.desk.work / "whole.yaml", "demo", text=True, brief=True)
    b.ask("plan", "diff", "demo", "demo", "--exit-code", text=True)
    b.ask("plan", "diff", "-", "demo", stdin=whole)
    b.ask("plan", "diff", "-", "-")
    for kind in ("--from", "--nothing"):
        b.ask("plan", "diff", "demo", kind)


BROKEN = {
    "unknown key": ("area_km2: 5", "area_km2: 5, colour: red"),
    "unknown key at the top": ("schema: 1\n", "schema: 1\nextra: 1\n"),
    "missing key": ("    kind: launch\n", ""),
    "missing document": ("document: {title: 示例工作方案, number: 示例〔2024〕1号, issuer: government, issued: 2024-01-02}\n", ""),
    "wrong value": ("kind: launch", "kind: lunch"),
    "wrong type": ("area_km2: 5", "area_km2: five"),
    "bad date": ("starts: 2024-01\n", "starts: 2024-13\n"),
    "ends before it starts": ("ends: 2024-06", "ends: 2023-06"),
    "unknown unit": ("lead: science", "lead: nobody"),
    "unknown phase": ("after: [launch]", "after: [lunch]"),
    "a circle of phases": ("    starts: 2024-01\n", "    starts: 2024-01\n    after: [application]\n"),
    "unknown variable": ("variable: gross_output}", "variable: gross_outputs}"),
    "unknown count": ("variable: hnte_count", "variable: hnte_number"),
    "unknown name in a formula": ("formula: 100 * va / output", "formula: 100 * va / outputs"),
    "a formula that is none": ("formula: 100 * va / output", "formula: 100 * * va"),
    "a formula that calls": ("formula: 100 * va / output", "formula: open(va)"),
    "unknown check variable": ("part: value_added,", "part: added_value,"),
    "unknown choice": ("choice: early_gate", "choice: late_gate"),
    "duplicate key": ("schema: 1\n", "schema: 1\nschema: 1\n"),
    "duplicate id": ("id: hnte\n", "id: gross_output\n"),
    "duplicate unit": ("{id: science, name: 区科技局}", "{id: committee, name: 区科技局}"),
    "duplicate criterion": ("id: clean}", "id: complete}"),
    "unknown unit of measure": ("id: gross_output, name: 工业总产值, unit: 亿元", "id: gross_output, name: 工业总产值, unit: 桶"),
    "another dimension": ("measures: [{id: value, unit: 亿元", "measures: [{id: value, unit: 家"),
    "unknown target": ("at_least: 60", "no_less: 60"),
    "a target without a number": ("at_least: 60", "at_least: many"),
    "no binding target": ("source: 附件 第2项, binding: true", "source: 附件 第2项, binding: false"),
    "unknown key of a register": ("key: [credit_code]", "key: [code]"),
    "unknown counted field": ("distinct: credit_code", "distinct: code"),
    "ratio upside down": ("min: 0.05, max: 0.6", "min: 0.6, max: 0.05"),
    "unknown consent": ("by: government}", "by: minister}"),
    "newer schema": ("schema: 1\n", "schema: 9\n"),
    "bad id": ("id: demo\n", "id: Demo Plan\n"),
    "another id": ("id: demo\n", "id: other\n"),
    "empty name": ("name: 示例园区,", "name: '',"),
    "bad yaml": ("units:\n", "units: [\n"),
    "a tab": ("units:\n", "units:\n\t- x\n"),
    "alias": ("area_km2: 5", "area_km2: *five"),
    "bad day": ("day: 10,", "day: 99,"),
    "bad source": ("source: 三1\n", "source: []\n"),
    "units of no kind": ("kind: committee}", "kind: council}"),
    "quotas that do not add up": ("{unit: science, value: 3}", "{unit: science, value: 30}"),
    "due before the phase": ("due: 2024-02, phase: launch", "due: 2023-02, phase: launch"),
    "last before first": ("first: 2024-Q1", "first: 2025-Q1"),
    "wrong periodicity": ("first: 2024-02", "first: 2024-Q1"),
    "waiver of nothing": ("kind: returns_complete", "kind: returns_completed"),
}


@book
def plans_broken(b: Book) -> None:
    """Files are named as they lie in the working folder: the mark of a finding in an unreadable plan holds the file's path."""
    whole = DEMO.read_text(encoding="utf-8")
    for number, (label, (old, new)) in enumerate(BROKEN.items()):
        assert old in whole, label
        file = b.desk.work / f"broken{number}.yaml"
        file.write_text(whole.replace(old, new, 1), encoding="utf-8")
        b.ask("plan", "check", file.name, label=label, text=number < 6)
    several = whole
    for old, new in [*BROKEN.values()][:9]:
        several = several.replace(old, new, 1)
    for name, content in {
        "several": several.encode(), "empty": b"", "list": b"- 1\n", "text": b"hello\n", "binary": bytes(range(256)),
        "gbk": whole.encode("gbk"), "bom": b"\xef\xbb\xbf" + whole.encode(), "crlf": whole.replace("\n", "\r\n").encode(),
        "null": b"schema: 1\nid: demo\nname:\n", "cut": whole.encode()[: len(whole.encode()) // 2],
    }.items():
        file = b.desk.work / f"{name}.yaml"
        file.write_bytes(content)
        b.ask("plan", "check", file.name, text=name == "several")
        b.ask("plan", "show", file.name, langs=langs_of(name), large=name in ("bom", "crlf"))
    folder = b.desk.work / "plans"
    for name, written in (("demo", whole), ("broken", several.replace("id: demo\n", "id: broken\n")), ("other", whole)):
        (folder / name).mkdir(parents=True)
        (folder / name / "plan.yaml").write_text(written, encoding="utf-8")
    elsewhere = {"GAOXIN_PLANS": folder.name}
    b.ask("plan", "list", label="with broken plans", text=True, environment=elsewhere)
    for args in (("plan", "show", "broken"), ("plan", "check", "other"), ("plan", "check", "broken"), ("returns", "forms", "broken"),
                 ("plan", "feasibility", "broken"), ("plan", "diff", "demo", "broken"), ("plan", "show", "nowhere")):
        b.ask(*args, label="with broken plans", environment=elsewhere)
    (b.desk.work / "none").mkdir()
    b.ask("plan", "list", label="no plans", text=True, environment={"GAOXIN_PLANS": str(b.desk.work / "none")})


def langs_of(name: str) -> tuple[str, ...]:
    return ("zh",) if name in ("bom", "crlf") else ("zh", "en")


TEMPLATE = ("returns", "template", "demo", "--form", "industry", "--unit", "committee", "--period", "2024-02", "-o", "x.xlsx")


@book
def errors(b: Book) -> None:
    def changed(place: int, value: str) -> tuple[str, ...]:
        return (*TEMPLATE[:place], value, *TEMPLATE[place + 1:])

    for args in (
        (), ("plan",), ("--nope",), ("nope",), ("plan", "nope"), ("plan", "show"), ("plan", "show", "nowhere"), ("plan", "check", "nowhere"),
        ("plan", "diff", "demo"), ("plan", "diff", "demo", "nowhere"), ("plan", "feasibility", "nowhere"),
        ("plan", "new", "x", "--level", "galactic"), ("plan", "list", "--as-of", "yesterday"), ("plan", "list", "--nope"),
        ("returns", "forms", "nowhere"), ("returns", "forms", "demo", "--as-of", "yesterday"), ("returns", "check"),
        ("returns", "check", "missing.xlsx"), ("returns", "check", "."), ("returns", "submit", "missing.xlsx"),
        ("returns", "status", "nowhere"), ("returns", "status", "demo", "--period", "2024-13"),
        changed(2, "nowhere"), changed(4, "none"), changed(6, "nobody"), changed(6, "science"), changed(8, "2024-12"),
        changed(8, "2024-Q1"), changed(8, "soon"), changed(10, "x.xls"), TEMPLATE[:-2], TEMPLATE,
        ("returns", "template", "demo", "--form", "hnte_register", "--unit", "science", "--period", "2024-Q1", "-o", "y.xlsx"),
        ("indicators", "nowhere"), ("indicators", "demo", "--period", "x"), ("gate", "nowhere", "launch"), ("gate", "demo"),
        ("trace", "nowhere", "x"), ("trace", "demo", "gross_output", "--period", "2024-99"), ("remind", "nowhere"),
        ("waive", "demo", "collection", "complete", "--by", "government", "--reason", "x", "--expires", "soon"),
        ("approve", "demo", "launch", "--by", "government", "--decision", "maybe", "--reason", "x"),
        ("evidence", "demo", "survey", "missing.txt", "--by", "committee"),
        ("explain", "demo", "x", "y", "z"), ("rectification", "list", "nowhere"), ("inbox", "pull", "nowhere"),
        ("report", "quality", "demo"), ("report", "quality", "demo", "-o", "x.xlsx"), ("ledger", "list", "--campaign", "nowhere"),
        ("suites", "write", "nowhere"), ("sample", "nowhere", "--from", "2024-02", "--to", "2024-03", "-o", "s"),
        ("sample", "demo", "--from", "2024-02", "--to", "2024-03", "-o", "s", "--fault", "nope"),
        ("sample", "demo", "--from", "2024-05", "--to", "2024-03", "-o", "s"),
        ("sample", "demo", "--from", "2030-05", "--to", "2030-06", "-o", "s"),
        ("sample", "demo", "--from", "2024-02", "--to", "2024-02", "-o", "s", "--fault", "percent_as_fraction"),
        # the database that is not there
        ("indicators", "demo"), ("gate", "demo", "launch"), ("returns", "status", "demo"), ("ledger", "verify"), ("ledger", "list"),
        ("remind", "demo", "--dry-run"), ("trace", "demo", "gross_output"), ("plan", "feasibility", "demo", "--facts"),
    ):
        b.ask(*args)
    b.ask(*TEMPLATE, "--force", text=True)
    for name, value in (("GAOXIN_LANG", "fr"), ("GAOXIN_PORT", "x"), ("GAOXIN_PLAN", "x"), ("GAOXIN_CONTACT", "x")):
        b.ask("plan", "list", label=f"{name}={value}", environment={name: value})


@book
def campaigns(b: Book) -> None:
    b.ask("plan", "list", text=True)
    for c in CAMPAIGNS:
        b.ask("plan", "show", c, text=True, large=True)
        b.ask("plan", "check", c, text=True, large=True)
        b.ask("plan", "check", c, "--strict", "--open", langs=("zh",), large=True)
        for day in ("2020-12-31", "2024-01-01"):
            b.ask("plan", "feasibility", c, "--as-of", day, text=day == "2024-01-01", large=True)
        b.ask("returns", "forms", c, large=True)
    for one, other in pairwise(CAMPAIGNS):
        b.ask("plan", "diff", one, other, large=True)


def made_up(b: Book, campaign: str, first: str, last: str, *options: object, folder: str = "samples") -> list[dict[str, Any]]:
    """Made-up returns in a folder; their files as the command tells them."""
    target = b.desk.work / folder
    status, out, err = b.desk.run("sample", campaign, "--from", first, "--to", last, "-o", target, *options, "--json")
    assert status == 0, err
    return json.loads(out)["files"]


def all_faults(b: Book, campaign: str, period: str) -> list[str]:
    """Every kind of fault that `gaoxin sample` knows, as its own refusal lists them."""
    args = ("sample", campaign, "--from", period, "--to", period, "-o", b.desk.work / "f", "--fault", "?", "--lang", "en")
    _, _, err = b.desk.run(*args)
    return re.findall(r"\w+", err.split("KIND one of", 1)[1])


@book
def checks_demo(b: Book) -> None:
    """Every kind of fault in both forms; the faulty returns of a form are checked in one call, beside clean ones."""
    clean = b.desk.work / "clean"
    b.ask("sample", "demo", "--from", "2024-02", "--to", "2024-06", "-o", clean, text=True)
    b.ask("returns", "check", *sorted(clean.glob("demo__*")), text=True)
    b.ask("returns", "check", *sorted(clean.glob("demo__*")), "--as-of", "2024-04-01", langs=("zh",))
    for form, unit, period in (("industry", "committee", "2024-04"), ("hnte_register", "science", "2024-Q1")):
        faulty = []
        for kind in all_faults(b, "demo", "2024-02"):
            folder, fault = b.desk.work / form / kind, f"{kind}:{form}:{unit}:{period}"
            told = b.ask("sample", "demo", "--from", "2024-03", "--to", "2024-04", "-o", folder, "--fault", fault, langs=("en",))
            faulty += [file for file in sorted(folder.glob(f"demo__{form}__{unit}__{period}*")) if "files" in told]
            if kind in ("missing_sheet", "broken_sum", "register_duplicate") and folder.exists():
                b.ask("returns", "check", *sorted(folder.glob("demo__*")), label=kind, text=kind == "broken_sum", deep=kind != "broken_sum")
        beside = [f for f in sorted(clean.glob(f"demo__{form}__*")) if f"__{unit}__{period}" not in f.name]
        b.ask("returns", "check", *faulty, *beside, label=f"every fault of {form}", text=True, brief=True)


@book
def checks_kaizhou(b: Book) -> None:
    forms = b.ask("returns", "forms", "kaizhou_2020", langs=("zh",), large=True)["forms"]
    for form in forms:
        unit = form["units"][-1]
        b.ask("returns", "template", "kaizhou_2020", "--form", form["id"], "--unit", unit, "--period", form["first"],
              "-o", b.desk.work / f"{form['id']}.xlsx", langs=("zh",))
    b.ask("returns", "check", *sorted(b.desk.work.glob("*.xlsx")), label="empty templates", large=True, deep=True)
    span = ("sample", "kaizhou_2020", "--from", "2020-05", "--to", "2020-06")
    b.ask(*span, "-o", b.desk.work / "clean", langs=("zh",), large=True)
    clean = sorted((b.desk.work / "clean").glob("kaizhou*"))
    b.ask("returns", "check", *clean, label="clean", large=True, text=True, deep=True)
    kinds = [k for k in all_faults(b, "kaizhou_2020", "2020-06") if k != "percent_as_fraction"]
    faults = [o for kind in kinds for o in ("--fault", kind)]
    folder = b.desk.work / "faulty"
    told = b.ask(*span, "-o", folder, *faults, "--corrections", langs=("zh",))
    faulty = [folder / Path(f["path"]).name for f in told["files"] if f["faults"]]
    b.ask("returns", "check", *(f for f in faulty if f.exists()), label="every fault", text=True, brief=True)
    b.ask("returns", "check", *sorted(folder.glob("kaizhou*")), label="all", large=True, deep=True)


GOOD = {"gross_output": 12.5, "value_added": 2.5, "light_output": 5, "heavy_output": 7.5, "enterprises": 30}
REGISTER = [
    ["91500154MA0000001R", "样本企业一", "GR202351000001", "2023-05-01", "EQ", 1200],
    ["91500154MA0000002P", "样本企业二", "GR202351000002", "2023-05-01", "BIO", 800],
]


def csv_of(values: dict[str, Any], *, units: dict[str, str] | None = None, notes: dict[str, str] | None = None) -> str:
    """The demo's monthly form as CSV."""
    names = {"gross_output": "工业总产值", "value_added": "工业增加值", "light_output": "轻工业总产值",
             "heavy_output": "重工业总产值", "enterprises": "规上企业数"}
    lines = ["code,name,unit_of_measure,value,note"]
    for code, value in values.items():
        unit = (units or {}).get(code, "家" if code == "enterprises" else "亿元")
        lines.append(f"{code},{names.get(code, code)},{unit},{value},{(notes or {}).get(code, '')}")
    return "\n".join(lines) + "\n"


def register_csv(records: list[list[Any]]) -> str:
    heads = ["credit_code,name,certificate,issued,industry,revenue",
             "统一社会信用代码,企业名称,证书编号,发证日期,产业领域,上年营业收入"]
    return "\n".join([*heads, *(",".join(str(v) for v in r) for r in records)]) + "\n"


def valid_codes(b: Book) -> list[str]:
    """Credit codes with right check characters, out of made-up registers."""
    import openpyxl

    found = []
    for file in made_up(b, "demo", "2024-01", "2024-06", folder="codes"):
        if file["form"] == "hnte_register":
            sheet = openpyxl.load_workbook(file["path"])["数据"]
            found += [sheet.cell(row, 1).value for row in range(3, sheet.max_row + 1)]
    return list(dict.fromkeys(str(c) for c in found if c))


def cell(sheet: str, place: str, value: Any) -> Callable[[Any], None]:
    def change(workbook: Any) -> None:
        workbook[sheet][place] = value

    return change


def each(*changes: Callable[[Any], None]) -> Callable[[Any], None]:
    def change(workbook: Any) -> None:
        for one in changes:
            one(workbook)

    return change


def cover(key: str, value: Any) -> Callable[[Any], None]:
    def change(workbook: Any) -> None:
        for row in workbook["封面"].iter_rows(max_col=2):
            if key_of(str(row[0].value or "")) == key:
                row[1].value = value
                return
        raise AssertionError(key)

    return change


def renamed(old: str, new: str) -> Callable[[Any], None]:
    def change(workbook: Any) -> None:
        workbook[old].title = new

    return change


SERIES_WRECKS: dict[str, Callable[[Any], None]] = {
    "good": lambda w: None,
    **{f"cover {k}={v}": cover(k, v) for k, v in (
        ("campaign", "nowhere"), ("campaign", None), ("form", "none"), ("unit", "nobody"), ("unit", "science"), ("unit", "园区管委会"),
        ("period", "2024-12"), ("period", "2024-01"), ("period", "2024-Q1"), ("period", "soon"), ("period", "2024年2月"),
        ("period", "2024.2"), ("period", None), ("template", 0), ("template", 9), ("template", "x"), ("template", None),
        ("form", "industry "), ("campaign", "DEMO"),
    )},
    **{f"value {v!r}": cell("数据", "D2", v) for v in (
        "12.5", "１２.５", "12,5", "1,250.5", "12.5亿元", "125000万元", "约12", "12-13", "(12.5)", "-", "—", "无", "n/a", "#REF!", "=10+2.5",
        "=1/0", "12.5%", "1e3", "1.2.3", "十二", True, 0, -12.5, 12.5000001, 99999, 1e15, "", None, " 12.5 ", "'12.5", "12..5", "≥12.5",
    )},
    **{f"enterprises {v!r}": cell("数据", "D6", v) for v in (30.5, "30家", "30人", -1, "30户", 3000000)},
    **{f"unit {v!r}": cell("数据", "C2", v) for v in ("万元", "元", "家", "亿美元", "", None, "桶", "亿 元", "千万元")},
    "ten million of the smaller unit": each(cell("数据", "C2", "万元"), cell("数据", "D2", 125000)),
    "part exceeds whole": cell("数据", "D3", 22.5),
    "sum is wrong": cell("数据", "D4", 6),
    "sum is off by rounding": cell("数据", "D4", 5.004),
    "sum is off by little": cell("数据", "D4", 5.01),
    "ratio is too small": cell("数据", "D3", 0.1),
    "ratio is too large": cell("数据", "D3", 9.9),
    "ratio explained": each(cell("数据", "D3", 9.9), cell("数据", "E3", "本月有两家高附加值企业集中结算，已核对原始台账")),
    "ratio hardly explained": each(cell("数据", "D3", 9.9), cell("数据", "E3", "已核实")),
    "everything blank": each(*(cell("数据", f"D{r}", None) for r in range(2, 7))),
    "all zero": each(*(cell("数据", f"D{r}", 0) for r in range(2, 7))),
    "unknown code": cell("数据", "A2", "gross_outputs"),
    "code by name": cell("数据", "A2", "工业总产值"),
    "code twice": each(cell("数据", "A3", "gross_output"), cell("数据", "B3", "工业总产值")),
    "another name": cell("数据", "B2", "工业增加值"),
    "row too many": each(cell("数据", "A7", "exports"), cell("数据", "B7", "出口额"), cell("数据", "D7", 3)),
    "same row again": each(*(cell("数据", f"{c}7", v) for c, v in zip("ABCD", ("gross_output", "工业总产值", "亿元", 12.5), strict=True))),
    "same row with another value": each(
        *(cell("数据", f"{c}7", v) for c, v in zip("ABCD", ("gross_output", "工业总产值", "亿元", 13.5), strict=True))
    ),
    "row missing": lambda w: w["数据"].delete_rows(4),
    "remark below": cell("数据", "A9", "填表人：样本"),
    "header value": cell("数据", "D1", "本期数"),
    "header gone": cell("数据", "D1", None),
    "header twice": cell("数据", "E1", "value"),
    "headers in Chinese": each(*(cell("数据", f"{c}1", v) for c, v in zip("ABCDE", ("代码", "名称", "计量单位", "数值", "备注"), strict=True))),
    "row above": lambda w: w["数据"].insert_rows(1),
    "column before": lambda w: w["数据"].insert_cols(1),
    "merged": lambda w: w["数据"].merge_cells("D2:D3"),
    "percent format": lambda w: setattr(w["数据"]["D2"], "number_format", "0.00%"),
    "hidden row": lambda w: setattr(w["数据"].row_dimensions[3], "hidden", True),
    "hidden column": lambda w: setattr(w["数据"].column_dimensions["D"], "hidden", True),
    "data sheet renamed": renamed("数据", "Sheet1"),
    "cover renamed": renamed("封面", "首页"),
    "both renamed": each(renamed("数据", "Sheet1"), renamed("封面", "Sheet2")),
    "no cover": lambda w: w.remove(w["封面"]),
    "one more sheet": lambda w: w.create_sheet("说明2"),
    "hidden sheet": lambda w: setattr(w["数据"], "sheet_state", "hidden"),
}

REGISTER_WRECKS: dict[str, list[tuple[int, int, Any]]] = {
    "good": [],
    "same key twice": [(1, 0, "=0,0")],
    "same name twice": [(1, 1, "样本企业一")],
    **{f"code {v!r}": [(0, 0, v)] for v in ("91500154MA000000", "91500154MA0000001A", "", "91500154ma0000001r", "O1500154MA0000001R",
                                             "9.15E+17", "样本", "91500154 MA0000001R")},
    **{f"certificate {v!r}": [(0, 2, v)] for v in ("GR2023", "gr202351000001", "GR202451000001", "", "ZZ202351000001", "GR202351000002")},
    **{f"issued {v!r}": [(0, 3, v)] for v in ("2023/5/1", "2023年5月1日", "20230501", "2023-13-01", "2023-02-30", "45047", "2030-01-01", "2019-05-01",
                                               "2023-05", "五月", "", "01/05/2023", "2023.5.1")},
    **{f"industry {v!r}": [(0, 4, v)] for v in ("装备制造", "XX", "", "eq", "EQ 装备制造")},
    **{f"revenue {v!r}": [(0, 5, v)] for v in ("", "-1", "1200万元", "0.12亿元", "很多", "1200.555")},
    "name missing": [(0, 1, "")],
}


@book
def checks_wrecks(b: Book) -> None:
    import openpyxl

    status, _, err = b.desk.run(*TEMPLATE[:-1], b.desk.work / "good.xlsx")
    assert status == 0, err
    files = []
    for number, (label, change) in enumerate(SERIES_WRECKS.items()):
        workbook = openpyxl.load_workbook(b.desk.work / "good.xlsx")
        for row in range(2, 7):
            workbook["数据"].cell(row, 4).value = GOOD[str(workbook["数据"].cell(row, 1).value)]
        change(workbook)
        file = b.desk.work / f"wreck{number:03}.xlsx"
        workbook.save(file)
        files.append(file)
        if number % 40 == 0 or label in ("both renamed", "ratio explained"):
            b.ask("returns", "check", file, label=label, text=number % 40 == 0, langs=("zh",))
    b.note("wrecks", {f"wreck{n:03}": label for n, label in enumerate(SERIES_WRECKS)})
    b.ask("returns", "check", *files, label="together", text=True, brief=True)
    b.ask("returns", "check", files[0], files[0], label="the same file twice")
    _csv(b)
    _registers(b)
    _no_workbooks(b)


def _csv(b: Book) -> None:
    name = "demo__industry__committee__2024-0{}.csv"
    for label, content in {
        "good": csv_of(GOOD).encode(), "gbk": csv_of(GOOD).encode("gbk"), "bom": csv_of(GOOD).encode("utf-8-sig"),
        "utf-16": csv_of(GOOD).encode("utf-16"), "semicolons": csv_of(GOOD).replace(",", ";").encode(),
        "tabs": csv_of(GOOD).replace(",", "\t").encode(), "empty": b"", "heads only": csv_of({}).encode(), "binary": bytes(range(256)),
        "units converted": csv_of(GOOD | {"gross_output": 125000}, units={"gross_output": "万元"}).encode(),
        "no heads": csv_of(GOOD).split("\n", 1)[1].encode(), "quoted": csv_of(GOOD).replace("12.5", '"12.5"').encode(),
        "notes": csv_of(GOOD | {"value_added": 9.9}, notes={"value_added": "两家企业集中结算，已核对原始台账"}).encode(),
    }.items():
        file = b.desk.work / f"csv {label}" / name.format(2)
        file.parent.mkdir()
        file.write_bytes(content)
    b.ask("returns", "check", *sorted(b.desk.work.glob("csv */*.csv")), label="together", text=True, brief=True)
    named_so = []
    for named in ("industry.csv", "demo__industry__committee.csv", "demo__industry__committee__2024-13.csv", "demo__industry__nobody__2024-02.csv",
                  "demo__industry__committee__2024-02__2.csv", "demo__industry__committee__2024-02 (1).csv", "demo__industry__committee__2024-02.txt"):
        file = b.desk.work / named
        file.write_text(csv_of(GOOD), encoding="utf-8")
        named_so.append(file)
    b.ask("returns", "check", *named_so, label="names")
    jumps = b.desk.work / "jumps"
    jumps.mkdir()
    months = {2: GOOD, 3: {k: v * 20 for k, v in GOOD.items()}, 4: {k: v * 20 for k, v in GOOD.items()},
              5: GOOD, 6: {k: v * 10000 for k, v in GOOD.items()}}
    for month, values in months.items():
        (jumps / name.format(month)).write_text(csv_of(values), encoding="utf-8")
    both = jumps / name.format(2), jumps / name.format(3)
    b.ask("returns", "check", *both, text=True)
    b.ask("returns", "check", *reversed(both), label="in the other order")
    b.ask("returns", "check", *sorted(jumps.iterdir()), text=True, brief=True)
    told = dict.fromkeys(GOOD, "新投产三家企业，产值和增加值按口径首次纳入")
    both[1].write_text(csv_of(months[3], notes=told), encoding="utf-8")
    b.ask("returns", "check", *both, label="explained", text=True, brief=True)
    both[1].write_text(csv_of(months[3], notes=dict.fromkeys(GOOD, "无")), encoding="utf-8")
    b.ask("returns", "check", *both, label="not explained")
    b.ask("returns", "check", both[0], "--as-of", "2024-02-15", label="too early")
    b.ask("returns", "check", both[0], "--as-of", "2024-02-29", label="in time")


def _registers(b: Book) -> None:
    codes = valid_codes(b)
    files = []
    clean = [[codes[0], *REGISTER[0][1:]], [codes[1], *REGISTER[1][1:]]]
    for number, changes in enumerate(REGISTER_WRECKS.values()):
        records = [list(r) for r in clean]
        for row, column, value in changes:
            records[row][column] = records[0][0] if value == "=0,0" else value
        file = b.desk.work / f"r{number:03}" / "demo__hnte_register__science__2024-Q1.csv"
        file.parent.mkdir()
        file.write_text(register_csv(records), encoding="utf-8")
        files.append(file)
    b.note("registers", {f"r{n:03}": label for n, label in enumerate(REGISTER_WRECKS)})
    b.ask("returns", "check", *files, label="together", text=True, brief=True)
    two = [b.desk.work / "two" / f"demo__hnte_register__{unit}__2024-Q1.csv" for unit in ("science", "committee")]
    two[0].parent.mkdir()
    for file in two:
        file.write_text(register_csv(clean), encoding="utf-8")
    b.ask("returns", "check", *two, label="claimed by two", text=True, brief=True)


def _no_workbooks(b: Book) -> None:
    good, files = (b.desk.work / "wreck000.xlsx").read_bytes(), []
    for name, content in {
        "corrupt.xlsx": b"PK\x03\x04 this is no workbook", "empty.xlsx": b"", "text.xlsx": b"hello", "html.xls": b"<html></html>",
        "cut.xlsx": good[: len(good) // 2], "good.xlsm": good, "good.et": good, "good.pdf": good, "good": good, "ole.xls": b"\xd0\xcf\x11\xe0" * 300,
        "zip.xlsx": b"PK\x05\x06" + bytes(18), "image.png": b"\x89PNG\r\n\x1a\n",
    }.items():
        file = b.desk.work / name
        file.write_bytes(content)
        files.append(file)
    b.ask("returns", "check", *files, label="no workbooks", text=True)
    b.ask("returns", "check", files[0], label="corrupt", text=True)


def phases_of(b: Book, campaign: str) -> tuple[dict[str, Any], list[tuple[str, str]], list[str]]:
    """The plan as `plan show` tells it, its phases with their deadlines, its indicators."""
    status, out, err = b.desk.run("plan", "show", campaign, "--json")
    assert status == 0, err
    plan = json.loads(out)
    return plan, [(p["id"], p["deadline"]) for p in plan["phases"]], [i["id"] for i in plan["indicators"]]


@book
def campaigns_empty(b: Book) -> None:
    """Every campaign in an empty installation: what is asked, owed, held and unknown."""
    for c in CAMPAIGNS:
        plan, phases, indicators = phases_of(b, c)
        days = sorted({d for d in ("2024-06-28", plan.get("starts"), plan.get("ends"), *(d for _, d in phases[:3])) if d})
        days = [d if len(d) > 7 else f"{d}-15" for d in days]
        for day in reversed(days):  # a plain run asks of the last only: it is to be the one that registers the plan
            b.ask("returns", "status", c, "--as-of", day, large=True, deep=day != days[-1])
            b.ask("indicators", c, "--as-of", day, large=True, text=True, deep=day != days[-1])
            b.ask("remind", c, "--dry-run", "--as-of", day, large=True, deep=day != days[-1])
        b.ask("plan", "feasibility", c, "--facts", "--as-of", days[0], large=True)
        for phase, deadline in phases:
            b.ask("gate", c, phase, "--as-of", deadline if len(deadline) > 7 else f"{deadline}-15", large=True, text=True,
                  deep=phase not in (phases[0][0], phases[-1][0]))
        for indicator in indicators:
            b.ask("trace", c, indicator, "--as-of", days[-1], large=True, langs=("zh",), deep=indicator != indicators[0])
        b.ask("rectification", "list", c, "--all", langs=("zh",), large=True)
    b.ask("ledger", "verify", text=True)
    b.ask("ledger", "list", text=True)


def hand_in(b: Book, label: str, day: str, name: str, content: str, lang: str = "zh", campaign: str = "demo",
            reason: str | None = None) -> dict[str, Any]:
    """Submits one file of the unit's; returns what is told of the return."""
    folder = b.desk.work / label.replace(" ", "_")
    folder.mkdir()
    file = folder / f"{campaign}__{name}.csv"
    file.write_text(content, encoding="utf-8")
    why = ("--reason", reason) if reason else ()
    told = b.ask("returns", "submit", file, *why, "--as-of", day, label=label, langs=(lang,))
    return told["returns"][0]


def look(b: Book, label: str, day: str, phases: tuple[str, ...] = ("launch", "collection", "application")) -> None:
    """Everything that can be asked without changing anything."""
    at = ("--as-of", day)
    brief = label not in ("nothing yet", "late with warnings", "refused", "over")
    b.ask("returns", "status", "demo", *at, label=label, text=True, brief=brief)
    chosen = not brief or label in ("corrected", "registers are in", "all is in")
    b.ask("indicators", "demo", *at, label=label, text=True, brief=brief, large=not chosen)
    for phase in phases:
        b.ask("gate", "demo", phase, *at, label=label, text=True, brief=brief)
    b.ask("remind", "demo", "--dry-run", *at, label=label)
    for indicator in ("gross_output", "value_added_rate", "hnte"):
        b.ask("trace", "demo", indicator, *at, label=label, text=indicator == "gross_output", brief=brief,
              large=not chosen)
    b.ask("rectification", "list", "demo", "--all", *at, label=label, text=True, brief=brief)
    b.ask("corrections", "list", "demo", *at, label=label, text=True, brief=brief)


def decide(b: Book, phase: str, day: str) -> None:
    """The decision itself is taken by the phase's DAG, no command does it: the one place here that knows of what is behind."""
    from gaoxin.campaign.gatekeeping import decide as take
    from gaoxin.campaign.workplace import open_workplace
    from gaoxin.clock import parse_as_of
    from gaoxin.settings import Settings

    settings = Settings.model_validate({
        "home": b.desk.home, "database_url": b.desk.environment["GAOXIN_DATABASE_URL"], "GAOXIN_PLANS": b.desk.plans,
    })
    result = take(open_workplace(settings, "demo", parse_as_of(day)), phase)
    b.note(f"{day}: decided {phase}", {"verdict": str(result.verdict), "seal": result.seal})


@book
def story(b: Book) -> None:
    w = b.desk.work
    b.ask("drill", "begin", langs=("zh",), text=True)
    look(b, "nothing yet", "2024-01-15")
    b.ask("ledger", "verify", label="nothing yet", text=True)
    b.ask("ledger", "list", label="nothing yet", text=True)
    for again in ("first", "again"):
        b.ask("plan", "register", "demo", "--as-of", "2024-01-16", "--reason", "区政府批复", label=again, langs=("zh",), text=True)
    _launch(b)
    _monthly(b, w)
    _gates(b, w)
    _inbox(b, w)
    for period in ("2024-02", "2024-03", "2024-Q1", "2024-06", "2024", None):
        out = w / f"report {period}"
        told = b.ask("report", "quality", "demo", *(("--period", period) if period else ()), "-o", out, "--as-of", "2024-08-02",
                     text=period == "2024-02")
        for file in sorted(out.glob("*.json")):
            b.note(f"{told and period}: {file.name}", json.loads(file.read_text(encoding="utf-8")),
                   large=period != "2024-Q1")
        for file in sorted(out.glob("*.html")):
            b.note(f"{period}: {file.name}", [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()], large=True)
    for period in ("2024-02", "2024-03", "2024-Q1", "2024-06", "2024-12"):
        at = ("--period", period, "--as-of", "2024-08-02")
        b.ask("returns", "status", "demo", *at, label="at the end")
        b.ask("indicators", "demo", *at, label="at the end")
        for indicator in ("gross_output", "value_added_rate", "hnte"):
            b.ask("trace", "demo", indicator, *at, label="at the end", langs=("en",), large=True)
    # What was known on a day that is past stays what was known.
    look(b, "what was known", "2024-03-09", ("launch", "collection"))
    look(b, "what was known", "2024-05-11", ("collection",))
    look(b, "what was known", "2024-07-20")
    for day in ("2024-03-01", "2024-06-30", "2024-08-02"):
        b.ask("plan", "feasibility", "demo", "--facts", "--as-of", day, text=day == "2024-08-02")
    b.ask("ledger", "verify", label="at the end", text=True)
    told = b.ask("ledger", "checkpoint", label="at the end", langs=("zh",), text=True)
    for against in (f"{told['seq']}:{told['head']}", f"{told['seq']}:{'0' * 64}", f"99999:{told['head']}", "nowhere.txt"):
        b.ask("ledger", "verify", "--against", against, label="against a checkpoint")
    b.ask("ledger", "verify", "--since", "30", label="since", langs=("zh",))
    b.ask("ledger", "verify", "--campaign", "nowhere", label="of nothing", langs=("zh",))
    for cell in ("数据!D2", "D2", "数据!C2", "数据!Z99", "别的!D2", ""):
        b.ask("trace", "demo", "--cell", "demo__industry__committee__2024-06__v1", *([cell] if cell else []), "--as-of", "2024-08-02",
              label="followed", text=cell == "D2")
    b.ask("trace", "demo", "--cell", "demo__nothing", "D2", "--as-of", "2024-08-02", label="followed", langs=("zh",))
    b.ask("returns", "status", "demo", "--limit", "2", "--after", "3", "--as-of", "2024-08-02", label="a page", text=True)
    b.ask("ledger", "list", label="at the end", text=True, langs=("zh",))
    b.ask("ledger", "list", "--campaign", "demo", "--as-of", "2024-03-09", langs=("zh",))
    _between_unit_and_office(b)
    _clock(b)
    _suites(b)


def _clock(b: Book) -> None:
    """What is owed when, by whom, what went out, and what it costs; another day, a clock that stands still, a bulletin."""
    at, zh = ("--as-of", "2024-08-05"), ("zh",)
    for label in ("nothing asked", "asked"):
        for command in ("deadlines", "cadences", "overdue", "burden", "cards", "sent", "alive", "waivers"):
            b.ask(command, "demo", *at, label=label, text=True, large=command in ("deadlines", "sent") and label == "asked")
        for group in ("extend", "bulletin", "rules", "sources"):
            b.ask(group, "list", "demo", *at, label=label, text=True, langs=zh if label == "asked" else LANGS)
        if label == "nothing asked":
            _another_day(b, at)
            _bulletin(b, at)
    b.ask("deadlines", "demo", "--unit", "committee", "--open", *at, text=True)
    b.ask("deadlines", "demo", "--kind", "nothing", *at)
    b.ask("sent", "demo", "--failed", *at, text=True)
    b.ask("cadence", "done", "demo", "monthly:2024-06", "--by", "committee", *at)
    b.ask("alive", *at)
    b.ask("feed", "demo", "--unit", "committee", "-o", b.desk.work / "committee.ics", *at, text=True, langs=zh)


def _another_day(b: Book, at: tuple[str, str]) -> None:
    asked = b.ask("extend", "ask", "demo", "dossier", "--by", "committee", "--until", "2024-08-16", "--reason", "等待审计结果", *at, text=True)
    for number in (str(asked["given"]["number"]) if "given" in asked else "1", "99"):
        b.ask("extend", "grant", "demo", number, "--by", "government", "--reason", "同意", *at, label=f"of {number}", text=number != "99")
    for again in ("stopped", "stopped before"):
        b.ask("clock", "stop", "demo", "dossier", "--unit", "committee", "--by", "government", "--reason", "等待办公室发模板", *at, label=again,
              langs=("zh",), text=again == "stopped")


def _bulletin(b: Book, at: tuple[str, str]) -> None:
    by, period = ("--by", "committee"), "2024-06"
    b.ask("bulletin", "release", "demo", "2024-05", "--by", "government", *at, label="no draft")
    b.ask("bulletin", "draft", "demo", period, *by, *at, langs=("zh",), text=True)
    for slot, words in (("analysis", "六月工业产值 {indicator:gross_output}。"), ("next", "抓紧编制申报材料。"), ("next", "{indicator:nothing}")):
        b.ask("bulletin", "text", "demo", period, slot, "--text", words, *by, *at, langs=("zh",), label=words, text=slot == "analysis")
    b.ask("bulletin", "comment", "demo", period, "--text", "建议写明原因", *by, *at, langs=("zh",), text=True)
    for again, releaser in (("by who wrote it", "committee"), ("released", "government"), ("released before", "government")):
        b.ask("bulletin", "release", "demo", period, "--by", releaser, *at, langs=("zh",), label=again, text=again == "released")
    b.ask("bulletin", "erratum", "demo", period, "-o", b.desk.work / "errata", *at, langs=("zh",))


def _between_unit_and_office(b: Book) -> None:
    """Questions and their answers; a return that a person sends back, and takes that back."""
    june, at = "demo__industry__committee__2024-06__v2", ("--as-of", "2024-08-03")
    b.ask("wall", "demo", *at, large=True, text=True)
    asked = b.ask("ask", "demo", "六月的单位是亿元还是万元？", "--by", "committee", "--about", june, *at, langs=("zh",), text=True)
    for text, by in ((" ", "committee"), ("已与企业核对", "nobody")):
        b.ask("ask", "demo", text, "--by", by, *at, label="not asked")
    for again in ("answered", "answered before"):
        b.ask("answer", "demo", str(asked["number"]), "亿元。", *at, label=again, langs=("zh",), text=True)
    b.ask("answer", "demo", "99999", "已与企业核对", *at, label="nothing asked")
    b.ask("questions", "demo", *at, text=True)
    for label, args in {"without words": ("--because", " "), "no such cell": ("--because", "请补第二季度", "--cell", "数据!Z99"), "sent back": (
            "--because", "与台账不符", "--cell", "数据!D2"), "sent back before": ("--because", "与台账不符")}.items():
        b.ask("returns", "send-back", june, *args, *at, label=label, text=label == "sent back")
    look(b, "sent back", "2024-08-03", ("application",))
    for again in ("taken back", "nothing to take back"):
        b.ask("returns", "take-back", june, "--because", "台账有误", *at, label=again, text=again == "taken back")


def _launch(b: Book) -> None:
    report = b.desk.work / "调研报告.txt"
    report.write_text("调研报告", encoding="utf-8")
    decide(b, "launch", "2024-02-20")
    for args in (
        ("evidence", "demo", "nothing", report, "--by", "committee"), ("evidence", "demo", "survey", report, "--by", "nobody"),
        ("evidence", "demo", "survey", report, "--by", "science"), ("evidence", "demo", "survey", report, "--by", "committee", "--deliverable", "x"),
        ("approve", "demo", "launch", "--by", "government", "--decision", "approve", "--reason", "无审批条件"),
        ("approve", "demo", "nothing", "--by", "government", "--decision", "approve", "--reason", "按会议纪要"),
        ("waive", "demo", "launch", "nothing", "--by", "government", "--reason", "按会议纪要", "--expires", "2024-12-31"),
        ("waive", "demo", "launch", "work_done", "--by", "nobody", "--reason", "按会议纪要", "--expires", "2024-12-31"),
        ("waive", "demo", "launch", "work_done", "--by", "science", "--reason", "按会议纪要", "--expires", "2024-12-31"),
        ("waive", "demo", "launch", "work_done", "--by", "government", "--reason", " ", "--expires", "2024-12-31"),
        ("waive", "demo", "launch", "work_done", "--by", "government", "--reason", "按会议纪要", "--expires", "2024-01-31"),
        ("gate", "demo", "nothing"), ("trace", "demo", "nothing"), ("explain", "demo", "nothing", "jump", "已与企业核对", "--by", "committee"),
        ("rectification", "close", "demo", "nothing", "--by", "committee", "--reason", "按会议纪要"), ("indicators", "demo", "--period", "2024-05"),
    ):
        b.ask(*args, "--as-of", "2024-02-26", label="not possible")
    look(b, "held for lack of evidence", "2024-02-27", ("launch",))
    b.ask("evidence", "demo", "survey", report, "--by", "committee", "--as-of", "2024-02-27", langs=("zh",))
    b.ask("evidence", "demo", "survey", report, "--by", "committee", "--as-of", "2024-02-28", langs=("en",), text=True, label="again")
    look(b, "with the evidence", "2024-02-28", ("launch",))
    decide(b, "launch", "2024-02-29")
    look(b, "launched", "2024-03-01")


def _monthly(b: Book, w: Path) -> None:
    month = "industry__committee__2024-0{}".format
    february = hand_in(b, "february is wrong", "2024-03-05", month(2), csv_of(GOOD | {"value_added": 22.5}))
    b.ask("returns", "submit", w / "february_is_wrong" / f"demo__{month(2)}.csv", "--as-of", "2024-03-06", label="wrong again", langs=("en",), text=True)
    look(b, "a return is rejected", "2024-03-07", ("collection",))
    february = hand_in(b, "february is right", "2024-03-08", month(2), csv_of(GOOD))
    look(b, "corrected", "2024-03-09", ("collection",))
    b.ask("remind", "demo", "--as-of", "2024-04-07", label="sent", langs=("zh",))
    b.ask("remind", "demo", "--as-of", "2024-04-07", label="sent before", langs=("en",), text=True)
    look(b, "due soon", "2024-04-08", ("collection",))
    march = hand_in(b, "march is late", "2024-04-15", month(3), csv_of({k: v * 20 for k, v in GOOD.items()}), lang="en")
    warned = [f["rule"] for f in march["findings"] if f["severity"] == "warning"]
    look(b, "late with warnings", "2024-04-16", ("collection",))
    b.ask("remind", "demo", "--as-of", "2024-04-22", langs=("zh",), text=False)
    made_up(b, "demo", "2024-01", "2024-06", "--fault", "register_duplicate:hnte_register:committee:2024-Q1", "--corrections", folder="s")
    for file in sorted((w / "s").glob("demo__hnte_register__*2024-Q1*")):
        b.ask("returns", "submit", file, "--as-of", "2024-04-23", langs=("zh",), text=True)
    look(b, "registers are in", "2024-04-24", ("collection", "application"))
    ids = february["return_id"], march["return_id"]
    for label, args in {
        "no such rule": (ids[1], "no_such_rule", "已与企业核对", "--by", "committee"), "no warning": (ids[0], "jump", "已与企业核对", "--by", "committee"),
        "nobody": (ids[1], warned[0] if warned else "jump", "x", "--by", "nobody"), "another unit": (ids[1], warned[0] if warned else "jump", "x", "--by", "science"),
        "no words": (ids[1], warned[0] if warned else "jump", " ", "--by", "committee"),
    }.items():
        b.ask("explain", "demo", *args, "--as-of", "2024-04-25", label=label)
    for rule in dict.fromkeys(warned):
        b.ask("explain", "demo", ids[1], rule, "新投产三家企业，首次纳入统计", "--by", "committee", "--as-of", "2024-04-25", label="explained",
              langs=("zh",), text=True)
    _explanations_reviewed(b, ids[1], warned[0])
    look(b, "explained", "2024-04-26", ("collection",))
    decide(b, "collection", "2024-05-10")
    look(b, "rectifications", "2024-05-11", ("collection",))
    right = csv_of({k: v * 1.6 if k != "enterprises" else v for k, v in GOOD.items()})
    hand_in(b, "march without a reason", "2024-05-12", month(3), right)
    hand_in(b, "march is corrected", "2024-05-12", month(3), right, reason="误将两月合并填报")
    decide(b, "collection", "2024-05-13")
    look(b, "march is corrected", "2024-05-14", ("collection",))
    b.ask("returns", "submit", w / "february_is_right" / f"demo__{month(2)}.csv", w / "march_is_late" / f"demo__{month(3)}.csv",
          "--as-of", "2024-05-15", langs=("en",), text=True, label="old versions again")
    several = w / "several"
    several.mkdir()
    for number, factor in ((4, 2.4), (5, 3.2)):
        (several / f"demo__{month(number)}.csv").write_text(
            csv_of({k: round(v * factor, 4) if k != "enterprises" else v for k, v in GOOD.items()}), encoding="utf-8")
    (several / "demo__industry__nobody__2024-04.csv").write_text(csv_of(GOOD), encoding="utf-8")
    (several / "corrupt.xlsx").write_bytes(b"PK\x03\x04 this is no workbook")
    b.ask("returns", "submit", *sorted(several.iterdir()), "--as-of", "2024-06-07", langs=("zh",))


def _explanations_reviewed(b: Book, return_id: str, rule: str) -> None:
    at, by = ("--as-of", "2024-04-25"), ("--by", "supervision")
    for lang in ("zh", "en"):
        b.ask("explanations", "list", "demo", *at, label=f"to be reviewed, {lang}", langs=(lang,), text=True)
    for label, args in {
        "by its own unit": ("accept", return_id, "--by", "committee"), "no such rule": ("accept", return_id, "no_such_rule", *by),
        "too late a day": ("accept", return_id, "--until", "2030-01-01", *by), "no comment": ("send-back", return_id, "--because", "无", *by),
        "no such return": ("accept", return_id.replace("03", "09"), *by),
    }.items():
        b.ask("explanations", *args, *at, label=label)
    b.ask("explanations", "send-back", return_id, rule, "--because", "写明是哪三家企业", *by, *at, langs=("zh",), text=True, label="sent back")
    b.ask("explanations", "list", "demo", "--unit", "committee", *at, label="sent back", langs=("zh",), text=True)
    for words in ("新投产三家企业，首次纳入统计", "经核实，情况属实", "华星、恒远、天工三家企业投产"):
        b.ask("explain", "demo", return_id, rule, words, "--by", "committee", *at, label=words, langs=("zh",), text=True)
    b.ask("explanations", "accept", return_id, "--comment", "已核备案证", *by, *at, label="accepted", langs=("en",), text=True)
    b.ask("explanations", "accept", return_id, *by, *at, label="accepted already")
    b.ask("explanations", "list", "demo", "--all", *at, label="all", langs=("zh",), text=True)


def _problems(b: Book, w: Path) -> None:
    at, sheet, facts = ("--as-of", "2024-06-29"), w / "问题清单.csv", w / "佐证.txt"
    b.ask("problem", "template", "demo", "-o", w / "清单模板.xlsx", *at, langs=("zh", "en"), text=True)
    given = ("--origin", "督查", "--source", "六月督查", "--by", "supervision")
    sheet.write_text("序号,问题,责任单位,整改标准,整改期限\n1,台账不全,区科技局,补齐,2024-07-10\n2,设备未到,谁,到位,下月\n", encoding="utf-8")
    b.ask("problem", "load", "demo", sheet, *given, *at, label="faults", text=True)
    sheet.write_text("序号,问题,责任单位,整改标准,整改期限\n1,台账不全,区科技局,补齐,2024-07-10\n", encoding="utf-8")
    told = b.ask("problem", "load", "demo", sheet, *given, *at, label="a list", text=True)
    b.ask("problem", "load", "demo", sheet, *given, *at, label="again", langs=("zh",))
    b.ask("problem", "add", "demo", "数据迟报", "--owner", "science", "--due", "2024-07-01", "--standard", "按时报", *given, *at, label="one")
    one = told["problems"][0]["id"]
    b.ask("problems", "demo", "--open", *at, label="open", text=True)
    facts.write_text("已补齐", encoding="utf-8")
    b.ask("problem", "recheck", "demo", one, "--by", "supervision", "--outcome", "accept", "--reason", "好", *at, label="nothing handed in")
    b.ask("problem", "evidence", "demo", one, facts, "--by", "committee", *at, label="another's")
    b.ask("problem", "evidence", "demo", one, facts, "--by", "science", "--note", "已补齐", *at, label="handed in", text=True)
    word = ("--by", "supervision", "--reason", "已核对", *at)
    b.ask("problem", "recheck", "demo", one, "--outcome", "send-back", "--due", "2024-07-20", *word, label="sent back", text=True)
    facts.write_text("补齐三月", encoding="utf-8")
    b.ask("problem", "evidence", "demo", one, facts, "--by", "science", *at, label="handed in again", langs=("zh",))
    b.ask("problem", "recheck", "demo", one, "--outcome", "accept", *word, label="accepted", text=True)
    b.ask("problem", "reopen", "demo", one, "--due", "2024-07-25", *word, label="reopened", text=True)
    b.ask("problems", "demo", *at, label="all", text=True)
    b.ask("score", "list", "demo", *at)


def _gates(b: Book, w: Path) -> None:
    month = "industry__committee__2024-0{}".format
    look(b, "before the gate", "2024-06-28")
    decide(b, "collection", "2024-06-28")
    told = b.ask("rectification", "list", "demo", "--as-of", "2024-06-28", label="to close")
    for number, one in enumerate(told["rectifications"]):
        by, at = one["owner"], ("--as-of", "2024-06-29")
        if number < 2:
            b.ask("rectification", "close", "demo", one["id"], "--by", "nobody", "--reason", "已整改", *at, label="closed by nobody")
            b.ask("rectification", "close", "demo", one["id"], "--by", "science", "--reason", " ", *at, label="no reason")
            b.ask("rectification", "close", "demo", one["id"], "--by", "science", "--reason", "已整改", *at, label="closed by another", langs=("zh",))
            b.ask("rectification", "close", "demo", one["id"], "--by", by, "--reason", "已整改", *at, label="closed by owner", langs=("en",))
            b.ask("rectification", "close", "demo", one["id"], "--by", "supervision", "--reason", "已整改", *at, label="closed", langs=("zh",), text=True)
    _problems(b, w)
    look(b, "some are closed", "2024-06-30")
    hand_in(b, "june", "2024-07-05", month(6), csv_of({k: v * 5 if k != "enterprises" else v for k, v in GOOD.items()}))
    for file in sorted((w / "s").glob("demo__hnte_register__*2024-Q2*")):
        b.ask("returns", "submit", file, "--as-of", "2024-07-06", langs=("zh",))
    waiver = ("--by", "government", "--reason", "区政府常务会议同意", "--expires", "2024-07-15", "--as-of")
    for criterion in ("complete", "clean", "explained", "rectified", "targets"):
        b.ask("waive", "demo", "collection", criterion, *waiver, "2024-07-07", langs=("zh",), text=False)
    look(b, "waived", "2024-07-07", ("collection",))
    decide(b, "collection", "2024-07-08")
    look(b, "all is in", "2024-07-08")
    b.ask("waive", "demo", "collection", "complete", *waiver, "2024-07-09", label="of a gate that passed")
    decide(b, "collection", "2024-07-10")
    look(b, "waivers have ended", "2024-07-20")
    consent = ("approve", "demo", "application", "--reason", "同意上报", "--as-of")
    b.ask(*consent, "2024-07-20", "--by", "government", "--decision", "approve", label="too early")
    dossier = w / "申报材料.txt"
    dossier.write_text("申报材料", encoding="utf-8")
    b.ask("evidence", "demo", "dossier", dossier, "--by", "science", "--as-of", "2024-07-21", langs=("en",))
    look(b, "waits for consent", "2024-07-22", ("application",))
    decide(b, "application", "2024-07-22")
    for criterion in ("targets", "dossier", "consent"):
        b.ask("waive", "demo", "application", criterion, "--by", "government", "--reason", "专题会议同意", "--expires", "2024-08-31", "--as-of",
              "2024-07-22", label="application", langs=("en",))
        look(b, f"{criterion} waived", "2024-07-22", ("application",))
    decide(b, "application", "2024-07-23")
    b.ask(*consent, "2024-07-23", "--by", "science", "--decision", "approve", label="not the one")
    b.ask(*consent, "2024-07-23", "--by", "nobody", "--decision", "approve", label="nobody")
    b.ask(*consent, "2024-07-23", "--by", "government", "--decision", "reject", label="refused", langs=("zh",))
    look(b, "refused", "2024-07-24", ("application",))
    b.ask(*consent, "2024-07-25", "--by", "government", "--decision", "approve", label="given", langs=("en",))
    look(b, "given", "2024-07-26", ("application",))
    dossier.write_text("申报材料（修订）", encoding="utf-8")
    b.ask("evidence", "demo", "dossier", dossier, "--by", "committee", "--as-of", "2024-07-27", langs=("zh",), label="changed")
    hand_in(b, "june again", "2024-07-27", month(6), csv_of({k: v * 5.2 if k != "enterprises" else v for k, v in GOOD.items()}),
            reason="漏报一家企业")
    look(b, "void", "2024-07-28", ("application",))
    b.ask(*consent, "2024-07-28", "--by", "government", "--decision", "approve", label="given again", langs=("zh",), text=False)
    look(b, "given again", "2024-07-29", ("application",))
    _settled(b)
    decide(b, "application", "2024-07-30")
    look(b, "over", "2024-08-01")
    b.ask("remind", "demo", "--as-of", "2024-08-01", label="last", langs=("zh",))
    for file in sorted((b.desk.home / "var" / "outbox").rglob("*")):
        if file.is_file():
            b.note(f"outbox {file.relative_to(b.desk.home)}", file.read_text(encoding="utf-8").splitlines())
    _ledger_of_tasks(b)


def _ledger_of_tasks(b: Book) -> None:
    """Told by its lead, set aside by the office, closed by another; and what is refused of it."""
    at = ("--as-of", "2024-08-01")
    b.ask("tasks", "demo", *at, text=True)
    b.ask("tasks", "demo", "--unit", "science", "--state", "under_way", *at, langs=("en",))
    b.ask("tasks", "demo", "--state", "nowhere", *at)
    b.ask("tasks", "demo", "-o", "ledger.csv", *at)
    b.ask("tasks", "demo", "-o", b.desk.work / "ledger.xlsx", *at, langs=("zh",))
    progress, milestone = ("task", "progress", "demo", "dossier", "--by"), ("task", "milestone", "demo", "dossier", "draft", "--by")
    b.ask(*progress, "committee", "--percent", "90", "--words", "只差装订", *at, label="told", langs=("zh",))
    for label, more in (("falls", ("committee", "--percent", "80")), ("too much", ("committee", "--percent", "101")),
                        ("not theirs", ("science", "--percent", "95")), ("nothing", ("committee",)), ("no number", ("committee", "--percent", "多")),
                        ("to come", ("committee", "--percent", "95", "--day", "2024-08-02"))):
        b.ask(*progress, *more, *at, label=label)
    b.ask(*milestone, "committee", *at)
    moved = ("demo", "dossier", "--reason", "按会议纪要", *at, "--by")
    b.ask("task", "set-aside", *moved, "committee", label="its own")
    b.ask("task", "set-aside", *moved, "supervision", langs=("zh",))
    b.ask("tasks", "demo", *at, label="set aside", langs=("zh",), text=True)
    b.ask("task", "resume", *moved, "supervision", langs=("en",))
    b.ask("task", "resume", *moved, "supervision", label="again")
    b.ask("task", "close", *moved, "committee", label="by who did it")
    b.ask("task", "reopen", *moved, "supervision", label="not closed")
    b.ask("task", "close", *moved, "supervision", label="closed", langs=("zh",))
    b.ask("task", "close", *moved, "supervision", label="closed again")
    b.ask(*progress, "committee", "--percent", "95", *at, label="closed")
    b.ask("tasks", "demo", *at, label="closed", langs=("en",), text=True)
    b.ask("task", "reopen", *moved, "supervision", label="reopened", langs=("zh",))


def _settled(b: Book) -> None:
    """What used figures that were corrected is decided on: some of it wrongly, some apart, then the rest."""
    june, at = "demo__industry__committee__2024-06__v2", ("--as-of", "2024-07-29")
    for label, outcome, by, reason, *more in (
        ("nobody", "erratum", "nobody", "已核实"), ("no such role", "erratum", "science", "已核实"),
        ("who handed it in", "erratum", "office", "已核实"), ("no reason", "unaffected", "supervision", "无"),
        ("not open", "erratum", "supervision", "已核实", "--item", "gate:launch"),
    ):
        b.ask("corrections", "decide", june, "--outcome", outcome, "--by", by, "--reason", reason, *more, *at, label=label)
    b.ask("corrections", "decide", "demo__nothing", "--outcome", "erratum", "--by", "supervision", "--reason", "已核实", *at)
    b.ask("corrections", "decide", june, "--outcome", "unaffected", "--by", "supervision", "--reason", "原审批已按更正数重新作出",
          "--item", "approval:application/government", *at, label="one", langs=("zh",))
    b.ask("corrections", "decide", june, "--outcome", "erratum", "--by", "leading_group", "--reason", "以更正数为准", *at, label="all",
          langs=("en",))
    b.ask("corrections", "decide", june, "--outcome", "erratum", "--by", "leading_group", "--reason", "以更正数为准", *at, label="again")


def _inbox(b: Book, w: Path) -> None:
    import os

    inbox = b.desk.home / "var" / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    shutil.copy(w / "february_is_right" / "demo__industry__committee__2024-02.csv", inbox)
    (inbox / "demo__industry__committee__2024-05.csv").write_text(
        csv_of({k: v * 3.3 if k != "enterprises" else v for k, v in GOOD.items()}), encoding="utf-8")
    (inbox / "corrupt.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (inbox / "photo.jpg").write_bytes(b"jpg")
    for file in inbox.iterdir():
        os.utime(file, (1_700_000_000, 1_700_000_000))
    b.ask("inbox", "pull", "demo", "--period", "2024-02", "--as-of", "2024-08-01", langs=("zh",))
    b.ask("inbox", "pull", "demo", "--as-of", "2024-08-01", langs=("en",))
    b.ask("inbox", "pull", "demo", "--check", "--as-of", "2024-08-01", langs=("zh",), text=True)
    for file in sorted(inbox.rglob("*.txt")):
        b.note(f"inbox {file.relative_to(inbox)}", file.read_text(encoding="utf-8").splitlines())


def _suites(b: Book) -> None:
    folder = b.desk.work / "expectations"
    with pytest.MonkeyPatch.context() as patch:  # the files would lie in the checkout
        patch.setattr("gaoxin.settings.Settings.expectations", property(lambda settings: folder))
        b.ask("suites", "write", "demo", text=True)
        for file in sorted(folder.rglob("*.json")):
            b.note(file.name, json.loads(file.read_text(encoding="utf-8")))


@book
def story_kaizhou(b: Book) -> None:
    """Two months of made-up returns of a real plan, some with faults, and what follows from them."""
    _, phases, indicators = phases_of(b, "kaizhou_2020")
    for first, last, day, faults in (
        ("2020-05", "2020-05", "2020-06-20", ()), ("2020-06", "2020-06", "2020-07-25", ("broken_sum:::2020-06", "wan_for_yi:::2020-06")),
    ):
        options = [o for f in faults for o in ("--fault", f)]
        files = made_up(b, "kaizhou_2020", first, last, *options, folder=day)
        for file in files:
            shutil.copy(file["path"], _made(b.desk.home / "var" / "inbox"))
        b.ask("inbox", "pull", "kaizhou_2020", "--check", "--as-of", day, langs=("zh",))
        b.ask("returns", "status", "kaizhou_2020", "--as-of", day, large=True, text=True)
        b.ask("indicators", "kaizhou_2020", "--as-of", day, large=True, text=True)
        b.ask("remind", "kaizhou_2020", "--dry-run", "--as-of", day, large=True, text=True)
        b.ask("plan", "feasibility", "kaizhou_2020", "--facts", "--as-of", day, large=True, text=True)
        for phase, _ in phases:
            b.ask("gate", "kaizhou_2020", phase, "--as-of", day, large=True, text=True)
        for indicator in indicators:
            b.ask("trace", "kaizhou_2020", indicator, "--as-of", day, large=True, langs=("zh",), deep=indicator not in indicators[:5])
    b.ask("report", "quality", "kaizhou_2020", "--period", "2020-06", "-o", b.desk.work / "report", "--as-of", "2020-07-20", langs=("zh",))
    b.ask("ledger", "verify", text=True)
    b.ask("ledger", "list", large=True, langs=("zh",))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
