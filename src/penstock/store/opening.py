"""The store: one repository per noun, over one database."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from penstock.settings import Settings
from penstock.store import database as databases
from penstock.store.api_keys import ApiKeys
from penstock.store.audit import Audits
from penstock.store.chats import Chats
from penstock.store.connections import Connections
from penstock.store.database import Database
from penstock.store.events import Events
from penstock.store.files import Files
from penstock.store.folders import Folders
from penstock.store.function_set import FunctionSet
from penstock.store.functions import Functions
from penstock.store.groups import Groups
from penstock.store.intake import Intake
from penstock.store.keyring import Keyring
from penstock.store.kv import KeyValues
from penstock.store.layered_valves import LayeredValves
from penstock.store.memories import Memories
from penstock.store.messages import Messages
from penstock.store.migrate import migrate
from penstock.store.models import ModelRecords
from penstock.store.questions import QuestionRecords
from penstock.store.rights import RightsRecords
from penstock.store.rotation import rotate
from penstock.store.run_tallies import RunTallies
from penstock.store.runs import Runs
from penstock.store.search import find_collation
from penstock.store.sessions import Sessions
from penstock.store.settings import StoredSettings
from penstock.store.shares import Shares
from penstock.store.users import Users
from penstock.store.valves import Valves
from penstock.store.versions import Versions
from penstock.store.warm import Revision
from penstock.store.writer import GroupWriter


class Store:
    """What lasts. Made with `await Store.open(settings)`, ended with `await store.close()`."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self.keyring = keyring
        self._revision = Revision()
        self.users = Users(database, self._forget_users)
        self.sessions = Sessions(database)
        self.api_keys = ApiKeys(database, keyring)
        self.functions = Functions(database, self._revision)
        self.versions = Versions(database, self._revision)
        self.valves = Valves(database, keyring, self._revision)
        self.layered_valves = LayeredValves(database, keyring, self._revision)
        self.rights = RightsRecords(database, self._revision)
        self.function_set = FunctionSet(database, keyring, self._revision)
        self.intake = Intake(database, keyring, self.function_set)
        self.settings = StoredSettings(database)
        self.models = ModelRecords(database, self._revision)
        self.connections = Connections(database, keyring, self._revision)
        self.chats = Chats(database)
        self.shares = Shares(database)
        self.messages = Messages(database)
        self.events = Events(database)
        self.runs = Runs(database)
        self.run_tallies = RunTallies(database)
        self.questions = QuestionRecords(database)
        self.files = Files(database)
        self.kv = KeyValues(database)
        self.memories = Memories(database)
        self.folders = Folders(database)
        self.groups = Groups(database)
        self.audit = Audits(database)

    @classmethod
    async def open(cls, settings: Settings) -> Store:
        """Open the database, bring its schema up to date, start the writer. Raises `StoreError`."""
        database = databases.connect(settings)
        try:
            await migrate(database)
            store = cls(database, Keyring.open(settings))
            await store.events.open()
            database.collation = await find_collation(database)
        except BaseException as error:
            await database.close()
            if isinstance(error, DBAPIError | OSError):
                raise databases.unreachable(error, settings) from error
            raise
        database.writer.start()
        return store

    async def close(self) -> None:
        """Write what is queued, then let go of the database."""
        await self._database.close()

    async def rotate_keys(self) -> int:
        """Make a new key and seal every stored secret with it. How many there were."""
        return await rotate(self._database, self.keyring)

    def _forget_users(self) -> None:
        self.sessions.forget()
        self.api_keys.forget()
        self._revision.bump()

    @property
    def writer(self) -> GroupWriter:
        return self._database.writer

    @property
    def revision(self) -> int:
        """Grows with every write to functions, versions, valves, rights, models and connections."""
        return self._revision.number
