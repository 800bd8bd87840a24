"""The note beside a refused file of the inbox."""

from gaoxin.campaign.inbox import reason_of, too_large


def test_the_note_says_when_it_is_of_a_drill():
    found = too_large(300 * 2**20)
    first = reason_of("名录.xlsx", found, drill=True).splitlines()[0]
    assert "演练" in first
    assert "drill" in first
    assert "演练" not in reason_of("名录.xlsx", found)
