"""The planner at work in a simulated month."""

from collections.abc import Callable, Sequence
from datetime import time, timedelta
from functools import partial

from bot.bench.month.world import DAY_END, DAY_START, MEETING_END, Moment, Policy, World, clock_of
from domain.planning.model import Appointment, Blocked, RepCalendar, VisitTarget
from domain.planning.params import Planning
from domain.planning.plan import DayPlan, plan_day, replan


def planned(params: Planning, *, iterations: int | None = None) -> Policy:
    """The policy of the planner: its day in the morning, its new day where it is asked again."""

    def policy(moment: Moment) -> Sequence[int]:
        return [stop.customer.id - 1 for stop in plan_of(moment, params, iterations).stops]

    return policy


def plan_of(moment: Moment, params: Planning, iterations: int | None = None) -> DayPlan:
    """What the planner says at this moment, knowing what the rep knows."""
    world = moment.world
    met_today = sum(last == moment.today for last in moment.last)
    ask: Callable[..., DayPlan] = plan_day
    if moment.clock > world.begins(moment.d) or moment.here:
        here = world.hospitals[moment.here - 1].id if moment.here else world.base
        ask = partial(replan, now=clock_of(moment.clock), at=here)
    return ask(
        targets_of(moment),
        on=moment.today,
        rep=rep_of(world, capacity=moment.stops + met_today),
        params=params,
        calendar=world.calendar,
        seed=world.seed,
        appointments=appointments_of(moment),
        iterations=iterations,
    )


def targets_of(moment: Moment) -> list[VisitTarget]:
    """The rep's customers as they are known now; who is out for today is put off until tomorrow."""
    tomorrow = moment.today + timedelta(days=1)
    return [
        VisitTarget(
            customer=doctor.customer,
            tier=doctor.cell.tier,
            support=doctor.cell.support,
            last_visit=moment.last[c],
            visits_this_month=moment.done[c],
            snoozed_until=tomorrow if c in moment.gone else None,
            factor=doctor.factor,
        )
        for c, doctor in enumerate(moment.world.doctors)
    ]


def appointments_of(moment: Moment) -> tuple[Appointment, ...]:
    """What is agreed on for today and later, without those who are out for today."""
    world = moment.world
    return tuple(
        Appointment(customer_id=world.doctors[c].customer.id, on=world.days[d], start=clock_of(agreed))
        for d in range(moment.d, len(world.days))
        for c, agreed in world.appointments[d].items()
        if d > moment.d or c not in moment.gone
    )


def rep_of(world: World, *, capacity: int) -> RepCalendar:
    """The rep's own time: a meeting on Mondays, one day of leave."""
    return RepCalendar(
        start=clock_of(DAY_START),
        end=clock_of(DAY_END),
        days_off=frozenset({world.leave}),
        blocked=(Blocked(start=time(0), end=clock_of(MEETING_END), weekday=0),),
        base=world.base,
        capacity=capacity,
    )
