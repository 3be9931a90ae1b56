"""Questions that many people ask are one tap away."""

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Role
from tests.activities.dates import session_at
from tests.factories import (
    CareFactory,
    CategoryFactory,
    CenterFactory,
    PersonFactory,
    SessionFactory,
    carer_of,
)

pytestmark = pytest.mark.django_db

CATALOG = "/activities/"
SATURDAY = "2026-11-28T09:10+08:00"


def ways(client, question=""):
    """{words: address} as they stand on the page."""
    response = client.get(f"{CATALOG}?{question}", headers={"accept-language": "en"})
    part = response.content.decode().split('aria-label="What people often look for"')[1]
    links = part.split("</nav>")[0].split('<a class="pill" href="')[1:]
    pairs = (link.split("</a>")[0].split('">') for link in links)
    return {words: address.replace("&amp;", "&") for address, words in pairs}


@time_machine.travel("2026-11-24T09:10+08:00", tick=False)
def test_this_evening_this_weekend_and_free_places(client):
    SessionFactory()

    assert ways(client) == {
        "This evening": "?from=2026-11-24&to=2026-11-24&part=evening",
        "This weekend": "?from=2026-11-28&to=2026-11-29",
        "With free places": "?free=on",
    }


@pytest.mark.parametrize(
    ("now", "weekend"),
    [
        (SATURDAY, "?from=2026-11-28&to=2026-11-29"),
        ("2026-11-29T22:00+08:00", "?from=2026-11-29&to=2026-11-29"),
        ("2026-11-30T00:30+08:00", "?from=2026-12-05&to=2026-12-06"),
    ],
)
def test_on_a_weekend_it_is_the_rest_of_this_one(client, now, weekend):
    with time_machine.travel(now, tick=False):
        assert ways(client)["This weekend"] == weekend


@time_machine.travel(SATURDAY, tick=False)
def test_a_way_in_finds_what_it_says(client):
    session_at(0, 9, activity__title="This morning")
    session_at(0, 19, activity__title="Tonight")
    session_at(1, 19, activity__title="Tomorrow night")
    session_at(2, 9, activity__title="On Monday")

    found = {
        words: [str(s.activity) for s in client.get(CATALOG + address).context["page"]]
        for words, address in ways(client).items()
    }

    assert found["This evening"] == ["Tonight"]
    assert found["This weekend"] == ["This morning", "Tonight", "Tomorrow night"]


@time_machine.travel(SATURDAY, tick=False)
def test_filters_in_force_stay_and_what_is_asked_already_is_not_offered(client):
    CategoryFactory(slug="night")

    evening = ways(client, "category=night&part=evening&from=2026-11-28&to=2026-11-28&page=3")
    free = ways(client, "free=1&weekday=6&weekday=7")

    assert list(evening) == ["This weekend", "With free places"]
    assert evening["This weekend"] == "?category=night&from=2026-11-28&to=2026-11-29"
    assert list(free) == ["This evening", "This weekend"]
    assert free["This weekend"].startswith("?free=1&weekday=6&weekday=7&from=")


def test_my_center_is_offered_where_there_are_several(client):
    here = CenterFactory(name="Here", slug="here")
    assert "At Here" not in ways(client)

    CenterFactory(name="There")

    assert ways(client)["At Here"] == f"?center={here.slug}"
    assert "At Here" not in ways(client, "center=here")


def born(years):
    today = timezone.localdate()
    return today.replace(year=today.year - years, month=1, day=1)


def test_a_carer_is_offered_everybody_by_age(client):
    me = PersonFactory(birth_date=born(34))
    child = PersonFactory(name="Xiaobao", birth_date=born(6))
    baby = PersonFactory(name="Beibei", birth_date=born(0))
    unknown = PersonFactory(name="Nobody knows")
    client.force_login(carer_of(me, child, baby, unknown))

    offered = ways(client)

    assert {words: offered[words] for words in offered if words.startswith("For")} == {
        "For me, 34": "?age=34",
        "For Xiaobao, 6": "?age=6",
        "For Beibei, 0": "?age=0",
    }
    assert "For Xiaobao, 6" not in ways(client, "age=6")
    assert "For Beibei, 0" not in ways(client, "age=0")


def test_nobody_else_is_told_a_name(client):
    child = PersonFactory(name="Xiaobao", birth_date=born(6))
    former = carer_of(PersonFactory(birth_date=born(40)))
    CareFactory(user=former, person=child, role=Role.HELPER, ended_at=timezone.now())
    carer = carer_of(PersonFactory(birth_date=born(34)), child)

    client.force_login(carer)
    assert "Xiaobao" in client.get(CATALOG).content.decode()

    client.force_login(former)
    assert "Xiaobao" not in client.get(CATALOG).content.decode()
    client.logout()
    assert "Xiaobao" not in client.get(CATALOG).content.decode()


@pytest.mark.parametrize("people", [1, 3])
def test_a_carers_list_costs_the_same_however_many_people(
    client, people, django_assert_num_queries
):
    client.force_login(carer_of(*PersonFactory.create_batch(people, birth_date=born(8))))
    SessionFactory()

    # Browser session and user, then as for a visitor, and whom they care for.
    with django_assert_num_queries(8):
        client.get(CATALOG)
