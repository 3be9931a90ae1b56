from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from config import desk_home
from partners.models import BoxOpening, Letter, Need
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import CenterFactory, LetterFactory, NeedFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def worker(center):
    return social_worker(center)


@pytest.fixture
def desk(worker):
    return at_the_desk(worker)


def page(letter, step=""):
    return f"/admin/partners/letter/{letter.pk}/{step or 'change'}/"


def test_what_is_to_be_answered_stands_on_top(desk, center):
    now = timezone.now()
    LetterFactory(center=center, text="Answered", answer="A", answered_at=now)
    LetterFactory(center=center, text="Waiting", received_at=now - timedelta(days=3))

    found = words(desk.get("/admin/partners/letter/"))

    assert found.index("Waiting") < found.rindex("Answered")


@pytest.mark.parametrize(
    ("state", "texts"),
    [("unread", {"new", "late"}), ("overdue", {"late"}), ("answered", {"done"}),
     ("gathered", {"one need"}), ("aside", {"spam"})],
)  # fmt: skip
def test_letters_are_sorted_out_by_what_became_of_them(desk, center, state, texts):
    now = timezone.now()
    LetterFactory(center=center, text="new")
    LetterFactory(center=center, text="late", answer_by=now)
    LetterFactory(center=center, text="done", answer="A", answered_at=now)
    LetterFactory(center=center, text="one need", need=NeedFactory(center=center))
    LetterFactory(center=center, text="spam", set_aside_at=now, set_aside_reason="B")

    found = desk.get(f"/admin/partners/letter/?state={state}").context["cl"].queryset

    assert {letter.text for letter in found} == texts


def test_a_letter_is_found_by_the_code_that_somebody_says(desk, center):
    LetterFactory(center=center)
    letter = LetterFactory(center=center)

    found = desk.get("/admin/partners/letter/", {"q": letter.spoken_code}).context["cl"].queryset

    assert list(found) == [letter]


def test_a_letter_on_paper_is_entered_and_gets_its_code(desk, center, worker):
    typed = {"center": center.pk, "channel": "paper", "text": "Chairs", "name": "", "contact": ""}

    answer = desk.post("/admin/partners/letter/add/", typed | {"_addanother": "1"}, follow=True)

    letter = Letter.objects.get()
    assert letter.spoken_code in words(answer)
    assert (letter.channel, letter.entered_by) == ("paper", worker)
    assert letter.answer_by is not None


@pytest.mark.parametrize(
    ("step", "typed", "state"),
    [
        ("answer", {"answer": "Yes"}, "answered"),
        ("answer_publicly", {"title": "Chairs", "answer": "Yes"}, "public"),
        ("gather", {"title": "Chairs"}, "new need"),
        ("set_aside", {"reason": "Thanks only"}, "aside"),
    ],
)
def test_each_step_has_a_page_that_asks_first(desk, center, step, typed, state):
    letter = LetterFactory(center=center, text="More chairs")

    asked = desk.get(page(letter, step))
    empty = desk.post(page(letter, step), {})
    done = desk.post(page(letter, step), typed)
    again = desk.post(page(letter, step), typed)

    assert "More chairs" in words(asked)
    assert "(&#x27;unread" not in words(desk.get(page(letter)))
    assert [asked.status_code, empty.status_code, done.status_code] == [200, 422, 302]
    assert again.status_code == 422
    letter.refresh_from_db()
    assert {
        "answered": letter.answer == "Yes",
        "public": letter.need is not None and letter.need.is_public,
        "new need": letter.need is not None and not letter.need.is_public,
        "aside": letter.set_aside_at is not None,
    }[state]


def test_many_letters_are_gathered_at_once(desk, center):
    letters = LetterFactory.create_batch(3, center=center)
    need = NeedFactory(center=center)

    chosen = {"action": "gather_chosen", "_selected_action": [letter.pk for letter in letters]}
    way = desk.post("/admin/partners/letter/", chosen).url
    desk.post(way, {"need": need.pk})

    assert need.letters.count() == 3


def test_letters_of_another_center_are_not_gathered(desk, center):
    theirs, need = LetterFactory(), NeedFactory()
    ours = LetterFactory(center=center)

    assert desk.get(f"/admin/partners/letter/gather/?letters={theirs.pk}").status_code == 404
    assert desk.post(page(ours, "gather"), {"need": need.pk}).status_code == 422
    assert not Letter.objects.exclude(need=None).exists()


def test_a_photo_is_seen_by_who_works_there_only(center, desk, monkeypatch, tmp_path):
    storage = FileSystemStorage(location=tmp_path, base_url=None)
    monkeypatch.setattr(Letter._meta.get_field("photo"), "storage", storage)
    letter = LetterFactory(center=center, photo=ContentFile(b"dots", name="a.jpg"))

    seen = desk.get(page(letter, "photo"))

    assert b"".join(seen.streaming_content) == b"dots"
    assert seen["Content-Type"] == "image/jpeg"
    assert "no-store" in seen["Cache-Control"]
    for other in (social_worker(), district_office(center.district)):
        assert at_the_desk(other).get(page(letter, "photo")).status_code == 404
    assert desk.get(page(LetterFactory(center=center), "photo")).status_code == 404


def test_the_opened_box_leads_to_entering_its_letters(desk, center):
    opening = BoxOpening.objects.create(center=center, due_on=timezone.localdate())
    address = f"/admin/partners/boxopening/{opening.pk}/opened/"

    assert desk.get(address).status_code == 200
    assert desk.post(address, {"papers": "-1"}).status_code == 422
    assert desk.post(address, {"papers": "2"}).url == "/admin/partners/letter/add/"
    assert desk.post(address, {"papers": "5"}).status_code == 422
    assert BoxOpening.objects.get().papers == 2


def test_the_first_page_of_the_desk_says_what_waits(worker, center):
    now = timezone.now()
    LetterFactory(center=center)
    LetterFactory(center=center, answer_by=now - timedelta(days=1))
    NeedFactory(center=center, answer_by=now - timedelta(days=1))
    BoxOpening.objects.create(center=center, due_on=timezone.localdate(now))
    for make in (LetterFactory, NeedFactory):
        make(answer_by=now - timedelta(days=1))

    tasks = desk_home.facts(worker, now)["tasks"]

    assert [task.address for task in tasks if "/partners/" in task.address] == [
        "/admin/partners/letter/?state=overdue",
        "/admin/partners/letter/?state=unread",
        "/admin/partners/boxopening/?opened_at__isempty=1",
        "/admin/partners/need/?answer=overdue",
    ]


def test_each_way_from_the_first_page_leads_to_a_list(desk, worker, center):
    LetterFactory(center=center, answer_by=timezone.now() - timedelta(days=1))
    need = NeedFactory(center=center, answer_by=timezone.now() - timedelta(days=1))
    BoxOpening.objects.create(center=center, due_on=timezone.localdate())

    for task in desk_home.facts(worker)["tasks"]:
        assert desk.get(task.address).status_code == 200
    assert list(desk.get("/admin/partners/need/?answer=overdue").context["cl"].queryset) == [need]
    assert Need.objects.overdue().get() == need
