"""A proposal that was answered rests until there are new facts."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.content.library import load_library
from domain.coverage.period import Span
from domain.coverage.proposals import (
    CoverageProposal,
    NotedProposal,
    ProposalAnswer,
    ProposalKind,
    first_awake,
    rests,
)
from domain.explain import Reason
from domain.ids import CoverageProposalId, CustomerId, UserId

REST = load_library().coverage.versions[0].rest
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
NEXT_WEEK = NOW + timedelta(days=7)
KIND = ProposalKind.ACCOMPANY


def accompany(missing: float = 4, customer: int = 1, *, cell: str = "A2", span: Span = Span.WEEK):
    reason = Reason("rarely_met", {"missing": missing, "cell": cell})
    return CoverageProposal(
        kind=KIND, reason=reason, rep_id=UserId(1), customer_id=CustomerId(customer), span=span
    )


def question(waiting: int, oldest: int = 1):
    return CoverageProposal(
        kind=ProposalKind.DECIDE,
        reason=Reason("question_waits", {"questions": waiting}),
        rep_id=UserId(oldest),
        customer_id=CustomerId(oldest),
        subject=oldest,
    )


def noted(proposal: CoverageProposal, answer: ProposalAnswer = ProposalAnswer.DECLINED):
    at = None if answer is ProposalAnswer.OPEN else NOW
    return NotedProposal(id=CoverageProposalId(1), proposal=proposal, answer=answer, answered_at=at)


@pytest.mark.parametrize(
    ("proposal", "is_at_rest"),
    [
        (accompany(4), True),
        (accompany(5), True),  # one more is noise
        (accompany(1), True),  # what shrinks is no reason to ask again
        (accompany(6), False),  # half as much again, and two more
        (accompany(4, cell="A3"), False),
        (accompany(9, span=Span.QUARTER), True),  # a longer period misses more, and that is no news
        (accompany(4, customer=2), False),
    ],
)
def test_a_declined_proposal_returns_with_new_facts_only(proposal, is_at_rest):
    assert rests(proposal, noted(accompany(4)), NEXT_WEEK, REST) is is_at_rest


def test_another_ground_is_a_new_fact():
    stuck = CoverageProposal(
        kind=KIND,
        reason=Reason("met_not_moved", {"met": 4, "cell": "A2"}),
        rep_id=UserId(1),
        customer_id=CustomerId(1),
        span=Span.WEEK,
    )
    assert not rests(stuck, noted(accompany(4)), NEXT_WEEK, REST)


def test_everything_may_be_proposed_again_after_eight_weeks():
    declined = noted(accompany(4))
    assert rests(accompany(4), declined, NOW + timedelta(days=55), REST)
    assert not rests(accompany(4), declined, NOW + timedelta(days=56), REST)


def test_what_was_only_shown_does_not_rest():
    assert not rests(accompany(4), noted(accompany(4), ProposalAnswer.OPEN), NEXT_WEEK, REST)


def test_the_next_best_is_proposed_a_week_later_not_at_once():
    first, second = accompany(4), accompany(3, customer=2)
    for answer in (ProposalAnswer.ACCEPTED, ProposalAnswer.DECLINED):
        settled = [noted(first, answer)]
        assert first_awake([first, second], settled, NOW + timedelta(hours=1), REST) is None
        assert first_awake([first, second], settled, NEXT_WEEK, REST) is second
    assert first_awake([first, second], [], NOW, REST) is first
    assert first_awake([], [], NOW, REST) is None


def test_the_questions_that_wait_are_one_proposal_whichever_is_the_oldest():
    declined = noted(question(2))
    assert rests(question(3, oldest=2), declined, NEXT_WEEK, REST)
    assert not rests(question(4, oldest=2), declined, NEXT_WEEK, REST)


def test_what_was_taken_up_and_still_waits_is_proposed_again():
    taken = noted(question(2), ProposalAnswer.ACCEPTED)
    assert first_awake([question(2)], [taken], NOW + timedelta(minutes=1), REST) is not None
