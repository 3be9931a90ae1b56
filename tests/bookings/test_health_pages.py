"""Staff see that something was said on health, and read it where each look is written down."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from accounts import consents
from accounts.models import ConsentKind
from activities.models import AnswerKind, Question
from bookings import answers
from bookings.cells import safe
from bookings.models import Reading
from tests.bookings.booking import book_for
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import CenterFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return SessionFactory(activity__title="Baking")


@pytest.fixture
def worker(session):
    return social_worker(session.activity.center)


@pytest.fixture
def desk(worker):
    return at_the_desk(worker)


def ask(activity, text, **more):
    defaults = {"purpose": "To cook.", "is_per_person": True}
    return Question.objects.create(activity=activity, text=text, **defaults | more)


@pytest.fixture
def party(session):
    """Ana and Bo with a cake each, one car, and what Ana must not eat."""
    ana, bo = PersonFactory(name="Ana", sort_key="a"), PersonFactory(name="Bo", sort_key="b")
    cake = ask(session.activity, "Cake?", order=1)
    car = ask(session.activity, "Car?", order=2, kind=AnswerKind.YES_NO, is_per_person=False)
    allergies = ask(session.activity, "Allergies?", order=3, is_sensitive=True)
    given = {
        str(cake.pk): {str(ana.pk): "plum", str(bo.pk): "=1+1"},
        str(car.pk): "yes",
        str(allergies.pk): {str(ana.pk): "peanuts"},
    }
    return book_for(ana, bo, session=session, answers=given, agreed=[ana])


def roster(session, page=""):
    return f"/staff/sessions/{session.pk}/roster/{page}"


def notes(booking):
    return f"/staff/bookings/{booking.pk}/health/"


@pytest.mark.parametrize("page", ["", "print/"])
def test_the_roster_says_what_was_answered_and_only_that_there_is_more(desk, session, party, page):
    shown = words(desk.get(roster(session, page)))

    assert "Cake?: <b>plum</b>" in shown
    assert "Car?: <b>Yes</b>" in shown
    assert shown.lower().count("has notes on health") == 1
    assert "peanuts" not in shown
    assert not Reading.objects.exists()


def test_a_tap_on_the_roster_keeps_the_answers_in_sight(desk, session, party):
    place = party.places.get(person__name="Ana")

    tapped = desk.post(
        roster(session, f"places/{place.pk}/"),
        {"mark": "came"},
        headers={"accept": "application/json"},
    )

    assert "Cake?: <b>plum</b>" in tapped.json()["row"]
    assert "peanuts" not in tapped.json()["row"]


def test_reading_is_a_post_and_is_written_down(desk, worker, session, party):
    asked = desk.get(notes(party))
    assert ("peanuts" in words(asked), Reading.objects.count()) == (False, 0)

    shown = desk.post(f"{notes(party)}?session={session.pk}")

    assert "peanuts" in words(shown)
    assert "no-store" in shown["Cache-Control"]
    reading = Reading.objects.get()
    assert (reading.booking, reading.by, reading.where) == (party, worker, "roster")
    desk.post(notes(party))
    assert list(Reading.objects.order_by("pk").values_list("where", flat=True)) == [
        "roster",
        "booking",
    ]


def test_what_was_taken_back_is_not_there_and_no_reading_is_kept(desk, party):
    answers.withdraw(party.places.first().person.consents.get(kind=ConsentKind.HEALTH))

    shown = desk.post(notes(party))

    assert "There are none, or they have been taken back." in words(shown)
    assert not Reading.objects.exists()


def test_without_the_key_there_is_a_kind_word(desk, party, settings):
    settings.ANSWERS_KEYS = ["another" * 6]

    shown = desk.post(notes(party))

    assert shown.status_code == 200
    assert "This one cannot be opened any more. Please ask the family." in words(shown)


@pytest.mark.parametrize("page", [notes, lambda party: roster(party.session, "export/")])
def test_staff_of_elsewhere_and_the_district_find_nothing(session, party, page):
    strangers = [
        social_worker(CenterFactory()),
        district_office(session.activity.center.district),
        party.booked_by,
    ]

    for stranger in strangers:
        assert at_the_desk(stranger).post(page(party)).status_code == 404
    assert not Reading.objects.exists()


@pytest.mark.parametrize("named", ["x", "9" * 30, "²", "0"])
def test_a_date_that_is_none_is_no_way_back(desk, party, named):
    assert desk.post(f"{notes(party)}?session={named}").status_code == 200


def test_the_booking_at_the_desk_shows_answers_and_who_has_read_the_others(desk, worker, party):
    answers.read([party], by=worker, where="roster")

    shown = words(desk.get(f"/admin/bookings/booking/{party.pk}/change/"))

    assert "Cake? (Ana): plum; Cake? (Bo): =1+1; Car?: Yes" in shown
    assert notes(party) in shown
    assert "on the roster" in shown
    assert "peanuts" not in shown


# As a spreadsheet.


def downloaded(response):
    sheet = load_workbook(BytesIO(response.content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_roster_as_a_spreadsheet_has_a_column_for_each_question(desk, session, party):
    file = desk.post(roster(session, "export/"))

    assert "attachment" in file["Content-Disposition"]
    [title, heading, ana, bo] = downloaded(file)
    assert title[0].startswith("Baking")
    assert heading[7:] == ["Cake?", "Car? (once for a party)"]
    assert (ana[1], *ana[7:]) == ("Ana", "plum", "Yes")
    assert (bo[1], *bo[7:]) == ("Bo", "'=1+1", None)
    assert not Reading.objects.exists()


def test_notes_on_health_are_in_it_only_on_purpose_and_each_booking_keeps_that(
    desk, worker, session, party
):
    other = book_for(PersonFactory(name="Cy", sort_key="c"), session=session)
    asked = desk.get(roster(session, "export/"))
    assert 'name="health"' in words(asked)
    assert "checked" not in asked.content.decode()

    [_title, heading, ana, *others] = downloaded(
        desk.post(roster(session, "export/"), {"health": "on"})
    )

    assert (heading[9], ana[9]) == ("Allergies?", "peanuts")
    assert [row[9] for row in others] == [None, None]
    assert list(Reading.objects.values_list("booking", "by", "where")) == [
        (party.pk, worker.pk, "export")
    ]
    assert other.readings.count() == 0


def test_where_there_are_none_they_are_not_offered(desk, session):
    assert 'name="health"' not in words(desk.get(roster(session, "export/")))


def test_a_spreadsheet_costs_the_same_for_one_and_for_many(
    desk, session, party, django_assert_num_queries
):
    for _more in range(2):
        with django_assert_num_queries(11):
            desk.post(roster(session, "export/"), {"health": "on"})
        ana = PersonFactory()
        consents.give(ana, ConsentKind.HEALTH, by=party.booked_by)
        question = session.activity.questions.get(is_sensitive=True)
        book_for(ana, session=session, answers={str(question.pk): {str(ana.pk): "milk"}})


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", " =1", "\t=1", "=\x07cmd"])
def test_nothing_in_a_cell_is_worked_out(text):
    assert safe(text).startswith("'")
    assert safe(text).isprintable()
