"""The staff's desk as a whole: who sees which list, and at what cost."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from activities.models import Allocation, Session, Status
from notices.models import Notice
from partners.models import Agreement, BoxOpening, Need
from tests.bookings.booking import book_for
from tests.bookings.drawing import draw_of, session_to_draw
from tests.desk import at_the_desk, district_office, manager, social_worker, superuser, words
from tests.factories import (
    ActivityFactory,
    CenterFactory,
    DistrictFactory,
    LetterFactory,
    PartnerFactory,
    PersonFactory,
    RoomFactory,
    SessionFactory,
    SurveyFactory,
    UserFactory,
)
from venues.models import CalendarDay, Closure, Equipment, OpeningException, StaffMember, StaffRole

pytestmark = pytest.mark.django_db


def policy(response):
    directives = response["Content-Security-Policy"].split("; ")
    return {name: sources for name, _, sources in (d.partition(" ") for d in directives)}


# --- What a page of the desk allows, and what not ---------------------------------------


def test_only_the_desk_allows_what_unfold_needs():
    client = at_the_desk(social_worker())

    desk, home = policy(client.get("/admin/")), policy(client.get("/"))

    assert desk["script-src"] == "'self' 'unsafe-eval'"
    assert desk["style-src"] == "'self' 'unsafe-inline'"
    assert "script-src" not in home
    assert "style-src" not in home
    assert desk | home == desk


# --- Who comes in ------------------------------------------------------------------------


def test_residents_have_no_desk():
    client = at_the_desk(UserFactory())

    assert client.get("/admin/").status_code in (302, 403)


@pytest.mark.parametrize("role", [social_worker, manager, lambda center: superuser()])
def test_every_link_of_the_desk_leads_somewhere(role):
    assert dead_links(at_the_desk(role(CenterFactory())), "/admin/") == []


def test_who_looks_on_is_offered_no_link_to_a_page_about_people():
    session = SessionFactory()
    client = at_the_desk(district_office(session.activity.center.district))

    assert dead_links(client, "/admin/") == []
    assert dead_links(client, "/admin/activities/session/") == []
    assert "open_roster" not in words(client.get(f"/admin/activities/session/{session.pk}/change/"))


def dead_links(client, page):
    links = re.findall(r'href="(/(?:admin|staff)/[^"#]*)"', words(client.get(page)))
    return [link for link in links if client.get(unescape(link)).status_code not in (200, 302, 405)]


def test_whoever_works_nowhere_sees_an_empty_desk():
    client = at_the_desk(UserFactory(is_staff=True))

    page = words(client.get("/admin/"))

    assert "You do not work at a center yet." in page
    assert client.get("/admin/bookings/booking/").status_code == 403


def test_a_membership_that_has_ended_opens_nothing():
    user = social_worker()
    StaffMember.objects.update(until=timezone.localdate() - timezone.timedelta(days=1))
    client = at_the_desk(user)

    assert client.get("/admin/activities/activity/").status_code == 403


LISTS = [
    "accounts/person",
    "activities/activity",
    "activities/session",
    "bookings/booking",
    "bookings/draw",
    "bookings/roombooking",
    "notices/notice",
    "partners/agreement",
    "partners/need",
    "partners/partner",
    "venues/calendarday",
    "venues/center",
    "venues/closure",
    "venues/equipment",
    "venues/openingexception",
    "venues/room",
    "venues/staffmember",
    "accounts/user",
    "activities/category",
    "venues/district",
]
NAMES_PEOPLE = {"accounts/person", "bookings/booking", "bookings/roombooking", "notices/notice"}
FOR_MANAGERS = {"venues/staffmember"}
FOR_FEW = {"accounts/user", "activities/category", "venues/district"}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", ["social worker", "manager", "district", "superuser"])
def test_each_role_sees_its_lists(name, role):
    user = {
        "social worker": social_worker,
        "manager": manager,
        "district": lambda: district_office(DistrictFactory()),
        "superuser": superuser,
    }[role]()
    hidden = {
        "social worker": FOR_MANAGERS | FOR_FEW,
        "manager": FOR_FEW,
        "district": NAMES_PEOPLE | FOR_MANAGERS | FOR_FEW,
        "superuser": set(),
    }[role]
    client = at_the_desk(user)

    assert client.get(f"/admin/{name}/").status_code == (403 if name in hidden else 200)


def test_who_looks_on_sees_how_many_and_never_who():
    center = CenterFactory()
    session = SessionFactory(
        activity=ActivityFactory(center=center),
        starts_at=timezone.now() + timezone.timedelta(minutes=5),
    )
    book_for(PersonFactory(name="Li Xiuying"), session=session)
    Session.objects.update(starts_at=timezone.now() - timezone.timedelta(days=1))
    client = at_the_desk(district_office(center.district))

    page = words(client.get("/admin/"))

    assert f'<th scope="row">{center}</th><td>1</td><td>1</td><td>10</td>' in page
    assert "Li Xiuying" not in page
    assert client.get(f"/staff/sessions/{session.pk}/roster/").status_code == 404
    assert client.get("/admin/book/").status_code == 404
    assert (
        client.get(f"/admin/activities/activity/{session.activity_id}/change/").status_code == 200
    )
    assert (
        client.post(f"/admin/activities/activity/{session.activity_id}/change/").status_code == 403
    )


def test_who_works_here_and_looks_on_there_knows_names_here_only():
    here, there = CenterFactory(), CenterFactory()
    user = social_worker(here)
    StaffMember.objects.create(user=user, district=there.district, role=StaffRole.DISTRICT)
    mine = SessionFactory(activity=ActivityFactory(center=here))
    theirs = SessionFactory(activity=ActivityFactory(center=there))
    book_for(PersonFactory(name="Li Xiuying"), session=mine)
    book_for(PersonFactory(name="Wang Jianguo"), session=theirs)
    client = at_the_desk(user)

    bookings = words(client.get("/admin/bookings/booking/"))

    assert "Li Xiuying" in bookings
    assert "Wang Jianguo" not in bookings
    assert client.get(f"/staff/sessions/{theirs.pk}/roster/").status_code == 404
    assert client.post(f"/admin/activities/session/{theirs.pk}/call_off/").status_code == 404


# --- Home --------------------------------------------------------------------------------


def test_home_says_what_is_on_today_and_what_needs_a_look():
    center = CenterFactory()
    at = timezone.localtime().replace(hour=12, minute=0)
    activity = ActivityFactory(center=center, title="Yoga")
    today = SessionFactory(activity=activity, starts_at=at, leader=PersonFactory())
    ActivityFactory(center=center, status=Status.SUBMITTED)
    ActivityFactory(status=Status.SUBMITTED)
    tomorrow = SessionFactory(
        activity=activity, starts_at=at + timezone.timedelta(days=1), capacity=1
    )
    for person in PersonFactory.create_batch(2):
        book_for(person, session=tomorrow)
    Notice.objects.update(gave_up_at=timezone.now())
    client = at_the_desk(social_worker(center))

    page = words(client.get("/admin/"))

    assert f'href="/staff/sessions/{today.pk}/roster/"' in page
    assert "1 posting waits for you" in page
    assert "1 date this week has people waiting" in page
    assert "1 date this week has no leader yet" in page
    assert "2 messages did not arrive" in page
    assert "are not entered yet" in page


def test_nothing_waits_at_a_quiet_center():
    for year in (0, 1):
        CalendarDay.objects.create(
            date=timezone.localdate().replace(year=timezone.localdate().year + year, day=1),
            kind="holiday",
        )
    client = at_the_desk(social_worker())

    page = words(client.get("/admin/"))

    assert "Nothing is waiting." in page
    assert "Nothing is on today." in page


# --- Lists: own center only, the same cost for one row and for three ----------------------


def people(center):
    return PersonFactory(area=center.community)


def closure(center):
    at = timezone.now()
    return Closure.objects.create(
        center=center, starts_at=at, ends_at=at + timezone.timedelta(hours=1), reason="Water"
    )


def equipment(center):
    name = f"Projector {Equipment.objects.count()}"
    return Equipment.objects.create(center=center, name=name)


def other_hours(center):
    day = timezone.localdate() + timezone.timedelta(days=OpeningException.objects.count())
    return OpeningException.objects.create(center=center, date=day)


def booking(center):
    activity = ActivityFactory(center=center)
    return book_for(PersonFactory(), session=SessionFactory(activity=activity))


def notice(center):
    made = booking(center)
    return Notice.objects.get(recipient=made.booked_by)


def agreement(center):
    return Agreement.objects.create(
        partner=PartnerFactory(), center=center, title="A", starts_on=timezone.localdate()
    )


def partner(center):
    partner = PartnerFactory()
    partner.centers.add(center)
    return partner


def calendar_day(center):
    """Holidays are everybody's."""
    day = timezone.localdate() + timezone.timedelta(days=CalendarDay.objects.count())
    CalendarDay.objects.create(date=day, kind="holiday")


