"""Writing a posting: kept while one types, in as many windows as one likes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activities import revisions
from activities.models import Activity, BookingMode, Status
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    FloorFactory,
    PartnerFactory,
    PartnerMemberFactory,
    RoomFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    partner = PartnerFactory(name="Seal house")
    partner.centers.add(CenterFactory())
    return partner


@pytest.fixture
def desk(client, partner):
    """The browser of somebody who posts, with the pages in English."""
    client.force_login(PartnerMemberFactory(partner=partner, user__language="en").user)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def draft(partner):
    return ActivityFactory(
        partner=partner,
        center=partner.centers.get(),
        status=Status.DRAFT,
        title="Carving",
        wish="Any day.",
    )


def typed(activity=None, **fields):
    category = activity.category_id if activity else CategoryFactory().pk
    return {"title": "Carving", "category": category, "booking_mode": BookingMode.SINGLE} | fields


def text(response):
    return " ".join(response.content.decode().split())


def address(activity, what):
    return f"/partner/activities/{activity.pk}/{what}/"


def test_what_is_typed_is_kept_and_the_time_is_said(desk, draft):
    answer = desk.post(
        address(draft, "autosave"), typed(draft, description="Everybody carves.", version="1")
    )

    draft.refresh_from_db()
    assert draft.description == "Everybody carves."
    assert answer.json()["version"] == draft.text_version == 2
    assert answer.json()["said"].startswith("Saved ")


def test_the_first_time_a_new_one_is_kept_a_draft_begins(desk, partner):
    new = f"/partner/{partner.pk}/post/autosave/"
    words = typed(request_key="the form", version="1")
    first = desk.post(new, words).json()
    second = desk.post(new, words | {"title": "Carving seals"}).json()

    [activity] = Activity.objects.all()
    assert (activity.title, activity.status) == ("Carving seals", Status.DRAFT)
    assert first["page"] == second["page"] == address(activity, "edit")
    assert first["autosave"] == address(activity, "autosave")


def test_the_form_that_has_begun_a_draft_goes_on_with_it_without_a_script(desk, partner):
    words = typed(request_key="the form", version="1")
    desk.post(f"/partner/{partner.pk}/post/autosave/", words)

    desk.post(f"/partner/{partner.pk}/post/", words | {"title": "Carving seals"})

    assert Activity.objects.get().title == "Carving seals"


def test_what_cannot_be_kept_yet_says_why(desk, partner):
    answer = desk.post(f"/partner/{partner.pk}/post/autosave/", typed(title=""))

    assert answer.status_code == 422
    assert answer.json()["said"].startswith("Kept on this device only, until this is clear. What")
    assert not Activity.objects.exists()


def test_newer_words_are_not_written_over_and_that_is_said(desk, draft):
    Activity.objects.update(title="By a colleague", text_version=2)

    answer = desk.post(address(draft, "autosave"), typed(draft, title="Mine", version="1"))

    assert answer.status_code == 409
    assert "nothing was written over" in answer.json()["said"]
    draft.refresh_from_db()
    assert draft.title == "By a colleague"


def test_both_texts_are_shown_and_the_next_time_ones_own_is_saved(desk, draft):
    Activity.objects.update(title="By a colleague", text_version=2)
    mine = typed(draft, title="Mine", version="1")

    page = desk.post(address(draft, "edit"), mine)
    answer = desk.post(address(draft, "edit"), mine | {"version": page.context["version"]})

    assert page.status_code == 422
    assert "<del>By a colleague</del>" in text(page)
    assert 'value="Mine"' in text(page)
    assert "data-autosave=" not in text(page)
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.title == "Mine"


@pytest.mark.parametrize("version", ["x", "-1", "9" * 5000, "²"])
def test_a_version_that_is_none_does_no_harm(desk, draft, version):
    answer = desk.post(address(draft, "autosave"), typed(draft, title="Mine", version=version))

    assert answer.status_code == 200


def test_what_the_center_has_is_not_kept_over(desk, draft):
    Activity.objects.update(status=Status.SUBMITTED)

    answer = desk.post(address(draft, "autosave"), typed(draft, title="Mine", version="1"))

    assert answer.status_code == 409
    assert "It has been submitted" in answer.json()["said"]


def test_last_times_is_begun_from_the_page_of_the_posting(desk, draft):
    Activity.objects.update(status=Status.PUBLISHED)
    page = desk.get(f"/partner/activities/{draft.pk}/")

    key = {"request_key": page.context["request_key"]}
    answers = [desk.post(address(draft, "copy"), key) for _tap in range(2)]

    copied = Activity.objects.exclude(pk=draft.pk).get()
    assert [answer.url for answer in answers] == [address(copied, "edit")] * 2
    assert "Once more like last time" in text(page)


# Times one wishes for


def wished(number=0, **fields):
    day = timezone.localdate() + timedelta(days=10)
    said = {"first_day": day, "weeks": "2", "starts_at": "19:00", "ends_at": "20:30"} | fields
    empty = {f"wish{n}-{name}": "" for n in range(3) for name in said} | {
        f"wish{n}-weeks": "1" for n in range(3)
    }
    return empty | {f"wish{number}-{name}": value for name, value in said.items()}


def test_times_are_saved_with_the_draft(desk, draft):
    answer = desk.post(address(draft, "edit"), typed(draft, wish="") | wished())

    assert answer.status_code == 302
    [wish] = draft.wished_times.all()
    assert (wish.weeks, str(wish.starts_at), wish.room) == (2, "19:00:00", None)
    form = text(desk.get(address(draft, "edit")))
    assert f'name="wish0-first_day" value="{wish.first_day}"' in form


def test_looking_whether_a_room_is_free_saves_nothing(desk, draft):
    room = RoomFactory(floor=FloorFactory(center=draft.center), name="Tea room")

    page = desk.post(address(draft, "edit"), typed(draft, title="", check="1") | wished())

    assert page.status_code == 200
    assert f"{room.floor} Tea room: free on 0 of 2 dates" in text(page)
    assert not draft.wished_times.exists()
    draft.refresh_from_db()
    assert draft.title == "Carving"


@pytest.mark.parametrize(
    "wrong",
    [
        {"weeks": "21"},
        {"weeks": "x"},
        {"first_day": "2020-01-01"},
        {"ends_at": "18:00"},
        {"starts_at": ""},
        {"room": "0"},
        {"people": "-1"},
    ],
)
def test_a_time_that_is_none_is_said_and_the_rest_is_kept(desk, draft, wrong):
    answer = desk.post(address(draft, "edit"), typed(draft, title="Mine") | wished(**wrong))
    kept = desk.post(address(draft, "autosave"), typed(draft, title="Mine") | wished(**wrong))

    assert answer.status_code == 422
    assert 'value="Mine"' in text(answer)
    assert kept.status_code == 200
    assert not draft.wished_times.exists()


def test_a_room_of_another_center_is_not_wished_for(desk, draft, partner):
    partner.centers.add(elsewhere := CenterFactory())
    room = RoomFactory(floor=FloorFactory(center=elsewhere))

    answer = desk.post(
        address(draft, "edit"), typed(draft, center=draft.center_id) | wished(room=room.pk)
    )

    assert answer.status_code == 422
    assert "This room is at another center." in text(answer)


def test_a_time_is_wish_enough_to_submit(desk, draft):
    Activity.objects.update(description="Everybody carves.")
    words = typed(draft, description="Everybody carves.", wish="", submit="1")

    assert desk.post(address(draft, "edit"), words).status_code == 422
    assert desk.post(address(draft, "edit"), words | wished()).status_code == 302


# What is published already


@pytest.fixture
def published(draft):
    Activity.objects.update(status=Status.PUBLISHED, description="Everybody carves.")
    return Activity.objects.get()


def changed(activity, **fields):
    return {
        "title": activity.title,
        "category": activity.category_id,
        "description": activity.description,
        "bring": activity.bring,
    } | fields


def test_a_change_of_what_is_published_goes_to_the_center_first(desk, published):
    form = text(desk.get(address(published, "edit")))
    answer = desk.post(
        address(published, "edit"), changed(published, title="Seals", submit="1"), follow=True
    )

    assert 'name="wish"' not in form
    assert "Submitted. Until the center has looked at it" in text(answer)
    assert "Your change is with the center" in text(answer)
    published.refresh_from_db()
    assert published.title == "Carving"
    revision = published.revisions.get()
    assert (revision.status, revision.values) == ("submitted", {"title": "Seals"})


def test_what_is_with_the_center_is_taken_back_and_then_given_up(desk, published):
    desk.post(address(published, "edit"), changed(published, title="Seals", submit="1"))
    assert desk.get(address(published, "edit")).status_code == 302
    assert desk.post(address(published, "edit"), changed(published)).status_code == 422

    desk.post(address(published, "take-back"))
    assert 'value="Seals"' in text(desk.get(address(published, "edit")))
    desk.post(address(published, "take-back"))
    desk.post(address(published, "take-back"))

    assert published.revisions.get().status == "withdrawn"


def test_notes_on_a_change_stand_on_the_desk_and_beside_its_fields(desk, published, partner):
    desk.post(address(published, "edit"), changed(published, title="Seals", submit="1"))
    revisions.ask_for_changes(
        published.revisions.get(),
        by=UserFactory(),
        note="Nearly.",
        field_notes={"title": "Which?"},
    )

    assert "Nearly." in text(desk.get("/partner/"))
    form = text(desk.get(address(published, "edit")))
    assert '<a href="#id_title">What is it called</a> Which?' in form


def test_a_change_without_a_title_is_kept_as_typed(desk, published):
    answer = desk.post(address(published, "edit"), changed(published, title="", bring="Tea"))

    assert answer.status_code == 422
    assert 'value="Tea"' in text(answer)
    assert not published.revisions.exists()


def test_only_what_to_bring_needs_nobody(desk, published):
    answer = desk.post(
        address(published, "edit"), changed(published, bring="Tea", submit="1"), follow=True
    )

    assert "There is nothing that the center has to look at." in text(answer)
    published.refresh_from_db()
    assert published.bring == "Tea"
