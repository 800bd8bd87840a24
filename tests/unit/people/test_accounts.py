"""The accounts file: every mistake is told with its line, and a file with one is not used."""

from __future__ import annotations

import os
from hashlib import sha256

import pytest

from gaoxin.errors import UsageError
from gaoxin.ledger.actor import Actor, Way
from gaoxin.people.accounts import parse_accounts, read_accounts

GOOD = """\
schema: 1
accounts:
  - account: zhang
    airflow: zhang.wei
    roles: [unit]
    units: [science]
  - airflow: "7"
    roles: [leader]
    units: [government]
exclusions:
  - roles: [office, leader]
    why: 经办与审批分开
"""


def test_a_right_file_is_read():
    found = parse_accounts(GOOD)
    assert found.deciders("demo", "government") == ["7"]
    assert found.deciders("demo", "science") == []
    zhang = found.known(Actor("zhang", "m", Way.COMMAND_LINE), "demo")
    assert zhang
    assert zhang.units == ("science",)
    assert found.known(Actor("root", "m", Way.COMMAND_LINE), "demo") is None


@pytest.mark.parametrize(("old", "new", "line", "told"), [
    ("roles: [unit]", "role: [unit]", 5, "roles"),
    ("roles: [unit]", "roles: [clerk]", 5, "office"),
    ("roles: [unit]", "roles: []", 5, "1"),
    ("roles: [unit]", "roles: unit", 5, "[unit]"),
    ("roles: [unit]", "roles: [unit, unit]", 3, "twice"),
    ("    roles: [unit]\n", "", 3, "roles"),
    ("    units: [science]\n", "", 3, "units"),
    ("roles: [unit]", "roles: [office]", 3, "units"),
    ("units: [science]", "units: [科技局]", 6, "id"),
    ("units: [science]", "units: [science]\n    password: geheim", 7, "unknown key"),
    ("units: [science]", "units: [science]\n    units: [committee]", 7, "twice"),
    ("account: zhang", "account: zhang wei", 3, "^"),
    ("account: zhang\n    airflow: zhang.wei", "campaigns: [demo]", 3, "account or airflow"),
    ('airflow: "7"', "airflow: 7", 7, '"7"'),
    ('airflow: "7"', "airflow: zhang.wei", 7, "zhang.wei"),
    ('  - airflow: "7"', "  - account: zhang", 7, "zhang"),
    ("roles: [leader]", "roles: [leader, system, auditor]", 7, "GB/T 22239-2019"),
    ("roles: [leader]", "roles: [security, leader, system]", 7, "GB/T 22239-2019"),
    ("roles: [leader]", "roles: [auditor, leader, security]", 7, "GB/T 22239-2019"),
    ("roles: [leader]", "roles: [leader, office]", 8, "经办与审批分开"),
    ("schema: 1", "schema: 2", 1, "1"),
    ("schema: 1\n", "", 1, "schema"),
    ("roles: [office, leader]", "roles: [office]", 11, "2"),
    ("roles: [office, leader]", "roles: [office, office]", 11, "twice"),
    ('airflow: "7"', "account: daemon\n    roles: [office]\n  - account: uid:1", 9, "daemon"),
    ("accounts:\n", "accounts:\n\t- x\n", 3, "YAML"),
])
def test_a_mistake_is_told_with_its_line(old, new, line, told):
    assert old in GOOD
    with pytest.raises(UsageError) as error:
        parse_accounts(GOOD.replace(old, new, 1), "accounts.yaml")
    for lang in ("zh", "en"):
        said = error.value.render(lang)
        assert f"accounts.yaml:{line}: " in said, said
        assert told in said, said


@pytest.mark.parametrize("content", [b"", b"- a\n", b"\xff\xfe", b"schema: 1\naccounts: &a [*a]\n", b"a: b\n---\nc: d\n"])
def test_what_is_no_accounts_file_is_told(content, tmp_path):
    file = tmp_path / "accounts.yaml"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=r"accounts\.yaml"):
        read_accounts(file, tmp_path)


def test_a_file_that_is_not_there_is_no_leave_to_do_anything(tmp_path):
    with pytest.raises(UsageError, match="GAOXIN_ACCOUNTS"):
        read_accounts(tmp_path / "none.yaml", tmp_path)


@pytest.mark.parametrize(("place", "mode", "told"), [
    ("", 0o666, "others"), ("", 0o660, "group"), (".", 0o770, "a folder"), ("..", 0o707, "a folder"), (".", 0o1777, None)])
def test_a_file_that_others_may_write_or_replace_is_nobodys_word(place, mode, told, tmp_path):
    file = tmp_path / "up/kept/accounts.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(GOOD, encoding="utf-8")
    for at, usual in ((file.parent.parent, 0o755), (file.parent, 0o755), (file, 0o644)):
        at.chmod(usual)
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    assert read_accounts(file, tmp_path / "var").sha256 == sha256(GOOD.encode()).hexdigest()
    wrong = (file.parent / place).resolve() if place else file
    wrong.chmod(mode)
    for named in (file, link):
        if told is None:
            read_accounts(named, tmp_path / "var")
            continue
        with pytest.raises(UsageError, match=told) as error:
            read_accounts(named, tmp_path / "var")
        assert f"chown root {wrong} && chmod go-w {wrong}" in error.value.todo.en


@pytest.mark.skipif(os.geteuid() != 0, reason="files are given to other accounts: only root may")
def test_it_is_roots_or_the_installations_owners(tmp_path):
    file, var = tmp_path / "accounts.yaml", tmp_path / "var"
    file.write_text(GOOD, encoding="utf-8")
    file.chmod(0o644)
    var.mkdir()
    for mine, of_var, good in ((0, 1, True), (1, 1, True), (1, 2, False), (1, 0, False)):
        os.chown(file, mine, -1)
        os.chown(var, of_var, -1)
        if good:
            read_accounts(file, var)
        else:
            with pytest.raises(UsageError, match="belongs to the user 1"):
                read_accounts(file, var)


def test_a_changed_file_counts_at_once(tmp_path):
    file = tmp_path / "accounts.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert read_accounts(file, tmp_path).deciders("demo", "government") == ["7"]
    before = file.stat()
    file.write_text(GOOD.replace('"7"', '"8"'), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # and where it looks as it did
    assert read_accounts(file, tmp_path).deciders("demo", "government") == ["8"]
