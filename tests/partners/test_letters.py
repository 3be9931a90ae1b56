from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from notices.models import Notice
from partners import letters, needs
from partners.letters import LetterRefused
from partners.models import Letter, Need
from tests.factories import CenterFactory, LetterFactory, NeedFactory, UserFactory
from tests.races import together, while_held

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)


@pytest.fixture
def papers(monkeypatch, tmp_path):
    storage = FileSystemStorage(location=tmp_path, base_url=None)
    monkeypatch.setattr(Letter._meta.get_field("photo"), "storage", storage)
    return tmp_path


def files(folder):
    return [each for each in folder.rglob("*") if each.is_file()]


def told():
    return set(Notice.objects.values_list("kind", "recipient", "address", "link"))


def with_photo(**more):
    return LetterFactory(photo=ContentFile(b"dots", name="photo.jpg"), **more)


def test_its_writer_is_answered_and_nobody_else():
    writer, clerk = UserFactory(), UserFactory()
    letter = LetterFactory(user=writer, contact="a@example.org")
    by_phone = LetterFactory(contact="13812345678")
    silent = LetterFactory()

    for each in (letter, by_phone, silent):
        letters.answer(each, " Ten chairs are coming. ", by=clerk, at=NOW)

    letter.refresh_from_db()
    assert (letter.answer, letter.answered_by) == ("Ten chairs are coming.", clerk)
    assert told() == {
        ("partners/letter_answered", writer.pk, "", f"/box/{letter.code}/"),
        ("partners/letter_answered", None, "+8613812345678", f"/box/{by_phone.code}/"),
    }


def test_a_public_answer_shows_the_words_of_staff_only():
    letter = LetterFactory(text="My neighbor Wang is loud", name="Li Min", contact="a@example.org")

    need = letters.answer_publicly(letter, "We talk to everybody.", title="Quiet", by=None, at=NOW)

    letter.refresh_from_db()
    need.refresh_from_db()
    assert letter.need == need
    assert (need.is_public, need.status, need.title) == (True, "answered", "Quiet")
    assert need.description == need.asked_by == ""
    assert need.answer == "We talk to everybody."
    assert told() == {("partners/need_answered", None, "a@example.org", f"/box/{letter.code}/")}


def test_many_letters_become_one_need_which_is_due_with_the_first():
    center = CenterFactory()
    first, second = (
        LetterFactory(center=center, received_at=NOW + timedelta(days=day),
                      answer_by=NOW + timedelta(days=day + 7))
        for day in (0, 3)
    )  # fmt: skip

    need = letters.gather([second, first], title="Chairs", by=None, at=NOW + timedelta(days=4))
    third = LetterFactory(center=center)
    letters.gather([third], need=need, by=None)

    assert set(need.letters.all()) == {first, second, third}
    assert need.answer_by == NOW + timedelta(days=7)
    assert (need.source, need.is_public) == ("letter", False)


def test_a_need_and_its_letters_belong_to_one_center():
    letter, need = LetterFactory(), NeedFactory()

    with pytest.raises(LetterRefused):
        letters.gather([letter], need=need, by=None)
    with pytest.raises(LetterRefused):
        letters.gather([letter, LetterFactory()], title="Both", by=None)
    assert not Letter.objects.exclude(need=None).exists()


def test_nothing_is_gathered_into_what_is_over():
    need = NeedFactory()
    needs.move(need, "closed", by=None)

    with pytest.raises(LetterRefused):
        letters.gather([LetterFactory(center=need.center)], need=need, by=None)


