"""Read by Airflow at start. With GAOXIN_PRELOAD set (scheduler, Celery worker) what tasks need is imported once, before
workers are forked: Great Expectations alone costs 4-14 s in every task otherwise, and its memory is then shared.
Imports only: no connection, engine or thread may exist before the fork."""

import os

if os.environ.get("GAOXIN_PRELOAD", "").lower() in ("1", "true", "yes"):
    import great_expectations
    import great_expectations.expectations  # noqa: F401

    import gaoxin.airflow.factory
    import gaoxin.campaign.flows  # noqa: F401
