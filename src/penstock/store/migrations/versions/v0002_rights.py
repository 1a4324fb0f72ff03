"""What admins allow functions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "rights",
        sa.Column("function_id", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["function_id"], ["functions.id"], name="fk_rights_function_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("function_id", name="pk_rights"),
    )
