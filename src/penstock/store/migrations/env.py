"""Read by Alembic: the migrations run on the connection that the caller holds, in its transaction."""

from __future__ import annotations

from alembic import context

from penstock.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
