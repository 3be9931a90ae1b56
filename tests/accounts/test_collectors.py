"""Who may fetch a child: the guardian's list under my people."""

import pytest

from accounts import collectors
from accounts.models import Collector, Role
from accounts.services import Refused
from tests.desk import at_the_desk, words
from tests.factories import CareFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def child():
    return PersonFactory(name="陈禾")


@pytest.fixture
def guardian(child):
    return CareFactory(person=child, role=Role.GUARDIAN).user


def address(child, more=""):
    return f"/people/{child.pk}/collectors/{more}"


def test_a_guardian_names_somebody_and_takes_them_off(child, guardian):
    browser = at_the_desk(guardian)

    given = {"name": "赵桂英", "relation": "外婆", "phone": "138 1234 5678"}
    for _twice in range(2):
        assert browser.post(address(child), given).url == address(child)
    named = Collector.objects.get()
    assert (named.phone, named.added_by) == ("+8613812345678", guardian)
    assert "赵桂英" in words(browser.get(address(child)))
    assert f'href="{address(child)}"' in words(browser.get(f"/people/{child.pk}/"))

    page = words(browser.post(address(child, f"{named.pk}/end/"), follow=True))
    assert "赵桂英 may not fetch 陈禾 any longer." in page
    assert not Collector.objects.active().exists()
    # Named again, it is a new entry: the old one stays as it was.
    browser.post(address(child), given)
    assert Collector.objects.count() == 2


def test_what_was_typed_stays_until_it_is_right(child, guardian):
    page = at_the_desk(guardian).post(address(child), {"name": "", "phone": "12"})

    assert page.status_code == 422
    assert 'value="12"' in words(page)
    assert not Collector.objects.exists()


def test_the_list_has_an_end(child, guardian):
    for number in range(collectors.COLLECTORS_PER_PERSON):
        collectors.name(child, by=guardian, name=f"Aunt {number}")

    with pytest.raises(Refused):
        collectors.name(child, by=guardian, name="One more")
    page = at_the_desk(guardian).post(address(child), {"name": "One more"})
    assert page.status_code == 422


@pytest.mark.parametrize("role", [Role.HELPER, Role.SELF, None])
def test_nobody_but_a_guardian_says_who_may_fetch(child, guardian, role):
    named = collectors.name(child, by=guardian, name="赵桂英")
    user = CareFactory(person=child, role=role).user if role else UserFactory()
    browser = at_the_desk(user)

    assert browser.get(address(child)).status_code == 404
    assert browser.post(address(child), {"name": "Me"}).status_code == 404
    assert browser.post(address(child, f"{named.pk}/end/")).status_code == 404
    assert list(Collector.objects.active()) == [named]


def test_a_list_is_taken_from_by_post_only_and_only_its_own(child, guardian):
    other = collectors.name(PersonFactory(), by=guardian, name="赵桂英")
    browser = at_the_desk(guardian)

    assert browser.get(address(child, f"{other.pk}/end/")).status_code == 405
    assert browser.post(address(child, f"{other.pk}/end/")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    child, guardian, count, django_assert_num_queries
):
    for number in range(count):
        collectors.name(child, by=guardian, name=f"Aunt {number}")
    browser = at_the_desk(guardian)

    with django_assert_num_queries(7):
        browser.get(address(child))
