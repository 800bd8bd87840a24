"""A backup holds all that an installation cannot make anew: restored elsewhere it gives the same answers to the byte, and
nothing that was changed, cut off or brought in between passes."""

from __future__ import annotations

import gzip
import io
import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gaoxin import folders
from gaoxin.campaign import anchoring, flows, intake, measuring, reminding, safekeeping
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.cli import main
from gaoxin.clock import parse_as_of
from gaoxin.errors import GaoxinError, Refused, SystemFault, UsageError
from gaoxin.ledger.chain import GENESIS
from gaoxin.periods import Period
from gaoxin.postgres.roles import OWNER, WRITER
from gaoxin.settings import Settings
from gaoxin.warehouse.dumping import DumpStore
from gaoxin.warehouse.engine import Warehouse
from tests.conftest import PLANS
from tests.integration.test_corrections import handed_in, played  # noqa: F401 - a fixture
from tests.integration.test_old_installation import old_installation
from tests.stored import as_role

QUESTIONS = [
    ("plan", "show", "demo"), ("returns", "status", "demo", "--as-of", "2024-06-20"), ("returns", "status", "demo"),
    ("indicators", "demo"), ("indicators", "demo", "--as-of", "2024-06-20"), ("gate", "demo", "collection"),
    ("gate", "demo", "collection", "--as-of", "2024-06-28"), ("trace", "demo", "gross_output"),
    ("trace", "demo", "--cell", "demo__industry__committee__2024-05__v1", "数据!D2"), ("corrections", "demo"),
    ("rectification", "list", "demo"), ("remind", "demo", "--dry-run"), ("ledger", "list"), ("ledger", "verify"),
    ("ledger", "checkpoint"),
]


@pytest.fixture
def story(settings, played, tmp_path, industry) -> Settings:  # noqa: F811
    """A campaign with a gate passed, a correction after it, a report that gave way to another, and reminders sent."""
    handed_in(settings, tmp_path / "f", industry(40.0), "2024-07-02", reason="4 月漏报一家")
    w = open_workplace(settings, "demo", parse_as_of("2024-07-03"), acts=True)
    flows.report(w, flows.Asked(period=Period.parse("2024-05")))
    reminding.send(w, dry_run=False, lang="zh")
    anchoring.checkpoint(settings)
    assert list((settings.reports / "earlier").iterdir())
    assert list(settings.outbox.rglob("*.eml"))
    return settings


@dataclass(frozen=True)
class Kept:
    """A backup of the story. note: a checkpoint of it that lay elsewhere. content: what is to come back."""

    file: Path
    passphrase: Path
    note: Path
    verifier: str
    content: dict[str, bytes]

    def copy(self, folder: Path) -> Path:
        """A copy without its passphrase beside it."""
        return Path(shutil.copy(self.file, folder / "copy.tar"))


_made: list[Kept] = []


@pytest.fixture
def kept(request, tmp_path_factory) -> Kept:
    """Made once, and changed by nobody."""
    if not _made:
        story, folder = request.getfixturevalue("story"), tmp_path_factory.mktemp("kept")
        signed = anchoring.checkpoint(story)
        (folder / "note.txt").write_text(signed.note, encoding="utf-8")
        safekeeping.backup(story, folder / "backup.tar")
        _made.append(Kept(folder / "backup.tar", folder / "backup.tar.passphrase", folder / "note.txt", signed.verifier,
                          content_of(story)))
    return _made[0]


@pytest.fixture
def elsewhere(empty_database, tmp_path) -> Iterator[Settings]:
    """An installation that has nothing yet, in another folder and database, with an owner and a writer."""
    home, writer = tmp_path / "elsewhere", as_role(empty_database, WRITER).url.render_as_string(hide_password=False)
    found = Settings(home=home, database_url=SecretStr(writer), owner_url=SecretStr(empty_database), plans_=PLANS,
                     inbox_=home / "inbox")
    yield found
    closed(found)


def closed(settings: Settings) -> None:
    """As when the process ended."""
    Warehouse.migrate(settings)
    Warehouse.open(settings, restoring=True).close()


