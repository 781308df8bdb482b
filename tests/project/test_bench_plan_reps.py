"""The bench of ten thousand reps, with two."""

import shutil
import sys
from dataclasses import replace

import pytest

from bot.bench.figures import BenchError
from bot.bench.plan_reps import measure_reps, reps_lines


def test_a_sample_is_told_to_be_one():
    found = measure_reps(reps=40, sample=2)
    assert (found.reps, found.measured, found.extrapolated) == (40, 2, True)
    assert 3 <= found.visits_each <= 12
    assert found.processor_ms_each > 1
    assert found.peak is None or found.peak < 1000
    assert "40 reps with 120 customers on 2 processes, worked out from 2 of them" in reps_lines(found)[0]
    assert "all of them planned" in reps_lines(replace(found, extrapolated=False))[0]


def test_a_process_that_fails_is_told(monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(BenchError, match="planning failed"):
        measure_reps(reps=2)
