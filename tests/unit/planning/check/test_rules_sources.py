"""What a source lacks is seen without its server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.planning.check.checked_plans import found, subjects, the

LONG = {"code": "code", "value": "value", "unit_of_measure": "unit"}
QUERY = "select code, value, unit from t where period = :period and unit_id = :unit order by code"
SQL = {"kind": "sql", "id": "db", "connection": "db", "query": QUERY, "read": LONG}
REGISTER = {"fields": {"credit_code": "c", "name": "n", "certificate": "z", "issued": "d", "industry": "i"}}


def declared(form: str, *sources: dict[str, Any]):
    def edit(data):
        the(data, "forms", form)["sources"] = [*sources]
    return edit


def test_a_source_that_says_all_lacks_nothing():
    assert subjects("source_unfit", declared("industry", SQL), declared("hnte_register", SQL | {"read": REGISTER})) == []


@pytest.mark.parametrize(("form", "otherwise", "code"), [
    ("industry", {"query": QUERY + "; drop table t"}, "sources.not_one_query"),
    ("industry", {"query": "delete from t where period = :period order by 1"}, "sources.not_one_query"),
    ("industry", {"query": "with d as (delete from t returning *) select * from d where p = :period order by 1"},
     "sources.not_one_query"),
    ("industry", {"query": QUERY.replace("order by code", "")}, "sources.no_order"),
    ("industry", {"query": QUERY.replace("order by code", "-- order by code")}, "sources.no_order"),
    ("industry", {"query": "select * from (select 1 order by 1) x where p = :period"}, "sources.no_order"),
    ("industry", {"query": QUERY.replace(":unit", ":who")}, "sources.parameter_unknown"),
    ("industry", {"query": QUERY.replace(":period", "'2024-02'")}, "sources.same_forever"),
    ("hnte_register", {"query": QUERY.replace(":unit", "'x'"), "read": REGISTER}, "sources.same_for_all"),
    ("industry", {"units": ["science"]}, "sources.not_of_the_form"),
    ("industry", {"read": REGISTER | {"fields": {"gross_output": "c"}}}, "sources.other_way"),
    ("industry", {"read": {"variables": {"gross_output": {"column": "c", "unit_of_measure": "亿元"}}}}, "sources.not_read"),
])
def test_what_a_query_lacks(form: str, otherwise: dict[str, Any], code: str):
    [finding] = found("source_unfit", declared(form, SQL | otherwise))
    assert (finding.subject, finding.message.code) == (f"forms.{form}.sources.db", code)


@pytest.mark.parametrize(("source", "code"), [
    ({"kind": "folder", "path": "{unit}/{year}"}, "sources.place_unknown"),
    ({"kind": "folder", "path": "../{unit}"}, "sources.outside"),
    ({"kind": "folder", "path": "{unit.name}"}, "sources.braces"),
    ({"kind": "http", "path": "https://elsewhere/{unit}/{period}", "read": LONG}, "sources.absolute"),
    ({"kind": "http", "path": "{unit}?of={period}", "read": LONG}, "sources.in_params"),
    ({"kind": "http", "path": "{unit}/{period}", "format": "csv", "records": "data", "read": LONG}, "sources.only_json"),
])
def test_what_a_path_lacks(source: dict[str, Any], code: str):
    findings = found("source_unfit", declared("industry", {"id": "s", "connection": "c"} | source))
    assert code in {finding.message.code for finding in findings}


def test_a_unit_has_one_source_of_a_form():
    [finding] = found("source_twice", declared("industry", SQL, SQL | {"id": "other"}))
    assert finding.subject == "forms.industry.sources.other"
