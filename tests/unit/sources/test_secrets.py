"""Which values of a connection are secrets, and in which ways of writing they are found."""

from __future__ import annotations

import json
from base64 import b64encode
from html import escape
from urllib.parse import quote

import pytest

from gaoxin.sources.secrets import sought

SECRET = "P&ss<word>/七 1"


@pytest.mark.parametrize("options", [{"password": SECRET}, {"token": SECRET}, {"headers": {"X-Key": SECRET}},
                                     {"params": {"key": [SECRET]}},
                                     {"base_url": f"https://me:{quote(SECRET, safe='')}@a.invalid"}])
@pytest.mark.parametrize("said", [SECRET, quote(SECRET), json.dumps(SECRET), escape(SECRET), SECRET.upper(),
                                  b64encode(SECRET.encode()).decode()])
def test_a_secret_is_found_however_it_is_written(options, said):
    found = sought(options)
    assert found
    assert found.search(f"denied: {said}!")


@pytest.mark.parametrize(("options", "said"), [
    ({"params": {"year": 2020, "area": "50010"}}, "/2020/50010"),
    ({"username": "reader", "host": "db.invalid"}, "reader at db.invalid"),
    ({"timeout": 30}, "30 s"), ({}, "anything")])
def test_what_is_no_secret_is_not_hidden(options, said):
    found = sought(options)
    assert found is None or not found.search(said)


def test_a_short_number_is_a_secret_where_only_a_secret_can_stand():
    found = sought({"password": 1234, "params": {"key": 123456}})
    assert found
    assert found.search("pin 1234")
    assert found.search("?key=123456")
