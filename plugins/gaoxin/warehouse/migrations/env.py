"""Alembic's entry: runs the revisions on the connection, and in the transaction, that gaoxin.warehouse.migrate opened."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table_schema="gaoxin",
    transactional_ddl=True,
)
context.run_migrations()
