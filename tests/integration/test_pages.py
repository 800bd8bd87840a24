"""What holds for every page: who may, from where an act may come, as of when, in which language."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from gaoxin.people.acts import Act
from gaoxin.people.seeing import View
from gaoxin.web import pages
from gaoxin.web.app import build
from gaoxin.web.asking import Needs
from gaoxin.web.engine import airflow_user
from tests.integration.test_people import with_accounts  # noqa: F401 - a fixture
from tests.pages import client


def flat(dependant):
    yield dependant.call
    for each in dependant.dependencies:
        yield from flat(each)


def routes():
    return [r for r in build().routes if isinstance(r, APIRoute)]


@pytest.mark.parametrize("route", routes(), ids=lambda r: f"{sorted(r.methods)[0]} {r.path}")
def test_every_route_asks_who_is_there_and_says_who_may(route):
    called = list(flat(route.dependant))
    assert airflow_user in called
    needs = [c for c in called if isinstance(c, Needs)]
    assert len(needs) == 1
    assert isinstance(needs[0].what, Act if route.methods == {"POST"} else View)
    assert {p.name for p in route.dependant.query_params} & {"ask", "user", "settings"} == set()


def test_nothing_but_routes_and_assets_is_mounted():
    others = {(type(r).__name__, getattr(r, "path", "")) for r in build().routes if not isinstance(r, APIRoute)}
    assert others == {("Mount", "/static")}
    assert build().state.broken == {}


def test_a_broken_page_takes_no_other_away(demo_workplace, settings, tmp_path, monkeypatch):
    demo_workplace("2024-03-10")
    (tmp_path / "broken_page.py").write_text("raise ZeroDivisionError('of a page')")
    monkeypatch.setattr(pages, "__path__", [*pages.__path__, str(tmp_path)])
    asked = client(settings)
    assert asked.get("/demo").status_code == 200
    lost = asked.get("/demo/what_the_broken_page_had")
    assert lost.status_code == 503
    assert "broken_page" in lost.text


def test_without_its_application_the_plugin_says_so_and_tries_again(demo_workplace, settings, monkeypatch):
    import gaoxin.web.app
    import gaoxin_ui

    demo_workplace("2024-03-10")
    monkeypatch.setattr(gaoxin_ui.Pages, "app", None)
    monkeypatch.setattr(gaoxin.web.app, "build", lambda: 1 / 0)
    asked = TestClient(gaoxin_ui.Pages())
    assert asked.get("/").status_code == 503
    monkeypatch.undo()
    assert asked.get("/static/app.css").status_code == 200


def test_the_wall_opens_in_both_languages_and_without_login_asks_for_one(demo_workplace, settings):
    demo_workplace("2024-03-10")
    said = client(settings).get("/demo")
    assert said.status_code == 200, said.text
    assert '<html lang="zh-CN">' in said.text
    assert '<html lang="en">' in client(settings).get("/demo?lang=en").text
    assert "default-src 'none'" in said.headers["content-security-policy"]
    nobody = client(settings, None).get("/demo")
    assert nobody.status_code == 401
    assert "/auth/login?next=/gaoxin/demo" in nobody.text.replace("%2F", "/")
    assert client(settings).get("/nowhere").status_code == 404


def test_what_goes_wrong_is_told_in_names_and_what_is_for_the_machine_is_folded_away(demo_workplace, settings, with_accounts):  # noqa: F811
    demo_workplace("2024-03-10")
    of = with_accounts("airflow: ours, roles: [unit], units: [committee]", "airflow: office, roles: [office]")

    def told(name: str, path: str, lang: str = "zh") -> tuple[int, str, str]:
        asked = client(of, name).get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
        found = re.search(r"(<section.*?)<details(.*?)</details>", asked.text, re.S)
        assert found, asked.text
        return asked.status_code, found[1], found[2]

    status, card, folded = told("ours", "/demo/unit/science")
    assert (status, "区科技局的单位工作台" in card, "办公室、督查" in card) == (403, True, True)
    assert "403" in folded
    for name, path in (("ours", "/demo/unit/science"), ("ours", "/demo/gate/application"), ("stranger", "/demo"),
                       ("office", "/demo/return/demo__industry__committee__2024-02__v9"), ("office", "/demo/gate/nowhere"),
                       ("office", "/nothing/of/this/kind"), ("office", "/demo/unit/committee/receipts?of=17")):
        for lang in ("zh", "en"):
            status, card, folded = told(name, path, lang)
            assert status in (403, 404)
            for sign in ("GAOXIN_", "gaoxin returns", "--", "/home/"):
                assert sign not in card, (path, sign)
