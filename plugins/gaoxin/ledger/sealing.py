"""A secret closed with a passphrase, as text that may lie in a backup: scrypt makes the key, AES-256-GCM closes it.

The sealed text is one JSON object that says all that is needed beside the passphrase, so that it can be opened without this
program: `kdf` with `n`, `r`, `p`, `salt`; `cipher` with `nonce`; `sealed` ends with the tag. Bytes are base64.
"""

import binascii
import json
import secrets
from base64 import b64decode, b64encode

from gaoxin.errors import UsageError
from gaoxin.i18n import Text

_FORM = b"gaoxin/sealed-v1"
_N, _R, _P = 2**15, 8, 1      # 32 MB and a tenth of a second a guess
_MOST = 2**20                 # of n: what a file asks for must not eat the machine
SHORTEST = 12                 # characters of a passphrase


def new_passphrase() -> str:
    return secrets.token_urlsafe(24)


def sealed(content: bytes, passphrase: str) -> bytes:
    """Raises UsageError for a passphrase that is too short."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(passphrase) < SHORTEST:
        raise UsageError(Text(f"口令短语太短，至少 {SHORTEST} 个字符",
                              f"the passphrase is too short: {SHORTEST} characters at least"),
                         where="--passphrase-file", todo=Text("换一个更长的", "use a longer one"))
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    closed = AESGCM(_key(passphrase, salt, _N, _R, _P)).encrypt(nonce, content, _FORM)
    told = {"form": _FORM.decode(), "kdf": "scrypt", "n": _N, "r": _R, "p": _P, "salt": _text(salt), "cipher": "AES-256-GCM",
            "nonce": _text(nonce), "sealed": _text(closed)}
    return json.dumps(told, indent=1).encode() + b"\n"


def opened(text: bytes, passphrase: str) -> bytes:
    """Raises UsageError for another passphrase than it was closed with, and for what was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        told = json.loads(text)
        n, r, p = (int(told[name]) for name in "nrp")
        salt, nonce, closed = (b64decode(told[name], validate=True) for name in ("salt", "nonce", "sealed"))
        if told["form"] != _FORM.decode() or n > _MOST or r > 16 or p > 4:
            raise ValueError(told["form"])
        return AESGCM(_key(passphrase, salt, n, r, p)).decrypt(nonce, closed, _FORM)
    except (InvalidTag, ValueError, KeyError, TypeError, binascii.Error) as error:
        raise UsageError(Text("口令短语不对，密钥打不开", "the passphrase is wrong: the key cannot be opened"),
                         where="--passphrase-file",
                         todo=Text("给出备份时的口令短语文件；确已遗失的，用 --without-keys 恢复，另生成新密钥",
                                   "give the file with the passphrase of the backup; where it is lost, restore --without-keys: "
                                   "a new key is made then")) from error


def _key(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(passphrase.encode())


def _text(given: bytes) -> str:
    return b64encode(given).decode()
