from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import CenterRules, Session, midnight
from bookings import no_show_notices, no_shows, passing_on, rosters, services
from bookings.models import BookingChannel, Place, Status
from bookings.services import BookingRefused
from notices.models import Notice
from tests.bookings.booking import book_for, carer
from tests.desk import at_the_desk, social_worker, words
from tests.factories import (
    ActivityFactory,
    CenterFactory,
    PersonFactory,
    SessionFactory,
    UserFactory,
    carer_of,
)

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def refused(code):
    return pytest.raises(BookingRefused, check=lambda error: error.reason.code == code)


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def activity(center):
    return ActivityFactory(center=center)


@pytest.fixture
def ana():
    return PersonFactory(name="Ana")


@pytest.fixture
def staff(center):
    return social_worker(center)


def place_in(activity, person, days_ago, **booking):
    """A place in a session of that day, which is over."""
    session = SessionFactory(activity=activity)
    booking = book_for(person, session=session, **booking)
    starts_at = timezone.now() - timedelta(days=days_ago)
    Session.objects.filter(pk=session.pk).update(starts_at=starts_at, ends_at=starts_at + HOUR)
    return booking.places.select_related("session__activity").get(person=person)


def missed(activity, person, days_ago, **booking):
    """Marked by staff half an hour after the start."""
    place = place_in(activity, person, days_ago, **booking)
    at = place.session.starts_at + HOUR / 2
    rosters.mark_absent(place, by=UserFactory(), at=at)
    return place


def until(person):
    [rest] = no_shows.rests([person])
    return rest.until


def test_three_times_in_ninety_days_online_booking_rests_for_thirty_from_the_last(activity, ana):
    for days_ago in (80, 20):
        missed(activity, ana, days_ago)
    assert no_shows.rests([ana]) == []

    last = missed(activity, ana, 5)

    assert until(ana) == last.session.starts_at + 30 * DAY
    with refused("resting"):
        book_for(ana, session=SessionFactory(activity=activity))


def test_the_refusal_says_until_when_and_that_the_desk_books(activity, ana):
    for days_ago in (9, 8, 7):
        missed(activity, ana, days_ago)

    with pytest.raises(BookingRefused) as error:
        book_for(ana, session=SessionFactory(activity=activity))

    assert "Ana" in error.value.reason.text
    assert activity.center.phone in error.value.reason.next_step


def test_the_desk_and_other_centers_book_as_always(activity, ana):
    for days_ago in (9, 8, 7):
        missed(activity, ana, days_ago)
    here = SessionFactory(activity=activity)

    assert book_for(ana, session=here, channel=BookingChannel.DESK)
    assert book_for(ana, session=SessionFactory(starts_at=here.ends_at))


def test_of_a_party_only_who_rests_is_meant(activity, ana):
    bo = PersonFactory()
    for days_ago in (9, 8, 7):
        missed(activity, ana, days_ago)
    session = SessionFactory(activity=activity)

    with refused("resting"):
        book_for(bo, ana, session=session)
    assert book_for(bo, session=session)


def test_it_ends_by_itself_and_what_led_to_it_is_used_up(activity, ana):
    for days_ago in (45, 44, 43):
        missed(activity, ana, days_ago)

    assert no_shows.rests([ana]) == []
    missed(activity, ana, 2)
    missed(activity, ana, 1)
    assert book_for(ana, session=SessionFactory(activity=activity))


def test_who_misses_more_meanwhile_waits_from_the_last_of_those_and_reads_of_one_rest(
    activity, ana
):
    for days_ago in (20, 19, 18, 12, 11):
        missed(activity, ana, days_ago, channel=BookingChannel.DESK)
    last = missed(activity, ana, 10, channel=BookingChannel.DESK)

    assert until(ana) == last.session.starts_at + 30 * DAY


def test_what_is_longer_ago_does_not_count(activity, ana):
    for days_ago in (120, 100, 5, 4):
        missed(activity, ana, days_ago)

    assert no_shows.rests([ana]) == []


def test_each_center_decides_how_often_how_long_and_whether(activity, ana):
    rules = CenterRules.objects.create(
        center=activity.center, no_shows_until_pause=2, pause_days=10, no_shows_counted_days=30
    )
    missed(activity, ana, 20)
    last = missed(activity, ana, 3)

    assert until(ana) == last.session.starts_at + 10 * DAY
    rules.no_shows_until_pause = None
    rules.save()
    assert no_shows.rests([ana]) == []


