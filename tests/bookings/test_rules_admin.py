import pytest

from activities.models import CenterRules
from bookings.models import Limit
from tests.desk import at_the_desk, district_office, manager, rules_typed, social_worker, words
from tests.factories import ActivityFactory, CategoryFactory, CenterFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/activities/centerrules/"
LIMITS = "/admin/bookings/limit/"


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def rules(center):
    return CenterRules.objects.create(center=center)


@pytest.fixture
def desk(center):
    return at_the_desk(manager(center))


def page(rules):
    return f"{LIST}{rules.pk}/change/"


def typed(**more):
    of_the_center = {
        "no_shows_until_pause": "3",
        "no_shows_counted_days": "90",
        "pause_days": "30",
        "excused_from_age": "60",
    }
    return rules_typed(**of_the_center, _save="Save") | more


def test_the_only_center_of_a_manager_is_opened_at_once_and_had_these_rules_anyway(desk, center):
    answer = desk.get(LIST)

    assert answer.url == page(center.rules)
    assert desk.get(answer.url).status_code == 200


def test_a_change_is_shown_first_with_who_follows(desk, rules):
    ActivityFactory(center=rules.center, title="Yoga", party_limit=2)
    ActivityFactory(center=rules.center, title="Ink")

    question = desk.post(page(rules), typed(party_limit="3"))

    assert "people in one booking <small>5 → 3</small>" in words(question)
    assert "1 activity says the same as before and follows." in words(question)
    assert "Yoga</a> · 2" in words(question)
    rules.refresh_from_db()
    assert rules.party_limit == 5


def test_a_change_that_was_looked_at_is_written_down(desk, rules):
    activity = ActivityFactory(center=rules.center)

    answer = desk.post(page(rules), typed(party_limit="3", sure="1"))

    activity.refresh_from_db()
    assert answer.status_code == 302
    assert activity.party_limit == 3


def test_what_is_only_of_the_center_needs_no_second_look(desk, rules):
    assert desk.post(page(rules), typed(pause_days="14")).status_code == 302

    rules.refresh_from_db()
    assert rules.pause_days == 14


def test_bad_numbers_come_back_with_a_word(desk, rules):
    answer = desk.post(page(rules), typed(party_limit="0"))

    assert answer.context["adminform"].form.errors.keys() == {"party_limit"}


def test_social_workers_read_the_rules_and_do_not_change_them(rules):
    worker = at_the_desk(social_worker(rules.center))

    assert worker.get(page(rules)).status_code == 200
    assert worker.post(page(rules), typed(party_limit="3", sure="1")).status_code == 403
    rules.refresh_from_db()
    assert rules.party_limit == 5


def test_rules_of_another_center_are_not_there(rules):
    assert at_the_desk(manager()).get(page(rules), follow=True).redirect_chain
    elsewhere = at_the_desk(manager()).post(page(rules), typed(party_limit="3", sure="1"))

    assert elsewhere.status_code == 302
    rules.refresh_from_db()
    assert rules.party_limit == 5


def test_the_district_chooses_among_its_centers(rules):
    CenterFactory(district=rules.center.district)

    answer = at_the_desk(district_office(rules.center.district)).get(LIST)

    assert answer.status_code == 200
    assert CenterRules.objects.count() == 2


def test_a_limit_is_set_for_a_category(desk, rules):
    category = CategoryFactory(name="Night school")
    limit = {"center": rules.center.pk, "category": category.pk, "most": "2", "period": "week"}

    assert desk.post(f"{LIMITS}add/", limit).status_code == 302
    assert Limit.objects.get().category == category
    assert "Night school: 2 dates a week" in words(desk.get(page(rules)))


def test_a_limit_is_said_once_and_about_one_thing(desk, rules):
    Limit.objects.create(center=rules.center, period="day", most=1)
    activity = ActivityFactory(center=rules.center)
    both = {"category": activity.category_id, "activity": activity.pk}

    same = desk.post(f"{LIMITS}add/", {"center": rules.center.pk, "most": "2", "period": "day"})
    two = desk.post(
        f"{LIMITS}add/", {"center": rules.center.pk, "most": "2", "period": "week"} | both
    )

    assert "There is a limit for this period already." in words(same)
    assert "Choose a category or an activity, not both." in words(two)
    assert Limit.objects.count() == 1


def test_a_limit_is_taken_away_by_managers_only(desk, rules):
    limit = Limit.objects.create(center=rules.center, period="day", most=1)
    delete = f"{LIMITS}{limit.pk}/delete/"

    assert at_the_desk(social_worker(rules.center)).post(delete, {"post": "yes"}).status_code == 403
    assert desk.post(delete, {"post": "yes"}).status_code == 302
    assert not Limit.objects.exists()
