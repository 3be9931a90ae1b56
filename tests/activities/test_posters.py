"""The sheet for the notice board."""

from decimal import Decimal

import pytest
from reportlab.platypus import Paragraph

from activities import poster_files
from activities.models import Status, Tint
from tests.activities.dates import session_at
from tests.desk import words
from tests.factories import ActivityFactory, CenterFactory, FloorFactory, RoomFactory
from venues import takings
from venues.models import TakingKind

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}


def sheet(client, activity, paper=""):
    return words(client.get(f"/activities/{activity.pk}/poster/{paper}", headers=ENGLISH))


def test_says_all_that_one_needs_to_know_before_a_notice_board(client):
    center = CenterFactory(name="East Hill", address="1 Hill Road", phone="0588-555 0100")
    room = RoomFactory(
        name="Studio", floor=FloorFactory(level=4, center=center), way="Left of the lift"
    )
    activity = ActivityFactory(
        center=center, title="Calligraphy", summary="From the first stroke.", min_age=16,
        fee_amount=Decimal("15.00"), bring="A brush",
    )  # fmt: skip
    for days in (3, 10):
        session = session_at(days, 19, activity=activity)
        session.taking = takings.take(
            room, session.starts_at, session.ends_at, kind=TakingKind.SESSION
        )
        session.save()

    page = sheet(client, activity)

    for said in (
        "East Hill", "Calligraphy", "From the first stroke.", "19:00–20:00", "Floor 4 Studio",
        "Left of the lift", "1 Hill Road", "From 16 years", "¥15", "A brush", "0588-555 0100",
        f"testserver/activities/{activity.pk}/", 'aria-label="Code of the page of this activity"',
    ):  # fmt: skip
        assert said in page
    assert page.count("<article") == 1


def test_what_is_over_or_called_off_is_not_on_it(client, django_assert_num_queries):
    activity = ActivityFactory()
    session_at(-3, 19, activity=activity, outside_place="Past place")
    session_at(3, 19, activity=activity, outside_place="Red Square")
    called_off = session_at(4, 19, activity=activity, outside_place="Nowhere")
    called_off.canceled_at = called_off.booking_opens_at
    called_off.save()

    with django_assert_num_queries(3):  # the activity, its dates, the center of the site
        page = sheet(client, activity)

    assert "Red Square" in page
    assert "Past place" not in page
    assert "Nowhere" not in page


def test_many_dates_are_cut_short(client):
    activity = ActivityFactory()
    for days in range(1, 16):
        session_at(days, 19, activity=activity)

    page = sheet(client, activity)

    assert "and 3 more" in page


def test_two_small_ones_fit_on_one_paper_and_are_heard_once(client):
    activity = ActivityFactory(title="Calligraphy")
    session_at(3, 19, activity=activity)

    page = sheet(client, activity, "?paper=a5")

    assert page.count("<article") == 2
    assert page.count('<article aria-hidden="true">') == 1
    assert page.count("<h1") == 1


def test_an_activity_without_dates_has_a_sheet_too(client):
    assert "No dates yet" in sheet(client, ActivityFactory())


def test_nobody_prints_what_is_not_public(client):
    draft = ActivityFactory(status=Status.DRAFT)

    assert client.get(f"/activities/{draft.pk}/poster/").status_code == 404
    assert client.post(f"/activities/{ActivityFactory().pk}/poster/").status_code == 405


def test_the_page_of_the_activity_leads_to_it(client):
    activity = ActivityFactory()
    address = f'href="/activities/{activity.pk}/poster/"'

    assert address in client.get(f"/activities/{activity.pk}/", headers=ENGLISH).content.decode()


class TestAsPdf:
    def file(self, client, activity, **headers):
        response = client.get(f"/activities/{activity.pk}/poster.pdf", headers=headers)
        assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
        return response.content

    def test_it_is_one_page_that_names_a_font_for_chinese(self, client):
        activity = ActivityFactory(
            title="夜校：书法 <入门> & 更多", bring="毛笔\n墨", summary="字" * 200
        )
        for days in range(1, 15):
            session_at(days, 19, activity=activity)

        file = self.file(client, activity)

        assert file.startswith(b"%PDF-")
        assert file.count(b"/Type /Page\n") == 1
        assert b"/BaseFont /STSong-Light" in file
        assert b"/UniGB-UCS2-H" in file

    def test_its_words_are_those_of_the_page(self, client, monkeypatch):
        center = CenterFactory(name="East Hill", phone="0588-555 0100", seal="")
        activity = ActivityFactory(
            center=center, title="A & B", fee_amount=Decimal("15.00"), bring="A brush\nand ink"
        )
        session_at(3, 19, activity=activity, outside_place="Red <Square>")
        words = []
        monkeypatch.setattr(poster_files, "Paragraph", _noting(words))

        self.file(client, activity, **ENGLISH)

        for said in (
            "A &amp; B", "Red &lt;Square&gt;", "A brush and ink", "0588-555 0100", "Fee",
            f"testserver/activities/{activity.pk}/",
        ):  # fmt: skip
            assert any(said in each for each in words)

    def test_without_dates_and_with_all_tints_there_is_a_sheet(self, client):
        for tint in Tint:
            self.file(client, ActivityFactory(category__tint=tint))

    def test_what_is_not_public_has_none(self, client):
        draft = ActivityFactory(status=Status.DRAFT)

        assert client.get(f"/activities/{draft.pk}/poster.pdf").status_code == 404


def _noting(words):
    def paragraph(text, style):
        words.append(text)
        return Paragraph(text, style)

    return paragraph
