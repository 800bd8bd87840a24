"""Applies sql/migrations/0003_decisions.sql."""

from gaoxin.warehouse.migrations.apply import apply, refuse

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    apply("0003_decisions.sql")


def downgrade() -> None:
    refuse()
