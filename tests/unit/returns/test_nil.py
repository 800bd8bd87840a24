"""A nil report is explicit: a word on the cover that the template offers, or alone in a row; an untouched template is none."""

from __future__ import annotations

import pytest

from gaoxin.periods import Period
from gaoxin.quality.history import UNKNOWN
from gaoxin.quality.runner import check_many
from gaoxin.returns.model import Verdict
from gaoxin.returns.reader import read_file
from gaoxin.returns.template import build_template
from tests.return_files import kinds, packed


@pytest.fixture
def blank(demo):
    return build_template(demo, demo.form("hnte_register"), "science", Period.parse("2024-Q1"))


def nil_cell(book):
    (cell,) = [row[1] for row in book["封面"].iter_rows() if row[0].value == "零报告"]
    return cell


def judged(demo, book):
    read = read_file(packed(book), "r.xlsx", lambda _: demo)
    (checked,) = check_many(demo, [read], lambda _: UNKNOWN, {})
    return read, checked.verdict, [f.rule for f in checked.findings if f.severity == "error"]


def test_an_untouched_register_template_is_no_report(demo, blank):
    assert judged(demo, blank)[1:] == (Verdict.REJECTED, ["file.records"])


@pytest.mark.parametrize("word", ["是", " 是 ", "零报告", "Yes", True, "无数据上报（零报告）"])
def test_what_the_template_offers_makes_a_nil_report(demo, blank, word):
    nil_cell(blank).value = word
    read, verdict, errors = judged(demo, blank)
    assert (read.nil, read.entries, verdict, errors) == (True, (), Verdict.ACCEPTED, [])


@pytest.mark.parametrize(("word", "errors"), [("否", ["file.records"]), ("无", ["file.nil_unclear"]),
                                              ("见附件", ["file.nil_unclear"])])
def test_what_says_no_or_neither_is_none(demo, blank, word, errors):
    nil_cell(blank).value = word
    read, verdict, found = judged(demo, blank)
    assert (read.nil, verdict, found[:1]) == (False, Verdict.REJECTED, errors)


def test_a_word_alone_in_a_row_serves_where_there_is_no_cover(demo, blank):
    form = demo.form("hnte_register")
    lines = [",".join(f.id for f in form.fields), ",".join(f.name.zh for f in form.fields)]
    empty = read_file("\n".join(lines).encode(), "demo__hnte_register__science__2024-Q1.csv", lambda _: demo)
    said = read_file("\n".join([*lines, "零报告"]).encode(), "demo__hnte_register__science__2024-Q1.csv", lambda _: demo)
    assert (empty.nil, said.nil, said.entries) == (False, True, ())


def test_a_nil_report_with_records_contradicts_itself(demo, register_book):
    nil_cell(register_book).value = "是"
    read, verdict, errors = judged(demo, register_book)
    assert (kinds(read), verdict, errors[0]) == ({"nil_with_records"}, Verdict.REJECTED, "file.nil_with_records")


def test_a_form_that_is_never_empty_offers_no_nil_report(demo):
    form = demo.form("hnte_register").model_copy(update={"allow_empty": False})
    book = build_template(demo, form, "science", Period.parse("2024-Q1"))
    assert "零报告" not in [row[0].value for row in book["封面"].iter_rows()]
    series = build_template(demo, demo.form("industry"), "committee", Period.parse("2024-02"))
    assert "零报告" not in [row[0].value for row in series["封面"].iter_rows()]


@pytest.mark.parametrize(("typed", "errors"), [
    ((None, None), ["file.figures"]), ((" ", None), ["file.figures"]), ((None, 0), []), (("—", None), []), ((None, 7), []),
    (("x", None), ["enterprises.readable"])])
def test_a_series_of_which_nothing_is_required_is_no_report_either_while_nothing_is_filled_in(demo, typed, errors):
    form = demo.form("industry")
    form = form.model_copy(update={"variables": tuple(v.model_copy(update={"required": False}) for v in form.variables)})
    plan = demo.model_copy(update={"forms": tuple(form if f.id == form.id else f for f in demo.forms)})
    book = build_template(plan, form, "committee", Period.parse("2024-02"))
    for name, value in zip(("enterprises", "gross_output"), typed, strict=True):
        (row,) = [row for row in book["数据"].iter_rows() if row[0].value == name]
        row[3].value = value
    assert judged(plan, book)[2] == errors
