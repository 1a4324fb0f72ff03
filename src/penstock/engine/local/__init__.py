"""Runs on this machine: a zygote, and one process for each version in use."""

from penstock.engine.local.engine import LocalEngine

__all__ = ["LocalEngine"]
