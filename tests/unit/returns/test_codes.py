"""Check characters and shapes of codes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.returns import codes

bodies = st.builds(
    lambda head, region, rest: head + region + rest,
    st.text(codes.ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(codes.ALPHABET, min_size=9, max_size=9),
)


def test_the_standards_own_example():
    # GB 32100-2015, annex: the first 17 characters give the check value 3.
    assert codes.credit_code_check("91350100M000100Y4") == "3"
    assert codes.is_credit_code("91350100M000100Y43")
    assert not codes.is_credit_code("91350100M000100Y4Z")


@given(bodies)
def test_a_code_with_its_check_character_is_right(body):
    assert codes.is_credit_code(body + codes.credit_code_check(body))


@given(bodies, st.integers(0, 17), st.sampled_from(codes.ALPHABET))
def test_any_change_of_one_character_is_seen(body, place, other):
    code = body + codes.credit_code_check(body)
    changed = code[:place] + other + code[place + 1 :]
    assert codes.is_credit_code(changed) == (changed == code)
    assert codes.all_credit_codes([code, changed]) == (changed == code)


@pytest.mark.parametrize("text", ["91350100M000100Y4", "9135A100M000100Y43", "91350100M000100I43", "９1350100M000100Y43",
                                  "91350100m000100Y43"])
def test_what_is_no_code_is_none_among_many(text):
    assert not codes.is_credit_code(text)
    assert not codes.all_credit_codes(["91350100M000100Y43", text])


@pytest.mark.parametrize("text", ["", "9" * 17, "91350100m000100y43", "9135O100M000100Y43", "91350100M000100Y43 ", "９" * 18])
def test_what_has_not_the_shape_is_no_credit_code(text):
    assert not codes.is_credit_code(text)


@given(st.integers(0, 9_999_999))
def test_made_codes_hold_both_checks(number):
    code = codes.make_credit_code("91", "990000", f"Y{number:07d}")
    assert codes.is_credit_code(code)
    assert codes.organisation_code_check(code[8:16]) == code[16]


@pytest.mark.parametrize(("text", "year"), [("GR202051100001", 2020), ("GF201451000123", 2014), ("GR200811000001", 2008)])
def test_certificates(text, year):
    assert codes.certificate_year(text) == year


@pytest.mark.parametrize("text", ["GR20205110000", "GR2020511000011", "GR199951100001", "gr202051100001", "GX202051100001"])
def test_what_is_no_certificate(text):
    assert codes.certificate_year(text) is None


def test_a_certificate_ends_the_day_before_its_anniversary():
    assert codes.valid_until(date(2020, 11, 25)) == date(2023, 11, 24)
    assert codes.valid_until(date(2020, 2, 29)) == date(2023, 2, 28)
