"""The auditor's program, which shares nothing with the product, agrees with what was recorded and finds what was changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from gaoxin.campaign import anchoring
from gaoxin.postgres.roles import AUDITOR
from gaoxin.warehouse.process import of_process
from tests.integration.test_rows_answered_for import played  # noqa: F401
from tests.stored import as_role

PROGRAM = Path(__file__).resolve().parents[2] / "docs" / "audit_check.py"


def test_the_program_has_nothing_of_the_product():
    assert "import gaoxin" not in PROGRAM.read_text(encoding="utf-8")
    assert len(PROGRAM.read_text(encoding="utf-8").splitlines()) <= 160


def test_an_auditor_checks_a_dump_the_files_and_an_old_checkpoint(played, cluster, tmp_path):  # noqa: F811
    kept = anchoring.checkpoint(played)
    url = as_role(played, AUDITOR).url.set(drivername="postgresql").render_as_string(hide_password=False)
    pg_dump = cluster._binaries() / "pg_dump"
    dump = tmp_path / "dump.sql"
    subprocess.run([pg_dump, "--schema=gaoxin", "--format=plain", f"--file={dump}", url], check=True)

    def check(*more: str) -> tuple[int, str]:
        said = subprocess.run([sys.executable, "-I", PROGRAM, dump, played.landing, *more], capture_output=True, text=True,
                              check=False)
        return said.returncode, said.stdout + said.stderr

    status, said = check(str(kept.file), kept.verifier)
    assert (status, said.splitlines()[-1].endswith("0 difference(s)")) == (0, True), said
    assert check(f"{kept.seq}:{kept.head}")[0] == 0
    assert check(f"{kept.seq}:{'0' * 64}")[0] == 1
    assert check(f"{kept.seq + 1}:{kept.head}")[0] == 1
    whole = dump.read_text(encoding="utf-8")
    for old, new, named in (("\t17.0\t", "\t99.0\t", "facts"), ("\tapprove\t", "\treject\t", "approvals"),
                            ("demo__industry", "demo__other", "event"),
                            (f'"account": "{of_process().account}"', '"account": "mayor"', "event")):
        assert old in whole
        dump.write_text(whole.replace(old, new, 1), encoding="utf-8")
        status, said = check()
        assert status == 1, old
        assert named in said
    dump.write_text(whole, encoding="utf-8")
    file = next(f for f in played.landing.rglob("*") if f.is_file())
    file.chmod(0o644)
    file.write_bytes(b"")
    status, said = check()
    assert (status, str(file) in said) == (1, True)