def environment(settings: Settings) -> dict[str, str]:
    assert settings.database_url
    owner = settings.owner_url or settings.database_url
    return {"GAOXIN_HOME": str(settings.home), "GAOXIN_PLANS": str(PLANS), "GAOXIN_INBOX": str(settings.inbox),
            "GAOXIN_DATABASE_URL": settings.database_url.get_secret_value(), "GAOXIN_OWNER_URL": owner.get_secret_value()}


@pytest.fixture
def ask(monkeypatch, capsys) -> Callable[..., tuple[int, str]]:
    """ask(settings, "ledger", "verify"): exit status and all that is printed, the home left out."""

    def asked(settings: Settings, *words: str) -> tuple[int, str]:
        for name, value in environment(settings).items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        status = main.run(list(words))
        said = capsys.readouterr()
        return status, (said.out or said.err).replace(str(settings.home), "<home>")

    return asked


def content_of(settings: Settings) -> dict[str, bytes]:
    """Every file that a backup is to bring back."""
    return {str(p.relative_to(settings.var)): p.read_bytes() for folder in ("landing", "reports", "outbox", "checkpoints")
            for p in (settings.var / folder).rglob("*") if p.is_file()} | {"key": (settings.keys / "ledger.key").read_bytes()}


def test_restored_elsewhere_it_gives_the_same_answers_to_the_byte(story, elsewhere, ask, tmp_path):
    # A backup is recorded after all that is in it.
    before = [ask(story, *words, *form) for words in QUESTIONS for form in ((), ("--json",), ("--lang", "en"))]
    assert {status for status, _ in before} <= {0, 1}
    assert ask(story, "report", "quality", "demo", "-o", str(tmp_path / "one"))[0] == 0
    file = tmp_path / "backup.tar"
    status, told = ask(story, "backup", str(file), "--json")
    made = json.loads(told)
    assert (status, made["keys"], made["faults"]) == (0, "sealed", [])
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE((tmp_path / "backup.tar.passphrase").stat().st_mode) == 0o600
    assert (story.keys / "ledger.key").read_text().strip().encode() not in file.read_bytes()
    status, told = ask(elsewhere, "restore", str(file), "--json")
    back = json.loads(told)
    assert (status, back["intact"], back["faults"], back["keys"]) == (0, True, [], True)
    assert [back[n] for n in ("events", "head", "rows", "files")] == [made[n] for n in ("events", "head", "rows", "files")]
    assert back["files_checked"] > 5
    assert content_of(elsewhere) == content_of(story)
    after = [ask(elsewhere, *words, *form) for words in QUESTIONS for form in ((), ("--json",), ("--lang", "en"))]
    assert after == before
    assert ask(elsewhere, "report", "quality", "demo", "-o", str(tmp_path / "two"))[0] == 0
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert len(one) > 4
    assert one == two
    # And life goes on: numbers, clock and guards are those of any installation.
    acts = open_workplace(elsewhere, "demo", parse_as_of("2024-07-04"), acts=True)
    reminding.send(acts, dry_run=False, lang="zh")
    flows.report(acts, flows.Asked(period=Period.parse("2024-05")))
    assert verify_ledger(elsewhere).intact
    for engine, why in ((as_role(elsewhere), "append-only"), (Warehouse.open(elsewhere).engine, "permission denied")):
        with pytest.raises(DBAPIError, match=why), engine.begin() as c:
            c.execute(text("update gaoxin.facts set value = 1"))


def read(file: Path) -> dict[str, bytes]:
    """Its parts, by another program than ours."""
    with tarfile.open(file) as tar:
        return {part.name: tar.extractfile(part).read() for part in tar.getmembers()}  # type: ignore[union-attr]


def test_a_backup_of_a_backup_is_of_the_same_parts(kept, elsewhere, tmp_path):
    assert safekeeping.restore(elsewhere, kept.file, anchor=str(kept.note)).intact
    safekeeping.backup(elsewhere, tmp_path / "again.tar", kept.passphrase)
    one, two = (json.loads(read(file)["manifest.json"]) for file in (kept.file, tmp_path / "again.tar"))
    assert list(one["members"]) == list(two["members"])
    assert {n for n, m in one["members"].items() if m != two["members"][n]} == {"keys/ledger.key.sealed"}, "another salt"
    assert one["tables"] == two["tables"]
    assert sum(t["rows"] for t in one["tables"].values()) > 100


