"""The auditor's program, which shares nothing with the product, agrees with what was recorded and finds what was changed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, make_url, text

from gaoxin.campaign import anchoring
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.errors import UsageError
from gaoxin.ledger.chain import GENESIS, Adopted, Head, next_event
from gaoxin.postgres.cluster import Cluster
from gaoxin.postgres.roles import AUDITOR, SUPERUSER
from gaoxin.settings import Settings
from gaoxin.warehouse import answering
from gaoxin.warehouse.process import of_process
from tests.integration.test_rows_answered_for import played  # noqa: F401
from tests.stored import as_role

PROGRAM = Path(__file__).resolve().parents[2] / "docs" / "audit_check.py"
_WAIVE = ("insert into gaoxin.waivers (campaign, phase, criterion, by_unit, reason, expires, recorded_at, business_day, seq)"
          " values ('demo', 'launch', 'work_done', 'government', 'x', '2025-01-01', '2024-01-01 12:00+08', '2024-01-01', 3)")
_APPROVE = ("insert into gaoxin.approvals (campaign, phase, by_unit, decision, seal, reason, recorded_at, business_day, seq)"
            " select campaign, phase, 'committee', decision, seal, reason, recorded_at, business_day, seq from gaoxin.approvals")


@dataclass
class Audited:
    """A played installation and its dump, as an auditor has them."""

    settings: Settings
    cluster: Cluster
    dump: Path
    kept: anchoring.Checkpointed

    def check(self, *more: str | Path, dump: Path | None = None) -> tuple[int, str]:
        said = subprocess.run([sys.executable, "-I", PROGRAM, dump or self.dump, self.settings.landing, *more],
                              capture_output=True, text=True, check=False)
        assert "Traceback" not in said.stderr, said.stderr
        return said.returncode, said.stdout + said.stderr

    def changed(self, change: Callable[[str], str]) -> tuple[int, str]:
        """What the program says of the dump's text when that was changed."""
        whole = self.dump.read_text(encoding="utf-8")
        said = change(whole)
        assert said != whole
        file = self.dump.with_name("changed.sql")
        file.write_text(said, encoding="utf-8")
        return self.check(dump=file)

    def tampered(self, *acts: str | Callable[[Connection], None], keeps: str = "") -> tuple[int, str]:
        """What it says of the whole database's dump after somebody with all rights did that."""
        url = make_url(self.settings.database_url.get_secret_value())  # type: ignore[union-attr]
        server = as_role(str(url.set(database="postgres").render_as_string(hide_password=False))).execution_options(
            isolation_level="AUTOCOMMIT")
        with server.connect() as c:
            c.execute(text(f"create database {url.database}_x template {url.database} strategy file_copy"))
        at = url.set(database=f"{url.database}_x").render_as_string(hide_password=False)
        try:
            with as_role(at).begin() as c:
                c.execute(text("set local session_replication_role = replica"))
                for act in acts:
                    if callable(act):
                        act(c)
                    else:
                        c.exec_driver_sql(act, execution_options={"no_parameters": True})
            return self.check(*([keeps] if keeps else []), dump=dumped(self.cluster, at, self.dump.with_name("x.sql"), SUPERUSER))
        finally:
            with server.connect() as c:
                c.execute(text(f"drop database {url.database}_x with (force)"))


def dumped(cluster: Cluster, database: str | Settings, file: Path, role: str) -> Path:
    url = as_role(database, role).url.set(drivername="postgresql").render_as_string(hide_password=False)
    subprocess.run([cluster._binaries() / "pg_dump", "--format=plain", f"--file={file}", url], check=True)
    return file


@pytest.fixture
def audited(played, cluster, tmp_path, warehouse) -> Audited:  # noqa: F811
    kept = anchoring.checkpoint(played)
    warehouse.close()
    return Audited(played, cluster, dumped(cluster, played, tmp_path / "dump.sql", AUDITOR), kept)


def test_the_program_has_nothing_of_the_product_and_is_read_in_ten_minutes():
    said = PROGRAM.read_text(encoding="utf-8")
    assert "import gaoxin" not in said
    assert "from gaoxin" not in said
    assert len(said.splitlines()) <= 300


