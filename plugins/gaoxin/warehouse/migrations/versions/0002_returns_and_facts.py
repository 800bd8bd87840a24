"""Applies sql/migrations/0002_returns_and_facts.sql."""

from gaoxin.warehouse.migrations.apply import apply, refuse

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    apply("0002_returns_and_facts.sql")


def downgrade() -> None:
    refuse()
