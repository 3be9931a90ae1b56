"""What everybody sees of a draw: all of the procedure, and nobody's name."""

import json
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from activities.models import Allocation
from activities.models import Status as ActivityStatus
from bookings import draws, lots, services
from bookings.models import Booking, Draw, Status
from notices.models import Notice
from notices.rendering import render
from tests.bookings.booking import book_for
from tests.bookings.drawing import (
    NUMBER,
    apply_for,
    course_to_draw,
    draw_of,
    held,
    session_to_draw,
)
from tests.factories import (
    ActivityFactory,
    PersonFactory,
    SessionFactory,
    UserFactory,
    carer_of,
)

pytestmark = pytest.mark.django_db


def page_of(activity):
    return reverse("draws:page", args=[activity.pk])


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def get(client, address, **query):
    return client.get(address, query, headers={"accept-language": "en"})


def addresses(draw):
    both = [draw.activity_id, draw.pk]
    return {
        "page": reverse("draws:page", args=both[:1]),
        "record": reverse("draws:record", args=both[:1]),
        "applications": reverse("draws:applications", args=both),
        "seed": reverse("draws:seed", args=both),
    }


# --- The page ----------------------------------------------------------------------------


def test_before_the_draw_the_hash_and_the_number_are_named(client):
    session = session_to_draw()
    draw = draw_of(session)

    page = text(get(client, page_of(session.activity)))

    assert draw.commitment in page
    assert draw.number_source in page
    assert "everybody can apply" in page


def test_when_the_list_is_closed_it_is_published_with_its_hash(client):
    session = session_to_draw()
    applications = apply_for(session, 2, 1)
    draw = draw_of(session)
    draw = draws.freeze(draw, at=draw.closes_at)

    page = text(get(client, page_of(session.activity)))
    listed = client.get(addresses(draw)["applications"]).content.decode()

    assert lots.sha256(listed) in page
    assert listed == "".join(
        f"{booking.reference} {booking.party_size} 1\n"
        for booking in sorted(applications, key=lambda booking: booking.reference)
    )
    assert all(booking.reference in page for booking in applications)


def test_after_the_draw_everything_is_revealed(client):
    session = session_to_draw(capacity=1)
    apply_for(session, 1, 1, 1)
    draw = held(draw_of(session))

    page = text(get(client, page_of(session.activity)))
    seed = client.get(addresses(draw)["seed"]).content.decode()

    assert all(shown in page for shown in (draw.secret, draw.seed, "0512192331"))
    assert lots.sha256(seed) == draw.seed
    order = [reference for reference, _outcome in draw.result["order"]]
    assert re.findall(r"\b\d{8}\b", page[page.index("What was drawn") :])[:3] == order
    assert "Number 2 on the waitlist" in page


@pytest.mark.parametrize("step", ["open", "closed", "number", "drawn"])
def test_nobody_is_named_at_any_step(client, step):
    session = session_to_draw()
    person = PersonFactory(name="Li Xiuying", phone="+8613912345678")
    staff = UserFactory(name="Wang Jianguo")
    book_for(person, session=session)
    draw = draw_of(session)
    go_to(step, draw, staff)

    for address in addresses(draw).values():
        said = client.get(address).content.decode()
        assert not re.search("Li Xiuying|Wang Jianguo|13912345678", said)


def go_to(step, draw, staff):
    if step in ("closed", "number", "drawn"):
        draws.freeze(draw, at=draw.closes_at)
    if step in ("number", "drawn"):
        draws.type_in(draw, NUMBER, by=staff, at=draw.number_due_at)
    if step == "drawn":
        draws.hold(draw, at=draw.number_due_at)


@pytest.mark.parametrize("step", ["open", "closed", "number"])
def test_the_secret_stands_nowhere_before_it_is_drawn(client, step):
    session = session_to_draw()
    user = carer_of(person := PersonFactory())
    booking = book_for(person, session=session, by=user)
    draw = draw_of(session)
    go_to(step, draw, UserFactory())
    client.force_login(user)

    more = [session.activity.get_absolute_url(), f"/bookings/{booking.reference}/"]
    for address in [*addresses(draw).values(), *more]:
        assert draw.secret not in client.get(address).content.decode()
    assert draw.secret not in repr(Draw.objects.get()) + str(draw)
    assert client.get(addresses(draw)["seed"]).status_code == 404


def test_one_finds_oneself_and_only_oneself(client):
    session = session_to_draw(capacity=0)
    user = carer_of(person := PersonFactory())
    mine = book_for(person, session=session, by=user)
    apply_for(session, 1)
    held(draw_of(session))

    assert "(you)" not in text(get(client, page_of(session.activity)))
    client.force_login(user)
    page = get(client, page_of(session.activity))
    assert text(page).count("(you)") == 1
    assert f'href="/bookings/{mine.reference}/"' in page.content.decode()


