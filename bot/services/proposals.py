"""What a digest proposes: kept with what it rested on, answered, and at rest from then on."""

from datetime import datetime

from bot.deps import Deps
from domain.coverage.proposals import CoverageProposal, NotedProposal, ProposalAnswer
from domain.coverage.report import Coverage
from domain.errors import DomainError
from domain.ids import CoverageProposalId
from domain.people.model import User


async def shown(deps: Deps, viewer: User, found: Coverage, now: datetime) -> list[NotedProposal]:
    """Keep what a digest proposes to the viewer, so that its buttons know what they mean at any time."""
    if not found.proposals:
        return []
    async with deps.db.write() as uow:
        earlier = await uow.coverage_proposals.of_manager(viewer.id, now)
        return await uow.coverage_proposals.show(viewer.id, found.proposals, earlier, now)


async def answer(
    deps: Deps, viewer: User, proposal_id: CoverageProposalId, answer: ProposalAnswer, now: datetime
) -> CoverageProposal:
    """Take a proposal up, or decline it. DomainError "not_found" for those of others."""
    async with deps.db.write() as uow:
        noted = await uow.coverage_proposals.get(proposal_id, viewer.id)
        if noted is None:
            raise DomainError("not_found")
        await uow.coverage_proposals.answer(proposal_id, viewer.id, answer, now)
        await uow.audit.add(
            "proposal", f"proposal:{proposal_id}", now, user_id=viewer.id, detail={"answer": answer.value}
        )
    return noted.proposal
