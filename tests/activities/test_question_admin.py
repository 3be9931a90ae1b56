"""Staff write the questions of an activity, and change them without losing an answer."""

import pytest
from django.utils import timezone

from activities.models import AnswerKind, Question
from activities.question_admin import answered
from bookings.models import Booking, SensitiveAnswer
from tests.activities.test_admin import filled_in, page
from tests.bookings.booking import book_for
from tests.desk import at_the_desk, social_worker, words
from tests.factories import ActivityFactory, CenterFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def activity(center):
    return ActivityFactory(center=center)


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center))


def question(activity, **more):
    return Question.objects.create(
        activity=activity, **{"text": "Cake?", "purpose": "To bake."} | more
    )


def answer(asked, said="plum", **more):
    ana = PersonFactory()
    given = {str(ana.pk): said} if asked.is_per_person else said
    return book_for(
        ana,
        session=SessionFactory(activity=asked.activity),
        answers={str(asked.pk): given},
        agreed=[ana],
    )


def rows(*questions, **more):
    """What the form sends back of these, and of one more if `text` is given."""
    sent = {"questions-INITIAL_FORMS": str(len(questions))}
    for number, each in enumerate(questions):
        sent |= {
            f"questions-{number}-{name}": value
            for name, value in {
                "id": each.pk,
                "text": each.text,
                "purpose": each.purpose,
                "kind": each.kind,
                "choices": "\r\n".join(each.choices),
                "order": each.order,
                **{
                    name: "on"
                    for name in ("is_required", "is_per_person", "is_sensitive")
                    if getattr(each, name)
                },
            }.items()
        }
    new = {"purpose": "To know.", "kind": "text", "choices": "", "order": ""} | more
    if "text" in more:
        sent |= {f"questions-{len(questions)}-{name}": value for name, value in new.items()}
    return sent | {"questions-TOTAL_FORMS": str(len(questions) + ("text" in more))}


def send(desk, activity, sent):
    same = {"category": activity.category_id, "title": activity.title}
    return desk.post(page(activity), filled_in(activity.center) | same | sent)


def test_a_choice_is_written_one_a_line(desk, activity):
    lines = " red \r\n\r\nblue, light\r\nred\r\n"

    send(desk, activity, rows(text="Color?", kind="choice", choices=lines))

    assert Question.objects.get().choices == ["red", "blue, light"]
    assert "red\nblue, light</textarea>" in desk.get(page(activity)).content.decode()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kind": "choice", "choices": "red\r\nred"}, "Please write at least two choices"),
        ({"kind": "choice", "choices": "x" * 61 + "\r\ny"}, "A choice has at most 60 letters."),
        ({"purpose": ""}, "This field is required."),
        ({"order": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(desk, activity, more, said):
    sent = send(desk, activity, rows(text="Color?", **more))

    assert said in words(sent)
    assert 'value="Color?"' in words(sent)
    assert not Question.objects.exists()


def test_choices_of_another_kind_are_dropped(desk, activity):
    send(desk, activity, rows(text="Color?", kind="text", choices="red\r\nblue"))

    assert Question.objects.get().choices == []


def test_what_is_asked_on_health_is_asked_of_each_person(desk, activity):
    send(desk, activity, rows(text="Allergies?", is_sensitive="on"))

    assert Question.objects.get().is_per_person


def test_a_new_question_comes_last_and_the_order_can_be_changed(desk, activity):
    first, second = question(activity, order=1), question(activity, text="Car?", order=4)

    send(desk, activity, rows(first, second, text="Last?"))
    assert Question.objects.get(text="Last?").order == 5
    first.order = 9
    send(desk, activity, rows(first, second))

    asked = list(activity.questions.values_list("text", flat=True))
    assert asked == ["Car?", "Last?", "Cake?"]


def test_the_words_of_a_question_that_was_answered_may_change(desk, activity):
    cake = question(activity)
    booking = answer(cake)
    cake.text = "Which cake?"

    send(desk, activity, rows(cake))

    cake.refresh_from_db()
    assert cake.text == "Which cake?"
    assert Booking.objects.get(pk=booking.pk).answers == {str(cake.pk): "plum"}


@pytest.mark.parametrize(
    ("name", "value"), [("kind", "number"), ("is_per_person", True), ("is_sensitive", True)]
)
def test_what_would_misread_answers_is_refused_once_there_are_some(desk, activity, name, value):
    cake, car = question(activity), question(activity, text="Car?")
    answer(cake)
    setattr(cake, name, value)
    setattr(car, name, value)

    refused = send(desk, activity, rows(cake, car))

    assert words(refused).count("It has been answered, so this stays.") == 1
    cake.refresh_from_db()
    assert (cake.kind, cake.is_per_person, cake.is_sensitive) == (AnswerKind.TEXT, False, False)


def test_a_choice_may_be_taken_away_and_the_answer_keeps_its_words(desk, activity):
    color = question(activity, kind="choice", choices=["red", "blue", "green"])
    booking = answer(color, "red")
    color.choices = ["blue", "green"]

    send(desk, activity, rows(color))

    assert Booking.objects.get(pk=booking.pk).answers == {str(color.pk): "red"}
    assert "Cake?: red" in words(desk.get(f"/admin/bookings/booking/{booking.pk}/change/"))


@pytest.mark.parametrize("health", [{}, {"is_sensitive": True, "is_per_person": True}])
def test_taking_out_a_question_that_was_answered_retires_it(desk, activity, health):
    cake = question(activity, **health)
    booking = answer(cake)

    sent = send(desk, activity, rows(cake) | {"questions-0-DELETE": "on"})

    cake.refresh_from_db()
    assert cake.retired_at <= timezone.now()
    assert "has been answered: it is asked no more" in words(desk.get(sent.url))
    assert bool(booking.answers) != bool(SensitiveAnswer.objects.count())
    assert 'value="Cake?"' not in words(desk.get(page(activity)))
    assert list(activity.questions.asked()) == []


def test_taking_out_a_question_that_was_not_answered_deletes_it(desk, activity):
    cake = question(activity)
    answer(question(activity, text="Car?"))

    send(desk, activity, rows(cake, activity.questions.last()) | {"questions-0-DELETE": "on"})

    assert [each.text for each in activity.questions.all()] == ["Car?"]


def test_which_were_answered_costs_two_statements(activity, django_assert_num_queries):
    cake, car = question(activity), question(activity, text="Car?", is_per_person=True)
    nuts = question(activity, text="Nuts?", is_sensitive=True, is_per_person=True)
    question(activity, text="Never?")
    for each in (cake, cake, car, nuts):
        answer(each)

    with django_assert_num_queries(2):
        assert answered(activity) == {cake.pk, car.pk, nuts.pk}
