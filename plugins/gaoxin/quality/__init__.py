"""Quality: a suite of expectations a form, run by Great Expectations, and the findings that come of it."""