def test_a_published_number_opens_nothing(client):
    session = session_to_draw()
    [booking] = apply_for(session, 1)
    held(draw_of(session))
    client.force_login(UserFactory())

    for page in ("detail", "cancel", "ics"):
        assert client.get(reverse(f"bookings:{page}", args=[booking.reference])).status_code == 404
    for page in ("cancel", "accept", "decline"):
        assert client.post(reverse(f"bookings:{page}", args=[booking.reference])).status_code == 404


def test_each_date_has_its_page(client):
    activity = ActivityFactory(allocation=Allocation.DRAW)
    first, second = [session_to_draw(activity=activity) for _ in range(2)]

    assert draw_of(first).commitment in text(get(client, page_of(activity)))
    chosen = text(get(client, page_of(activity), session=second.pk))
    assert draw_of(second).commitment in chosen
    assert draw_of(first).commitment not in chosen
    assert get(client, page_of(activity), session="other").status_code == 404


def test_a_draw_that_is_not_prepared_says_so(client):
    session = session_to_draw(prepared=False)

    assert "still being prepared" in text(get(client, page_of(session.activity)))


def test_what_is_not_drawn_or_not_public_has_no_page(client):
    draft = ActivityFactory(allocation=Allocation.DRAW, status=ActivityStatus.DRAFT)

    assert client.get(page_of(SessionFactory().activity)).status_code == 404
    assert client.get(page_of(draft)).status_code == 404


def test_the_list_is_there_once_it_is_closed(client):
    draw = draw_of(session_to_draw())

    assert client.get(addresses(draw)["applications"]).status_code == 404


def test_it_is_only_looked_at(client):
    draw = draw_of(session_to_draw())

    assert {client.post(address).status_code for address in addresses(draw).values()} == {405}


def test_it_costs_the_same_however_many_applied(client, django_assert_num_queries):
    session = session_to_draw(capacity=2)
    apply_for(session, *[1] * 6)
    held(draw_of(session))
    client.force_login(UserFactory())

    with django_assert_num_queries(8):
        client.get(page_of(session.activity))


# --- What those who applied read ---------------------------------------------------------


def test_an_application_says_when_it_is_drawn_and_by_what(client):
    session = session_to_draw()
    user = carer_of(person := PersonFactory())
    booking = book_for(person, session=session, by=user)
    client.force_login(user)

    page = text(get(client, f"/bookings/{booking.reference}/"))

    assert "Your names are in for the draw" in page
    assert draw_of(session).number_source in page
    assert "Take my names back" in page


def test_whoever_applied_has_the_hash_in_writing():
    session = session_to_draw()
    apply_for(session, 1)

    _subject, body = render(Notice.objects.get(kind="bookings/applied"))

    assert draw_of(session).commitment in body


@pytest.mark.parametrize(
    ("has_waitlist", "words"),
    [(True, "You wait as number 1"), (False, "Not drawn this time")],
)
def test_who_was_not_drawn_reads_why_and_how_it_went(client, has_waitlist, words):
    activity = ActivityFactory(allocation=Allocation.DRAW, has_waitlist=has_waitlist)
    session = session_to_draw(activity=activity, capacity=0)
    user = carer_of(person := PersonFactory())
    booking = book_for(person, session=session, by=user)
    held(draw_of(session))
    client.force_login(user)

    page = get(client, f"/bookings/{booking.reference}/")

    assert words in text(page)
    assert "the lot has decided" in text(page)
    assert f'href="{page_of(activity)}?session={session.pk}"' in page.content.decode()


def test_who_waits_without_having_applied_reads_nothing_of_the_lot(client):
    session = session_to_draw(capacity=0)
    draw = held(draw_of(session))
    session.refresh_from_db()
    user = carer_of(person := PersonFactory())
    booking = book_for(person, session=session, by=user, at=draw.drawn_at + timedelta(minutes=1))
    client.force_login(user)

    assert booking.status == Status.WAITING
    assert "lot has decided" not in text(get(client, f"/bookings/{booking.reference}/"))


def test_several_dates_at_once_are_several_applications(client):
    activity = ActivityFactory(allocation=Allocation.DRAW)
    start = timezone.now() + timedelta(days=9)
    sessions = [
        session_to_draw(activity=activity, starts_at=start + timedelta(days=day))
        for day in range(2)
    ]
    user = carer_of(person := PersonFactory())
    client.force_login(user)

    page = client.post(
        reverse("bookings:book", args=[activity.pk]),
        {"person": person.pk, "session": [each.pk for each in sessions], "request_key": "a"},
        headers={"accept-language": "en"},
        follow=True,
    )

    assert [row.summary.badge.words for row in page.context["outcome"].rows] == [
        "Waiting for the draw"
    ] * 2
    assert Booking.objects.filter(status=Status.APPLIED).count() == 2


# --- manage.py verify_draw ---------------------------------------------------------------


def verify(*args, **kwargs):
    call_command("verify_draw", *args, **kwargs)


