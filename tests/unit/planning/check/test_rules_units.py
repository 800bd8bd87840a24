"""Who does what: names, groups, powers, the office, and the rhythm that nobody set."""

from __future__ import annotations

import pytest

from tests.unit.planning.check.checked_plans import found, subjects, the


def unit(name_, **fields):
    made = {"id": "extra", "name": name_} | fields
    return lambda data: data["units"].append(made)


def task(**fields):
    return lambda data: the(data, "tasks", "dossier").update(fields)


def governance(**fields):
    return lambda data: data["governance"].update(fields)


def test_a_unit_under_two_names_and_under_a_short_one():
    def called(*names):
        return lambda data: the(data, "units", "committee").update(
            source="正文 一", aliases=[{"name": n, "source": f"正文 {n}"} for n in names],
        )
    [finding] = found("unit_two_names", called("开发区管理处"))
    assert (str(finding.severity), finding.subject, finding.sources) == (
        "warning", "units.committee", ("正文 一", "正文 开发区管理处"),
    )
    assert subjects("unit_two_names", called("管委会")) == [("info", "units.committee")]


def test_a_name_that_people_use_is_no_second_name_of_the_document():
    assert subjects("unit_two_names", lambda data: the(data, "units", "committee").update(aliases=["开发区管理处"])) == []


def test_two_units_that_seem_to_be_one():
    [finding] = found("units_look_alike", unit("区科学技术局"), task(responsible=["extra"]))
    assert (finding.subject, finding.sources) == ("units.extra", ("附件 第1项", "三3"))
    assert "science" in finding.decide.zh


@pytest.mark.parametrize("name", ["区科协", "市科技局", "区商务局", "园区管委会科技部", "区委督查室"])
def test_units_that_merely_resemble_each_other(name):
    assert subjects("units_look_alike", unit(name), task(responsible=["extra"])) == []


def test_an_alias_that_another_unit_bears():
    assert subjects("units_look_alike", unit("区科学和产业局", aliases=["区科技局"]), task(responsible=["extra"])) == [
        ("warning", "units.extra"),
    ]


def test_a_group_with_work_and_without_members():
    group = unit("各有关单位", kind="group", open_ended=True)
    assert subjects("group_without_members", group, task(responsible=["extra"])) == [("warning", "units.extra")]
    assert subjects("group_without_members", group) == []  # it has nothing to do


def test_a_group_that_is_not_listed_in_full_and_one_that_is():
    some = unit("各有关单位", kind="group", open_ended=True, members=["science"])
    assert subjects("group_without_members", some, task(responsible=["extra"])) == [("info", "units.extra")]
    full = unit("工作专班", kind="group", members=["science", "committee"])
    assert subjects("group_without_members", full, task(responsible=["extra"])) == []


def test_the_leading_group_and_the_office_without_members():
    leading = [unit("领导小组", kind="group"), governance(leading_group="extra")]
    assert subjects("group_without_members", *leading) == [("info", "units.extra")]
    office = [unit("领导小组办公室", kind="group"), governance(office="extra", office_staff=[])]
    assert subjects("group_without_members", *office) == [("info", "units.extra")]
    staffed = [unit("领导小组办公室", kind="group"), governance(office="extra")]
    assert subjects("group_without_members", *staffed) == []


def test_a_power_with_two_units():
    def powers(*units, same=True):
        return governance(powers=[
            {"power": "coordination" if same else f"p{n}", "name": "统筹协调" if same else f"职权{n}", "unit": u,
             "source": f"五({n})"} for n, u in enumerate(units)
        ])
    [finding] = found("power_shared", powers("committee", "science"))
    assert (finding.subject, finding.sources) == ("governance.powers.coordination", ("五(0)", "五(1)"))
    assert subjects("power_shared", powers("committee", "committee")) == []
    assert subjects("power_shared", powers("committee", "science", same=False)) == []


def test_who_sits_in_the_office_through_a_group_leads_from_inside():
    group = [unit("工作人员", kind="group", members=["science"]), governance(office_staff=["committee", "extra"])]
    assert subjects("lead_not_in_office", *group) == []


def test_a_unit_of_the_office_that_works_in_a_group_is_not_idle():
    idle = [unit("区档案馆"), governance(office_staff=["committee", "science", "extra"])]
    assert subjects("office_unit_idle", *idle) == [("warning", "units.extra")]
    group = [lambda data: data["units"].append({"id": "crew", "name": "专班", "kind": "group", "members": ["extra"]}),
             task(responsible=["crew"])]
    assert subjects("office_unit_idle", *idle, *group) == []


def test_an_issuer_that_stands_in_for_the_office_is_not_there_to_be_given_work():
    def edit(data):
        data["units"].append({"id": "both", "name": "区委、区政府", "kind": "group", "members": ["government", "supervision"]})
        data["document"]["issuer"] = "both"
        data["governance"].update(office="both", office_staff=[], supervision=None)
    assert subjects("office_unit_idle", edit) == []


def test_no_rhythm_at_all():
    assert subjects("cadence_missing", lambda data: data.pop("cadences")) == [("warning", "cadences")]
    assert subjects("cadence_missing") == []


def test_one_power_under_two_ids_and_the_power_of_a_role():
    """The same name is the same power; a role has the power of its name."""
    def given(*powers, **more):
        return governance(powers=[{"power": p, "name": n, "unit": u, "source": f"五({u})"} for p, n, u in powers], **more)
    assert subjects("power_shared", given(("a", "专项督办", "committee"), ("b", "专项督办", "science"))) == [
        ("warning", "governance.powers.a")
    ]
    role = given(("supervision", "督查", "science"), supervision="committee")
    assert ("warning", "governance.powers.supervision") in subjects("power_shared", role)
    same = given(("supervision", "督查", "committee"), supervision="committee")
    assert subjects("power_shared", same) == []


@pytest.mark.parametrize("name", ["区级有关部门", "相关镇街", "各成员单位", "各职能部门", "区财政局等部门", "各有关单位、部门"])
def test_a_name_that_names_nobody_is_a_group_without_members(name):
    assert ("warning", "units.extra") in subjects("group_without_members", unit(name), task(responsible=["extra"]))


@pytest.mark.parametrize("name", ["区气象局", "机关事务中心", "企业服务局", "区委组织部", "园区管委会"])
def test_a_name_that_names_somebody(name):
    assert subjects("group_without_members", unit(name), task(responsible=["extra"])) == []
