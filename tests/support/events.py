"""Events for tests: described by the services as a manager would, with the people that seats are for."""

from collections.abc import Sequence

from bot.importing.reading import UploadedFile
from bot.services import events
from domain.ids import CustomerId, EventId
from domain.resources.allocation import Need
from domain.resources.event import EventField, Extra
from tests.support.world import World

NAMES = ("Ada", "Ben", "Cy", "Dee", "Eve", "Fay", "Gus", "Hal")
HOSPITALS = {"en": ("Lake Hospital", "Riverside"), "zh": ("东湖医院", "江城第一医院")}
DEPARTMENTS = {"en": ("Cardiology", "Endocrinology"), "zh": ("心内科", "内分泌科")}
SUPPORT = ("首选", "次选", "竞品")


def doctors(language: str = "en", names: Sequence[str] = NAMES) -> UploadedFile:
    """Eight doctors of two hospitals, two departments and two reps, with a letter and a digit each."""
    lines = ["客户编号,姓名,医院,科室,负责代表,潜力分,支持度"]
    for number, name in enumerate(names):
        hospital, department = HOSPITALS[language][number % 3 == 0], DEPARTMENTS[language][number % 2]
        rep = "Li Na" if number % 2 else "Wang Wu"
        lines.append(f"D{number},{name},{hospital},{department},{rep},{number % 9 + 1},{SUPPORT[number % 3]}")
    return UploadedFile("doctors.csv", "\n".join(lines).encode())


async def described(
    place: World,
    author: str,
    *,
    topic: str = "Heart failure update",
    house: str = "Lake Hospital, hall 2",
    days_ahead: int = 20,
    seats: int = 2,
    meal: int = 80,
    registration: bool = False,
    extras: Sequence[Extra] = (),
) -> EventId:
    """An event of which everything is told."""
    boss, local = await place.user(author), place.clock.now()
    event = await events.new(place.deps, boss, local)
    await events.write(place.deps, boss, event, EventField.TOPIC, topic, local)
    await events.write(place.deps, boss, event, EventField.PLACE, house, local)
    on = local.date().fromordinal(local.date().toordinal() + days_ahead)
    await events.set_day(place.deps, boss, event, on, local)
    for field, value in (
        (EventField.DAYS, 1),
        (EventField.HOURS, 6),
        (EventField.SEATS, seats),
        (EventField.FOR, 0),
        (EventField.REGISTRATION, int(registration)),
        (EventField.MEAL, meal),
        (EventField.EXTRAS, 0),
    ):
        await events.tell(place.deps, boss, event, field, value, local)
    for extra in extras:
        await events.tick(place.deps, boss, event, extra, local, on=True)
    return event


async def proposed(place: World, by: str, event: EventId, needs: dict[int, Need]) -> None:
    """Customers by number, each on a ground."""
    person, local = await place.user(by), place.clock.now()
    for number, need in needs.items():
        refused = await events.propose(place.deps, person, event, CustomerId(number), need, local)
        assert refused == ()


async def given(place: World, by: str, event: EventId) -> list[int]:
    """The seats given as they are shared out; to whom."""
    boss, local = await place.user(by), place.clock.now()
    shown = await events.shared(place.deps, boss, event, local.date())
    assert await events.give(place.deps, boss, event, shown.digest, local)
    return [one.id for one in shown.allocation.admitted]
