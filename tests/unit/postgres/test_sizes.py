"""The embedded server is sized by the machine that it shares."""

from __future__ import annotations

import pytest

from gaoxin.postgres.cluster import memory, sizes


@pytest.mark.parametrize(("gigabytes", "buffers", "sort"), [
    (1, "128MB", "4MB"), (4, "256MB", "8MB"), (8, "512MB", "16MB"), (64, "1024MB", "32MB")
])
def test_a_sixteenth_for_the_buffers_within_bounds(gigabytes, buffers, sort):
    found = sizes(gigabytes * 2**30)
    assert (found["shared_buffers"], found["work_mem"]) == (buffers, sort)


def test_this_machine_has_memory():
    assert memory() > 2**28
