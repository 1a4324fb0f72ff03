"""What all flows share: the parts of one running server, each made once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from penstock.settings import Settings
from penstock.store import Store

if TYPE_CHECKING:
    from penstock.engine.base import Engine
    from penstock.environments import Environments
    from penstock.flows.accounts import Accounts
    from penstock.flows.action import Actions
    from penstock.flows.automatic_actions import AutomaticActions
    from penstock.flows.chats import ChatKeeper
    from penstock.flows.collecting import Collecting
    from penstock.flows.completion import Completions
    from penstock.flows.connections import Connections
    from penstock.flows.examples import Examples
    from penstock.flows.files import FileKeeper
    from penstock.flows.host import Host
    from penstock.flows.load_history import LoadHistory
    from penstock.flows.message_addresses import MessageAddresses
    from penstock.flows.models import Models
    from penstock.flows.people import People
    from penstock.flows.registry import Registry
    from penstock.flows.rights import RightsKeeper
    from penstock.flows.runs import Runs
    from penstock.flows.sharing import Sharing
    from penstock.flows.system_events import SystemEvents
    from penstock.flows.transfer import Transfer
    from penstock.flows.tryouts import Tryouts
    from penstock.flows.valves import ValveKeeper
    from penstock.realtime.gateway import Gateway
    from penstock.realtime.hub import Hub
    from penstock.realtime.questions import Questions

NOT_YET: Any = None  # `penstock.api.compose` sets every part before the first request


@dataclass(kw_only=True)
class Services:
    """Parts that know each other take the whole and look up what they need when they are called, not when made."""

    settings: Settings
    store: Store
    accounts: Accounts = NOT_YET
    people: People = NOT_YET
    engine: Engine = NOT_YET
    load: LoadHistory = NOT_YET
    hub: Hub = NOT_YET
    questions: Questions = NOT_YET
    gateway: Gateway = NOT_YET
    environments: Environments = NOT_YET
    collecting: Collecting = NOT_YET
    registry: Registry = NOT_YET
    valves: ValveKeeper = NOT_YET
    rights: RightsKeeper = NOT_YET
    transfer: Transfer = NOT_YET
    examples: Examples = NOT_YET
    runs: Runs = NOT_YET
    events: SystemEvents = NOT_YET
    host: Host = NOT_YET
    connections: Connections = NOT_YET
    models: Models = NOT_YET
    completions: Completions = NOT_YET
    actions: Actions = NOT_YET
    tryouts: Tryouts = NOT_YET
    automatic: AutomaticActions = NOT_YET
    addresses: MessageAddresses = NOT_YET
    chats: ChatKeeper = NOT_YET
    sharing: Sharing = NOT_YET
    files: FileKeeper = NOT_YET
