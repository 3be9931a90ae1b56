"""Who is fetched leaves with a guardian, with somebody on the list, or as the guardian has said."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import collectors
from accounts.models import Role
from bookings import leaving, rosters
from bookings.rules import BookingRefused
from tests.bookings.booking import book_for
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import (
    ActivityFactory,
    CareFactory,
    CenterFactory,
    PersonFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def worker(center):
    return social_worker(center, name="林悦")


@pytest.fixture
def guardian():
    return UserFactory(name="李静", phone="+8613812345678")


@pytest.fixture
def child(guardian):
    child = PersonFactory(name="陈禾")
    CareFactory(user=guardian, person=child, role=Role.GUARDIAN)
    return child


@pytest.fixture
def session(center, child, guardian):
    session = SessionFactory(
        activity=ActivityFactory(center=center, is_fetched=True),
        starts_at=timezone.now() + timedelta(minutes=1),
    )
    book_for(child, session=session, by=guardian)
    return session


@pytest.fixture
def place(session, worker):
    place = session.places.get()
    rosters.mark_came(place, by=worker)
    return place


def address(place, more=""):
    return f"/staff/sessions/{place.session_id}/roster/{more}"


def out(place):
    return address(place, f"places/{place.pk}/out/")


def keys(child):
    return {each.name: each.key for each in leaving.fetchers([child.pk])[child.pk]}


def test_the_guardians_come_first_and_then_whom_they_have_named(child, guardian):
    named = collectors.name(child, by=guardian, name="赵桂英", relation="外婆")
    collectors.take_off(collectors.name(child, by=guardian, name="旧邻居"))

    assert list(keys(child)) == ["李静", "赵桂英"]
    collectors.take_off(named)
    assert list(keys(child)) == ["李静"]


def test_a_child_leaves_with_somebody_on_the_list(worker, place, child, guardian):
    collectors.name(child, by=guardian, name="赵桂英", relation="外婆")
    desk = at_the_desk(worker)

    assert "赵桂英 (外婆)" in words(desk.get(address(place)))
    answer = desk.post(out(place), {"to": keys(child)["赵桂英"]})

    place.refresh_from_db()
    assert answer.url == f"{address(place)}#place-{place.pk}"
    assert (place.checked_out_with, place.checked_out_by) == ("赵桂英 (外婆)", worker)
    assert "with 赵桂英 (外婆)" in words(desk.get(address(place)))
    again = desk.post(out(place), {"to": keys(child)["李静"]})
    assert again.status_code == 409
    assert "They left at" in words(again)


def test_whoever_was_taken_off_a_minute_ago_may_not_fetch(worker, place, child, guardian):
    named = collectors.name(child, by=guardian, name="赵桂英")
    key = keys(child)["赵桂英"]
    collectors.take_off(named)

    answer = at_the_desk(worker).post(out(place), {"to": key})

    place.refresh_from_db()
    assert answer.status_code == 409
    assert "Please call the guardian." in words(answer)
    assert place.checked_out_at is None


def test_whoever_may_fetch_another_child_may_not_fetch_this_one(place, worker):
    other = PersonFactory()
    theirs = CareFactory(person=other, role=Role.GUARDIAN)

    with pytest.raises(BookingRefused) as refused:
        leaving.hand_over(place, to=f"guardian-{theirs.pk}", by=worker)

    assert refused.value.reason.code == "may_not_fetch"


def test_a_helper_may_book_but_not_fetch(place, worker, child):
    helper = CareFactory(person=child, role=Role.HELPER)

    with pytest.raises(BookingRefused):
        leaving.hand_over(place, to=f"guardian-{helper.pk}", by=worker)


def test_somebody_else_fetches_only_when_the_guardian_has_said_so(worker, place):
    desk = at_the_desk(worker)
    given = {"name": "王阿姨", "reason": "10:20 和李静通过电话"}

    refused = desk.post(out(place), given)
    place.refresh_from_db()
    assert refused.status_code == 422
    assert "Please call the guardian first" in words(refused)
    assert place.checked_out_at is None

    desk.post(out(place), given | {"agreed": "on"})
    place.refresh_from_db()
    assert place.checked_out_with == "王阿姨 · 10:20 和李静通过电话"


def test_nobody_leaves_who_has_not_come(worker, session, child):
    desk, place = at_the_desk(worker), session.places.get()

    answer = desk.post(out(place), {"to": keys(child)["李静"]})

    assert answer.status_code == 409
    assert "Please tick “Came” first." in words(answer)


def test_a_slip_is_taken_back_and_so_is_leaving_with_the_coming(worker, place, child):
    desk = at_the_desk(worker)
    for undo in (
        lambda: desk.post(out(place), {"undo": "1"}),
        lambda: rosters.undo(place, by=worker),
    ):
        rosters.mark_came(place, by=worker)
        desk.post(out(place), {"to": keys(child)["李静"]})
        undo()
        place.refresh_from_db()
        assert (place.checked_out_at, place.checked_out_with, place.checked_out_by) == (
            None,
            "",
            None,
        )


def test_phones_are_masked_until_somebody_asks(worker, place):
    desk = at_the_desk(worker)

    page = words(desk.get(out(place)))
    assert "138****5678" in page
    assert "tel:" not in page.split("<main")[1].split("</main")[0]
    assert "138 1234 5678" in words(desk.get(out(place), {"phones": "1"}))
    assert "5678" not in words(desk.get(address(place))).split("<main")[1].split("</main")[0]


def test_where_nobody_is_fetched_there_is_no_such_page(worker, center):
    session = SessionFactory(
        activity=ActivityFactory(center=center), starts_at=timezone.now() + timedelta(minutes=1)
    )
    book_for(PersonFactory(), session=session)
    place = session.places.get()
    desk = at_the_desk(worker)

    assert "Left with" not in words(desk.get(address(place)))
    assert desk.get(out(place)).status_code == 404


def test_only_staff_of_the_center_hand_over(place, center, guardian):
    for user in (guardian, social_worker(), district_office(center.district)):
        assert at_the_desk(user).get(out(place)).status_code == 404
        assert at_the_desk(user).post(out(place), {"undo": "1"}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_roster_of_care_costs_the_same_for_one_and_for_three(
    worker, session, count, django_assert_num_queries
):
    for person in PersonFactory.create_batch(count):
        CareFactory(person=person, role=Role.GUARDIAN)
        book_for(person, session=session)
    session.places.update(checked_in_at=timezone.now())
    desk, page = at_the_desk(worker), address(session.places.first())

    with django_assert_num_queries(11):
        desk.get(page)