def test_an_activity_that_does_not_count_it_counts_nothing(activity, ana):
    activity.counts_no_shows = False
    activity.save()

    for days_ago in (9, 8, 7):
        missed(activity, ana, days_ago)

    assert no_shows.counted([ana]) == []


@pytest.mark.parametrize(("age", "counts"), [(59, 3), (60, 0), (None, 3)])
def test_elders_are_excused(activity, age, counts):
    today = timezone.localdate()
    born = age and today.replace(year=today.year - age) - 20 * DAY
    person = PersonFactory(birth_date=born)

    for days_ago in (9, 8, 7):
        missed(activity, person, days_ago)

    assert len(no_shows.counted([person])) == counts


def test_late_counts_only_where_the_activity_says_so(activity, ana):
    def cancel_late():
        session = SessionFactory(activity=activity)
        booking = book_for(ana, session=session)
        services.cancel(booking, by=booking.booked_by, at=session.starts_at - HOUR)
        then = timezone.now() - DAY
        Session.objects.filter(pk=session.pk).update(starts_at=then, ends_at=then + HOUR)

    for _ in range(3):
        cancel_late()

    assert no_shows.counted([ana]) == []
    activity.late_cancel_counts = True
    activity.save()
    assert len(no_shows.counted([ana])) == 3
    assert len(no_shows.rests([ana])) == 1


def test_only_what_staff_have_marked_counts(activity, ana):
    activity.pass_on_minutes = 10
    activity.save()
    nobody_looked, staff_looked = [place_in(activity, ana, days_ago=0) for _ in range(2)]
    at = nobody_looked.session.starts_at + HOUR / 2
    rosters.mark_absent(staff_looked, by=UserFactory(), at=at - HOUR / 12)

    for place in (nobody_looked, staff_looked):
        session = Session.objects.select_related("activity").get(pk=place.session_id)
        assert passing_on.pass_on(session, at=at) == 1

    assert no_shows.counted([ana], at=at) == [staff_looked]


def test_a_slip_of_the_finger_counts_nothing(activity, ana):
    place = missed(activity, ana, 1)

    rosters.undo(place, by=UserFactory())

    assert no_shows.counted([ana]) == []


def test_who_was_ill_is_excused_and_it_is_kept_by_whom(activity, ana, staff):
    place = missed(activity, ana, 1)

    no_shows.excuse(place, by=staff, reason="Ill")

    place.refresh_from_db()
    assert no_shows.counted([ana]) == []
    assert (place.excused_by, place.excuse_reason) == (staff, "Ill")
    with refused("nothing_to_excuse"):
        no_shows.excuse(place, by=staff, reason="Again")


def test_staff_waive_what_counts_at_their_center_and_online_works_at_once(activity, ana, staff):
    places = [missed(activity, ana, days_ago) for days_ago in (9, 8, 7)]
    elsewhere = missed(ActivityFactory(), ana, 6)

    no_shows.waive(ana, [activity.center], by=staff, reason="Moved house")

    assert no_shows.counted([ana]) == [elsewhere]
    kept = Place.objects.filter(excused_by=staff, excuse_reason="Moved house")
    assert set(kept) == set(places)
    assert book_for(ana, session=SessionFactory(activity=activity)).status == Status.CONFIRMED


def told(fact):
    return list(Notice.objects.filter(kind=f"bookings/{fact}"))


def morning(place):
    """Nine o'clock of the day after the session."""
    return midnight(timezone.localdate(place.session.starts_at), 1) + 9 * HOUR


def test_the_first_time_a_kind_line_comes_the_next_morning_and_once(activity, ana):
    place = missed(activity, ana, 1)

    no_show_notices.tell_due(place.session.starts_at + HOUR)
    assert told("missed") == []
    no_show_notices.tell_due(morning(place))
    no_show_notices.tell_due(morning(place) + HOUR)

    [notice] = told("missed")
    assert notice.recipient == place.booking.booked_by
    assert notice.context["names"] == ["Ana"]


