"""Linear programs, written row by row and solved by HiGHS (extra `test`)."""

from collections.abc import Iterable, Sequence
from math import inf

from bot.bench.figures import BenchError

Terms = Iterable[tuple[int, float]]
"""Variables and their coefficients."""


class Program:
    """Maximise a sum over variables between 0 and a bound, under rows `terms <= most`."""

    def __init__(self) -> None:
        self._most: list[float] = []
        self._value: list[float] = []
        self._rows: list[tuple[float, list[tuple[int, float]]]] = []
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
        self._rows.append((most, list(terms)))

    def solve(self, gap: float = 0.0, nodes: int = 0) -> tuple[float, Sequence[float]]:
        """The optimum and the variables at it; with whole variables up to `gap` (relative) or in `nodes`.

        Raises BenchError when the solver is not installed or finds no optimum.
        """
        try:
            import highspy
        except ImportError:
            raise BenchError("highspy is not installed: it comes with the extra `test`") from None
        import numpy as np

        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.silent()
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("mip_rel_gap", gap)
        solver.setOptionValue("mip_max_nodes", nodes)
        n = len(self._most)
        solver.addVars(n, np.zeros(n), np.array(self._most))
        solver.changeColsCost(n, np.arange(n, dtype=np.int32), np.array(self._value))
        for one in self._whole:
            solver.changeColIntegrality(one, highspy.HighsVarType.kInteger)
        starts = np.cumsum([0, *(len(terms) for _, terms in self._rows[:-1])], dtype=np.int32)
        index = np.array([one for _, terms in self._rows for one, _ in terms], dtype=np.int32)
        factor = np.array([by for _, terms in self._rows for _, by in terms])
        most = np.array([most for most, _ in self._rows])
        solver.addRows(len(most), np.full(len(most), -inf), most, len(index), starts, index, factor)
        solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        solver.run()
        status = solver.getModelStatus()
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit):
            raise BenchError(f"the linear program has no optimum: {solver.modelStatusToString(status)}")
        return float(solver.getInfo().objective_function_value), solver.getSolution().col_value
