"""What tables are made of: their metadata and their usual columns."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, Integer, MetaData

from penstock.store.columns import Json, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def text(name: str, *, null: bool = False, key: bool = False) -> Column[str]:
    return Column(name, String, nullable=null, primary_key=key)


def child(name: str, parent: str, *, key: bool = False) -> Column[str]:
    return Column(name, String, ForeignKey(parent, ondelete="CASCADE"), nullable=False, primary_key=key)


def json(name: str, *, null: bool = False) -> Column[object]:
    return Column(name, Json, nullable=null)


def time(name: str, *, null: bool = False) -> Column[float]:
    return Column(name, Double, nullable=null)


def flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def growing(name: str) -> Column[int]:
    number = BigInteger().with_variant(Integer, "sqlite")
    return Column(name, number, primary_key=True, autoincrement=True)
