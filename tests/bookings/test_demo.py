"""The demo center is built once for all of these; what a test changes is rolled back."""

from collections import Counter, defaultdict
from datetime import datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from accounts import demo_codes
from accounts.models import Care, Person, Role, User
from activities import front_page
from activities.availability import of_session
from activities.models import Activity, AnswerKind, Category, Question, Session, Status
from bookings import feedback
from bookings.demo import accounts, building, places
from bookings.draw_records import differences, record_of
from bookings.models import Booking, Draw, Place, SensitiveAnswer
from bookings.models import Status as BookingStatus
from bookings.offer_links import link_to
from notices.models import Notice
from venues import holidays
from venues.models import CalendarDay, Center, Floor, Room

pytestmark = pytest.mark.django_db

A_TUESDAY = datetime(2026, 11, 24, 9, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """What the first `manage.py demo` said."""
    said = []
    with (
        time_machine.travel(A_TUESDAY),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        with override_settings(DEBUG=True):
            building.build(said.append)
        yield said
        transaction.set_rollback(True)


@pytest.fixture
def trial(settings):
    settings.DEBUG = True


def rows():
    return {model: model.objects.count() for model in apps.get_models()}


def user(email):
    return User.objects.get(email=email)


def of_title(title):
    return Session.objects.filter(activity__title=title)


def test_it_says_what_it_does(demo):
    assert len(demo) == 3


def test_a_second_run_changes_nothing(demo, trial, capsys):
    before = rows()

    call_command("demo")

    assert rows() == before
    assert before[Center] == 3


def test_it_says_how_to_sign_in(demo, capsys):
    call_command("demo", accounts=True)

    said = capsys.readouterr().out
    for email, _name, _part in accounts.ACCOUNTS:
        assert email in said
    assert "manage.py code worker@example.org" in said


@pytest.mark.parametrize("email", accounts.STAFF)
def test_staff_have_a_second_code_that_can_be_printed(demo, trial, email):
    assert demo_codes.current_code(user(email)).isdigit()


def test_all_counters_agree_and_nobody_is_passed_over(demo, capsys):
    call_command("check_places")


def test_counters_of_the_past_agree_too(demo):
    held = Counter(Place.objects.held().values_list("session", flat=True))

    for session in Session.objects.all():
        assert session.places_taken == held[session.pk]


def test_nobody_is_in_two_places_at_once(demo):
    spans = defaultdict(list)
    for place in Place.objects.active().select_related("session"):
        if place.session.canceled_at is None:
            spans[place.person_id].append((place.session.starts_at, place.session.ends_at))

    for mine in spans.values():
        mine.sort()
        assert all(end <= start for (_, end), (start, _) in pairwise(mine))


def test_everybody_is_of_the_right_age(demo):
    for place in Place.objects.active().select_related("person", "session__activity"):
        activity = place.session.activity
        age = place.person.age_on(timezone.localdate(place.session.starts_at))
        assert (activity.min_age or 0) <= age <= (activity.max_age or 130)


def test_nobody_asked_before_it_opened_or_after_it_closed(demo):
    single = Booking.objects.exclude(session=None).select_related("session")

    for booking in single:
        session = booking.session
        assert session.booking_opens_at <= booking.created_at <= session.booking_closes_at


def test_nothing_waits_to_be_sent(demo):
    assert Notice.objects.count() > 50
    assert Notice.objects.unsent().count() == 0
    assert not Notice.objects.filter(subject="").exists()


def test_there_are_five_floors_a_dozen_rooms_and_a_hall_in_two_parts(demo):
    home = Center.objects.get(slug=places.SLUG)
    whole = Room.objects.filter(floor__center=home, whole=None)

    assert Floor.objects.filter(center=home).count() == 5
    assert whole.count() >= 12
    assert [room.parts.count() for room in whole if room.parts.exists()] == [2]


def test_every_category_has_its_icon_and_something_on(demo):
    sprite = (settings.BASE_DIR / "static" / "icons.svg").read_text()

    assert Category.objects.count() == 12
    for category in Category.objects.all():
        assert f'id="{category.icon}"' in sprite
        assert category.activities.filter(status=Status.PUBLISHED).exists()


def test_there_are_three_hundred_residents_with_phones_nobody_has(demo):
    residents = Person.objects.exclude(led_sessions__isnull=False)

    assert residents.count() == 300
    assert residents.filter(cares=None, phone="").exists()
    for person in residents.exclude(phone=""):
        person.full_clean()
        assert person.phone.startswith("+861990000")


def test_every_child_has_a_guardian_who_agreed(demo):
    fourteen_years_ago = timezone.localdate().replace(year=timezone.localdate().year - 14, day=1)
    children = Person.objects.filter(birth_date__gt=fourteen_years_ago)

    assert children.count() > 70
    for child in children:
        guardian = Care.objects.get(person=child, role=Role.GUARDIAN).user
        assert child.consents.filter(kind="child", given_by=guardian).exists()


def test_there_are_four_weeks_behind_and_four_ahead(demo):
    today = timezone.localdate()
    days = {(timezone.localdate(s.starts_at) - today).days for s in Session.objects.all()}

    assert set(range(-28, 29)) <= days


def test_night_school_is_on_tuesday_thursday_and_saturday_evenings(demo):
    sessions = Session.objects.filter(activity__category__slug="night-school")
    starts = [timezone.localtime(session.starts_at) for session in sessions]

    assert {start.isoweekday() for start in starts} == {2, 4, 6}
    assert min(start.time() for start in starts) >= time(19)


def test_lunch_is_ordered_until_half_past_ten_and_the_desk_keeps_some(demo):
    lunches = of_title("长者食堂：午饭").coming()

    for lunch in lunches:
        closes_at = timezone.localtime(lunch.booking_closes_at)
        day = timezone.localdate(lunch.starts_at)
        assert (closes_at.date(), closes_at.time()) == (day, time(10, 30))
    assert any(lunch.places_kept for lunch in lunches)


def test_the_parents_school_is_always_full_in_pairs_with_a_line(demo):
    opened = of_title("家长学校").filter(booking_opens_at__lt=timezone.now())

    assert {session.places_taken for session in opened} == {60}
    assert all(session.places_waiting for session in opened.open_for_booking())


def test_some_families_have_answered_and_what_they_said_on_health_is_sealed(demo):
    asked = Question.objects.filter(activity__title="家长学校")
    answered = Booking.objects.exclude(answers={})
    sealed = SensitiveAnswer.objects.founded()

    assert {question.kind for question in asked} == set(AnswerKind)
    assert answered.count() > 10
    assert sealed.count() == SensitiveAnswer.objects.count() >= 3
    assert "过敏" not in str(sealed.values_list("sealed")) + str(answered.values_list("answers"))
    assert Booking.objects.get(readings__isnull=False).booked_by.email == accounts.RESIDENT


def test_a_list_has_every_state_that_places_can_be_in(demo):
    listed = Session.objects.published().select_related("activity")

    kinds = {of_session(session).kind for session in listed}

    assert kinds == {"free", "few", "wait", "soon", "full", "over", "off"}


def test_something_opens_soon(demo):
    assert front_page.contents()["opening"]


def test_who_came_is_known_of_every_session_that_is_over(demo):
    over = Place.objects.confirmed().filter(session__ends_at__lt=timezone.now())

    assert not over.filter(checked_in_at=None, absent_at=None).exists()
    assert over.exclude(checked_in_at=None).count() > over.exclude(absent_at=None).count() > 0


def test_the_resident_has_something_of_everything(demo):
    resident = user(accounts.RESIDENT)
    bookings = Booking.objects.visible_to(resident)

    assert {
        BookingStatus.APPLIED,
        BookingStatus.CONFIRMED,
        BookingStatus.WAITING,
        BookingStatus.OFFERED,
        BookingStatus.CANCELED,
    } == set(bookings.values_list("status", flat=True))
    assert bookings.past().exists()
    assert resident.notices.unread().exists()


def test_the_grandchild_has_ordered_lunch_for_the_grandmother(demo):
    lunches = Place.objects.confirmed().filter(
        booking__booked_by=user(accounts.GRANDCHILD), session__activity__title="长者食堂：午饭"
    )

    assert {place.person.name for place in lunches} == {"赵桂英"}


def test_staff_have_postings_to_review_and_the_partner_has_one_to_change(demo):
    worker, partner = user(accounts.WORKER), user(accounts.PARTNER)

    to_review = Activity.objects.managed_by(worker).filter(status=Status.SUBMITTED)
    to_change = Activity.objects.of_partners(partner).filter(status=Status.CHANGES_ASKED)

    assert to_review.count() == 2
    assert [activity.reviews.first().note for activity in to_change] != [""]
    assert partner.notices.filter(kind="activities/changes_asked").exists()


def test_known_years_have_their_holidays_and_unknown_ones_none(demo):
    this_year = timezone.localdate().year

    for year in (this_year - 1, this_year, this_year + 1):
        assert CalendarDay.objects.knows(year) == bool(holidays.announced(year))


@pytest.mark.parametrize(
    "address",
    ["/", "/activities/", "/calendar/", f"/centers/{places.SLUG}/", "/partners/", "/elder/"],
)
def test_public_pages_have_something_to_show(demo, client, address):
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("email", "address"),
    [
        (accounts.RESIDENT, "/bookings/"),
        (accounts.RESIDENT, "/people/"),
        (accounts.RESIDENT, "/messages/"),
        (accounts.PARTNER, "/partner/"),
    ],
)
def test_pages_of_the_accounts_have_something_to_show(demo, client, email, address):
    client.force_login(user(email))

    assert client.get(address).status_code == 200


def test_children_are_handed_over_and_somebody_else_may_fetch_some(demo):
    past = Place.objects.filter(
        session__activity__is_fetched=True,
        session__ends_at__lte=timezone.now(),
        checked_in_at__isnull=False,
    )

    assert not past.filter(checked_out_with="").exists()
    child = Person.objects.get(name="陈禾")
    assert child.collectors.active().count() == 1
    assert all(
        phone.startswith("+861990000") for phone in child.collectors.values_list("phone", flat=True)
    )


def test_somebody_is_offered_a_place_and_a_family_was_passed(demo):
    session = of_title("围炉煮茶").filter(places_waiting__gt=0).get()

    [offer] = Booking.objects.offered().filter(session=session)
    [family] = Booking.objects.waiting().filter(session=session)
    assert (offer.booked_by, family.booked_by) == (
        user(accounts.GRANDCHILD),
        user(accounts.RESIDENT),
    )
    assert [note.facts["needs"] for note in family.line_notes.filter(fact="skipped")] == [2]
    assert Notice.objects.get(kind="bookings/offered", recipient=offer.booked_by).link == (
        link_to(offer)
    )


# By lot.


@time_machine.travel(A_TUESDAY)
def test_of_three_draws_one_is_open_one_waits_for_its_number_and_one_is_held(demo):
    drawn, due, open_ = Draw.objects.order_by("closes_at")

    assert [each.frozen_at is not None for each in (drawn, due, open_)] == [True, True, False]
    assert Draw.objects.due().get() == due
    assert differences(record_of(drawn)) == []
    outcomes = Counter(outcome for _reference, outcome in drawn.result["order"])
    assert outcomes == {"placed": 8, "waiting": 6}
    assert Booking.objects.filter(session=open_.session, status="applied").count() == 5


def test_some_have_said_how_it_was(demo):
    rows = feedback.averages(Center.objects.all())

    assert any(row["marks"] for row in rows)
    assert any(feedback.lines_of(row["activity"]) for row in rows)
