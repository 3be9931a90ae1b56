"""Needs on the partner's desk and on that of the staff."""

import pytest

from activities.models import Activity, Status
from partners import asking
from partners.models import Need, NeedAsk, NeedStatus, Role, Vote
from tests.desk import at_the_desk, social_worker
from tests.factories import (
    CategoryFactory,
    CenterFactory,
    NeedFactory,
    PartnerFactory,
    PartnerMemberFactory,
    ResourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def member(center):
    member = PartnerMemberFactory(role=Role.POSTER)
    member.partner.centers.add(center)
    return member


@pytest.fixture
def partner(member):
    return member.partner


@pytest.fixture
def need(center):
    return NeedFactory(center=center, category=CategoryFactory(), title="Chess for beginners")


@pytest.fixture
def question(need, partner):
    return asking.ask(need, partner, by=UserFactory(), note="You know how")


@pytest.fixture
def desk(client, member):
    client.force_login(member.user)
    return client


@pytest.fixture
def staff(center):
    return at_the_desk(social_worker(center))


def text(response):
    return " ".join(response.content.decode().split())


def test_what_fits_best_stands_first_with_its_reasons(desk, partner, need):
    NeedFactory(center=need.center, category=CategoryFactory(), title="Something else")
    ResourceFactory(partner=partner, category=need.category, min_age=6, max_age=10)
    Vote.objects.create(need=need, user=UserFactory(), people=3)

    page = desk.get(f"/partner/{partner.pk}/needs/")

    assert [row.need.title for row in page.context["page"]] == [
        "Chess for beginners",
        "Something else",
    ]
    assert f"同类：{need.category}" in text(page)
    assert f"同类：{need.category}" in text(desk.get(f"/partner/{partner.pk}/"))


def test_only_public_needs_of_our_centers_are_shown(desk, partner, need):
    NeedFactory(center=need.center, title="Not read yet", is_public=False)
    NeedFactory(title="Elsewhere")

    page = text(desk.get(f"/partner/{partner.pk}/needs/"))

    assert "Chess for beginners" in page
    assert "Not read yet" not in page
    assert "Elsewhere" not in page


def test_yes_leads_to_a_draft(desk, question):
    assert "You know how" in text(desk.get(f"/partner/asks/{question.pk}/"))

    response = desk.post(f"/partner/asks/{question.pk}/", {"yes": "1", "note": "Gladly"})

    draft = Activity.objects.get()
    assert response["Location"] == f"/partner/activities/{draft.pk}/edit/"
    assert (draft.status, draft.need) == (Status.DRAFT, question.need)


def test_no_is_as_welcome(desk, question):
    response = desk.post(f"/partner/asks/{question.pk}/", {"no": "1", "note": "In spring"})

    assert response.status_code == 302
    question.refresh_from_db()
    assert (question.answer, question.answer_note) == ("declined", "In spring")


def test_what_was_withdrawn_meanwhile_is_said_and_what_was_typed_is_kept(desk, question):
    asking.withdraw(question, by=UserFactory())

    response = desk.post(f"/partner/asks/{question.pk}/", {"yes": "1", "note": "Gladly"})

    assert response.status_code == 409
    assert "Gladly" in text(response)
    assert not Activity.objects.exists()


def test_a_note_without_end_is_not_taken(desk, question):
    response = desk.post(f"/partner/asks/{question.pk}/", {"yes": "1", "note": "a" * 1001})

    assert response.status_code == 422


def test_we_volunteer_and_give_it_back(desk, partner, need):
    address = f"/partner/{partner.pk}/needs/{need.pk}/"
    assert desk.get(address).status_code == 200

    desk.post(address)
    need.refresh_from_db()
    assert (need.status, need.partner) == (NeedStatus.MATCHED, partner)
    assert desk.post(address).status_code == 409

    assert "Chess for beginners" in text(desk.get(f"/partner/{partner.pk}/needs/"))
    desk.post(f"/partner/needs/{need.pk}/give-back/", {"note": "We move"})
    need.refresh_from_db()
    assert (need.status, need.partner) == (NeedStatus.NEW, None)
    assert desk.post(f"/partner/needs/{need.pk}/give-back/").status_code == 404


def test_viewers_read_and_do_not_answer(desk, member, question, need):
    member.role = Role.VIEWER
    member.save()

    page = text(desk.get(f"/partner/{member.partner_id}/needs/"))
    assert "Chess for beginners" in page
    assert f"/partner/asks/{question.pk}/" not in page
    for address in (
        f"/partner/asks/{question.pk}/",
        f"/partner/{member.partner_id}/needs/{need.pk}/",
    ):
        assert desk.get(address).status_code == 404
        assert desk.post(address, {"yes": "1"}).status_code == 404


def test_questions_to_others_cannot_be_found(desk, need, partner):
    other = PartnerMemberFactory().partner
    theirs = NeedAsk.objects.create(need=need, partner=other)

    assert desk.post(f"/partner/asks/{theirs.pk}/", {"yes": "1"}).status_code == 404
    assert desk.post(f"/partner/{other.pk}/needs/{need.pk}/").status_code == 404
    elsewhere = NeedFactory()
    assert desk.post(f"/partner/{partner.pk}/needs/{elsewhere.pk}/").status_code == 404


@pytest.mark.parametrize("number", [1, 15])
def test_the_list_takes_the_same_statements(
    desk, partner, center, number, django_assert_num_queries
):
    category = CategoryFactory()
    for need in NeedFactory.create_batch(number, center=center, category=category):
        ResourceFactory(partner=partner, category=category)
        NeedAsk.objects.create(need=need, partner=partner)

    with django_assert_num_queries(11):
        desk.get(f"/partner/{partner.pk}/needs/")


# At the staff's desk


def test_staff_read_who_could_help_and_ask_them(staff, need, partner):
    resource = ResourceFactory(partner=partner, title="Two teachers", category=need.category)
    page = text(staff.get(f"/admin/needs/{need.pk}/partners/"))
    assert "Two teachers" in page
    address = f"/admin/needs/{need.pk}/partners/{partner.pk}/?resource={resource.pk}"
    assert address in page

    assert staff.get(address).status_code == 200
    response = staff.post(address, {"note": "You know how"})

    assert response["Location"] == f"/admin/needs/{need.pk}/partners/"
    question = NeedAsk.objects.get()
    assert (question.resource, question.note) == (resource, "You know how")
    assert staff.post(address).status_code == 409
    assert address not in text(staff.get(f"/admin/needs/{need.pk}/partners/"))


def test_a_resource_that_is_none_of_theirs_is_left_out(staff, need, partner):
    foreign = ResourceFactory()
    for number in (foreign.pk, "x", "9" * 30):
        NeedAsk.objects.all().delete()
        staff.post(f"/admin/needs/{need.pk}/partners/{partner.pk}/?resource={number}")
        assert NeedAsk.objects.get().resource is None


def test_staff_take_a_question_back_once(staff, question):
    staff.post(f"/admin/questions/{question.pk}/withdraw/")
    question.refresh_from_db()
    at = question.withdrawn_at
    staff.post(f"/admin/questions/{question.pk}/withdraw/")

    question.refresh_from_db()
    assert question.withdrawn_at == at is not None


def test_staff_read_what_fits_a_partner(staff, need, partner):
    ResourceFactory(partner=partner, category=need.category)
    Need.objects.update(is_public=False)

    page = staff.get(f"/admin/partners/{partner.pk}/needs/")

    assert [row.need for row in page.context["page"]] == [need]
    assert f"/admin/needs/{need.pk}/partners/{partner.pk}/" in text(page)


def test_staff_of_another_center_find_nothing(need, partner, question):
    staff = at_the_desk(social_worker(CenterFactory()))

    for address in (
        f"/admin/needs/{need.pk}/partners/",
        f"/admin/needs/{need.pk}/partners/{partner.pk}/",
        f"/admin/partners/{partner.pk}/needs/",
    ):
        assert staff.get(address).status_code == 404
    assert staff.post(f"/admin/questions/{question.pk}/withdraw/").status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_the_ranked_list_takes_the_same_statements(staff, need, number, django_assert_num_queries):
    for _each in range(number):
        other = PartnerFactory()
        other.centers.add(need.center)
        ResourceFactory(partner=other, category=CategoryFactory())
        NeedAsk.objects.create(need=need, partner=other)

    with django_assert_num_queries(12):
        staff.get(f"/admin/needs/{need.pk}/partners/")


def test_the_need_itself_leads_there(staff, need):
    page = text(staff.get(f"/admin/partners/need/{need.pk}/change/"))

    assert f"/admin/needs/{need.pk}/partners/" in page


def test_what_was_settled_otherwise_is_not_asked_any_more(desk, partner, question):
    Need.objects.update(status=NeedStatus.CLOSED)

    page = text(desk.get(f"/partner/{partner.pk}/needs/"))

    assert f"/partner/asks/{question.pk}/" not in page
