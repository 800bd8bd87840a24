"""Long messages in parts: nothing is lost, no part is too large, none is measured in characters."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from gaoxin.channels.parts import bytes_of, in_parts, json_bytes_of
from gaoxin.channels.port import cleaned

TEXTS = st.text(st.sampled_from("园区a\"\\ \n。🏭"), min_size=1, max_size=400)


@given(TEXTS, st.integers(120, 400), st.sampled_from([bytes_of, json_bytes_of]))
def test_parts_are_within_the_limit_and_together_the_whole(text, limit, size):
    parts = in_parts(text, limit, size, ends="\n编号 1a2b")
    assert all(size(part) <= limit for part in parts)
    assert all(part.endswith("\n编号 1a2b") for part in parts)
    bare = [re.sub(r"^（\d+/\d+）\n", "", part).removesuffix("\n编号 1a2b") for part in parts]
    assert "".join(bare).replace("\n", "") == text.replace("\n", "")


def test_a_cut_is_at_the_end_of_a_line():
    lines = [f"第{n}项：园区工业月报" for n in range(50)]
    parts = in_parts("\n".join(lines), 300)
    assert len(parts) > 1
    assert [line for part in parts for line in part.splitlines()[1:]] == lines
    assert parts[0].startswith(f"（1/{len(parts)}）\n")


def test_one_that_fits_bears_no_number():
    assert in_parts("园" * 100, 300) == ["园" * 100]


def test_what_a_server_said_is_told_without_addresses_and_secrets():
    said = "550 5.1.1 <wang.li@x.gov.cn>: user unknown; key=abc123&sign=x%2By, token tok-1\nretry"
    told = cleaned(said, ("tok-1",))
    assert told == "550 5.1.1 <***>: user unknown; key=***&sign=***, token *** retry"