def test_an_auditor_checks_a_dump_the_files_and_any_old_report(audited, tmp_path):
    kept, settings = audited.kept, audited.settings
    (page,), (data,) = (sorted(settings.reports.glob(f"*.{kind}")) for kind in ("html", "json"))
    for given in (kept.file, page, data):
        status, said = audited.check(given, kept.verifier, "--reports", settings.reports)
        assert (status, said.splitlines()[-1].endswith("8 files, 0 difference(s)"), "remark" in said) == (0, True, False), said
        assert verify_ledger(settings, anchor=str(given)).intact
    assert audited.check(f"{kept.seq}:{kept.head}")[0] == 0
    assert audited.check(f"{kept.seq}:{'0' * 64}")[0] == 1
    assert audited.check(f"{kept.seq + 1}:{kept.head}")[0] == 1

    both, none, forged = tmp_path / "both.txt", tmp_path / "none.html", tmp_path / "forged.txt"
    both.write_text(page.read_text(encoding="utf-8") + kept.note, encoding="utf-8")
    none.write_text("<p>gaoxin/chain-v1</p>", encoding="utf-8")
    for file, what in ((both, "2"), (none, "no")):
        status, said = audited.check(file, kept.verifier)
        assert (status, f"{what} checkpoint" in said) == (2, True), said
        with pytest.raises(UsageError, match=f"(is {what}|are {what} different) checkpoint"):
            verify_ledger(settings, anchor=str(file))
    forged.write_text(kept.note.replace("drill\n", ""), encoding="utf-8")
    status, said = audited.check(forged, kept.verifier)
    assert (status, "not by this key" in said) == (1, True)
    assert audited.check(kept.file, "gaoxin-ledger+nonsense")[0] == 2

    for old, new, named in (("\t17.0\t", "\t99.0\t", "facts"), ("\tapprove\t", "\treject\t", "approvals"),
                            ("demo__industry", "demo__other", "event"),
                            (f'"account": "{of_process().account}"', '"account": "mayor"', "event")):
        status, said = audited.changed(lambda whole, old=old, new=new: whole.replace(old, new, 1))
        assert (status, named in said) == (1, True), old

    (settings.landing / "orphan").write_bytes(b"")
    page.write_bytes(b"")
    status, said = audited.check("--reports", settings.reports)
    assert (status, f"{page}: gone or changed" in said, "orphan: nothing in the ledger names it" in said) == (1, True, True)
    file = next(f for f in settings.landing.rglob("*") if f.is_file() and f.name != "orphan")
    file.chmod(0o644)
    file.write_bytes(b"")
    status, said = audited.check()
    assert (status, str(file) in said, "1 difference(s)" in said) == (1, True, True)


def _appended(c: Connection, *, anew: bool) -> None:
    """All rows adopted by one more event; anew: with the chain made anew as if no event had ever answered for any."""
    events = c.execute(text("select * from gaoxin.ledger_events order by seq")).mappings().all()
    c.execute(text("update gaoxin.facts set value = value * 2"))
    head = Head(events[-1]["seq"], events[-1]["hash"])
    if anew:
        c.execute(text("delete from gaoxin.ledger_events"))
        head = Head(0, GENESIS)
        for e in events:
            made = next_event(head, e["campaign"], e["kind"], e["at"], e["payload"])
            head = _put(c, made)
    whole = Adopted()
    whole.add(answering.made(c, -1, head.seq))
    _put(c, next_event(head, "", "rows.adopted", events[-1]["at"], {"count": 1}, whole.made))
    c.execute(text("update gaoxin.ledger_head set seq = e.seq, hash = e.hash from gaoxin.ledger_events e"
                   " where e.kind = 'rows.adopted'"))


def _put(c: Connection, event) -> Head:
    row = {k: json.dumps(v, ensure_ascii=False) if isinstance(v, dict) else v for k, v in vars(event).items()}
    c.execute(text("insert into gaoxin.ledger_events (seq, campaign, kind, at, payload, prev_hash, hash, rows)"
                   " values (:seq, :campaign, :kind, :at, :payload, :prev_hash, :hash, :rows)"), row)
    return Head(event.seq, event.hash)


def test_only_the_first_event_that_answers_for_rows_may_adopt_what_was_there(audited):
    status, said = audited.tampered(lambda c: _appended(c, anew=False))
    assert (status, "adopts rows" in said, "table facts: expected" in said) == (1, True, True), said
    # As an installation from before rows were answered for is; that this one is none tells what lay elsewhere alone.
    status, said = audited.tampered(lambda c: _appended(c, anew=True))
    assert (status, "0 difference(s)" in said) == (0, True), said
    status, said = audited.tampered(lambda c: _appended(c, anew=True), keeps=str(audited.kept.file))
    assert (status, f"checkpoint {audited.kept.seq}" in said, "1 difference(s)" in said) == (1, True, True), said


