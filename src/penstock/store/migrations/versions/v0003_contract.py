"""Packages of several files, layers of valves, policies and access of functions, shared chats."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("functions", sa.Column("origin_hash", sa.Text(), nullable=False, server_default=""))
    op.add_column("functions", sa.Column("policy", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("functions", sa.Column("access_control", sa.Text(), nullable=True))
    op.add_column("versions", sa.Column("package", sa.LargeBinary(), nullable=True))
    op.create_table(
        "layered_valves",
        sa.Column("function_id", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["function_id"], ["functions.id"], name="fk_layered_valves_function_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("function_id", "layer", "subject_id", name="pk_layered_valves"),
    )
    op.create_table(
        "shares",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_shares_chat_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_shares_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
    )
    op.create_index("ix_shares_chat_id", "shares", ["chat_id"])