def flipped(file: Path, at: int) -> None:
    with file.open("r+b") as f:
        f.seek(at)
        byte = f.read(1)[0]
        f.seek(at)
        f.write(bytes([byte ^ 1]))


def test_a_byte_changed_anywhere_is_found_before_anything_is_written(kept, elsewhere, tmp_path):
    file, bad = kept.file, tmp_path / "bad.tar"
    with tarfile.open(file) as tar:
        kinds = {p.name.split("/")[0]: p for p in tar.getmembers()}
        assert set(kinds) == {"database", "landing", "reports", "outbox", "checkpoints", "keys", "manifest.json", "sha256"}
        told = tar.extractfile("manifest.json")
        word = kinds["manifest.json"].offset_data + (told.read().index(b'"sha256"') if told else 0) + 2
    places = {p.offset_data + p.size // 2: p.name for p in kinds.values()} | {word: "manifest.json"}
    places |= {p.offset + 3: "" for p in kinds.values()} | {p.offset_data + p.size: "" for p in kinds.values() if p.size % 512}
    places |= {n: "" for n in range(0, file.stat().st_size, file.stat().st_size // 25)} | {file.stat().st_size - 1: ""}
    shutil.copy(file, bad)
    for place, name in places.items():
        flipped(bad, place)
        with pytest.raises(Refused) as refused:
            safekeeping.restore(elsewhere, bad, kept.passphrase)
        if name not in ("manifest.json", "sha256"):  # one that says another hash of a part is found at that part
            assert name in (refused.value.where, ""), "it is named where it can be told"
        flipped(bad, place)
    for size in (0, 100, 5000, file.stat().st_size // 2, file.stat().st_size - 512, file.stat().st_size - 1):
        bad.write_bytes(file.read_bytes()[:size])
        with pytest.raises(Refused):
            safekeeping.restore(elsewhere, bad, kept.passphrase)
    bad.write_bytes(file.read_bytes() + b"\0")
    with pytest.raises(Refused):
        safekeeping.restore(elsewhere, bad, kept.passphrase)
    assert not elsewhere.var.exists()


def rewritten(file: Path, change: Callable[[str, bytes], bytes]) -> None:
    """As somebody would who knows the format: every digest in it is made anew."""
    parts = read(file)
    parts.pop("sha256")
    told = json.loads(parts.pop("manifest.json"))
    file.unlink()
    with safekeeping.archive.written(file, 0) as out:
        for name, content in parts.items():
            out.add(name, change(name, content))
        told.pop("members")
        out.finish(json.loads(change("manifest.json", json.dumps(told).encode())))


@pytest.mark.parametrize("name", ["landing/../../../escaped", "/etc/escaped", "landing//x", "var/x", "landing/..", "reports/a\\b",
                                  "keys/../../x.key.sealed", "database/x/0000.copy.gz/../../x"])
def test_names_that_lead_elsewhere_are_refused(name, tmp_path, elsewhere, monkeypatch):
    file = tmp_path / "backup.tar"
    monkeypatch.setattr(safekeeping.archive, "_NAME", __import__("re").compile(".*"))
    with safekeeping.archive.written(file, 0) as out:
        out.add(name, b"x")
        out.finish({"product": "0", "version": "0011"})
    monkeypatch.undo()
    with pytest.raises(Refused):
        safekeeping.restore(elsewhere, file)
    assert not elsewhere.var.exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_only_files_are_taken_out(kind, tmp_path):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        info = tarfile.TarInfo("landing/x")
        info.type, info.linkname = kind, "/etc/passwd"
        tar.addfile(info)
    raw = content.getvalue()[:512]

    file = tmp_path / "backup.tar"
    with safekeeping.archive.written(file, 0) as out:
        out._write(raw)
        out.finish({"product": "0", "version": "0011"})
    with file.open("rb") as opened, pytest.raises(Refused, match="landing/x"):
        safekeeping.archive.opened(opened)


def test_what_was_forged_with_the_digests_made_anew_is_found_by_the_ledger(kept, elsewhere, tmp_path):
    """Rows and files are held against the ledger once they are in."""
    file = kept.copy(tmp_path)
    landed = next(name for name in kept.content if name.startswith("landing/"))
    rewritten(file, lambda name, content: content + b" " if name == landed else content)
    found = safekeeping.restore(elsewhere, file, kept.passphrase)
    assert (found.exit_status, found.intact, [f.kind for f in found.faults]) == (1, False, ["file"])
    assert not verify_ledger(elsewhere).intact


def test_a_ledger_that_was_emptied_in_the_backup_is_found_against_a_checkpoint(kept, elsewhere, tmp_path):
    file, nothing = kept.copy(tmp_path), gzip.compress(b"")
    rewritten(file, lambda name, content: nothing if name.startswith("database/") and name.split("/")[1] not in
              ("installation", "ledger_head") else json.dumps(json.loads(content) | {"events": 0, "head": GENESIS}).encode()
              if name == "manifest.json" else gzip.compress(f"t\t0\t{GENESIS}\n".encode()) if "ledger_head" in name else content)
    found = safekeeping.restore(elsewhere, file, kept.passphrase, anchor=str(kept.note))
    assert not found.intact
    assert found.faults[0].table == "ledger_events"


def test_a_wrong_passphrase_or_none_is_told_and_without_keys_a_new_one_is_made(kept, elsewhere, tmp_path):
    file, wrong = kept.copy(tmp_path), tmp_path / "wrong"
    wrong.write_text("no such passphrase", encoding="utf-8")
    with pytest.raises(UsageError, match="no checkpoint"):
        safekeeping.restore(elsewhere, file, kept.passphrase, anchor="nowhere.txt")
    for given in (None, wrong, tmp_path / "nowhere"):
        with pytest.raises(UsageError) as told:
            safekeeping.restore(elsewhere, file, given)
        assert "passphrase" in told.value.what.en
    assert not elsewhere.var.exists()
    assert not safekeeping.restore(elsewhere, file, keys=False).keys
    open_workplace(elsewhere, "demo", acts=True)
    assert anchoring.checkpoint(elsewhere).verifier != kept.verifier
    assert verify_ledger(elsewhere, anchor=str(kept.note)).intact, "notes of the old key are still known"
    wrong.write_text("short", encoding="utf-8")
    with pytest.raises(UsageError, match="too short"):
        safekeeping.backup(elsewhere, tmp_path / "other.tar", wrong)
    assert not (tmp_path / "other.tar").exists()
    assert safekeeping.backup(elsewhere, tmp_path / "other.tar", keys=False).keys == "left_out"
    assert "keys/ledger.key.sealed" not in read(tmp_path / "other.tar")


def test_a_backup_of_an_older_version_is_carried_over(settings, elsewhere, tmp_path, industry):
    """As the program of the fifth migration would have made it."""
    with as_role(settings).begin() as c:
        c.execute(text("drop schema gaoxin cascade"))
        old_installation(c, settings, industry(44.0))
    file = tmp_path / "old.tar"
    with safekeeping.archive.written(file, 0) as out, as_role(settings).begin() as c:
        told = {}
        for table in DumpStore(c).tables():
            with out.table(table.name) as sink:
                told[table.name] = {"columns": table.columns, "rows": DumpStore(c).copy(table, sink)}
        (landed,) = (p for p in settings.landing.rglob("*") if p.is_file())
        out.add(f"landing/{landed.relative_to(settings.landing)}", landed.read_bytes())
        seq, head = c.execute(text("select seq, hash from gaoxin.ledger_head")).one()
        out.finish({"product": "0", "version": "0005", "made_at": "2024-07-01T00:00:00+08:00", "tables": told, "events": seq,
                    "head": head})
    found = safekeeping.restore(elsewhere, file, anchor=f"{seq}:{head}")
    assert (found.exit_status, [*found.faults], found.events) == (0, [], seq)
    with Warehouse.open(elsewhere).read() as store:
        assert store.ledger.events()[-1].kind == "rows.adopted"
        assert store.ledger.count() == seq + 1
    assert measuring.compute_indicators(open_workplace(elsewhere, "demo", parse_as_of("2024-06-28")))[0].value == 44


def test_that_all_was_taken_out_is_in_the_record_and_not_everybodys_to_do(story, tmp_path, ask):
    accounts, me = tmp_path / "accounts.yaml", pwd.getpwuid(os.geteuid()).pw_name
    file = tmp_path / "out" / "backup.tar"
    file.parent.mkdir()
    for role, status in (("auditor", 1), ("office", 0)):
        accounts.write_text(f"schema: 1\naccounts: [{{account: {me}, roles: [{role}]}}]\n", encoding="utf-8")
        accounts.chmod(0o600)
        people = story.model_copy(update={"accounts": accounts})
        if status:
            with pytest.raises(Refused, match="back the installation up"):
                safekeeping.backup(people, file)
            assert list(file.parent.iterdir()) == []
        else:
            made = safekeeping.backup(people, file)
    with Warehouse.open(story).read() as store:
        refused, used, noted = store.ledger.events(since=made.events - 1)
    assert [e.kind for e in (refused, used, noted)] == ["act.refused", "accounts.used", "backup.made"]
    assert refused.actor
    assert noted.actor
    assert (refused.payload["act"], refused.actor["role"], noted.actor["role"]) == ("backup", "auditor", "office")
    assert noted.payload == {"name": "backup.tar", "sha256": made.sha256, "until": made.events, "rows": made.rows,
                             "files": made.files, "keys": "sealed"}
    assert verify_ledger(story).intact
    with pytest.raises(Refused, match="GAOXIN_ACCOUNTS"):
        safekeeping.backup(story, tmp_path / "other.tar")


def test_a_backup_that_cannot_be_recorded_is_not_there(story, tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(safekeeping, "_noted", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        safekeeping.backup(story, out / "backup.tar")
    assert list(out.iterdir()) == []


def test_nothing_is_written_over(story, elsewhere, tmp_path, ask):
    file = tmp_path / "backup.tar"
    safekeeping.backup(story, file)
    whole = file.read_bytes()
    assert ask(story, "backup", str(file))[0] == 2
    assert file.read_bytes() == whole
    assert [p.name for p in tmp_path.glob(".*")] == [], "nothing half-written"
    for settings, there in ((story, "landing"), (elsewhere, "reports")):
        if settings is elsewhere:
            folders.put(elsewhere.reports / "x.html", b"x")
        with pytest.raises(Refused) as refused:
            safekeeping.restore(settings, file)
        assert there in refused.value.where
    shutil.rmtree(elsewhere.reports)
    owner = SecretStr(as_role(story, OWNER).url.render_as_string(hide_password=False))
    other = elsewhere.model_copy(update={"database_url": story.database_url, "owner_url": owner})
    with pytest.raises(Refused, match="not empty"):
        safekeeping.restore(other, file)
    with pytest.raises(SystemFault, match="owner"):
        safekeeping.restore(elsewhere.model_copy(update={"owner_url": None}), file)
    assert not other.restoring.exists()
    assert not list(other.landing.rglob("*"))
    assert ask(elsewhere, "restore", str(file), "--as-of", "2024-01-01")[0] == 2


def test_a_backup_of_a_newer_program_is_refused(kept, elsewhere, tmp_path):
    file = kept.copy(tmp_path)
    rewritten(file, lambda name, content: json.dumps(json.loads(content) | {"version": "9999"}).encode()
              if name == "manifest.json" else content)
    with pytest.raises(Refused, match="newer program"):
        safekeeping.restore(elsewhere, file)
    assert not elsewhere.var.exists()


@pytest.mark.parametrize("after", [0, 1, 7])
def test_an_interrupted_restore_is_told_and_goes_on(kept, elsewhere, tmp_path, monkeypatch, ask, after):
    file, put, left = kept.file, folders.put, [after + 1]

    def full(*given, **more):
        if left[0] == 0:
            raise OSError(28, "No space left on device", "x")
        left[0] -= 1
        put(*given, **more)

    monkeypatch.setattr(folders, "put", full)
    with pytest.raises(OSError, match="No space"):
        safekeeping.restore(elsewhere, file)
    monkeypatch.undo()
    closed(elsewhere)
    status, said = ask(elsewhere, "ledger", "verify")
    assert (status, "restore" in said) == (1, True)
    other = kept.copy(tmp_path)
    rewritten(other, lambda _, content: content)
    with pytest.raises(Refused, match="another backup"):
        safekeeping.restore(elsewhere, other, kept.passphrase)
    assert safekeeping.restore(elsewhere, kept.file).intact
    assert content_of(elsewhere) == kept.content
    assert ask(elsewhere, "ledger", "verify")[0] == 0


def test_what_arrives_meanwhile_leaves_the_backup_whole(story, elsewhere, tmp_path, monkeypatch, industry, drop):
    """After the snapshot a return is landed, a report gives way to another, and a checkpoint is made: what the snapshot names is
    in the backup, and nothing that speaks of more."""
    copied = safekeeping._tables_out

    def busy(*given):
        told = copied(*given)
        handed_in(story, tmp_path / "f", industry(39.0), "2024-07-05", reason="又漏一家")
        w = open_workplace(story, "demo", parse_as_of("2024-07-06"), acts=True)
        flows.report(w, flows.Asked(period=Period.parse("2024-05")))
        anchoring.checkpoint(story)
        return told

    monkeypatch.setattr(safekeeping, "_tables_out", busy)
    with Warehouse.open(story).read() as store:
        then = store.ledger.count()
    made = safekeeping.backup(story, tmp_path / "backup.tar")
    monkeypatch.undo()
    assert (made.events, made.faults) == (then, [])
    with Warehouse.open(story).read() as store:
        assert store.ledger.count() > then
    assert safekeeping.restore(elsewhere, tmp_path / "backup.tar").intact


def test_a_damaged_installation_is_backed_up_as_it_is_and_says_so(story, elsewhere, tmp_path, ask):
    gone, changed, *_ = (p for p in sorted(story.landing.rglob("*")) if p.is_file())
    gone.unlink()
    changed.chmod(0o644)
    changed.write_bytes(b"changed")
    status, told = ask(story, "backup", str(tmp_path / "backup.tar"), "--json")
    assert (status, [f["kind"] for f in json.loads(told)["faults"]]) == (1, ["file", "file"])
    found = safekeeping.restore(elsewhere, tmp_path / "backup.tar")
    assert sorted(Path(f.key).name for f in found.faults) == sorted([gone.name, changed.name])


def test_a_full_disk_leaves_nothing_half_written(story, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no right to mount a small tmpfs: the full disk is not tried")
    try:
        with pytest.raises(OSError, match="No space"):
            safekeeping.backup(story, small / "backup.tar", keys=False)
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_waiting_files_and_what_else_must_be_brought_are_named(story, tmp_path, drop, industry):
    drop("demo__industry__committee__2024-06.csv", industry(45.0))
    made = safekeeping.backup(story, tmp_path / "backup.tar")
    assert any("1 file(s) in the inbox" in one.en for one in made.left_out)
    assert any("GAOXIN_CONTACTS" in one.en for one in made.left_out)
    intake.pull(open_workplace(story, "demo", parse_as_of("2024-07-10"), acts=True))
    made = safekeeping.backup(story, tmp_path / "2.tar")
    assert not any("inbox" in one.en for one in made.left_out)


def test_an_empty_installation_comes_back_empty(settings, elsewhere, warehouse, tmp_path):
    made = safekeeping.backup(settings, tmp_path / "backup.tar")
    assert (made.events, made.keys, made.passphrase_file) == (0, "none", None)
    assert safekeeping.restore(elsewhere, tmp_path / "backup.tar").intact


def test_killed_at_its_work_it_goes_on(kept, elsewhere):
    """The process is gone between two files, with nothing tidied up."""
    code = ("import os, signal, sys; from pathlib import Path; from gaoxin import folders; put, n = folders.put, [3]\n"
            "def killed(*a, **k):\n"
            "    n[0] -= 1\n"
            "    put(*a, **k)\n"
            "    n[0] or os.kill(os.getpid(), signal.SIGKILL)\n"
            "folders.put = killed\n"
            "from gaoxin.campaign import safekeeping; from gaoxin.settings import Settings\n"
            "safekeeping.restore(Settings(), Path(sys.argv[1]))")
    kept_ones = {k: v for k, v in os.environ.items() if not k.startswith("GAOXIN_")}
    run = subprocess.run([sys.executable, "-c", code, str(kept.file)], env=kept_ones | environment(elsewhere),
                         capture_output=True, text=True, check=False)
    assert run.returncode == -9, run.stderr
    with pytest.raises(GaoxinError, match="half"):
        Warehouse.open(elsewhere)
    assert safekeeping.restore(elsewhere, kept.file).intact
    assert content_of(elsewhere) == kept.content
