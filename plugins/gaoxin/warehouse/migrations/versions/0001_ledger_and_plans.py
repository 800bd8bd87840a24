"""Applies sql/migrations/0001_ledger_and_plans.sql."""

from gaoxin.warehouse.migrations.apply import apply, refuse

revision = "0001"
down_revision = None


def upgrade() -> None:
    apply("0001_ledger_and_plans.sql")


def downgrade() -> None:
    refuse()