def test_what_stands_between_questions_and_rows_is_named(audited):
    # Functions say nothing of rows: that one was changed shows beside an installation of one's own.
    shape = next(line for line in audited.check()[1].splitlines() if line.startswith("definitions"))
    assert shape in audited.tampered("select 1")[1]
    noting = "create or replace function gaoxin.noting() returns bigint language sql as 'select 1::bigint'"
    assert (audited.tampered(noting)[0], shape in audited.tampered(noting)[1]) == (0, False)
    whole = audited.dump.read_text(encoding="utf-8")
    made = whole[whole.index("CREATE TABLE gaoxin.waivers"):].partition(";")[0]
    rows = whole[whole.index("COPY gaoxin.waivers"):].partition("\\.\n")[0]
    passes = f"x;\n\n{made};\n\n{rows}\\.\n".replace("'", "''")
    for acts, *named in (
        (('alter table gaoxin.waivers rename to "waivers-x"', 'create view gaoxin.waivers as select * from gaoxin."waivers-x"',
          f"comment on view gaoxin.waivers is '{passes}'"),
         "CREATE VIEW gaoxin.waivers", "waivers-x is not the product's", "table waivers or its rows are not in it"),
        (("alter table gaoxin.approvals set unlogged", _APPROVE), "approvals is no plain table: UNLOGGED",
         "table approvals: expected 1"),
        (("create table public.w2 () inherits (gaoxin.waivers)", "insert into public.w2 select * from gaoxin.waivers"),
         "public.w2 is no plain table:  INHERITS", "public.w2 is not the product's"),
        (("alter extension plpgsql add table gaoxin.waivers", _WAIVE), "table waivers or its rows are not in it"),
        (("create rule r as on insert to gaoxin.waivers do instead nothing",), "CREATE RULE"),
        (("alter table gaoxin.facts enable row level security", "create policy p on gaoxin.facts using (false)"),
         "ENABLE ROW LEVEL SECURITY", "CREATE POLICY"),
        (("alter table gaoxin.facts disable trigger append_only",), "DISABLE TRIGGER append_only"),
        (("drop trigger append_only on gaoxin.facts",), "trigger facts.append_only is missing"),
        (("create trigger mine before insert on gaoxin.facts for each row execute function gaoxin.refuse_change()",),
         "trigger facts.mine is not the product's"),
        (("alter table gaoxin.waivers drop column entered_because",
          "alter table gaoxin.waivers add entered_because text generated always as ('later') stored"), "in other columns"),
        (("create table gaoxin.more (seq bigint)",), "gaoxin.more is not the product's"),
        (("update gaoxin.installation set drill = false",), "began with a drill"),
        ((_WAIVE.replace(", 3)", ", 99999)"),), "event 99999: rows of waivers that no event answers for"),
        (("delete from gaoxin.ledger_head",), "the ledger's head is []"),
        (("delete from gaoxin.ledger_events", "delete from gaoxin.ledger_head",
          f"insert into gaoxin.ledger_head (seq, hash) values (0, '{GENESIS}')"), "ledger is empty", "no event answers for"),
        (("alter table gaoxin.waivers alter seq drop not null", "update gaoxin.waivers set seq = null"), "a row names no event"),
    ):
        status, said = audited.tampered(*acts)
        assert status == 1, acts
        for what in named:
            assert what in said, (acts, said)


def test_a_dump_that_cannot_be_read_through_is_said(audited, tmp_path):
    copied = "COPY gaoxin.waivers"
    for change, named in (
        (lambda w: w.replace(copied, w[w.index(copied):].partition("\\.\n")[0] + "\\.\n\n" + copied), "come twice"),
        (lambda w: w.replace("CREATE TABLE gaoxin.waivers", "-- CREATE TABLE gaoxin.waivers"), "not in it"),
        (lambda w: w[:w.index(copied) + 150], "cut short"),
        (lambda w: w[:w.index(copied)], "cut short, its end is missing"),
        (lambda w: w.replace(copied, "/* x */ " + copied), "not understood"),
        (lambda w: w.replace("COMMENT ON TABLE gaoxin.facts IS '", "COMMENT ON TABLE gaoxin.facts IS "), "not"),
        (lambda w: w.replace("client_encoding = 'UTF8'", "client_encoding = 'GBK'"), "client_encoding"),
        (lambda w: re.sub(r'\{"deadlines": \[(\d)', r'{"deadlines": [[\1', w, count=1), "event 2"),
    ):
        status, said = audited.changed(change)
        assert (status, named in said) == (1, True), (named, said)
    for content in (b"", b"PGDMP\x01\x0e", "-- PostgreSQL database dump\n坏".encode("gbk")):
        (tmp_path / "other.sql").write_bytes(content)
        status, said = audited.check(dump=tmp_path / "other.sql")
        assert status in (1, 2), said
    assert audited.check(dump=tmp_path / "nothing.sql")[0] == 2
    shutil.rmtree(audited.settings.landing)
    assert audited.check()[0] == 2
