"""Joint visits in each state, for tests."""

from bot.services import jointvisits
from domain.ids import CustomerId, JointId
from domain.jointvisits.model import Action, Answer
from tests.support.world import World

ANSWERS = ("to open the <door>", "she asked for the trial", "ask first, then show")


async def held(place: World, customer: CustomerId) -> JointId:
    """A joint visit of today, to be written up by "Boss"."""
    boss, now = await place.user("Boss"), place.clock.now()
    deps, on = place.deps, now.date()
    joint = await jointvisits.draft(deps, boss, customer, today=on, zone="Asia/Shanghai", now=now)
    await jointvisits.plan(deps, boss, joint, on, today=on, now=now)
    await jointvisits.hold(deps, boss, joint, today=on, now=now)
    return joint


async def filled(place: World, customer: CustomerId, *, scenario: str = "") -> JointId:
    """One whose form is complete."""
    boss, joint = await place.user("Boss"), await held(place, customer)
    for answer, said in zip(Answer, ANSWERS, strict=True):
        await jointvisits.write(place.deps, boss, joint, answer, said)
    action = Action.SCENARIO if scenario else Action.PIN
    await jointvisits.agree(place.deps, boss, joint, action, scenario, "en")
    return joint


async def shared(place: World, customer: CustomerId, *, scenario: str = "") -> JointId:
    """One that waits for the rep's word."""
    joint = await filled(place, customer, scenario=scenario)
    await jointvisits.share(place.deps, await place.user("Boss"), joint, place.clock.now())
    return joint
