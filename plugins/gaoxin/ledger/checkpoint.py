"""Checkpoints: where the ledger stood, signed, so that it can be held against what left the machine.

A signed note as transparency logs use it (C2SP signed-note): the text, a blank line, and a line `— NAME BASE64` of the key's
id and an Ed25519 signature over the text. The text's lines: the origin, the number of the last event, its hash in base64, and as
extensions when that event was recorded and whether the installation is a drill. The ledger is a chain and no Merkle tree, which
the origin says, so that nobody's tools for trees misread it.
"""

import binascii
import html
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from gaoxin.errors import UsageError
from gaoxin.i18n import Text

ORIGIN = "gaoxin/chain-v1"
NAME = "gaoxin-ledger"
_ED25519 = b"\x01"
_DASH = "— "
_NOTE = re.compile(rf"({ORIGIN}\n[0-9]+\n[A-Za-z0-9+/=]+\nat [^\n]+\n(?:drill\n)?)\n((?:{_DASH}[^\n]+\n?)*)")


@dataclass(frozen=True)
class Checkpoint:
    """seq, head: of the last event; at: when it was recorded."""

    seq: int
    head: str
    at: datetime
    drill: bool

    @property
    def text(self) -> str:
        at = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        head = b64encode(bytes.fromhex(self.head)).decode()
        return f"{ORIGIN}\n{self.seq}\n{head}\nat {at}\n" + ("drill\n" if self.drill else "")


def new_key() -> bytes:
    """A private key: 32 bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes_raw()


def verifier(key: bytes) -> str:
    """The public key as one line: name+id+base64."""
    public = _public(key)
    return f"{NAME}+{_id(public).hex()}+{b64encode(_ED25519 + public).decode()}"


def signed(checkpoint: Checkpoint, key: bytes) -> str:
    """The signed note."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    signature = Ed25519PrivateKey.from_private_bytes(key).sign(checkpoint.text.encode())
    return f"{checkpoint.text}\n{_DASH}{NAME} {b64encode(_id(_public(key)) + signature).decode()}\n"


def within(text: str) -> list[str]:
    """The notes in a text, each once: the note itself, a letter, or a report, as page or as data."""
    plain = html.unescape(text.replace("\r\n", "\n").replace("\\n", "\n").replace("\\u2014", "—"))
    return list(dict.fromkeys(f"{text}\n{signatures.strip()}\n" for text, signatures in _NOTE.findall(plain)))


def opened(note: str, verifiers: list[str]) -> tuple[Checkpoint, bool]:
    """What a note says, and whether one of these keys signed that. Raises UsageError for what is no note."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    text, _, signatures = note.replace("\r\n", "\n").partition("\n\n")
    text += "\n"
    try:
        found = _read(text)
        lines = [line for line in signatures.splitlines() if line.startswith(_DASH)]
        given = [b64decode(line.rpartition(" ")[2], validate=True) for line in lines]
    except (ValueError, binascii.Error, IndexError) as error:
        raise UsageError(Text("这不是账本检查点", "this is no checkpoint of a ledger"), where="--against",
                         todo=Text("给出检查点文件，或 序号:末条哈希", "give a checkpoint's file, or SEQ:HASH")) from error
    for line in verifiers:
        public = b64decode(line.split("+", 2)[2])[1:]
        for signature in (s[4:] for s in given if s[:4] == _id(public)):
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
            except InvalidSignature:
                continue
            return found, True
    return found, False


def _read(text: str) -> Checkpoint:
    origin, seq, head, at, *more = text.splitlines()
    if origin != ORIGIN or not at.startswith("at ") or more not in ([], ["drill"]):
        raise ValueError(text)
    return Checkpoint(int(seq), b64decode(head, validate=True).hex(),
                      datetime.strptime(at[3:], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC), bool(more))


def _public(key: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


def _id(public: bytes) -> bytes:
    return sha256(NAME.encode() + b"\n" + _ED25519 + public).digest()[:4]
