"""Runs inside the isolated process: loads one version and calls its hooks. The server starts it, never imports it."""
