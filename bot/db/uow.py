"""The unit of work: all repositories on one session."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.repositories.audit import Audit
from bot.db.repositories.awaited import Awaited
from bot.db.repositories.customers import Customers
from bot.db.repositories.drafts import Drafts
from bot.db.repositories.imports import Imports
from bot.db.repositories.invites import Invites
from bot.db.repositories.mappings import Mappings
from bot.db.repositories.overrides import Overrides
from bot.db.repositories.questions import Questions
from bot.db.repositories.rounds import Rounds
from bot.db.repositories.snoozes import Snoozes
from bot.db.repositories.tiers import Tiers
from bot.db.repositories.users import Users
from bot.db.repositories.visits import Visits


class UnitOfWork:
    """What one use case reads and writes. Repositories flush; `Database.write` commits."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.users = Users(session)
        self.invites = Invites(session)
        self.customers = Customers(session)
        self.visits = Visits(session)
        self.tiers = Tiers(session)
        self.overrides = Overrides(session)
        self.questions = Questions(session)
        self.rounds = Rounds(session)
        self.awaited = Awaited(session)
        self.snoozes = Snoozes(session)
        self.imports = Imports(session)
        self.drafts = Drafts(session)
        self.mappings = Mappings(session)
        self.audit = Audit(session)
