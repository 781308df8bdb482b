"""Scenarios as people play them, those that managers have written, and who is to play which."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import to_cell
from bot.db.scope import within
from bot.db.statements import rows_changed
from bot.db.tables import (
    CustomerRow,
    DismissalRow,
    OwnScenarioRow,
    ScenarioAnswerRow,
    ScenarioAssignmentRow,
    ScenarioCandidateRow,
    ScenarioSessionRow,
    ScenarioTextRow,
    TierDecisionRow,
    UserRow,
    VisitRow,
)
from domain.coaching.scenario import Scenario, Trigger
from domain.coaching.session import Answer, Candidate, Draws, Session, replay
from domain.coaching.timely import Happening, is_worse, slip
from domain.errors import DomainError
from domain.ids import CustomerId, OwnScenarioId, SessionId, UserId
from domain.people.model import Role, Scope
from domain.tiering.model import Cell
from domain.visits.model import Outcome

_IN_VAIN = frozenset({Outcome.ABSENT.value, Outcome.REFUSED.value})


class OwnState(StrEnum):
    """What has become of a version of an own scenario."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A session as it is stored; `names` are those of the customers it offers, as far as they are known."""

    id: SessionId
    user_id: UserId
    session: Session
    names: Mapping[CustomerId, str]
    is_preview: bool
    started_at: datetime
    ended_at: datetime | None

    @property
    def scenario(self) -> Scenario:
        return self.session.scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnScenario:
    """A version of a scenario that a manager has written."""

    id: OwnScenarioId
    author_id: UserId
    scenario: Scenario
    state: OwnState
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Assignment:
    """A scenario that somebody is to play, what asked for it, and who."""

    scenario_id: str
    source: str
    author_id: UserId | None
    at: datetime


