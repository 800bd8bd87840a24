"""What left the machine finds what was done to the whole ledger: a cut tail, a rewritten chain, an emptied one."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from gaoxin.campaign import anchoring, deliverables, reminding, upkeep
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.errors import SystemFault, UsageError
from gaoxin.i18n import Text
from gaoxin.ledger.chain import GENESIS, Head, Verification, next_event
from gaoxin.warehouse.engine import Warehouse
from gaoxin.warehouse.events import LedgerStore
from tests.stored import as_role


@pytest.fixture
def kept(settings, demo_workplace, tmp_path) -> Path:
    """A checkpoint that lies elsewhere, and not here; after it something more was recorded."""
    demo_workplace("2024-02-01")
    deliverables.record_evidence(open_workplace(settings, "demo", parse_as_of("2024-02-01"), acts=True), "survey", "report", b"1",
                              "r.pdf", "committee")
    file = tmp_path / "elsewhere.txt"
    file.write_bytes(anchoring.checkpoint(settings).file.rename(file).read_bytes())
    deliverables.record_evidence(open_workplace(settings, "demo", parse_as_of("2024-02-02"), acts=True), "survey", "report", b"2",
                              "r.pdf", "committee")
    return file


def rewritten(settings, *, keep: int, change: bool) -> None:
    """As somebody with all rights would: the chain made anew from its first event on, with its head."""
    with as_role(settings).begin() as c:
        c.execute(text("set session_replication_role = replica"))
        events = c.execute(text("select * from gaoxin.ledger_events order by seq limit :n"), {"n": keep}).mappings().all()
        c.execute(text("delete from gaoxin.ledger_events"))
        head = Head()
        for e in events:
            payload = dict(e["payload"]) | ({"by": "somebody"} if change and "by" in e["payload"] else {})
            made = next_event(head, e["campaign"], e["kind"], e["at"], payload, e["rows"])
            row = {k: json.dumps(v, ensure_ascii=False) if k in ("payload", "rows") else v for k, v in vars(made).items()}
            c.execute(text("insert into gaoxin.ledger_events (seq, campaign, kind, at, payload, prev_hash, hash, rows)"
                           " values (:seq, :campaign, :kind, :at, :payload, :prev_hash, :hash, :rows)"), row)
            head = Head(made.seq, made.hash)
        c.execute(text("update gaoxin.ledger_head set seq = :seq, hash = :hash"), vars(head) if head.seq else
                  {"seq": 0, "hash": GENESIS})


def test_a_checkpoint_is_a_signed_note_that_an_intact_ledger_stands_against(settings, kept):
    assert verify_ledger(settings, anchor=str(kept)).intact
    lines = kept.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "gaoxin/chain-v1"
    assert lines[4:6] == ["drill", ""]
    assert lines[6].startswith("— gaoxin-ledger ")
    with Warehouse.open(settings).read() as store:
        event = store.ledger.event(int(lines[1]))
    assert event
    assert verify_ledger(settings, anchor=f"{event.seq}:{event.hash}").intact
    key = settings.keys / "ledger.key"
    assert (stat.S_IMODE(key.stat().st_mode), stat.S_IMODE(settings.keys.stat().st_mode)) == (0o600, 0o700)
    assert anchoring.checkpoint(settings).file.is_file()


def test_what_was_done_to_the_whole_chain_is_found_against_a_checkpoint(settings, kept):
    seq = int(kept.read_text(encoding="utf-8").splitlines()[1])
    rewritten(settings, keep=100, change=True)
    found = verify_ledger(settings, anchor=str(kept))
    assert found.chain.intact, "by itself it looks whole"
    assert [(f.table, f.kind, f.key) for f in found.faults] == [("ledger_events", "changed", f"seq={seq}")]
    assert verify_ledger(settings).intact


@pytest.mark.parametrize("keep", [1, 0])
def test_a_cut_tail_and_an_emptied_ledger_are_found(settings, kept, keep):
    rewritten(settings, keep=keep, change=False)
    found = verify_ledger(settings, anchor=str(kept))
    assert found.chain.intact
    assert (found.faults[0].table, found.faults[0].kind) == ("ledger_events", "missing")


def test_a_note_that_was_changed_or_comes_from_elsewhere_is_told(settings, kept, settings_at, tmp_path):
    said = kept.read_text(encoding="utf-8")
    for broken in (said.replace("\ndrill", ""), said[:-9] + "AAAAAAA=\n", said.partition("\n\n")[0] + "\n\n"):
        kept.write_text(broken, encoding="utf-8")
        assert [(f.kind, f.key) for f in verify_ledger(settings, anchor=str(kept)).faults] == [("changed", str(kept))]
    # An installation that was made anew stands against nothing that the one before signed.
    shutil.rmtree(settings.keys)
    (settings.checkpoints / "verifiers.txt").unlink()
    kept.write_text(said, encoding="utf-8")
    assert [f.key for f in verify_ledger(settings, anchor=str(kept)).faults] == [str(kept)]
    for broken in (said.replace("chain-v1", "chain-v2"), "hello"):
        kept.write_text(broken, encoding="utf-8")
        with pytest.raises(UsageError):
            verify_ledger(settings, anchor=str(kept))
    with pytest.raises(UsageError, match="no checkpoint"):
        verify_ledger(settings, anchor="nowhere.txt")


def test_what_is_signed_while_it_verifies_is_no_fault(settings, kept, monkeypatch):
    """The snapshot does not see what another records meanwhile, and the folder does."""
    verify = LedgerStore.verify

    def meanwhile(ledger: LedgerStore) -> Verification:
        found = verify(ledger)
        monkeypatch.setattr(LedgerStore, "verify", verify)
        w = open_workplace(settings, "demo", parse_as_of("2024-02-03"), acts=True)
        deliverables.record_evidence(w, "survey", "report", b"3", "r.pdf", "committee")
        anchoring.checkpoint(settings)
        return found

    monkeypatch.setattr(LedgerStore, "verify", meanwhile)
    assert verify_ledger(settings).intact
    assert len(anchoring.kept(settings)) == 1
    assert verify_ledger(settings).intact


def test_a_key_that_takes_the_place_of_another_is_in_the_ledger(settings, kept):
    with Warehouse.open(settings).read() as store:
        assert "key.made" not in {e.kind for e in store.ledger.events()}, "the first takes nobody's place"
    shutil.rmtree(settings.keys)
    with pytest.raises(SystemFault, match="the key that signs is gone"):
        anchoring.checkpoint(settings)
    open_workplace(settings, "demo", parse_as_of("2024-02-03"), acts=True)
    with Warehouse.open(settings).read() as store:
        assert store.ledger.events()[-1].kind == "key.made"
        assert store.ledger.events()[-1].payload["verifier"] == anchoring.checkpoint(settings).verifier
    assert verify_ledger(settings, anchor=str(kept)).intact, "the old notes are the installation's still"


def test_the_auditor_gets_one_each_working_day(settings, kept, tmp_path):
    contacts = tmp_path / "contacts.yaml"
    contacts.write_text("auditor: {email: audit@example.invalid}\n", encoding="utf-8")
    with_auditor = settings.model_copy(update={"contacts": contacts})

    def sent(day: str, given=with_auditor) -> list[str]:
        w = open_workplace(given, "demo", parse_as_of(day), acts=True)
        return [r.body.zh for r in reminding.remind(w) if r.audience == "auditor"]

    (body,) = sent("2024-02-05")
    note = tmp_path / "mailed.txt"
    note.write_text(body.replace("【演练】", "").partition("\n请留存")[0], encoding="utf-8")
    assert verify_ledger(settings, anchor=str(note)).intact
    assert sent("2024-02-05") == [], "one a day"
    assert len(sent("2024-02-06")) == 1
    assert sent("2024-02-07", settings) == [], "nobody is named"


def test_a_day_whose_checkpoint_failed_gets_it_at_the_next_try(settings, kept, monkeypatch):
    def full(_):
        raise SystemFault(Text("磁盘已满", "no space"), where="var", todo=Text("清理磁盘", "make room"))

    w = open_workplace(settings, "demo", parse_as_of("2024-04-20"), acts=True)
    monkeypatch.setattr(upkeep, "checkpoint", full)
    with pytest.raises(SystemFault, match="no space"):
        upkeep.verify_what_is_due(w)
    monkeypatch.undo()
    before = set(anchoring.kept(settings))
    assert upkeep.verify_what_is_due(w) is None  # verified it is
    assert len(set(anchoring.kept(settings)) - before) == 1
    assert upkeep.verify_what_is_due(w) is None
    assert len(set(anchoring.kept(settings)) - before) == 1
