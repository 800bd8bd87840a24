"""A register's cells by type."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.plan.forms import RegisterField
from gaoxin.returns.fields import parse_field

DATE = RegisterField.model_validate({"id": "d", "name": "日期", "type": "date"})
CODE = RegisterField.model_validate(
    {"id": "c", "name": "领域", "type": "code", "codes": {"EQ": {"zh": "装备制造", "en": "Equipment"}, "IT": "电子信息"}}
)
CREDIT = RegisterField.model_validate({"id": "k", "name": "代码", "type": "credit_code"})
TEXT = RegisterField.model_validate({"id": "t", "name": "名称"})

days = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@given(days, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]))
def test_every_way_of_writing_a_date(day, shape):
    value, _, problem = parse_field(day.strftime(shape), DATE)
    assert (value, problem) == (day, None)


@given(days)
def test_serial_numbers(day):
    serial = (day - date(1899, 12, 30)).days
    assert parse_field(float(serial), DATE)[0] == day
    assert parse_field(str(serial), DATE)[0] == day
    assert parse_field(serial + 0.5, DATE)[:1] == parse_field(f"{serial}.5", DATE)[:1] == (day,)


A_MOMENT = datetime(2020, 6, 1)  # noqa: DTZ001  a cell has no time zone


@pytest.mark.parametrize("raw", [A_MOMENT, A_MOMENT.date(), 20200601, "2020-6-1", "２０２０年６月１日", "2020-06-01 00:00:00",
                                 "2020/6/1 10:05", "2020-06-01T08:00:01", "2020年6月1号", "二〇二〇年六月一日", 43983])
def test_dates(raw):
    value, repairs, _ = parse_field(raw, DATE)
    assert value == date(2020, 6, 1)
    assert not any("6" in repair.zh for repair in repairs), "a finding names the day itself"


@pytest.mark.parametrize("raw", ["6/1/2020", "20-6-1", "2020年6月", "2020", "2020-02-30", "二〇二〇年六月三十一日", "去年", 5,
                                 True])
def test_an_uncertain_date_has_a_problem(raw):
    value, _, problem = parse_field(raw, DATE)
    assert value is None
    assert problem is not None


@pytest.mark.parametrize("raw", ["EQ", "装备制造", "eq", " 装备制造 ", "Equipment", "EQ 装备制造", "ＥＱ"])
def test_a_code_by_code_or_name(raw):
    assert parse_field(raw, CODE)[0] == "EQ"


def test_the_names_of_the_list_need_no_repair():
    assert parse_field("装备制造", CODE) == ("EQ", (), None)


def test_an_unknown_code_is_kept_for_the_rules_to_judge():
    assert parse_field("养殖", CODE) == ("养殖", (), None)


def test_codes_are_made_plain_and_lost_digits_are_told():
    value, repairs, _ = parse_field(" ９1990000y000-00019b ", CREDIT)
    assert value == "91990000Y00000019B"
    assert repairs
    value, _, problem = parse_field(9.1350100123456e17, CREDIT)
    assert value is None
    assert problem is not None


def test_text():
    assert parse_field("样本\n 公司", TEXT)[0] == "样本公司"
    assert parse_field("ABC\nCo 样本", TEXT)[0] == "ABC Co 样本"
    assert parse_field("—", TEXT)[0] is None
    assert parse_field(12.0, TEXT)[0] == "12"


def test_a_registers_share_up_to_one_is_settled_by_the_others_of_its_column(demo_plan):
    from gaoxin.containers.model import Sheet
    from gaoxin.plan.forms import RegisterForm
    from gaoxin.returns.body import read_body

    form = demo_plan.form("hnte_register")
    fields = [f.model_dump(mode="json", exclude_none=True) for f in form.fields if f.id in ("credit_code", "name")]
    fields.append({"id": "share", "name": "占比", "type": "number", "unit": "%"})
    form = RegisterForm.model_validate(form.model_dump(mode="json", exclude={"counts"}, exclude_none=True) | {"fields": fields})

    def shares(*values):
        rows = [["credit_code", "name", "share"], ["统一社会信用代码", "企业名称", "占比"], *([f"9{i}", f"厂{i}", v]
                                                                                  for i, v in enumerate(values))]
        return [entry.fields["share"].value for entry in read_body(Sheet("数据", rows), form).entries]

    assert shares(0.8, 2.5, 0.3) == [Decimal("0.8"), Decimal("2.5"), Decimal("0.3")]
    assert shares(0.8, 0.5) == [None, None]
