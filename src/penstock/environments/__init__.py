"""Sets of packages that functions ask for: locked, installed once, read-only."""

from penstock.environments.environments import Environments
from penstock.environments.folders import Environment, Installed
from penstock.environments.locking import Lock
from penstock.environments.progress import Progress, silent

__all__ = ["Environment", "Environments", "Installed", "Lock", "Progress", "silent"]
