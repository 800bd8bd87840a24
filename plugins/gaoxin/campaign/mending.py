"""By when a return that was sent back is to be corrected. Pure."""

from datetime import date

from gaoxin.gates.rectifying import due_day


def mend_by(due: date, sent_back: date | None) -> date:
    """Its own day, or five working days after a person sent it back, as for whatever is to be made good. sent_back: None where
    nobody did: what rules reject is told at once, and its day stays."""
    return due if sent_back is None else max(due, due_day(sent_back, date.min))