@pytest.mark.parametrize(
    "step",
    [
        lambda letter: letters.answer(letter, " ", by=None),
        lambda letter: letters.answer_publicly(letter, " ", title="A", by=None),
        lambda letter: letters.answer_publicly(letter, "A", title=" ", by=None),
        lambda letter: letters.gather([letter], title="", by=None),
        lambda letter: letters.set_aside(letter, reason=" ", by=None),
        lambda letter: letters.take_up_again(letter),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_happens(step):
    letter = LetterFactory()

    with pytest.raises(LetterRefused):
        step(letter)

    letter.refresh_from_db()
    assert letter.is_unread
    assert not Need.objects.exists()


def test_the_second_is_told_what_the_first_has_done():
    anna = UserFactory(name="Anna")
    answered, aside, gathered = LetterFactory.create_batch(3)
    letters.answer(answered, "Yes", by=anna)
    letters.set_aside(aside, reason="An advertisement", by=anna)
    letters.gather([gathered], title="Chairs", by=anna)

    for letter, word in [(answered, "Anna"), (aside, "Anna"), (gathered, "Chairs")]:
        with pytest.raises(LetterRefused, match=word):
            letters.answer(Letter.objects.get(pk=letter.pk), "No", by=UserFactory())


def test_what_was_set_aside_may_be_taken_up_again():
    letter = LetterFactory()
    letters.set_aside(letter, reason="An advertisement", by=UserFactory())

    letters.take_up_again(letter)

    assert list(Letter.objects.unread()) == [letter]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_of_eight_who_answer_at_once_one_does(is_guarded, monkeypatch):
    letter = LetterFactory()
    if not is_guarded:
        monkeypatch.setattr(letters, "_hold", lambda letter: None)
    calls = [
        partial(letters.answer, Letter.objects.get(), f"Answer {n}", by=None) for n in range(8)
    ]

    with while_held(Letter.objects.filter(pk=letter.pk), *calls) as answers:
        pass

    refused = [answer for answer in answers if isinstance(answer, LetterRefused)]
    assert len(refused) == (7 if is_guarded else 0)


@pytest.mark.django_db(transaction=True)
def test_of_eight_taps_at_once_one_letter_is_put_in_with_one_photo(papers):
    center = CenterFactory()

    def tap():
        photo = ContentFile(b"dots", name="photo.jpg")
        return letters.put_in(Letter(center=center, text="A", photo=photo), request_key="k")

    taps = together(*[tap] * 8)

    assert {letter.pk for letter in taps} == {Letter.objects.get().pk}
    assert len(files(papers)) == 1


@pytest.mark.django_db(transaction=True)
def test_without_what_guards_it_eight_taps_are_eight_letters(monkeypatch):
    center = CenterFactory()
    monkeypatch.setattr(letters, "_sent_before", lambda request_key: None)
    monkeypatch.setattr(letters, "_key", lambda request_key: None)
    calls = [
        partial(letters.put_in, Letter(center=center, text="A"), request_key="k") for _ in range(8)
    ]

    together(*calls)

    assert Letter.objects.count() == 8


def test_after_two_years_nobody_reads_who_wrote(papers, django_capture_on_commit_callbacks):
    old = with_photo(name="Li Min", contact="a@example.org", received_at=NOW)
    young = with_photo(name="Bo", received_at=NOW + timedelta(days=1), user=UserFactory())
    letters.answer(old, "Yes", by=None, at=NOW)
    Notice.objects.update(sent_at=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        assert letters.forget_old(NOW + letters.KEPT_FOR) == 1
        assert letters.forget_old(NOW + letters.KEPT_FOR) == 0

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.name, old.contact, old.user, old.photo.name) == ("", "", None, "")
    assert old.answer == "Yes"
    assert young.name == "Bo"
    assert [each.name for each in files(papers)] == [young.photo.name.split("/")[-1]]
    assert not Notice.objects.exists()
    assert Letter.objects.with_code(old.code) is None


def test_overdue_is_what_nobody_has_dealt_with():
    late = LetterFactory(answer_by=NOW - timedelta(days=1))
    done, early = LetterFactory(answer_by=NOW), LetterFactory(answer_by=NOW + timedelta(days=1))
    letters.answer(done, "Yes", by=None)

    assert list(Letter.objects.overdue(NOW)) == [late]
    assert [each.is_overdue(NOW) for each in (late, done, early)] == [True, False, False]
