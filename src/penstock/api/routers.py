"""All routers, one noun each, in the order in which they are asked."""

from __future__ import annotations

from fastapi import APIRouter

from penstock.api import auths, config

ROUTERS: tuple[APIRouter, ...] = (
    auths.router,
    config.router,
)
