"""Penstock: a chat server in which every behaviour is a small Python file with a process of its own."""

__version__ = "0.1.0"
