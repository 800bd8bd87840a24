"""What tests that start processes of their own share."""

from __future__ import annotations

import subprocess


def line_of(process: subprocess.Popen[str]) -> str:
    """The next line that the process says; waits for it."""
    assert process.stdout is not None, "started without a pipe"
    return process.stdout.readline()
