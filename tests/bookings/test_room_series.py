"""Series of room bookings: many dates that are one thing."""

import uuid
from datetime import date, time, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.timetable import Rule
from bookings import goodbye, room_series, rooms, series_changes, series_decisions
from bookings.models import RoomBooking, RoomBookingStatus, RoomSeries
from bookings.room_series import add_date, ask_for_series
from bookings.rules import BookingRefused
from bookings.series_dates import Picked, SeriesWish, preview
from notices import rendering
from notices.models import Notice
from tests.bookings.booking import carer
from tests.bookings.test_rooms import a_room, a_wish, at, book, refusal_of
from tests.factories import PersonFactory, RoomFactory, UserFactory, carer_of
from tests.races import together, while_held, without_constraint
from venues import stock, takings
from venues.models import (
    CalendarDay,
    CalendarDayKind,
    Equipment,
    Occupancy,
    RoomQuerySet,
    TakingKind,
)

pytestmark = pytest.mark.django_db

FIRST = timezone.localdate() + timedelta(days=5)
CONFIRMED, REQUESTED = RoomBookingStatus.CONFIRMED, RoomBookingStatus.REQUESTED


def a_hall(**rules):
    return a_room(**{"days_ahead": 900} | rules)


def weekly(times=4, start=10, end=11, **more):
    last = FIRST + timedelta(weeks=times - 1) if isinstance(times, int) else times
    weekdays = frozenset({FIRST.isoweekday()})
    return Rule(FIRST, last, time(start), time(end), weekdays=weekdays, **more)


def a_series_wish(room, rule=None, *, person=None, by=None, **more):
    person = person or PersonFactory()
    return SeriesWish(
        room=room,
        rule=rule or weekly(),
        by=by or carer(person),
        **{
            "purpose": "Choir",
            "headcount": 4,
            "request_key": uuid.uuid4().hex,
            "person": person,
        }
        | more,
    )


def ask(room, rule=None, **more):
    return ask_for_series(a_series_wish(room, rule, **more))


