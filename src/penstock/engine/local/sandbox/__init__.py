"""The host's side of the walls around workers: what this machine can do, and what each function gets."""

from penstock.engine.local.sandbox.probing import probe
from penstock.engine.local.sandbox.sandbox import Sandbox

__all__ = ["Sandbox", "probe"]
