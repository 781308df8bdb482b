from random import Random

import pytest

from domain.geo import distance_m, gcj02_to_wgs84, in_china, wgs84_to_gcj02

# The reference points that implementations of the published formula are compared by.
PUBLISHED = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]


@pytest.mark.parametrize(("wgs", "gcj"), PUBLISHED)
def test_published_points_are_reproduced_both_ways(wgs, gcj):
    assert wgs84_to_gcj02(*wgs) == pytest.approx(gcj, abs=1e-8)
    assert gcj02_to_wgs84(*gcj) == pytest.approx(wgs, abs=1e-8)


def test_the_inverse_is_exact_all_over_china():
    rng = Random(1)
    for _ in range(500):
        point = rng.uniform(18, 53), rng.uniform(74, 134)
        assert distance_m(*gcj02_to_wgs84(*wgs84_to_gcj02(*point)), *point) < 0.001


def test_the_offset_in_wuhan_is_some_six_hundred_metres():
    assert 550 < distance_m(30.58, 114.27, *wgs84_to_gcj02(30.58, 114.27)) < 630


def test_nothing_moves_outside_china():
    assert not in_china(36.34, -79.66)
    assert gcj02_to_wgs84(36.34, -79.66) == (36.34, -79.66)
    assert wgs84_to_gcj02(-33.9, 18.4) == (-33.9, 18.4)


def test_distance_of_a_degree_of_latitude():
    assert distance_m(0, 0, 1, 0) == pytest.approx(111_195, abs=1)
    assert distance_m(10, 179.9, 10, -179.9) == pytest.approx(distance_m(10, 0, 10, 0.2))
