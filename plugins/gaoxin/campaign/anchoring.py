"""Checkpoints of this installation: its key, the notes that it signs, and how the ledger stands against one of them."""

import os
import secrets
from datetime import datetime
from pathlib import Path

from gaoxin import folders
from gaoxin.campaign.answer import Answer
from gaoxin.clock import LATEST
from gaoxin.errors import SystemFault, UsageError, system_said
from gaoxin.i18n import Code, Message, Text
from gaoxin.ledger import checkpoint as notes
from gaoxin.ledger.checkpoint import Checkpoint
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Store, Warehouse
from gaoxin.warehouse.verifying import Fault

_CUT = Code("anchors.cut", "检查点的第 {seq} 条已不在：账本末尾被截去，现只有 {events} 条",
            "event {seq} of the checkpoint is gone: the ledger's tail was cut off, {events} event(s) are left",
            seq=int, events=int)
_REWRITTEN = Code("anchors.rewritten", "第 {seq} 条与检查点不符：账本被整条重写（应为 {expected:.12}，实为 {found:.12}）",
                  "event {seq} is not the checkpoint's: the chain was rewritten (expected {expected:.12}, found {found:.12})",
                  seq=int, expected=str, found=str)
_NO_NOTE = Code("anchors.no_note", "{why}", "{why}", why=Text)
_UNSIGNED = Code("anchors.unsigned", "本安装的密钥都没有签过这份检查点：不是检查点被改动，就是安装被重做过；"
                 "请与外部留存的公钥（var/checkpoints/verifiers.txt 的原件）核对",
                 "no key of this installation signed this checkpoint: either it was changed, or the installation was made anew; "
                 "compare with the public key that was kept elsewhere (the original of var/checkpoints/verifiers.txt)")


class Checkpointed(Answer):
    """note: the signed note; file: where it was written. verifier: the public key, to be kept elsewhere."""

    seq: int
    head: str
    note: str
    file: Path
    verifier: str


def checkpoint(settings: Settings) -> Checkpointed:
    """Signs where the ledger stands, and writes it among the installation's checkpoints. Raises UsageError for an empty one,
    SystemFault where the key is gone or nothing can be written."""
    with Warehouse.open(settings).read() as store:
        found = standing(store)
    if found is None:
        raise UsageError(Text("账本还是空的", "the ledger is empty"), where="ledger",
                         todo=Text("有记录以后再做", "do it when something was recorded"))
    if not has_key(settings):
        raise SystemFault(Text("签名密钥不在了", "the key that signs is gone"), where=str(settings.keys / "ledger.key"),
                          todo=Text("从备份取回；否则下一次登记会另制一把，并记入账本",
                                    "bring it back from a backup; else the next act makes another, and the ledger says so"))
    key = signing_key(settings)
    note, file = notes.signed(found, key), settings.checkpoints / f"{found.seq:012d}.txt"
    try:
        folders.put(file, note.encode(), 0o600)
    except OSError as error:
        raise _cannot(file, error) from error
    return Checkpointed(found.seq, found.head, note, file, notes.verifier(key))


def note_at(settings: Settings, store: Store, known: datetime) -> str | None:
    """The signed note of what was recorded by a time, to be printed; None where nothing was, and no act has made a key yet."""
    found = standing(store, store.ledger.known(known)) if has_key(settings) else None
    return notes.signed(found, signing_key(settings)) if found else None


def has_key(settings: Settings) -> bool:
    return (settings.keys / "ledger.key").exists()


def has_signed(settings: Settings) -> bool:
    """Whether a key was here before, as far as the folders say."""
    return (settings.checkpoints / "verifiers.txt").exists()


def standing(store: Store, seq: int | None = None) -> Checkpoint | None:
    """Where the ledger stands, or stood at a number; None while it is empty."""
    drill, _ = store.ledger.installation()
    event = store.ledger.event(store.ledger.known(LATEST) if seq is None else seq)
    return Checkpoint(event.seq, event.hash, event.at, drill) if event else None


