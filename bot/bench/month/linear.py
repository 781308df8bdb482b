"""Linear programs, written row by row and solved by HiGHS (extra `test`)."""

from collections.abc import Iterable, Sequence
from math import inf

from bot.bench.figures import BenchError

Terms = Iterable[tuple[int, float]]
"""Variables and their coefficients."""


class Program:
    """Maximise a sum over variables between 0 and a bound, under rows `terms <= most` (or `= most`)."""

    def __init__(self) -> None:
        self._most: list[float] = []
        self._value: list[float] = []
        self._rows: list[tuple[float, float, list[tuple[int, float]]]] = []
        self._whole: list[int] = []

    def variable(self, most: float = inf, value: float = 0.0, *, whole: bool = False) -> int:
        """A new variable from 0 to `most`, worth `value` each; `whole` asks for an integer."""
        self._most.append(most)
        self._value.append(value)
        if whole:
            self._whole.append(len(self._most) - 1)
        return len(self._most) - 1

    def at_most(self, terms: Terms, most: float) -> None:
        """The sum of the terms is at most `most`."""
        self._rows.append((-inf, most, list(terms)))

    def equal(self, terms: Terms, to: float) -> None:
        """The sum of the terms is `to`."""
        self._rows.append((to, to, list(terms)))

    def solve(self, gap: float = 0.0, seconds: float = inf) -> tuple[float, Sequence[float]]:
        """The optimum and the variables at it; with whole variables, within `gap` (relative) or `seconds`.

        Raises BenchError when the solver is not installed or finds no optimum.
        """
        try:
            import highspy
        except ImportError:
            raise BenchError("highspy is not installed: it comes with the extra `test`") from None
        import numpy as np

        solver = highspy.Highs()
        solver.silent()
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("mip_rel_gap", gap)
        solver.setOptionValue("time_limit", seconds)
        n = len(self._most)
        solver.addVars(n, np.zeros(n), np.array(self._most))
        solver.changeColsCost(n, np.arange(n, dtype=np.int32), np.array(self._value))
        for one in self._whole:
            solver.changeColIntegrality(one, highspy.HighsVarType.kInteger)
        starts = np.cumsum([0, *(len(terms) for _, _, terms in self._rows[:-1])], dtype=np.int32)
        index = np.array([one for _, _, terms in self._rows for one, _ in terms], dtype=np.int32)
        factor = np.array([by for _, _, terms in self._rows for _, by in terms])
        low, high = (np.array([row[side] for row in self._rows]) for side in (0, 1))
        solver.addRows(len(self._rows), low, high, len(index), starts, index, factor)
        solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        solver.run()
        status = solver.getModelStatus()
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
            raise BenchError(f"the linear program has no optimum: {solver.modelStatusToString(status)}")
        return float(solver.getInfo().objective_function_value), solver.getSolution().col_value
