"""The best choice of one option each within a budget, exactly."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_EQUAL = 1e-12  # results that differ by less count as the same


def allocate(
    results: Sequence[Sequence[float]], costs: Sequence[Sequence[int]], budget: int
) -> tuple[int, ...]:
    """One option for each account, such that the results are largest within the budget.

    `results[i][j]` and `costs[i][j]` (whole units, at least 0) belong to option j of account i;
    the first option of each must be affordable together with all others' first. Exact
    (multiple-choice knapsack). Of equally good options the cheaper is taken. Raises
    ValueError when the first options alone cost more than the budget.
    """
    if sum(cost[0] for cost in costs) > budget:
        raise ValueError(f"the first options cost more than the budget of {budget}")
    best: NDArray[np.float64] = np.zeros(budget + 1)
    choices: list[NDArray[np.int16]] = []
    for gains, prices in zip(results, costs, strict=True):
        reached = np.full(budget + 1, -np.inf)
        choice = np.zeros(budget + 1, dtype=np.int16)
        for option, (gain, price) in enumerate(zip(gains, prices, strict=True)):
            if price > budget:
                continue
            with_it = best[: budget + 1 - price] + gain
            better = with_it > reached[price:] + _EQUAL
            reached[price:][better] = with_it[better]
            choice[price:][better] = option
        best = reached
        choices.append(choice)
    chosen = []
    left = budget
    for prices, choice in zip(reversed(costs), reversed(choices), strict=True):
        option = int(choice[left])
        chosen.append(option)
        left -= prices[option]
    return tuple(reversed(chosen))
