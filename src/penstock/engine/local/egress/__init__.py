"""The network of functions: a proxy on the host, with a gate of its own for each worker."""

from penstock.engine.local.egress.egress import MARK, Egress, proxy_environment
from penstock.engine.local.egress.exchange import Limits
from penstock.engine.local.egress.gate import Gate, Refusal
from penstock.engine.local.egress.own import own_addresses

__all__ = ["MARK", "Egress", "Gate", "Limits", "Refusal", "own_addresses", "proxy_environment"]
