"""Read by Airflow at start. With GAOXIN_PRELOAD set (scheduler, Celery worker) Great Expectations is imported once,
before workers are forked: the import costs 4-14 s in every task otherwise, and its memory is then shared."""

import os

if os.environ.get("GAOXIN_PRELOAD", "").lower() in ("1", "true", "yes"):
    import great_expectations
    import great_expectations.expectations  # noqa: F401
