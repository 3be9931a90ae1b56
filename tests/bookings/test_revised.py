"""A change by a partner at the desk, and whoever has booked."""

import pytest

from activities import revisions
from activities.models import Activity, Revision, RevisionStatus
from bookings import revised
from notices.models import Notice
from tests.bookings.booking import book_for
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import (
    ActivityFactory,
    CenterFactory,
    PartnerMemberFactory,
    PersonFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def member(center):
    member = PartnerMemberFactory(partner__name="Seal house")
    member.partner.centers.add(center)
    return member


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center))


def change(member, center, **fields):
    activity = ActivityFactory(partner=member.partner, center=center, title="Carving")
    typed = Activity.objects.get(pk=activity.pk)
    for name, value in fields.items():
        setattr(typed, name, value)
    revision = revisions.keep(typed, by=member.user)
    revisions.submit(revision, by=member.user)
    return revision


def told():
    return Notice.objects.filter(kind="bookings/revised")


def test_whoever_has_booked_is_told_of_a_fee_and_not_of_a_title(member, center):
    fee = change(member, center, fee_text="10 yuan", title="Seals")
    title = change(member, center, title="Seals")
    for revision in (fee, title):
        book_for(PersonFactory(), session=SessionFactory(activity=revision.activity))
        revised.accept(revision, by=UserFactory())

    [notice] = told()
    assert notice.context["changes"] == [{"field": "fee_text", "old": "", "new": "10 yuan"}]


def test_the_desk_sees_what_waits_and_what_would_change(desk, member, center):
    revision = change(member, center, title="Carving seals")
    change(PartnerMemberFactory(), CenterFactory(), title="Elsewhere")

    home = words(desk.get("/admin/"))
    rows = words(desk.get("/admin/revisions/"))
    page = words(desk.get(f"/admin/revisions/{revision.pk}/"))

    assert "1 change of a published activity waits for you to look at it" in home
    assert f"/admin/revisions/{revision.pk}/" in rows
    assert "Elsewhere" not in rows
    assert "Carving<ins> seals</ins>" in page


def test_the_list_of_what_waits_costs_the_same_for_three(
    desk, member, center, django_assert_num_queries
):
    change(member, center, title="One")
    with django_assert_num_queries(5):
        desk.get("/admin/revisions/")
    change(member, center, title="Two")
    change(member, center, title="Three")
    with django_assert_num_queries(5):
        desk.get("/admin/revisions/")


def test_it_is_accepted_as_it_was_shown(desk, member, center):
    revision = change(member, center, title="Carving seals")
    address = f"/admin/revisions/{revision.pk}/"
    seen = desk.get(address).context["seen"]

    assert desk.post(address, {"accept": "1", "seen": "x"}).status_code == 422
    answer = desk.post(address, {"accept": "1", "seen": seen})

    assert answer.url == "/admin/revisions/"
    assert Activity.objects.get(pk=revision.activity_id).title == "Carving seals"


def test_it_is_sent_back_with_notes(desk, member, center):
    revision = change(member, center, title="Carving seals")
    address = f"/admin/revisions/{revision.pk}/"

    assert desk.post(address, {"ask": "1"}).status_code == 422
    desk.post(address, {"ask": "1", "beside_title": "Shorter, please"})

    revision.refresh_from_db()
    assert revision.status == RevisionStatus.CHANGES_ASKED
    assert revision.field_notes == {"title": "Shorter, please"}
    assert desk.post(address, {"ask": "1", "note": "Again"}).status_code == 422


def test_nobody_else_decides(member, center):
    revision = change(member, center, title="Carving seals")
    address = f"/admin/revisions/{revision.pk}/"

    for other in (social_worker(CenterFactory()), district_office(center.district)):
        assert at_the_desk(other).get(address).status_code == 404
        assert at_the_desk(other).post(address, {"accept": "1"}).status_code == 404
    assert Revision.objects.get().status == RevisionStatus.SUBMITTED
