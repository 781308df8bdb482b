"""How long the way takes by our own estimate."""

from dataclasses import replace

import numpy as np
import pytest

from domain.content.library import load_library
from domain.customers.model import Customer, Institution
from domain.planning.params import Speed
from domain.planning.travel import EstimatedTravel, Place, place_of

PARAMS = load_library().planning.versions[0].travel
KM = 1 / 111.195  # of latitude, in degrees


def minutes(*places, params=PARAMS):
    return EstimatedTravel(params).table(places).minutes


def at(number, km=0.0, city="Wuhan"):
    return Place(number, city, (30.5 + km * KM, 114.3))


def test_distance_times_detour_by_speed_and_a_change_of_hospital():
    found = minutes(at(1), at(2, km=4))
    assert found[0, 1] == pytest.approx(4 * 1.35 / 22 * 60 + 6, rel=1e-4)
    assert found[1, 0] == found[0, 1]


def test_inside_a_hospital_and_a_building_it_is_minutes():
    found = minutes(at(1), at(2, km=0.05), at(3, km=0.1))
    assert found[0, 0] == found[0, 1] == 4
    assert found[0, 2] > 6


def test_a_city_has_its_own_speed_and_between_cities_the_usual_holds():
    fast = PARAMS.model_copy(update={"cities": {"Xiangyang": Speed(km_h=44, detour=1.0, change=2)}})
    there = [at(1, city="Xiangyang"), at(2, km=11, city="Xiangyang"), at(3, km=22)]
    found = minutes(*there, params=fast)
    assert found[0, 1] == pytest.approx(15 + 2, rel=1e-4)
    assert found[1, 2] == found[2, 1] == pytest.approx(11 * 1.35 / 22 * 60 + 6, rel=1e-4)


def test_without_coordinates_hospital_and_city_decide():
    found = minutes(
        Place(1, "Wuhan"), Place(2, "Wuhan"), Place(3, "Xiangyang"), Place(4), Place(city="Wuhan")
    )
    assert found[0].tolist() == [4, 30, 90, 30, 30]
    assert found[4, 4] == 30  # two people without a hospital are not next door


def test_without_coordinates_hospitals_of_one_district_are_nearer_than_those_of_a_city():
    found = minutes(
        Place(1, "Wuhan", district="Jianghan"),
        Place(2, "Wuhan", district="Jianghan"),
        Place(3, "Wuhan", district="Wuchang"),
        Place(4, "Wuhan"),
        Place(5, "Dalian", district="Jianghan"),
    )
    assert found[0].tolist() == [4, 15, 30, 30, 90]
    assert found[3].tolist() == [30, 30, 30, 4, 90]  # two that say no district are not in the same one


def test_one_known_place_does_not_help_an_unknown_one():
    assert minutes(at(1), Place(2, "Wuhan"))[0, 1] == 30


def test_no_places_no_minutes():
    assert minutes().shape == (0, 0)


def test_driving_minutes_take_the_place_of_distances_where_they_are_known():
    places = [at(1), at(2, km=4), at(3, km=8), Place(4, "Wuhan")]
    driving = np.full((4, 4), np.nan)
    driving[0, 1] = 50
    driving[0, 3] = 50
    found = EstimatedTravel(PARAMS).minutes(places, driving)
    plain = minutes(*places)
    assert found[0, 1] == 56
    assert found[0, 3] == 30
    assert found[1, 0] == plain[1, 0]


def test_a_customer_is_where_the_hospital_is():
    hospital = Institution(id=7, name="H", lat=30.5, lon=114.3)
    customer = Customer(id=1, code="1", name="N", owner_id=1, institution=hospital, city="Wuhan")
    assert place_of(customer) == Place(7, "Wuhan", (30.5, 114.3))
    assert place_of(replace(customer, district="Wuchang")).district == "Wuchang"
    other = replace(customer, institution=replace(hospital, district="Hanyang"), district="Wuchang")
    assert place_of(other).district == "Hanyang"
