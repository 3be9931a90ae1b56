from datetime import date, timedelta

import pytest
from django import forms
from django.utils import timezone

from accounts.models import Person
from activities.dates_form import DatesForm
from tests.factories import ActivityFactory, RoomFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
TUE_THU_SAT = ["2", "4", "6"]


def form_with(activity=None, **given):
    data = {
        "weekdays": TUE_THU_SAT,
        "starts_at": "19:00",
        "ends_at": "20:30",
        "first_day": TODAY.isoformat(),
        "weeks": "12",
        "rhythm": "1",
        "capacity": "20",
    } | given
    return DatesForm(
        data,
        activity=activity or ActivityFactory(),
        leaders=Person.objects.all(),
        leader_widget=forms.Select(),
    )


def days(form):
    assert form.is_valid(), form.errors
    return [each.day for each in form.plan.sessions]


def test_twelve_weeks_of_tuesdays_thursdays_and_saturdays_are_36_dates():
    found = days(form_with())

    assert len(found) == 36
    assert {day.isoweekday() for day in found} == {2, 4, 6}
    assert max(found) < TODAY + timedelta(weeks=12)


def test_a_last_day_counts_instead_of_weeks():
    found = days(form_with(weeks="", last_day=(TODAY + timedelta(days=13)).isoformat()))

    assert len(found) == 6


def test_every_second_week_skips_every_other():
    assert len(days(form_with(rhythm="2"))) == 18


def test_the_first_saturday_of_the_month():
    found = days(form_with(weekdays=["6"], rhythm="month", nth_of_month=["1"], weeks="26"))

    assert all(day.day <= 7 for day in found)
    assert 5 <= len(found) <= 7


def test_dates_are_left_out_as_people_write_them():
    first, second, *_rest = days(form_with())
    form = form_with(except_on=f"{first.month}月{first.day}日、{second.isoformat()}")

    assert not {first, second} & set(days(form))
    assert {each.day for each in form.plan.left_out} == {first, second}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"weekdays": []}, "__all__"),
        ({"ends_at": "18:00"}, "__all__"),
        ({"weeks": "", "last_day": ""}, "weeks"),
        ({"weeks": "900"}, "weeks"),
        ({"first_day": "2020-01-01"}, "first_day"),
        ({"except_on": "every Monday"}, "except_on"),
        ({"capacity": "0"}, "capacity"),
        ({"rhythm": "month", "weekdays": ["6"]}, "nth_of_month"),
        ({"last_day": date(2020, 1, 1).isoformat()}, "__all__"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(given, field):
    form = form_with(**given)

    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_a_date_is_in_a_room_or_outside_and_never_in_both():
    room = RoomFactory()
    form = form_with(
        activity=ActivityFactory(center=room.center), room=room.pk, outside_place="Square"
    )

    assert not form.is_valid()
    assert list(form.errors) == ["outside_place"]


def test_a_room_of_another_center_is_not_offered():
    assert not form_with(room=RoomFactory().pk).is_valid()
