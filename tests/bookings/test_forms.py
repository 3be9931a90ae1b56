"""What the booking form understands."""

import pytest
from django.http import QueryDict

from activities.models import AnswerKind, Question
from bookings.forms import BookingForm
from tests.factories import PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db


def form(session, people, data, *questions):
    query = QueryDict(mutable=True)
    for name, values in data.items():
        values = values if isinstance(values, list) else [values]
        query.setlist(name, [str(value) for value in values])
    return BookingForm(query, sessions=[session], people=people, questions=questions)


def question(session, kind=AnswerKind.TEXT, **more):
    defaults = {"text": "How many?", "purpose": "To know."}
    return Question.objects.create(activity=session.activity, kind=kind, **defaults | more)


def test_ids_become_the_people_and_dates_themselves():
    session, ana, bo = SessionFactory(), PersonFactory(), PersonFactory()

    asked = form(session, [ana, bo], {"person": [bo.pk, bo.pk], "session": session.pk})

    assert asked.is_valid()
    assert asked.cleaned_data["person"] == [bo]
    assert asked.cleaned_data["session"] == [session]


def test_only_the_people_at_hand_can_be_chosen():
    session, ana, stranger = SessionFactory(), PersonFactory(), PersonFactory()

    asked = form(session, [ana], {"person": [ana.pk, stranger.pk]})

    assert list(asked.errors) == ["person"]


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        (AnswerKind.TEXT, " nuts ", "nuts"),
        (AnswerKind.NUMBER, "3", 3),
        (AnswerKind.NUMBER, "0", 0),
        (AnswerKind.CHOICE, "red", "red"),
        (AnswerKind.YES_NO, "no", "no"),
    ],
)
def test_an_answer_of_each_kind_is_kept(kind, given, kept):
    session, ana = SessionFactory(), PersonFactory()
    asked = question(session, kind, choices=["red", "blue"])

    filled = form(session, [ana], {"person": ana.pk, f"question_{asked.pk}": given}, asked)

    assert filled.is_valid()
    assert filled.answers() == {str(asked.pk): kept}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (AnswerKind.TEXT, "x" * 501),
        (AnswerKind.NUMBER, "many"),
        (AnswerKind.NUMBER, "-1"),
        (AnswerKind.NUMBER, "9" * 40),
        (AnswerKind.CHOICE, "green"),
        (AnswerKind.YES_NO, "perhaps"),
        (AnswerKind.TEXT, ""),
        (AnswerKind.TEXT, "\x00"),
    ],
)
def test_what_is_no_answer_is_said_beside_the_field(kind, given):
    session, ana = SessionFactory(), PersonFactory()
    asked = question(session, kind, choices=["red", "blue"], is_required=True)

    filled = form(session, [ana], {"person": ana.pk, f"question_{asked.pk}": given}, asked)

    assert list(filled.errors) == [f"question_{asked.pk}"]


def test_what_may_stay_empty_leaves_no_answer():
    session, ana = SessionFactory(), PersonFactory()
    asked = question(session, AnswerKind.YES_NO)

    filled = form(session, [ana], {"person": ana.pk}, asked)

    assert filled.is_valid()
    assert filled.answers() == {}


def test_each_chosen_person_is_asked_and_nobody_else():
    session = SessionFactory()
    ana, bo, cy = PersonFactory.create_batch(3)
    asked = question(session, is_per_person=True, is_required=True)
    answers = {f"question_{asked.pk}_{ana.pk}": "a", f"question_{asked.pk}_{bo.pk}": "b"}

    filled = form(session, [ana, bo, cy], {"person": [ana.pk, bo.pk]} | answers, asked)

    assert filled.is_valid()
    assert filled.answers() == {str(asked.pk): {str(ana.pk): "a", str(bo.pk): "b"}}


def test_the_person_is_named_only_where_several_are_asked():
    session = SessionFactory()
    ana, bo = PersonFactory(name="Ana"), PersonFactory(name="Bo")
    asked = question(session, is_per_person=True)

    alone = form(session, [ana, bo], {"person": ana.pk}, asked)
    together = form(session, [ana, bo], {"person": [ana.pk, bo.pk]}, asked)

    assert [words for words, _name in alone.asked] == ["How many?"]
    assert [words for words, _name in together.asked] == ["How many?（Ana）", "How many?（Bo）"]


def test_many_choices_are_a_list_to_open():
    session, ana = SessionFactory(), PersonFactory()
    few = question(session, AnswerKind.CHOICE, choices=["a", "b"], is_required=True)
    many = question(session, AnswerKind.CHOICE, choices=list("abcdefgh"), is_required=True)

    filled = form(session, [ana], {"person": ana.pk}, few, many)

    kinds = [filled[f"question_{each.pk}"].widget_type for each in (few, many)]
    assert kinds == ["radioselect", "select"]


def test_a_key_that_is_too_long_is_no_key():
    session, ana = SessionFactory(), PersonFactory()

    asked = form(session, [ana], {"person": ana.pk, "request_key": "x" * 65})

    assert list(asked.errors) == ["request_key"]