def weeks(series, *states):
    """In which weeks, counted from the first, it has dates in these states."""
    dates = series.dates.filter(status__in=states or [CONFIRMED]).order_by("starts_at")
    return [(timezone.localtime(each.starts_at).date() - FIRST).days // 7 for each in dates]


def hours(series):
    dates = series.dates.alive().order_by("starts_at")
    return [timezone.localtime(each.starts_at).hour for each in dates]


def missed(series):
    return list(series.missed.values_list("code", flat=True))


def told():
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


def week(number, hour):
    return at(hour, days=5 + 7 * number)


def test_every_week_is_a_booking_of_its_own_and_one_notice_tells_of_all():
    series = ask(a_hall())

    assert weeks(series) == [0, 1, 2, 3]
    assert told() == ["bookings/series_confirmed"]
    subject, body = rendering.render(Notice.objects.get())[:2]
    assert "4" in subject
    assert body.count("10:00–11:00") == 4


def test_what_clashes_is_left_out_and_kept_with_its_reason():
    room = a_hall()
    takings.take(room, week(1, 10), week(1, 11), kind=TakingKind.SESSION, label="Yoga")
    takings.take(room, week(2, 9), week(2, 12), kind=TakingKind.CLOSURE, label="Repairs")

    series = ask(room)

    assert weeks(series) == [0, 3]
    assert missed(series) == ["room_taken", "room_closed"]
    assert "Repairs" in series.missed.last().reason
    assert "Yoga" not in series.missed.first().reason


def test_only_if_all_can_be_had_books_nothing_else():
    room = a_hall()
    book(room, week(1, 10), week(1, 11))

    assert refusal_of(ask, room, all_or_none=True) == "not_all"
    assert not RoomSeries.objects.exists()


def test_where_nothing_can_be_had_the_reason_is_said():
    assert refusal_of(ask, a_hall(), weekly(start=6, end=7)) == "outside_hours"


def test_the_same_request_again_is_answered_with_the_same_series():
    wish = a_series_wish(a_hall())

    assert ask_for_series(wish) == ask_for_series(wish)
    assert RoomBooking.objects.count() == 4


@pytest.mark.parametrize(
    ("rules", "had", "code"),
    [
        ({"days_ahead": 12}, [0, 1], "too_far_ahead"),
        ({"longest_minutes": 30}, None, "too_long"),
        ({"capacity": 3}, None, "room_too_small"),
        ({"for_residents": False}, None, "not_for_you"),
    ],
)
def test_each_date_obeys_the_rules_of_a_single_booking(rules, had, code):
    room = a_hall(**rules)
    if had is None:
        assert refusal_of(ask, room) == code
        return

    series = ask(room)

    assert weeks(series) == had
    assert set(missed(series)) == {code}


def test_the_dates_of_a_series_count_for_the_month_one_by_one():
    person = PersonFactory()
    first = FIRST.replace(day=1) + timedelta(days=40)
    days = [first.replace(day=day) for day in (10, 12, 14)]
    room = a_hall(per_month=2)

    series = ask(room, Picked(frozenset(days), time(10), time(11)), person=person)

    assert [timezone.localtime(each.starts_at).day for each in series.dates.all()] == [10, 12]
    assert missed(series) == ["too_many"]


def test_nobody_books_a_series_for_people_of_others():
    assert refusal_of(ask, a_hall(), by=UserFactory()) == "not_your_people"


def test_holidays_are_left_out_where_one_wishes_and_said_in_any_case():
    CalendarDay.objects.create(
        date=FIRST + timedelta(weeks=1), kind=CalendarDayKind.HOLIDAY, name="Spring feast"
    )
    CalendarDay.objects.create(date=FIRST + timedelta(weeks=2), kind=CalendarDayKind.MAKEUP_WORKDAY)
    room = a_hall()

    shown = preview(a_series_wish(room))
    series = ask(room, weekly(skip_holidays=True), all_or_none=True)

    assert shown[1].can_be_had
    assert shown[1].marks == ("Spring feast",)
    assert len(shown[2].marks) == 1
    assert weeks(series) == [0, 2, 3]
    assert missed(series) == ["holiday"]


def test_a_year_whose_holidays_nobody_knows_is_said_to_be_unknown():
    shown = preview(a_series_wish(a_hall()))

    assert all(len(each.marks) == 1 for each in shown)


def test_chosen_dates_can_be_skipped():
    series = ask(a_hall(), without=frozenset({FIRST + timedelta(weeks=2)}), all_or_none=True)

    assert weeks(series) == [0, 1, 3]
    assert missed(series) == ["left_out"]


def test_more_dates_than_anybody_means_are_refused():
    daily = Rule(FIRST, FIRST + timedelta(days=700), time(10), time(11), frozenset(range(1, 8)))

    assert refusal_of(ask, a_hall(), daily) == "too_many_dates"


def test_a_group_waits_for_the_staff_who_decide_once():
    series = ask(a_hall(by_approval=True))
    ana = UserFactory(name="Ana")

    assert weeks(series, REQUESTED) == [0, 1, 2, 3]
    series_decisions.accept(series, by=ana)
    assert weeks(series) == [0, 1, 2, 3]
    assert told() == ["bookings/series_requested", "bookings/series_confirmed"]
    with pytest.raises(BookingRefused, match="Ana"):
        series_decisions.decline(series, by=UserFactory(), reason="No")


def test_declining_says_why_once_and_gives_all_of_it_back():
    room = a_hall(by_approval=True)
    series = ask(room)

    series_decisions.decline(series, by=UserFactory(), reason="Choir festival")

    assert weeks(series, RoomBookingStatus.DECLINED) == [0, 1, 2, 3]
    assert told() == ["bookings/series_requested", "bookings/series_declined"]
    assert not takings.clashes(room, week(0, 10), week(3, 11)).exists()


def test_what_requests_do_not_hold_may_be_gone_when_staff_accept():
    room = a_hall(by_approval=True, requests_block=False)
    series = ask(room)
    takings.take(room, week(2, 10), week(2, 11), kind=TakingKind.SESSION)

    outcome = series_decisions.accept(series, by=UserFactory())

    assert weeks(series) == [0, 1, 3]
    assert weeks(series, RoomBookingStatus.DECLINED) == [2]
    assert [each.code for each in outcome.missed] == ["room_taken"]


def test_canceling_all_tells_once_and_what_has_begun_stays():
    room = a_hall()
    series = ask(room)
    after_the_first = week(0, 10) + timedelta(minutes=1)

    room_series.cancel(series, by=series.booked_by, at=after_the_first)

    assert weeks(series) == [0]
    assert weeks(series, RoomBookingStatus.CANCELED) == [1, 2, 3]
    assert told()[1:] == ["bookings/series_canceled"]
    assert takings.clashes(room, week(0, 10), week(3, 11)).count() == 1
    refused = partial(room_series.cancel, series, by=series.booked_by, at=after_the_first)
    assert refusal_of(refused) == "no_dates_left"


def test_every_notice_of_a_series_names_its_dates():
    room = a_hall(by_approval=True)
    series, other = ask(room), ask(room, weekly(start=16, end=17))
    change(series, 12, 13)
    series_decisions.decline(other, by=UserFactory(), reason="Festival")
    room_series.cancel(series, by=series.booked_by)

    for notice in Notice.objects.all():
        subject, body = rendering.render(notice)[:2]
        assert "4" in subject
        assert body.count(":00–") == 4


def test_canceling_from_here_on_and_canceling_one():
    series = ask(a_hall())
    third = series.dates.all()[2]

    rooms.cancel(series.dates.first(), by=series.booked_by)
    room_series.cancel(series, since=third, by=series.booked_by)

    assert weeks(series) == [1]


def change(series, start, end, **more):
    return series_changes.change(series, starts_at=time(start), ends_at=time(end), **more)


def test_changing_the_time_moves_what_is_to_come_and_past_dates_stay():
    series = ask(a_hall())

    change(series, 15, 17, at=week(1, 12))

    assert hours(series) == [10, 10, 15, 15]
    series.refresh_from_db()
    assert (series.starts_at, series.ends_at) == (time(15), time(17))
    assert told()[1:] == ["bookings/series_changed"]


@pytest.mark.parametrize(
    ("scope", "changed"), [("this", [2]), ("from here", [2, 3]), ("all", range(4))]
)
def test_this_one_from_here_on_or_all(scope, changed):
    series = ask(a_hall())
    third = series.dates.all()[2]

    if scope == "this":
        rooms.change(third, starts_at=week(2, 15), ends_at=week(2, 16))
    else:
        change(series, 15, 16, since=third if scope == "from here" else None)

    assert hours(series) == [15 if each in changed else 10 for each in range(4)]


def test_what_cannot_be_changed_is_kept_and_reported():
    room = a_hall()
    series = ask(room)
    book(room, week(1, 15), week(1, 16))

    outcome = change(series, 15, 16)

    assert hours(series) == [15, 10, 15, 15]
    [noted] = outcome.missed
    assert noted.kept == series.dates.all()[1]
    assert takings.clashes(room, week(1, 10), week(1, 11)).count() == 1


def test_all_dates_are_changed_or_none_where_one_says_so():
    room = a_hall()
    series = ask(room)
    book(room, week(1, 15), week(1, 16))

    assert refusal_of(change, series, 15, 16, all_or_none=True) == "not_all"
    assert hours(series) == [10, 10, 10, 10]


def test_a_change_keeps_dates_that_were_canceled_or_could_not_be_had():
    room = a_hall()
    takings.take(room, week(1, 10), week(1, 11), kind=TakingKind.SESSION)
    series = ask(room)
    rooms.cancel(series.dates.first(), by=series.booked_by)

    change(series, 15, 16)

    assert weeks(series) == [2, 3]
    assert weeks(series, RoomBookingStatus.CANCELED) == [0]


def test_a_longer_time_may_overlap_the_old_one_of_the_same_date():
    series = ask(a_hall())

    change(series, 10, 12)

    assert {each.ends_at - each.starts_at for each in series.dates.all()} == {timedelta(hours=2)}


def test_another_room_obeys_its_rules_and_its_staff_look_again():
    series = ask(a_hall())
    floor = series.room.floor
    small = RoomFactory(floor=floor, capacity=2, days_ahead=900)
    asked = RoomFactory(floor=floor, by_approval=True, group_from=None, days_ahead=900)

    assert refusal_of(change, series, 10, 11, room=small) == "room_too_small"
    change(series, 10, 11, room=asked)

    assert weeks(series, REQUESTED) == [0, 1, 2, 3]
    assert {each.taking.room for each in series.dates.select_related("taking__room")} == {asked}


def test_a_month_that_is_full_of_the_series_itself_is_no_reason_to_keep_it():
    series = ask(a_hall(per_month=1))
    assert weeks(series)

    assert len(change(series, 15, 16).dates) == len(weeks(series))


def test_equipment_that_is_lent_to_others_then_keeps_the_dates_as_they_are():
    series = ask(a_hall())
    only = Equipment.objects.create(center=series.room.center, name="Projector", stock=1)
    other = takings.take(
        RoomFactory(floor=series.room.floor), week(1, 15), week(1, 16), kind=TakingKind.SESSION
    )
    stock.lend_all({other: {only: 1}, series.dates.all()[1].taking: {only: 1}})

    assert refusal_of(change, series, 15, 16) == "equipment_gone"
    assert hours(series) == [10, 10, 10, 10]


def test_an_end_before_the_start_changes_nothing():
    assert refusal_of(change, ask(a_hall()), 16, 15) == "order"


def test_a_series_without_dates_to_come_cannot_be_changed():
    series = ask(a_hall())

    assert refusal_of(change, series, 15, 16, at=week(4, 8)) == "no_dates_left"


def test_one_more_date_is_checked_for_overlap():
    room = a_hall()
    series = ask(room)
    book(room, week(5, 10), week(5, 11))
    more = partial(add_date, series, by=series.booked_by, request_key="more")

    assert refusal_of(more, starts_at=week(5, 10), ends_at=week(5, 11)) == "room_taken"
    more(starts_at=week(6, 10), ends_at=week(6, 11))

    assert weeks(series) == [0, 1, 2, 3, 6]


def test_who_leaves_for_good_leaves_no_words_behind():
    ana = PersonFactory()
    series = ask(a_hall(), person=ana, by=carer_of(ana), purpose="Ana's birthday")

    goodbye.close_account(series.booked_by)

    series.refresh_from_db()
    assert series.purpose == goodbye.NOBODY
    assert weeks(series) == []


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (
            Rule(date(2027, 1, 1), date(2027, 6, 30), time(9), time(10), frozenset({7}),
                 nth_of_month=frozenset({5})),
            ["2027-01-31", "2027-05-30"],
        ),
        (
            Rule(date(2027, 1, 4), date(2027, 2, 10), time(9), time(10), frozenset({1, 3}),
                 every_weeks=3),
            ["2027-01-04", "2027-01-06", "2027-01-25", "2027-01-27"],
        ),
    ],
    ids=["a month without a fifth Sunday is skipped", "every third week"],
)  # fmt: skip
def test_rules_beyond_every_week(rule, days):
    series = ask(a_hall(), rule)

    had = [f"{timezone.localtime(each.starts_at):%Y-%m-%d}" for each in series.dates.all()]
    assert had == days


