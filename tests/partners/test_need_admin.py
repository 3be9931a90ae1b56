import pytest

from partners import needs
from partners.models import Need, Vote
from partners.needs import NeedRefused
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import (
    CenterFactory,
    LetterFactory,
    NeedFactory,
    PartnerFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center))


def page(need, step="change"):
    return f"/admin/partners/need/{need.pk}/{step}/"


def filled_in(**more):
    return {
        "title": "Chairs", "description": "", "source": "desk", "asked_by": "", "answer": "",
        "answer_by_0": "", "answer_by_1": "", "category": "", "min_age": "", "max_age": "",
        "how_many": "", "steps-TOTAL_FORMS": "0", "steps-INITIAL_FORMS": "0",
    } | more  # fmt: skip


def test_a_need_that_is_told_at_the_desk_begins_its_way(desk, center):
    typed = filled_in(center=center.pk, day_parts=["evening"])

    answer = desk.post("/admin/partners/need/add/", typed)

    assert answer.status_code == 302
    need = Need.objects.get()
    assert (need.status, need.is_public, need.day_parts) == ("new", False, ["evening"])
    assert need.answer_by is not None
    assert need.steps.get().status == "new"


def test_its_words_are_changed_and_its_way_is_not(desk, center):
    need = NeedFactory(center=center, is_public=False)

    desk.post(page(need), filled_in(is_public="on", status="done", center=CenterFactory().pk))

    need.refresh_from_db()
    assert (need.title, need.is_public, need.status, need.center) == (
        "Chairs", True, "new", center,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("step", "typed", "status"),
    [
        ("answer", {"answer": "Soon"}, "answered"),
        ("put_up", {"note": "On Fridays"}, "gathered"),
        ("mark_done", {"answer": "Ten chairs came"}, "done"),
        ("close", {"answer": "No room"}, "closed"),
    ],
)
def test_each_step_has_a_page_that_asks_first(desk, center, step, typed, status):
    need = NeedFactory(center=center)

    assert desk.get(page(need, step)).status_code == 200
    assert desk.post(page(need, step), typed).status_code == 302
    assert desk.post(page(need, step), typed).status_code == 422

    need.refresh_from_db()
    assert need.status == status
    assert need.steps.count() == 1


def test_a_line_in_the_timeline_is_public_only_when_ticked(desk, center):
    need = NeedFactory(center=center)

    desk.post(page(need, "add_line"), {"note": "Asked the school"})
    desk.post(page(need, "add_line"), {"note": "The school thinks about it", "public": "on"})

    assert list(need.steps.order_by("pk").values_list("is_public", flat=True)) == [False, True]
    need.refresh_from_db()
    assert need.status == "new"


def test_the_same_asked_twice_becomes_one(desk, center):
    twice, stays = NeedFactory(center=center), NeedFactory(center=center)
    letter = LetterFactory(center=center, need=twice)
    ana, bo = UserFactory.create_batch(2)
    for need, user, people in [(twice, ana, 4), (twice, bo, 1), (stays, ana, 2)]:
        Vote.objects.create(need=need, user=user, people=people)

    desk.post(page(twice, "merge"), {"into": stays.pk})

    letter.refresh_from_db()
    twice.refresh_from_db()
    assert letter.need == stays
    assert (twice.status, twice.is_public) == ("closed", False)
    assert set(Vote.objects.values_list("need", "user", "people")) == {
        (stays.pk, ana.pk, 4),
        (stays.pk, bo.pk, 1),
    }


def test_only_needs_of_one_center_that_are_open_become_one(center):
    need, taken = NeedFactory(center=center), NeedFactory(center=center)
    needs.move(taken, "matched", by=None, partner=PartnerFactory())

    for first, second in [(need, need), (need, NeedFactory()), (taken, need)]:
        with pytest.raises(NeedRefused):
            needs.merge(first, second, by=None)


def test_the_district_reads_needs_without_names(center):
    need = NeedFactory(center=center, asked_by="Aunt Li")
    LetterFactory(center=center, need=need, text="A letter from Wang")
    needs.note(need, "Called Aunt Wang", by=UserFactory(name="Anna"))
    office = at_the_desk(district_office(center.district))

    found = words(office.get(page(need)))

    assert need.title in found
    for hidden in ("Aunt Li", "Wang", "Anna"):
        assert hidden not in found
    assert office.get("/admin/partners/letter/").status_code == 403
    assert office.post(page(need, "close"), {"answer": "No"}).status_code == 403


def test_staff_of_another_center_find_nothing(desk):
    need, letter = NeedFactory(), LetterFactory()

    assert desk.post(page(need, "close"), {"answer": "No"}).status_code == 404
    assert (
        desk.post(f"/admin/partners/letter/{letter.pk}/answer/", {"answer": "A"}).status_code == 404
    )
