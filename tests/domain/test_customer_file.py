from datetime import date, timedelta

import pytest

from domain.customers.profile import (
    IN_PERSON,
    SWOT,
    Basis,
    Consent,
    FactKind,
    open_steps,
    pairs,
    permits,
    permitted,
)
from domain.visits.log import LoggedVisit, Told
from domain.visits.model import Channel
from domain.visits.states import Result

DAY = date(2026, 11, 23)
REMOTE = (Channel.PHONE, Channel.EMAIL, Channel.MESSENGER, Channel.ONLINE)


def said(channel, given=None, withdrawn=None):
    days = [None if offset is None else DAY + timedelta(offset) for offset in (given, withdrawn)]
    consent = Consent(channel=channel, basis=Basis.SAID, given_on=days[0], withdrawn_on=days[1])
    return {channel: consent}


def visit(number, days_ago, promise="", due=None, result=Result.MET, done=None):
    told = Told(result=result, promise=promise, next_on=None if due is None else DAY + timedelta(due))
    return LoggedVisit(
        id=number,
        customer_id=1,
        customer_name="Shaw",
        place="",
        rep_id=1,
        on=DAY - timedelta(days_ago),
        told=told,
        step_done_on=done,
    )


def steps(*visits):
    return [one.id for one in open_steps(visits)]


def test_every_channel_is_in_person_or_asks_for_consent():
    assert set(Channel) == IN_PERSON | set(REMOTE)
    assert permitted({}, DAY) == IN_PERSON


@pytest.mark.parametrize("channel", REMOTE)
def test_remote_contact_is_permitted_from_the_consent_to_its_withdrawal(channel):
    assert not permits(channel, said(channel, given=1), DAY)
    assert permits(channel, said(channel, given=0), DAY)
    assert permits(channel, said(channel, given=-9, withdrawn=1), DAY)
    assert not permits(channel, said(channel, given=-9, withdrawn=0), DAY)
    assert not permits(channel, said(channel, withdrawn=-9), DAY)
    assert not any(permits(other, said(channel, given=0), DAY) for other in REMOTE if other is not channel)


def test_who_wants_no_visits_is_met_in_no_way_in_person():
    declined = said(Channel.FACE_TO_FACE, withdrawn=0)
    assert permitted(declined, DAY - timedelta(1)) == IN_PERSON
    assert permitted({**declined, **said(Channel.PHONE, given=0)}, DAY) == {Channel.PHONE}
    assert permitted(said(Channel.FACE_TO_FACE, given=0), DAY) == IN_PERSON


def test_a_promise_is_open_until_it_is_done():
    assert steps(visit(1, 9, "study")) == [1]
    assert steps(visit(1, 9, "study", done=DAY)) == []
    assert steps(visit(1, 9)) == []


def test_a_promise_is_over_when_the_customer_was_met_on_its_day_or_later():
    assert steps(visit(1, 9, "study", due=-2), visit(2, 3)) == [1]
    assert steps(visit(1, 9, "study", due=-2), visit(2, 2)) == []
    assert steps(visit(1, 9, "study", due=-2), visit(2, 2, result=Result.ABSENT)) == [1]
    assert steps(visit(1, 9, "study"), visit(2, 8)) == []


def test_open_promises_come_newest_first_whatever_the_order_of_the_visits():
    older, newer = visit(1, 9, "study", due=5), visit(2, 3, "numbers", due=1)
    assert steps(older, newer) == steps(newer, older) == [2, 1]


def test_advice_begins_with_strength_and_opportunity_and_needs_both_lists():
    inside, outside = SWOT[:2], SWOT[2:]
    assert pairs(SWOT)[0] == (FactKind.STRENGTH, FactKind.OPPORTUNITY)
    assert set(pairs(SWOT)) == {(one, other) for one in inside for other in outside}
    assert pairs({FactKind.WEAKNESS, FactKind.THREAT}) == ((FactKind.WEAKNESS, FactKind.THREAT),)
    assert pairs({FactKind.STRENGTH, FactKind.EVIDENCE, FactKind.PROMISE}) == ()
    assert {kind.most for kind in SWOT} == {3}
