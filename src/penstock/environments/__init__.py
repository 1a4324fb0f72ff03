"""Sets of packages that functions ask for: locked, installed once, read-only."""

from penstock.environments.environments import Environments
from penstock.environments.folders import Environment
from penstock.environments.locking import Lock

__all__ = ["Environment", "Environments", "Lock"]
