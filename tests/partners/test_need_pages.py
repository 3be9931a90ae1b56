from functools import partial

import pytest

from partners import needs, votes
from partners.models import Need, Vote
from partners.needs import NeedRefused
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    NeedFactory,
    SessionFactory,
    UserFactory,
)
from tests.races import while_held, without_constraint

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    return NeedFactory(status="gathered", title="Reading aloud")


@pytest.fixture
def user(client):
    user = UserFactory()
    client.force_login(user)
    return user


def given():
    return list(Vote.objects.values_list("user", "people"))


def test_everybody_reads_what_was_asked_for_and_nobody_who_asked(client):
    need = NeedFactory(title="Reading aloud", asked_by="Aunt Li")
    NeedFactory(title="Not read by staff yet", is_public=False)
    need.steps.create(status="new", note="For staff", by=UserFactory(name="Anna"))
    needs.answer(need, "We look for a reader.", by=UserFactory(name="Anna"))

    page = client.get("/needs/").content.decode()
    own = client.get(f"/needs/{need.pk}/").content.decode()

    assert "Reading aloud" in page
    assert "Not read by staff yet" not in page
    assert "We look for a reader." in own
    for hidden in ("Aunt Li", "Anna", "For staff"):
        assert hidden not in page + own


def test_what_is_not_public_is_not_there(client, user):
    need = NeedFactory(is_public=False, status="gathered")

    for address in ("", "vote/"):
        assert client.get(f"/needs/{need.pk}/{address}").status_code == 404
    assert client.post(f"/needs/{need.pk}/vote/", {"people": "1"}).status_code == 404


def test_what_came_of_it_stands_with_its_dates(client):
    need = NeedFactory()
    activity = ActivityFactory(need=need, title="Books for elders")
    SessionFactory(activity=activity, outside_place="Under the tree")
    ActivityFactory(need=need, title="Still a draft", status="draft")

    page = client.get(f"/needs/{need.pk}/").content.decode()

    assert "Books for elders" in page
    assert "Under the tree" in page
    assert "Still a draft" not in page


def test_one_looks_by_center_and_by_state(client):
    here, there = CenterFactory(slug="here"), CenterFactory(slug="there")
    NeedFactory(center=here, title="Chairs")
    NeedFactory(center=here, title="Lamps", status="answered")
    NeedFactory(center=there, title="Swings")

    page = client.get("/needs/?center=here&status=answered").content.decode()

    assert [word in page for word in ("Chairs", "Lamps", "Swings")] == [False, True, False]
    for address in ("?center=nowhere", "?status=lost", "?page=9"):
        assert client.get(f"/needs/{address}").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(client, django_assert_num_queries, count):
    for center in CenterFactory.create_batch(2):
        for need in NeedFactory.create_batch(count, center=center, category=CategoryFactory()):
            Vote.objects.create(need=need, user=UserFactory())
    client.get("/needs/")

    with django_assert_num_queries(6):
        client.get("/needs/")


def test_one_vote_is_given_changed_and_taken_back(client, user, asked):
    address = f"/needs/{asked.pk}/vote/"

    for people in ("2", "5"):
        assert client.post(address, {"people": people}).url == f"/needs/{asked.pk}/"
    assert given() == [(user.pk, 5)]

    client.post(address, {"stop": "1"})
    assert given() == []


@pytest.mark.parametrize("people", ["0", "10", "-1", "many", ""])
def test_a_number_that_is_none_is_refused_kindly(client, user, asked, people):
    answer = client.post(f"/needs/{asked.pk}/vote/", {"people": people}, follow=True)

    assert answer.status_code == 200
    assert given() == []


def test_who_signs_in_in_between_comes_back_to_it(client, asked):
    answer = client.get(f"/needs/{asked.pk}/vote/?people=3")
    assert answer.url.startswith("/accounts/login/")
    user = UserFactory()
    client.force_login(user)

    client.get(f"/needs/{asked.pk}/vote/?people=3")
    client.get(f"/needs/{asked.pk}/vote/?people=7")

    assert given() == [(user.pk, 3)]


def test_a_link_alone_votes_for_nobody(client, user, asked):
    client.get(f"/needs/{asked.pk}/vote/?people=3")

    assert given() == []


@pytest.mark.parametrize("status", ["new", "answered", "closed"])
def test_one_votes_only_for_what_is_put_up(client, user, status):
    need = NeedFactory(status=status)

    client.post(f"/needs/{need.pk}/vote/", {"people": "1"})

    assert given() == []


@pytest.mark.parametrize("address", ["", "{pk}/"])
def test_pages_to_read_are_only_read(client, asked, address):
    assert client.post(f"/needs/{address.format(pk=asked.pk)}").status_code == 405


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_of_eight_taps_at_once_one_vote_counts(is_guarded, monkeypatch, asked):
    user = UserFactory()
    calls = [partial(votes.vote, Need.objects.get(), user=user, people=2) for _ in range(8)]

    if is_guarded:
        with while_held(Need.objects.filter(pk=asked.pk), *calls):
            pass
        assert given() == [(user.pk, 2)]
        return
    monkeypatch.setattr(needs, "lock", lambda need: None)
    with without_constraint(Vote, "vote_is_given_once"):
        with while_held(Vote, *calls):
            pass
        assert len(given()) == 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_nobody_votes_for_what_is_closed_in_the_same_moment(is_guarded, monkeypatch, asked):
    if not is_guarded:
        monkeypatch.setattr(needs, "lock", lambda need: None)
    calls = [
        partial(votes.vote, Need.objects.get(), user=UserFactory(), people=1) for _ in range(8)
    ]

    with while_held(Need.objects.filter(pk=asked.pk), *calls, all_wait=is_guarded) as answers:
        Need.objects.filter(pk=asked.pk).update(status="closed")

    refused = [answer for answer in answers if isinstance(answer, NeedRefused)]
    assert len(refused) == (8 if is_guarded else 0)
