"""A share up to 1 is read as the unit's earlier periods say, from the verdict to the trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from gaoxin.campaign.intake import check_pending, load_accepted, submit_files, take_in
from gaoxin.campaign.tracing import trace
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from tests.sums import told

DEMO = Path(__file__).resolve().parents[1] / "plans" / "demo" / "plan.yaml"
ROWS = {"gross_output": ("亿元", 10), "value_added": ("亿元", 3), "light_output": ("亿元", 4), "heavy_output": ("亿元", 6),
        "enterprises": ("家", 20)}
INDICATOR = """\
  - id: rate
    row: 9
    name: {zh: 达标率, en: Rate}
    lead: committee
    source: 附件 第9项
    measures: [{id: value, unit: "%", formula: r, inputs: {r: {variable: rate}}}]
    targets: [{target: {at_least: 60}, due: 2024-07, source: 附件 第9项}]
forms:
"""


@pytest.fixture
def settings(settings_at, warehouse, tmp_path):
    folder = tmp_path / "plans" / "demo"
    folder.mkdir(parents=True)
    text = DEMO.read_text(encoding="utf-8").replace("\nforms:\n", "\n" + INDICATOR)
    enterprises = "      - {id: enterprises, name: 规上企业数, unit: 家, kind: stock, integer: true}\n"
    assert enterprises in text
    text = text.replace(enterprises, enterprises + "      - {id: rate, name: 达标率, unit: '%', kind: stock, required: false}\n")
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    return settings_at(tmp_path / "home", folder.parent)


def report(folder: Path, period: str, rate: str) -> Path:
    file = folder / f"demo__industry__committee__{period}.csv"
    rows = ROWS | {"rate": ("%", rate)}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("code,name,unit_of_measure,value,note\n" + "".join(
        f"{code},,{unit},{value},\n" for code, (unit, value) in rows.items()), encoding="utf-8")
    return file


def rates(settings, as_of: str) -> dict[str, str]:
    w = open_workplace(settings, "demo", parse_as_of(as_of))
    with w.warehouse.read() as store:
        return {str(f.period): f"{f.value.normalize():f}" for f in store.facts.as_of("demo", w.known).series
                if f.variable == "rate"}


def test_history_settles_a_share_from_the_verdict_to_the_trace(settings, tmp_path):
    (alone,) = submit_files(settings, [report(tmp_path, "2024-02", "0.81")], parse_as_of("2024-03-05"))
    assert [f.rule for f in alone.findings if f.variable == "rate"] == ["rate.readable"], "nothing says how it is written"
    submit_files(settings, [report(tmp_path, "2024-02", "81%")], parse_as_of("2024-03-06"))
    (done,) = submit_files(settings, [report(tmp_path, "2024-03", "0.85")], parse_as_of("2024-04-05"))
    (said,) = (f for f in done.findings if f.rule == "rate.repaired")
    assert "0.85 按本单位以往各期读作 85%" in said.message.zh
    report(settings.inbox / "committee", "2024-04", "0.9")
    take_in(open_workplace(settings, "demo", parse_as_of("2024-05-05"), acts=True), None, check=False)
    later = open_workplace(settings, "demo", parse_as_of("2024-05-06"), acts=True)
    check_pending(later, None)
    assert load_accepted(later, None) == 6
    assert rates(settings, "2024-05-06") == {"2024-02": "81", "2024-03": "85", "2024-04": "90"}
    shown = told(trace(open_workplace(settings, "demo", parse_as_of("2024-05-07")), "rate"))
    (cell,) = shown["inputs"]
    assert (cell["raw"], cell["matches"], shown["differences"], shown["unreadable"]) == ("0.9", True, [], [])
