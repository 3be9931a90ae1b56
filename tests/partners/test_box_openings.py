from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest

from notices.models import Notice
from partners import box_openings, needs, staff_notices
from partners.box_openings import OpeningRefused
from partners.models import BoxOpening
from tests.desk import district_office, manager, social_worker
from tests.factories import CenterFactory, LetterFactory, NeedFactory, UserFactory
from tests.races import together, while_held

pytestmark = pytest.mark.django_db

# A Friday, four in the afternoon in China.
FOUR = datetime(2026, 12, 4, 8, tzinfo=UTC)
FRIDAY = date(2026, 12, 4)


@pytest.fixture
def center():
    return CenterFactory(box_weekday=5, box_time=time(16))


def told():
    return list(Notice.objects.order_by("pk").values_list("kind", "recipient"))


def due(center, **more):
    return BoxOpening.objects.create(center=center, due_on=FRIDAY, **more)


@pytest.mark.parametrize(
    ("since", "days"),
    [
        (timedelta(seconds=-1), []),
        (timedelta(0), [FRIDAY]),
        (timedelta(hours=20), [FRIDAY]),
        (timedelta(days=2), []),
    ],
    ids=["before", "on time", "the next morning", "too late to begin"],
)
def test_its_hour_makes_a_task(center, since, days):
    box_openings.make_due(FOUR + since)

    assert list(BoxOpening.objects.values_list("due_on", flat=True)) == days


def test_the_staff_of_the_center_are_told_once(center):
    worker, boss = social_worker(center), manager(center)
    social_worker(CenterFactory(box_weekday=1)), district_office(center.district)

    for minutes in (0, 10, 20):
        box_openings.make_due(FOUR + timedelta(minutes=minutes))

    assert set(told()) == {("partners/box_due", worker.pk), ("partners/box_due", boss.pk)}
    assert len(told()) == 2


def test_a_center_that_is_closed_for_good_has_no_box(center):
    type(center).objects.update(closed_on=FRIDAY)

    assert box_openings.make_due(FOUR) == 0


def test_who_forgot_is_reminded_once_from_the_next_day_on(center):
    worker = social_worker(center)
    due(center)
    due(CenterFactory(), opened_at=FOUR)

    for hours in (0, 4, 24, 25, 48):
        box_openings.remind(FOUR + timedelta(hours=hours))

    assert told() == [("partners/box_overdue", worker.pk)]


def test_what_has_been_standing_for_weeks_reminds_nobody(center):
    social_worker(center)
    due(center)

    box_openings.remind(FOUR + timedelta(days=8))

    assert told() == []


def test_the_second_who_opens_it_is_told_who_did(center):
    opening = due(center)
    box_openings.open_box(opening, by=UserFactory(name="Anna"), papers=3, at=FOUR)

    with pytest.raises(OpeningRefused, match="Anna"):
        box_openings.open_box(BoxOpening.objects.get(), by=UserFactory(), papers=0)

    opening.refresh_from_db()
    assert (opening.papers, opening.opened_at) == (3, FOUR)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_of_eight_who_open_it_at_once_one_does(center, is_guarded, monkeypatch):
    opening = due(center)
    if not is_guarded:
        read = BoxOpening.refresh_from_db
        monkeypatch.setattr(BoxOpening, "refresh_from_db", lambda self, **_lock: read(self))
    calls = [
        partial(box_openings.open_box, BoxOpening.objects.get(), by=None, papers=n)
        for n in range(8)
    ]

    with while_held(BoxOpening.objects.filter(pk=opening.pk), *calls) as answers:
        pass

    refused = [answer for answer in answers if isinstance(answer, OpeningRefused)]
    assert len(refused) == (7 if is_guarded else 0)


@pytest.mark.django_db(transaction=True)
def test_eight_clocks_at_once_make_one_task(center):
    social_worker(center)

    made = together(*[partial(box_openings.make_due, FOUR)] * 8)

    assert sum(made) == 1
    assert len(told()) == 1


def test_late_answers_are_brought_to_mind_once(center):
    worker = social_worker(center)
    for make in (LetterFactory, NeedFactory):
        make(center=center, answer_by=FOUR)
        make(center=center, answer_by=FOUR + timedelta(days=3))
        make(center=center, answer_by=FOUR - timedelta(days=20))
    answered = NeedFactory(center=center, answer_by=FOUR)
    needs.move(answered, "answered", by=None)

    for hours in (0, 1, 2, 30):
        staff_notices.remind_of_answers(FOUR + timedelta(hours=hours))

    assert sorted(told()) == [
        ("partners/letter_overdue", worker.pk),
        ("partners/need_overdue", worker.pk),
    ]
