"""Runs one .sql file of sql/migrations as it stands: what a revision script does."""

from alembic import op

from gaoxin.settings import data_folder


def apply(name: str) -> None:
    statements = (data_folder("sql") / "migrations" / name).read_text(encoding="utf-8")
    # no_parameters: the driver must not take a percent sign in the SQL for a placeholder.
    op.get_bind().exec_driver_sql(statements, execution_options={"no_parameters": True})


def refuse() -> None:
    raise NotImplementedError("facts are append-only: to go back, restore the backup made before the migration")
