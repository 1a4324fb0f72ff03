"""What a start leaves out of libraries is there for those who ask for it."""

from __future__ import annotations

import subprocess
import sys

ASK_LATER = """
import sys
from penstock.cli.lean_imports import import_libraries
import_libraries()
from sqlalchemy.ext.asyncio.engine import create_async_engine
assert "sqlalchemy.orm" not in sys.modules
from sqlalchemy.ext import asyncio
assert asyncio.AsyncSession.__module__ == "sqlalchemy.ext.asyncio.session"
assert asyncio.create_async_engine is create_async_engine
import sqlalchemy.orm, aiohttp, rich
"""


def test_the_rest_of_a_library_comes_when_asked_for() -> None:
    subprocess.run([sys.executable, "-c", ASK_LATER], check=True)