def signing_key(settings: Settings) -> bytes:
    """The installation's private key; made when it is first needed. Raises SystemFault where it can be neither read nor made."""
    file = settings.keys / "ledger.key"
    try:
        settings.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            made, part = notes.new_key(), file.with_name(f".{file.name}.{secrets.token_hex(8)}.part")
            try:
                with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
                    out.write(made.hex() + "\n")
                os.link(part, file)  # there as a whole, and never over another's: threads and processes may be the first together
            finally:
                part.unlink(missing_ok=True)
            known = settings.checkpoints / "verifiers.txt"
            folders.private(known.parent)
            with os.fdopen(os.open(known, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="ascii") as out:
                out.write(notes.verifier(made) + "\n")
    except FileExistsError:
        pass  # another made it at the same time
    except OSError as error:
        raise _cannot(file, error) from error
    return bytes.fromhex(file.read_text(encoding="ascii").strip())


def verifiers(settings: Settings) -> list[str]:
    """The public keys of this installation, those of earlier keys among them."""
    known = settings.checkpoints / "verifiers.txt"
    keys = known.read_text(encoding="ascii").split() if known.exists() else []
    return [*keys, *([notes.verifier(signing_key(settings))] if has_key(settings) else [])]


def kept(settings: Settings) -> list[Path]:
    """The checkpoints that lie among the installation's own. To be asked before the snapshot that is held against them: one that
    is made meanwhile may name an event which the snapshot does not see."""
    return sorted(settings.checkpoints.glob("[0-9]*.txt"))


def made_since(settings: Settings, seq: int) -> bool:
    """Whether a checkpoint lies here that was made when the ledger had come so far."""
    return any(read(str(file), [])[0] >= seq for file in reversed(kept(settings)))


def cut_off(seq: int, events: int) -> Message:
    """What is told where a checkpoint names an event beyond the last."""
    return _CUT(seq=seq, events=events)


def against(store: Store, given: str, keys: list[str]) -> list[Fault]:
    """What of the ledger is not as a checkpoint says, a fault of one of the two where none of the keys signed the note. given: as
    `read` takes it."""
    seq, head, signed = read(given, keys)
    faults = [] if signed else [Fault("", given, "changed", _UNSIGNED())]
    event = store.ledger.event(seq)
    if event is None:
        faults.append(Fault("ledger_events", f"seq={seq}", "missing", cut_off(seq, store.ledger.count())))
    elif event.hash != head:
        faults.append(Fault("ledger_events", f"seq={seq}", "changed", _REWRITTEN(seq=seq, expected=head, found=event.hash)))
    return faults


def read(given: str, keys: list[str]) -> tuple[int, str, bool]:
    """The event that a checkpoint names, its hash, and whether one of the keys signed it; SEQ:HASH, as printed, needs none.
    given: else a note's file, or a report that has one. Raises UsageError for what is none of these, or has several notes."""
    seq, _, head = given.partition(":")
    if seq.isdecimal() and len(head) == 64:
        return int(seq), head.lower(), True
    if not (file := Path(given)).is_file():
        raise UsageError(Text(f"没有检查点文件 {given}", f"no checkpoint {given}"), where="--against",
                         todo=Text("给出检查点文件，或 序号:末条哈希", "give a checkpoint's file, or SEQ:HASH"))
    if len(there := notes.within(file.read_text(encoding="utf-8", errors="replace"))) != 1:
        raise UsageError(_several(len(there)), where=str(file),
                         todo=Text("给出带有一份检查点的报告或文件，或 序号:末条哈希",
                                   "give a report or a file with one checkpoint, or SEQ:HASH"))
    note, signed = notes.opened(there[0], keys)
    return note.seq, note.head, signed


def against_kept(store: Store, files: list[Path], keys: list[str]) -> list[Fault]:
    """What of the ledger is not as these checkpoints say; a file that is none is a fault."""
    faults = list[Fault]()
    for file in files:
        try:
            faults += against(store, str(file), keys)
        except UsageError as error:
            faults.append(Fault("", str(file), "changed", _NO_NOTE(why=error.what)))
    return faults


def _several(count: int) -> Text:
    if not count:
        return Text("文件里没有账本检查点", "there is no checkpoint of a ledger in the file")
    return Text(f"文件里有 {count} 份不同的检查点", f"there are {count} different checkpoints in the file")


def _cannot(file: Path, error: OSError) -> SystemFault:
    why = system_said(error)
    return SystemFault(Text(f"检查点的密钥或文件写不了：{why.zh}",
                            f"a checkpoint's key or file cannot be written: {why.en}"), where=str(file),
                       todo=Text("检查磁盘空间与权限", "check disk space and permissions"))
