"""Runs on a Ray cluster: an actor for each version in use, with the very workers that a single machine has."""

from penstock.engine.ray.engine import RayEngine

__all__ = ["RayEngine"]