def draw(center):
    activity = ActivityFactory(center=center, allocation=Allocation.DRAW)
    return draw_of(session_to_draw(activity=activity))


ROWS = {
    "accounts/person": (people, 6),
    "activities/activity": (lambda center: ActivityFactory(center=center), 8),
    "activities/session": (
        lambda center: SessionFactory(activity=ActivityFactory(center=center)),
        8,
    ),
    "bookings/booking": (booking, 9),
    "bookings/draw": (draw, 7),
    "notices/notice": (notice, 6),
    "partners/agreement": (agreement, 7),
    "partners/boxopening": (
        lambda center: BoxOpening.objects.create(
            center=center,
            due_on=timezone.localdate() - timedelta(days=BoxOpening.objects.count()),
            opened_by=UserFactory(),
        ),
        7,
    ),
    "partners/letter": (lambda center: LetterFactory(center=center), 7),
    "partners/need": (lambda center: Need.objects.create(center=center, title="A"), 8),
    "partners/partner": (partner, 7),
    "partners/survey": (lambda center: SurveyFactory(center=center), 7),
    "venues/calendarday": (calendar_day, 8),
    "venues/center": (lambda center: center, 6),
    "venues/closure": (closure, 7),
    "venues/equipment": (equipment, 7),
    "venues/openingexception": (other_hours, 9),
    "venues/room": (lambda center: RoomFactory(floor__center=center), 7),
    "venues/staffmember": (lambda center: None, 7),
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ROWS)
def test_a_list_shows_its_own_center_at_the_same_cost(django_assert_num_queries, name, count):
    make, statements = ROWS[name]
    center, other = CenterFactory(community="Here"), CenterFactory(community="There")
    user = manager(center)
    for _ in range(count):
        make(center)
    elsewhere = make(other)
    client = at_the_desk(user)

    with django_assert_num_queries(statements):
        page = client.get(f"/admin/{name}/")

    assert page.status_code == 200
    if elsewhere:
        address = f"/admin/{name}/{elsewhere.pk}/change/"
        assert address not in words(page)
        assert client.get(address).status_code == 302
