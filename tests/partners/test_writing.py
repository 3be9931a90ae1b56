"""Writing a posting: kept while one types, in as many windows as one likes."""

import pytest

from activities.models import Activity, BookingMode, Status
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    PartnerFactory,
    PartnerMemberFactory,
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
