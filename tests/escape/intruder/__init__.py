"""A hostile function: every attempt to get through the walls, by name.

The package is laid into the function's data folder, as an author's own modules would be. Each attempt runs in a process
of its own, which inherits the walls: so one that hangs or dies leaves the others alone. What an attempt returns is its
loot, what it raises says what stood in its way.
"""

from . import bounds, files, kernel, network, others
from .attempts import ATTEMPTS, run

__all__ = ["ATTEMPTS", "bounds", "files", "kernel", "network", "others", "run"]