def test_the_second_time_nobody_is_told_anything(activity, ana):
    missed(activity, ana, 40)
    place = missed(activity, ana, 1)

    no_show_notices.tell_due(morning(place))

    assert not Notice.objects.filter(kind__in=["bookings/missed", "bookings/online_rests"]).exists()


def test_when_booking_rests_it_is_told_until_when(activity, ana):
    for days_ago in (40, 30):
        missed(activity, ana, days_ago)
    place = missed(activity, ana, 1)

    no_show_notices.tell_due(morning(place))

    [notice] = told("online_rests")
    assert notice.context["on_again_at"] == until(ana).isoformat()
    assert told("missed") == []


def test_who_is_excused_before_the_morning_hears_nothing(activity, ana, staff):
    place = missed(activity, ana, 1)
    no_shows.excuse(place, by=staff, reason="Ill")

    no_show_notices.tell_due(morning(place))

    assert told("missed") == []


def test_elders_hear_nothing(activity):
    place = missed(activity, PersonFactory(birth_date=timezone.localdate() - 70 * 366 * DAY), 1)

    no_show_notices.tell_due(morning(place))

    assert told("missed") == []


def test_a_family_that_stayed_away_gets_one_line(activity, ana):
    bo = PersonFactory(name="Bo")
    by = carer(ana, bo)
    session = SessionFactory(activity=activity)
    booking = book_for(ana, bo, session=session, by=by)
    then = timezone.now() - DAY
    Session.objects.filter(pk=session.pk).update(starts_at=then, ends_at=then + HOUR)
    for place in booking.places.select_related("session"):
        rosters.mark_absent(place, by=by, at=then + HOUR / 2)

    no_show_notices.tell_due(morning(place))

    [notice] = told("missed")
    assert sorted(notice.context["names"]) == ["Ana", "Bo"]


def test_my_bookings_say_calmly_until_when_the_desk_books(activity, ana, client):
    client.force_login(carer_of(ana))
    quiet = words(client.get("/bookings/"))
    for days_ago in (9, 8, 7):
        missed(activity, ana, days_ago)

    page = words(client.get("/bookings/"))

    assert "前台" not in quiet.split("<main", 1)[1].split("</main>", 1)[0]
    assert "由前台为Ana报名" in page
    assert activity.center.phone.split()[-1] in page


def roster_of(place):
    return f"/staff/sessions/{place.session_id}/roster/"


def test_on_the_roster_somebody_is_excused_with_a_reason(activity, ana, staff):
    place = missed(activity, ana, 0)
    desk = at_the_desk(staff)

    assert (
        desk.post(f"{roster_of(place)}places/{place.pk}/excuse/", {"reason": " "}).status_code
        == 422
    )
    answer = desk.post(f"{roster_of(place)}places/{place.pk}/excuse/", {"reason": "Ill"})
    again = desk.post(f"{roster_of(place)}places/{place.pk}/excuse/", {"reason": "Ill"})

    assert (answer.status_code, again.status_code) == (302, 409)
    assert "excused: Ill" in words(desk.get(roster_of(place)))
    assert desk.get(f"{roster_of(place)}places/{place.pk}/excuse/").status_code == 405


def test_staff_of_elsewhere_excuse_nobody(activity, ana):
    place = missed(activity, ana, 0)

    answer = at_the_desk(social_worker()).post(
        f"{roster_of(place)}places/{place.pk}/excuse/", {"reason": "Ill"}
    )

    place.refresh_from_db()
    assert (answer.status_code, place.excused_at) == (404, None)


def test_on_a_persons_page_staff_see_the_days_and_let_them_not_count(activity, ana, staff):
    for days_ago in (9, 8, 7):
        missed(activity, ana, days_ago)
    desk, page = at_the_desk(staff), f"/admin/accounts/person/{ana.pk}/"

    shown = words(desk.get(f"{page}change/"))
    refused_without = desk.post(f"{page}waive/", {"reason": ""})
    answer = desk.post(f"{page}waive/", {"reason": "Moved house"})

    assert "online booking rests until" in shown
    assert f"{page}waive/" in shown
    assert (refused_without.status_code, answer.status_code) == (422, 302)
    assert no_shows.counted([ana]) == []
    assert f"{page}waive/" not in words(desk.get(f"{page}change/"))
