"""Whether two names mean one unit."""

from __future__ import annotations

import pytest

from gaoxin.planning.check.unit_names import look_alike, short_form


@pytest.mark.parametrize(("one", "other"), [
    ("区发改委", "区发展改革委员会"), ("发改委", "区发展和改革委"), ("区人社局", "区人力资源和社会保障局"),
    ("人力社保局", "区人社局"),
    ("区市场监管局", "区市场监督管理局"), ("市场监管局", "区市场监督管理局"), ("区科技局", "区科学技术局"),
    ("科技局", "区科技局"),
    ("区住建局", "区住房和城乡建设局"), ("区工信局", "区工业和信息化局"), ("区经信委", "区经济信息委"),
    ("区规划自然资源局", "区规划和自然资源局"),
    ("园区管委会", "园区管理委员会"), ("昆都仑区科技局", "区科技局"), ("区督查办", "区督查办公室"), ("市城管局", "市城市管理局"),
])
def test_abbreviations(one, other):
    assert look_alike(one, other)
    assert look_alike(other, one)


@pytest.mark.parametrize(("one", "other"), [
    ("区科技局", "区科协"), ("区商务局", "区商务委"), ("区委督查室", "区政府督查室"), ("督查室", "督查办"),
    ("区财政局", "园区管委会财审部"),
    ("园区管委会", "园区管委会经济发展部"), ("市科技局", "区科技局"), ("区政务服务局", "区政务服务中心"),
    ("区自然资源局", "区自然资源分局"),
    ("经济局", "经济和信息化局"), ("市场监管局", "市监察局"), ("浦里新区管委会", "平山园区管委会"), ("高新区科技局", "区科技局"),
    ("区教育局", "区体育局"), ("发展改革局", "经济发展局"), ("区委", "区政府"), ("区财政局", "区税务局"),
    ("徐圩新区", "市高新区"),
])
def test_different_bodies(one, other):
    assert not look_alike(one, other)
    assert not look_alike(other, one)


@pytest.mark.parametrize(("one", "other"), [
    ("管委会", "万盛经开区管委会"), ("市政府", "南阳市人民政府"), ("区财政", "区财政局"), ("区财政部门", "区财政局"),
    ("区委办督查室", "区委督查室"),
    ("市商务局（自贸办）", "市商务局"),
])
def test_names_with_words_left_out(one, other):
    assert short_form(one, other)


@pytest.mark.parametrize(("one", "other"), [
    ("高新区创建工作领导小组", "万盛经开区创建市级高新区工作领导小组办公室"), ("开发区管理处", "园区管委会"),
    ("投资促进局", "招商局"),
])
def test_names_that_differ(one, other):
    assert not short_form(one, other)


@pytest.mark.parametrize(("one", "other"), [
    ("区规资局", "区规划和自然资源局"), ("区大数据发展局", "区大数据局"), ("招商投资局", "区招商投资促进局"),
    ("区住建委", "区住房城乡建委"), ("市政府办", "市人民政府办公室"),
    ("区农业农村委", "区农委"),
])
def test_more_ways_to_abbreviate(one, other):
    assert look_alike(one, other)
