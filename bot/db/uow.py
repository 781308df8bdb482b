"""The unit of work: all repositories on one session."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.repositories.appointments import Appointments
from bot.db.repositories.audit import Audit
from bot.db.repositories.awaited import Awaited
from bot.db.repositories.coaching import Coaching
from bot.db.repositories.corrections import Corrections
from bot.db.repositories.coverage import Coverage
from bot.db.repositories.coverage_proposals import CoverageProposals
from bot.db.repositories.customers import Customers
from bot.db.repositories.dismissals import Dismissals
from bot.db.repositories.drafts import Drafts
from bot.db.repositories.effort import Cadences, Efforts
from bot.db.repositories.events import Events
from bot.db.repositories.feedback import Feedbacks
from bot.db.repositories.figures import Figures
from bot.db.repositories.held import Held
from bot.db.repositories.imports import Imports
from bot.db.repositories.inbox import Inbox
from bot.db.repositories.invites import Invites
from bot.db.repositories.jointvisits import JointVisits
from bot.db.repositories.learning import Learning
from bot.db.repositories.mappings import Mappings
from bot.db.repositories.merges import Merges
from bot.db.repositories.notices import Notices
from bot.db.repositories.outbox import Outbox
from bot.db.repositories.overrides import Overrides
from bot.db.repositories.pins import Pins
from bot.db.repositories.profile import Profile
from bot.db.repositories.qualifications import Qualifications
from bot.db.repositories.questions import Questions
from bot.db.repositories.refusals import Refusals
from bot.db.repositories.reviews import Reviews
from bot.db.repositories.rounds import Rounds
from bot.db.repositories.segments import Segments
from bot.db.repositories.selfreview import SelfReviews
from bot.db.repositories.suggestions import Suggestions
from bot.db.repositories.territory import TerritoryPlans
from bot.db.repositories.tiers import Tiers
from bot.db.repositories.timelog import TimeLog
from bot.db.repositories.times import Times
from bot.db.repositories.users import Users
from bot.db.repositories.visit_drafts import VisitDrafts
from bot.db.repositories.visit_log import VisitLog
from bot.db.repositories.visits import Visits
from bot.db.repositories.weeks import Weeks
from bot.db.repositories.worktime import Feeds, Hours, Leaves


class UnitOfWork:
    """What one use case reads and writes. Repositories flush; `Database.write` commits."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.users = Users(session)
        self.invites = Invites(session)
        self.customers = Customers(session)
        self.corrections = Corrections(session)
        self.merges = Merges(session)
        self.refusals = Refusals(session)
        self.visits = Visits(session)
        self.visit_log = VisitLog(session)
        self.visit_drafts = VisitDrafts(session)
        self.feedback = Feedbacks(session)
        self.figures = Figures(session)
        self.tiers = Tiers(session)
        self.overrides = Overrides(session)
        self.qualifications = Qualifications(session)
        self.questions = Questions(session)
        self.rounds = Rounds(session)
        self.reviews = Reviews(session)
        self.segments = Segments(session)
        self.profile = Profile(session)
        self.awaited = Awaited(session)
        self.dismissals = Dismissals(session)
        self.suggestions = Suggestions(session)
        self.weeks = Weeks(session)
        self.pins = Pins(session)
        self.coaching = Coaching(session)
        self.appointments = Appointments(session)
        self.times = Times(session)
        self.leave = Leaves(session)
        self.timelog = TimeLog(session)
        self.selfreviews = SelfReviews(session)
        self.cadences = Cadences(session)
        self.efforts = Efforts(session)
        self.events = Events(session)
        self.hours = Hours(session)
        self.feeds = Feeds(session)
        self.coverage = Coverage(session)
        self.coverage_proposals = CoverageProposals(session)
        self.plans = TerritoryPlans(session)
        self.jointvisits = JointVisits(session)
        self.held = Held(session)
        self.inbox = Inbox(session)
        self.outbox = Outbox(session)
        self.notices = Notices(session)
        self.imports = Imports(session)
        self.drafts = Drafts(session)
        self.mappings = Mappings(session)
        self.learning = Learning(session)
        self.audit = Audit(session)
