"""The network of functions: a proxy on the host, with a gate of its own for each worker."""

from penstock.engine.local.egress.egress import MARK, Egress, proxy_environment
from penstock.engine.local.egress.exchange import Limits
from penstock.engine.local.egress.gate import Gate, Refusal

__all__ = ["MARK", "Egress", "Gate", "Limits", "Refusal", "proxy_environment"]