def statements(call):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        call()
    return len(captured)


def test_thirty_dates_cost_as_many_statements_as_three():
    def of(times):
        room = a_hall(per_month=900)
        takings.take(room, week(1, 10), week(1, 11), kind=TakingKind.CLOSURE)
        wish = a_series_wish(room, weekly(times))
        asked = statements(lambda: ask_for_series(wish))
        series = RoomSeries.objects.latest("pk")
        changed = statements(lambda: change(series, 15, 16))
        canceled = statements(lambda: room_series.cancel(series, by=wish.by))
        return asked, changed, canceled

    few, many = of(3), of(30)

    assert few == many
    assert max(few) < 40


# Many at once, and the same with its guard taken out.

RIVALS = 10


def outcome_of(answer):
    if isinstance(answer, BookingRefused):
        return answer.reason.code
    return type(answer).__name__


@pytest.fixture
def unlocked(monkeypatch):
    monkeypatch.setattr(RoomQuerySet, "locked", lambda self: self.order_by("pk"))


def overlaps():
    """Pairs of occupancies that take one room at one time."""
    rows = list(Occupancy.objects.filter(active=True).values_list("room", "during"))
    return sum(
        a == b and one.lower < other.upper and other.lower < one.upper
        for n, (a, one) in enumerate(rows)
        for b, other in rows[n + 1 :]
    )


