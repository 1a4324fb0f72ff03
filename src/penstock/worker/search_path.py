"""Where author code imports from: its own environment first, then the compatibility package, then the server's set."""

from __future__ import annotations

import os
import sys

SHIMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shims")


def prepare_search_path(site_packages: str | None) -> None:
    if SHIMS not in sys.path:
        sys.path.insert(0, SHIMS)
    if site_packages and site_packages not in sys.path:
        sys.path.insert(0, site_packages)