def drawn(**session):
    session = session_to_draw(capacity=3, **session)
    parties = apply_for(session, 2, 1, 2, 1, 1)
    draw = draw_of(session)
    draws.freeze(draw, at=draw.closes_at)
    Booking.objects.filter(pk=parties[1].pk).update(status=Status.CANCELED)
    return held(draw)


def test_a_draw_is_verified_from_the_database(capsys):
    draw = drawn()

    verify(draw.activity_id)
    verify(draw.activity_id, session=draw.session_id)

    assert "5 applications drawn again with the same result" in capsys.readouterr().out


def test_a_course_is_verified_though_somebody_took_back_a_date():
    course = course_to_draw(dates=3, capacity=2)
    applications = apply_for(None, 1, 2, 1, activity=course)
    for booking in applications[:2]:
        place = booking.places.first()
        services.cancel(booking, by=booking.booked_by, places=[place])
    draw = held(draw_of(activity=course))

    assert draw.result["changed"]
    verify(course.pk)


def test_what_the_page_offers_is_verified_without_a_database(
    client, tmp_path, django_assert_num_queries
):
    draw = drawn()
    file = tmp_path / "draw.json"
    file.write_bytes(client.get(addresses(draw)["record"]).content)

    with django_assert_num_queries(0):
        verify(draw.activity_id, file=file)


def forged(record, path, value):
    *way, last = path
    for step in way:
        record = record[step]
    record[last] = value


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["secret"], "0" * 64, "the secret is not the one"),
        (["public_number"], "0512192332", "the seed does not follow"),
        (["public_number"], "05 12 19 23 31", "digits only"),
        (["entries", 0, 2], 2, "more than one lot"),
        (["entries_sha256"], "0" * 64, "the hash of the list"),
        (["entries", 0, 0], "99999999", "not sorted"),
        (["seed"], "0" * 64, "the seed does not follow"),
        (["result", "order", 0, 0], "00000000", "the order is not the one"),
        (["result", "order", 0, 1], "not_drawn", "and should be"),
        (["result", "places"], {"0": 0}, "and should be"),
        (["terms", "smaller_may_pass"], True, "and should be"),
        (["committed_at"], "2099-01-01T00:00:00+00:00", "closes_at is before"),
        (["number_due_at"], "2099-01-01T00:00:00+00:00", "before it came out"),
        (["result"], {}, "garbled"),
    ],
)
def test_whatever_is_changed_afterwards_is_found(client, tmp_path, capsys, path, value, said):
    draw = drawn()
    published = client.get(addresses(draw)["record"]).json()
    if path[:1] == ["terms"]:
        draw = misfit()
        published = client.get(addresses(draw)["record"]).json()
    forged(published["draws"][0], path, value)
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(published))

    with pytest.raises(CommandError):
        verify(draw.activity_id, file=file)

    assert said in capsys.readouterr().err


def misfit():
    """A draw in which a pair is drawn before somebody alone, and does not fit."""
    session = session_to_draw(capacity=1)
    apply_for(session, 2, 1)
    draw = draw_of(session)
    at = draw.number_due_at
    draws.freeze(draw, at=at)
    draw.refresh_from_db()
    sizes = {reference: people for reference, people, _lots in draw.entries}
    number = next(
        str(number)
        for number in range(1000)
        if sizes[
            lots.in_drawn_order(lots.seed_of(draw.secret, str(number), draw.entries), draw.entries)[
                0
            ]
        ]
        == 2
    )
    return held(draw, number=number)


def test_fewer_places_than_were_published_are_found(client, tmp_path, capsys):
    draw = drawn()
    published = client.get(addresses(draw)["record"]).json()
    [session] = published["draws"][0]["terms"]["places"]
    published["draws"][0]["terms"]["places"] = {session: 4}
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(published))

    with pytest.raises(CommandError):
        verify(draw.activity_id, file=file)

    assert "fewer places were given" in capsys.readouterr().err


def test_what_is_not_drawn_yet_is_no_difference(capsys):
    draw = draw_of(session_to_draw())

    verify(draw.activity_id)

    assert "not drawn yet" in capsys.readouterr().out


def test_no_draw_is_not_verified(tmp_path):
    garbage = tmp_path / "draw.json"
    garbage.write_text("[]")

    for arguments in ({}, {"file": garbage}, {"file": tmp_path / "nowhere.json"}):
        with pytest.raises(CommandError):
            verify(SessionFactory().activity_id, **arguments)


def test_a_database_that_was_tampered_with_is_found(capsys):
    draw = drawn()
    entries = draw.entries
    entries[0][1] += 1
    Draw.objects.filter(pk=draw.pk).update(entries=entries)

    with pytest.raises(CommandError):
        verify(draw.activity_id)

    assert "the seed does not follow" in capsys.readouterr().err


def test_the_moment_of_today_is_no_part_of_the_record():
    draw = drawn()

    assert (
        draw.drawn_at > timezone.now()
    )  # Held in the future of this test, and verified all the same.
    verify(draw.activity_id)