def series_and_singles(room):
    singles = [a_wish(room, week(n % 4, 10), week(n % 4, 11)) for n in range(RIVALS - 3)]
    return [
        *[partial(ask_for_series, a_series_wish(room)) for _ in range(3)],
        *[partial(rooms.ask_for, wish) for wish in singles],
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_series_and_single_bookings_never_share_a_date():
    room = a_hall()

    answers = together(*series_and_singles(room))

    assert {outcome_of(each) for each in answers} <= {"RoomSeries", "RoomBooking", "room_taken"}
    assert RoomBooking.objects.confirmed().count() == 4
    assert overlaps() == 0
    for series in RoomSeries.objects.all():
        assert series.dates.count() + series.missed.count() == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_control_without_lock_and_constraint_they_share_dates(unlocked):
    with without_constraint(Occupancy, "room_is_taken_once"):
        room = a_hall()
        with while_held(Occupancy, *series_and_singles(room)):
            pass
        assert overlaps() > 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_of_series_that_want_all_or_nothing_one_gets_all():
    room = a_hall()
    wishes = [a_series_wish(room, all_or_none=True) for _ in range(RIVALS)]

    answers = together(*[partial(ask_for_series, wish) for wish in wishes])

    assert sorted(map(outcome_of, answers)) == ["RoomSeries", *["room_taken"] * (RIVALS - 1)]
    assert overlaps() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_one_request_sent_ten_times_at_once_is_one_series():
    wish = a_series_wish(a_hall())

    answers = together(*[partial(ask_for_series, wish)] * RIVALS)

    assert {each.pk for each in answers} == {RoomSeries.objects.get().pk}


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_a_series_that_changes_meets_single_bookings_and_nobody_loses_a_room():
    room = a_hall()
    series = ask(room)
    singles = [a_wish(room, week(n % 4, 15), week(n % 4, 16)) for n in range(RIVALS - 2)]

    together(
        partial(change, series, 15, 16),
        partial(change, series, 12, 13),
        *[partial(rooms.ask_for, wish) for wish in singles],
    )

    assert overlaps() == 0
    assert series.dates.confirmed().count() == 4
    for each in RoomBooking.objects.confirmed().select_related("taking"):
        assert (each.taking.starts_at, each.taking.ends_at) == (each.starts_at, each.ends_at)


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_control_without_lock_and_constraint_a_change_takes_what_others_have(unlocked):
    with without_constraint(Occupancy, "room_is_taken_once"):
        room = a_hall()
        series = ask(room)
        singles = [a_wish(room, week(n % 4, 15), week(n % 4, 16)) for n in range(RIVALS)]
        calls = [partial(rooms.ask_for, wish) for wish in singles]
        with while_held(Occupancy, partial(change, series, 15, 16), *calls):
            pass
        assert overlaps() > 0