class Coaching:
    """Another person's session is not found."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def begin(
        self,
        user_id: UserId,
        scenario: Scenario,
        draws: Draws,
        now: datetime,
        *,
        is_preview: bool = False,
    ) -> SessionId:
        """Start a session on the scenario as it stands now."""
        row = ScenarioSessionRow(
            user_id=user_id,
            text_id=await self._text(scenario),
            is_preview=is_preview,
            started_at=now,
        )
        self._session.add(row)
        await self._session.flush()
        for node, candidates in draws.items():
            for place, one in enumerate(candidates):
                self._session.add(
                    ScenarioCandidateRow(
                        session_id=row.id,
                        node=node,
                        place=place,
                        cell=one.cell.value,
                        customer_id=one.customer_id,
                    )
                )
        await self._session.flush()
        return SessionId(row.id)

    async def get(self, session_id: SessionId, user_id: UserId) -> Played:
        """A session of the person's own. Raises `not_found` for those of others."""
        query = (
            select(ScenarioSessionRow, ScenarioTextRow)
            .join(ScenarioTextRow, col(ScenarioTextRow.id) == col(ScenarioSessionRow.text_id))
            .where(col(ScenarioSessionRow.id) == session_id, col(ScenarioSessionRow.user_id) == user_id)
            .execution_options(populate_existing=True)
        )
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise DomainError("not_found")
        row, text = found
        draws, names = await self._candidates(session_id)
        answers = select(ScenarioAnswerRow).where(col(ScenarioAnswerRow.session_id) == session_id)
        answered = [
            Answer(one.option, tuple(one.picked))
            for one in await self._session.scalars(answers.order_by(col(ScenarioAnswerRow.step)))
        ]
        return Played(
            id=session_id,
            user_id=user_id,
            session=replay(Scenario.model_validate(text.content), draws, answered),
            names=names,
            is_preview=row.is_preview,
            started_at=row.started_at,
            ended_at=row.ended_at,
        )

    async def open(self, user_id: UserId, since: datetime) -> list[Played]:
        """The person's sessions that have begun since a moment and not ended, the newest first."""
        query = (
            select(col(ScenarioSessionRow.id))
            .where(
                col(ScenarioSessionRow.user_id) == user_id,
                col(ScenarioSessionRow.ended_at).is_(None),
                col(ScenarioSessionRow.is_preview).is_(False),
                col(ScenarioSessionRow.started_at) >= since,
            )
            .order_by(col(ScenarioSessionRow.id).desc())
        )
        ids = (await self._session.scalars(query)).all()
        return [await self.get(SessionId(number), user_id) for number in ids]

    async def answer(self, session_id: SessionId, session: Session, now: datetime) -> bool:
        """Keep the last answer of a session; False when its question was answered before, by a double tap."""
        number, step = len(session.steps) - 1, session.steps[-1]
        row = ScenarioAnswerRow(
            session_id=session_id,
            step=number,
            node=step.node,
            option=step.answer.option,
            picked=list(step.answer.picked),
            points=step.points,
            rule=step.rule,
            answered_at=now,
        )
        try:
            async with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return False
        return True

    async def end(self, session_id: SessionId, score: float, now: datetime) -> bool:
        """Close a session with its score; False when it was closed before."""
        statement = (
            update(ScenarioSessionRow)
            .where(col(ScenarioSessionRow.id) == session_id, col(ScenarioSessionRow.ended_at).is_(None))
            .values(ended_at=now, score=score)
        )
        return bool(await rows_changed(self._session, statement))

    async def count(self, user_id: UserId) -> int:
        """How many sessions a person has begun."""
        query = select(func.count()).where(col(ScenarioSessionRow.user_id) == user_id)
        return (await self._session.execute(query)).scalar_one()

    async def seen(self, user_id: UserId, scenario_id: str, before: SessionId) -> set[str]:
        """The questions of a scenario that a person has answered in earlier sessions."""
        query = (
            select(col(ScenarioAnswerRow.node))
            .join(ScenarioSessionRow, col(ScenarioSessionRow.id) == col(ScenarioAnswerRow.session_id))
            .join(ScenarioTextRow, col(ScenarioTextRow.id) == col(ScenarioSessionRow.text_id))
            .where(
                col(ScenarioSessionRow.user_id) == user_id,
                col(ScenarioSessionRow.is_preview).is_(False),
                col(ScenarioTextRow.scenario_id) == scenario_id,
                col(ScenarioSessionRow.id) < before,
            )
        )
        return set(await self._session.scalars(query))

    async def week(self, scope: Scope, since: date, moment: datetime) -> list[Happening]:
        """What has happened with the customers of a scope since a day, which began at `moment`.

        For a rep the own noes and visits, for others those of all; a slip is a worse cell than before.
        """
        of_rep = [] if scope.role is not Role.REP else [scope.viewer]
        noes = (
            select(col(DismissalRow.reason), col(DismissalRow.on), col(CustomerRow.name))
            .join(CustomerRow, col(CustomerRow.id) == col(DismissalRow.customer_id))
            .where(within(scope), col(DismissalRow.on) >= since)
            .where(*(col(DismissalRow.rep_id) == rep for rep in of_rep))
        )
        found = [
            Happening(trigger=Trigger(reason), on=on, name=name)
            for reason, on, name in await self._session.execute(noes)
        ]
        visits = (
            select(col(VisitRow.outcome), col(VisitRow.barrier), col(VisitRow.on), col(CustomerRow.name))
            .join(CustomerRow, col(CustomerRow.id) == col(VisitRow.customer_id))
            .where(within(scope), col(VisitRow.on) >= since)
            .where(*(col(VisitRow.rep_id) == rep for rep in of_rep))
        )
        for outcome, barrier, on, name in await self._session.execute(visits):
            told = (outcome if outcome in _IN_VAIN else None, barrier)
            found += [Happening(trigger=Trigger(one), on=on, name=name) for one in told if one]
        return found + await self._slips(scope, moment)

    async def _slips(self, scope: Scope, moment: datetime) -> list[Happening]:
        """Who has a worse digit or letter than at a moment."""
        lately = select(col(TierDecisionRow.customer_id)).where(col(TierDecisionRow.decided_at) >= moment)
        query = (
            select(TierDecisionRow, col(CustomerRow.name))
            .join(CustomerRow, col(CustomerRow.id) == col(TierDecisionRow.customer_id))
            .where(within(scope), col(TierDecisionRow.customer_id).in_(lately))
            .order_by(col(TierDecisionRow.id))
        )
        before: dict[int, Cell] = {}
        now: dict[int, tuple[Cell, str, date]] = {}
        for row, name in await self._session.execute(query):
            cell = to_cell(row.tier, row.support)
            if cell is not None and row.decided_at < moment:
                before[row.customer_id] = cell
            elif cell is not None:
                now[row.customer_id] = cell, name, row.decided_at.date()
        return [
            slip(before[number], name, on)
            for number, (cell, name, on) in now.items()
            if number in before and is_worse(before[number], cell)
        ]

    # Who is to play what

    async def assign(
        self,
        user_id: UserId,
        scenario_id: str,
        source: str,
        source_id: int | None,
        by: UserId | None,
        now: datetime,
    ) -> bool:
        """Let a person play a scenario next; False when they are to play it already."""
        if any(one.scenario_id == scenario_id for one in await self.assigned(user_id)):
            return False
        self._session.add(
            ScenarioAssignmentRow(
                user_id=user_id,
                scenario_id=scenario_id,
                source=source,
                source_id=source_id,
                author_id=by,
                assigned_at=now,
            )
        )
        await self._session.flush()
        return True

    async def assigned(self, user_id: UserId) -> list[Assignment]:
        """What a person is still to play, the first first."""
        query = select(ScenarioAssignmentRow).where(*_still(user_id)).order_by(col(ScenarioAssignmentRow.id))
        return [
            Assignment(
                row.scenario_id,
                row.source,
                None if row.author_id is None else UserId(row.author_id),
                row.assigned_at,
            )
            for row in await self._session.scalars(query)
        ]

    async def played_assigned(self, user_id: UserId, scenario_id: str, now: datetime) -> int:
        """A person has played what was assigned; how many assignments that settles."""
        statement = (
            update(ScenarioAssignmentRow)
            .where(*_still(user_id), col(ScenarioAssignmentRow.scenario_id) == scenario_id)
            .values(done_at=now)
        )
        return await rows_changed(self._session, statement)

    # Scenarios that managers have written

    async def add_own(self, author_id: UserId, scenario: Scenario, now: datetime) -> OwnScenarioId:
        """Keep a version as a draft, in place of an earlier draft of the same scenario."""
        await self._retire(
            OwnState.DRAFT, now, col(OwnScenarioRow.scenario_id) == scenario.id, author_id=author_id
        )
        row = OwnScenarioRow(
            author_id=author_id,
            scenario_id=scenario.id,
            text_id=await self._text(scenario),
            state=OwnState.DRAFT.value,
            created_at=now,
        )
        self._session.add(row)
        await self._session.flush()
        return OwnScenarioId(row.id)

    async def own(self, own_id: OwnScenarioId, author_id: UserId) -> OwnScenario:
        """One version of the author's. Raises `not_found` for those of others."""
        found = await self._own(col(OwnScenarioRow.id) == own_id, col(OwnScenarioRow.author_id) == author_id)
        if not found:
            raise DomainError("not_found")
        return found[0]

    async def owned(self, author_id: UserId) -> list[OwnScenario]:
        """The drafts and published scenarios of an author, the newest first."""
        live = col(OwnScenarioRow.state) != OwnState.RETIRED.value
        return await self._own(live, col(OwnScenarioRow.author_id) == author_id)

    async def published(self, user_id: UserId) -> list[OwnScenario]:
        """What a person may play: published by themselves, or by a manager above; the newest first."""
        above = select(col(UserRow.id), col(UserRow.manager_id)).where(col(UserRow.id) == user_id)
        chain = above.cte(recursive=True)
        boss = select(col(UserRow.id), col(UserRow.manager_id)).where(col(UserRow.id) == chain.c.manager_id)
        chain = chain.union(boss)
        is_out = col(OwnScenarioRow.state) == OwnState.PUBLISHED.value
        return await self._own(is_out, col(OwnScenarioRow.author_id).in_(select(chain.c.id)))

    async def latest_version(self, scenario_id: str) -> tuple[UserId, int] | None:
        """Whose scenario of this name the last one is, and its version."""
        query = (
            select(col(OwnScenarioRow.author_id), col(ScenarioTextRow.version))
            .join(ScenarioTextRow, col(ScenarioTextRow.id) == col(OwnScenarioRow.text_id))
            .where(col(OwnScenarioRow.scenario_id) == scenario_id)
            .order_by(col(ScenarioTextRow.version).desc(), col(OwnScenarioRow.id).desc())
        )
        found = (await self._session.execute(query)).first()
        return None if found is None else (UserId(found[0]), found[1])

    async def publish(self, own_id: OwnScenarioId, author_id: UserId, now: datetime) -> OwnScenario:
        """Let the team play a draft; the version published before is retired."""
        own = await self.own(own_id, author_id)
        if own.state is not OwnState.DRAFT:
            raise DomainError("scenario_settled")
        await self._retire(OwnState.PUBLISHED, now, col(OwnScenarioRow.scenario_id) == own.scenario.id)
        statement = (
            update(OwnScenarioRow)
            .where(col(OwnScenarioRow.id) == own_id)
            .values(state=OwnState.PUBLISHED.value, published_at=now)
        )
        await self._session.execute(statement)
        return own

    async def retire(self, own_id: OwnScenarioId, author_id: UserId, now: datetime) -> OwnScenario:
        """Offer a scenario no more; sessions that have begun go on."""
        own = await self.own(own_id, author_id)
        if own.state is OwnState.RETIRED:
            raise DomainError("scenario_settled")
        await self._retire(own.state, now, col(OwnScenarioRow.id) == own_id)
        return own

    async def _retire(
        self, state: OwnState, now: datetime, which: ColumnElement[bool], author_id: UserId | None = None
    ) -> None:
        conditions = [col(OwnScenarioRow.state) == state.value, which]
        if author_id is not None:
            conditions.append(col(OwnScenarioRow.author_id) == author_id)
        statement = (
            update(OwnScenarioRow).where(*conditions).values(state=OwnState.RETIRED.value, retired_at=now)
        )
        await self._session.execute(statement)

    async def _own(self, *conditions: ColumnElement[bool]) -> list[OwnScenario]:
        query = (
            select(OwnScenarioRow, col(ScenarioTextRow.content))
            .join(ScenarioTextRow, col(ScenarioTextRow.id) == col(OwnScenarioRow.text_id))
            .where(*conditions)
            .order_by(col(OwnScenarioRow.id).desc())
            .execution_options(populate_existing=True)
        )
        return [
            OwnScenario(
                id=OwnScenarioId(row.id),
                author_id=UserId(row.author_id),
                scenario=Scenario.model_validate(content),
                state=OwnState(row.state),
                created_at=row.created_at,
            )
            for row, content in await self._session.execute(query)
        ]

    async def _text(self, scenario: Scenario) -> int:
        """The number under which this wording is kept."""
        content = scenario.model_dump(mode="json")
        written = json.dumps(content, sort_keys=False, ensure_ascii=False)
        digest = hashlib.sha256(written.encode()).hexdigest()
        query = select(col(ScenarioTextRow.id)).where(
            col(ScenarioTextRow.scenario_id) == scenario.id, col(ScenarioTextRow.digest) == digest
        )
        known = (await self._session.scalars(query)).one_or_none()
        if known is not None:
            return known
        row = ScenarioTextRow(
            scenario_id=scenario.id, version=scenario.version, digest=digest, content=content
        )
        self._session.add(row)
        await self._session.flush()
        return row.id

    async def _candidates(self, session_id: SessionId) -> tuple[Draws, dict[CustomerId, str]]:
        query = (
            select(ScenarioCandidateRow, col(CustomerRow.name))
            .outerjoin(CustomerRow, col(CustomerRow.id) == col(ScenarioCandidateRow.customer_id))
            .where(col(ScenarioCandidateRow.session_id) == session_id)
            .order_by(col(ScenarioCandidateRow.node), col(ScenarioCandidateRow.place))
        )
        draws: dict[str, list[Candidate]] = {}
        names: dict[CustomerId, str] = {}
        for row, name in await self._session.execute(query):
            number = None if row.customer_id is None else CustomerId(row.customer_id)
            draws.setdefault(row.node, []).append(Candidate(Cell(row.cell), number))
            if number is not None and name:
                names[number] = name
        return {node: tuple(candidates) for node, candidates in draws.items()}, names


def _still(user_id: UserId) -> tuple[ColumnElement[bool], ...]:
    return col(ScenarioAssignmentRow.user_id) == user_id, col(ScenarioAssignmentRow.done_at).is_(None)
