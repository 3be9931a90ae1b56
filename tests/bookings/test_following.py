"""Hearing of what is new, and of when booking opens."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookings.following import tell_due
from bookings.models import Follow
from notices import unsubscribing
from notices.models import Notice, Preference
from notices.services import deliver_due
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    PartnerFactory,
    PersonFactory,
    SessionFactory,
    UserFactory,
    carer_of,
)

pytestmark = pytest.mark.django_db

HERE = timezone.get_default_timezone()
NOON = datetime(2026, 12, 1, 12, tzinfo=HERE)


@pytest.fixture
def user():
    return carer_of(PersonFactory(), email="ana@example.org", language="en")


def opening(at, **more):
    """A session whose booking opens at that moment."""
    return SessionFactory(
        booking_opens_at=at, starts_at=at + timedelta(days=7), ends_at=at + timedelta(days=7, hours=1),
        **more,
    )  # fmt: skip


def follow(user, **thing):
    return Follow.objects.create(user=user, created_at=NOON - timedelta(days=1), **thing)


def told(user):
    return list(Notice.objects.filter(recipient=user).values_list("kind", flat=True))


def test_who_waits_for_the_opening_is_told_once(user):
    session = opening(NOON)
    follow(user, activity=session.activity)

    assert tell_due(NOON - timedelta(minutes=1)) == 0
    assert [tell_due(NOON), tell_due(NOON + timedelta(minutes=1))] == [1, 0]
    assert told(user) == ["bookings/opened"]


def test_dates_that_open_together_are_one_message(user):
    session = opening(NOON)
    opening(NOON, activity=session.activity)
    follow(user, activity=session.activity)

    assert tell_due(NOON) == 1


def test_dates_that_open_later_are_told_of_then(user):
    session = opening(NOON)
    opening(NOON + timedelta(days=1), activity=session.activity)
    follow(user, activity=session.activity)

    assert [tell_due(NOON), tell_due(NOON + timedelta(days=1))] == [1, 1]


def test_what_opened_before_one_followed_is_no_news(user):
    session = opening(NOON - timedelta(days=2))
    follow(user, activity=session.activity)

    assert tell_due(NOON) == 0


@pytest.mark.parametrize("kin", ["partner", "category"])
def test_new_things_of_a_partner_or_a_category_are_told(user, kin):
    partner, category, center = PartnerFactory(), CategoryFactory(), CenterFactory()
    ActivityFactory(partner=partner, category=category, center=center, published_at=NOON)
    follow(
        user,
        **({"partner": partner} if kin == "partner" else {"category": category, "center": center}),
    )
    follow(UserFactory(), partner=PartnerFactory())
    follow(UserFactory(), category=category, center=CenterFactory())

    assert tell_due(NOON + timedelta(minutes=1)) == 1
    assert told(user) == ["bookings/new_offer"]


def test_who_follows_both_is_told_once(user):
    activity = ActivityFactory(partner=PartnerFactory(), published_at=NOON)
    follow(user, partner=activity.partner)
    follow(user, category=activity.category, center=activity.center)

    assert tell_due(NOON) == 1


def test_nobody_is_woken(user, settings, mailoutbox):
    settings.QUIET_HOURS = True
    night = datetime(2026, 12, 1, 22, tzinfo=HERE)
    session = opening(night)
    follow(user, activity=session.activity)

    tell_due(night)
    deliver_due(night)

    assert Notice.objects.visible_to(user).get().kind == "bookings/opened"
    assert mailoutbox == []
    deliver_due(datetime(2026, 12, 2, 8, tzinfo=HERE))
    assert len(mailoutbox) == 1


def test_one_follows_one_thing_once(user):
    activity = ActivityFactory()
    follow(user, activity=activity)
    for thing in ({"activity": activity}, {"activity": activity, "partner": PartnerFactory()}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            follow(user, **thing)


def test_the_button_stands_where_booking_is_not_open_yet(client, user):
    session = opening(timezone.now() + timedelta(days=1))
    client.force_login(user)
    page, button = f"/activities/{session.activity_id}/", b"/follow/"

    assert button in client.get(page).content
    client.post(f"{page}follow/")
    assert Follow.objects.get().activity == session.activity
    client.post(f"{page}follow/", {"stop": "1"})
    assert not Follow.objects.exists()


@pytest.mark.parametrize("kin", ["activity", "partner"])
def test_a_visitor_says_so_before_signing_in_and_need_not_again(client, user, kin):
    session = opening(timezone.now() + timedelta(days=1), activity__partner=PartnerFactory())
    activity = session.activity
    thing = {"activity": activity, "partner": activity.partner}[kin]
    page = {"activity": "activities", "partner": "partners"}[kin] + f"/{thing.pk}/"
    address = f"/{page}follow/"
    assert address.encode() in client.get(f"/{page}").content

    to_sign_in = client.get(address)
    assert to_sign_in.url == f"/accounts/login/?next={address}"
    client.force_login(user)
    back = client.get(address, follow=True)

    assert back.redirect_chain[0][0] == f"/{page}"
    assert getattr(Follow.objects.get(user=user), kin) == thing
    assert b'name="stop"' in back.content


def test_a_link_alone_makes_nobody_follow(client, user):
    activity = opening(timezone.now() + timedelta(days=1)).activity
    other = opening(timezone.now() + timedelta(days=1)).activity
    client.get(f"/activities/{other.pk}/follow/")
    client.force_login(user)

    assert client.get(f"/activities/{activity.pk}/follow/").status_code == 302
    assert not Follow.objects.exists()


def test_what_is_not_published_is_not_followed(client, user):
    client.force_login(user)

    assert client.post("/activities/0/follow/").status_code == 404


def test_there_is_no_button_where_one_can_book(client, user):
    session = SessionFactory()
    client.force_login(user)

    assert b"/follow/" not in client.get(f"/activities/{session.activity_id}/").content


def test_a_partner_is_followed_on_its_page(client, user):
    partner = PartnerFactory()
    client.force_login(user)

    assert client.post(f"/partners/{partner.pk}/follow/").status_code == 302
    assert b'name="stop"' in client.get(f"/partners/{partner.pk}/").content


def test_all_of_it_stands_on_one_page_and_is_ticked_there(
    client, user, django_assert_max_num_queries
):
    center, (first, second) = CenterFactory(), CategoryFactory.create_batch(2)
    follow(user, activity=ActivityFactory(title="Yoga", center=center, category=first))
    follow(user, category=first, center=center)
    client.force_login(user)

    with django_assert_max_num_queries(9):
        assert "Yoga" in client.get("/messages/following/").content.decode()
    client.post("/messages/following/", {"category": f"{second.pk}-{center.pk}"})

    assert [each.category for each in Follow.objects.filter(activity=None)] == [second]


def test_a_mail_of_news_can_be_stopped_by_one_tap(client, user, mailoutbox):
    session = opening(NOON)
    follow(user, activity=session.activity)
    tell_due(NOON)
    deliver_due(NOON)
    [mail] = mailoutbox
    address = mail.extra_headers["List-Unsubscribe"].strip("<>")
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in mail.body
    path = "/" + address.split("/", 3)[3]

    client.get(path)  # A scanner opens it.
    assert not Preference.objects.filter(user=user, news=False).exists()
    client.post(path, {"List-Unsubscribe": "One-Click"})

    assert Preference.objects.get(user=user).news is False
    later = opening(NOON + timedelta(days=1), activity=session.activity)
    assert tell_due(later.booking_opens_at) == 0


def test_what_concerns_a_booking_is_not_stopped(user):
    assert unsubscribing.link_in(Notice(kind="bookings/confirmed", recipient=user)) == ""


def test_a_link_that_is_not_ours_stops_nothing(client, user):
    token = f"{user.pk}-news.made-up"

    assert client.post(f"/unsubscribe/{token}/").status_code == 404
