import pytest

from accounts.models import User
from activities.models import Activity
from activities.search import query_for
from partners.models import Need, Partner
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import ActivityFactory, CenterFactory, PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center))


def partner_of(*centers, **more):
    partner = PartnerFactory(**more)
    partner.centers.set(centers)
    return partner


def page(partner):
    return f"/admin/partners/partner/{partner.pk}/change/"


def filled_in(partner, center, **more):
    return {
        "name": partner.name,
        "kind": partner.kind,
        "centers": [center.pk],
        "members-TOTAL_FORMS": "0",
        "members-INITIAL_FORMS": "0",
        "resources-TOTAL_FORMS": "0",
        "resources-INITIAL_FORMS": "0",
        "steps-TOTAL_FORMS": "0",
        "steps-INITIAL_FORMS": "0",
    } | more


def test_a_partner_stays_a_partner_of_centers_the_form_does_not_show(desk, center):
    other = CenterFactory()
    partner = partner_of(center, other)

    desk.post(page(partner), filled_in(partner, center, intro="Ink and paper"))

    partner.refresh_from_db()
    assert partner.intro == "Ink and paper"
    assert set(partner.centers.all()) == {center, other}


def test_activities_are_found_by_the_new_name_of_their_partner(desk, center):
    partner = partner_of(center, name="旧名社")
    activity = ActivityFactory(partner=partner)

    desk.post(page(partner), filled_in(partner, center, name="砚田书社"))

    assert Activity.objects.filter(search_vector=query_for("yantian")).get() == activity


def test_a_member_is_named_by_address_and_may_be_new(desk, center):
    partner = partner_of(center)
    member = {
        "members-TOTAL_FORMS": "1",
        "members-0-address": "teacher@example.org",
        "members-0-role": "poster",
    }

    desk.post(page(partner), filled_in(partner, center, **member))

    assert partner.members.get().user == User.objects.get(email="teacher@example.org")
    assert list(Partner.objects.of_member(partner.members.get().user)) == [partner]


def test_a_member_is_listed_once(desk, center):
    partner = partner_of(center)
    member = {
        "members-TOTAL_FORMS": "1",
        "members-0-address": "teacher@example.org",
        "members-0-role": "poster",
    }

    for _ in range(2):
        answer = desk.post(page(partner), filled_in(partner, center, **member))

    assert "This person already acts for the partner." in words(answer)
    assert partner.members.count() == 1


def test_a_membership_ends_and_stays_in_the_list(desk, center):
    partner = partner_of(center)
    member = {
        "members-TOTAL_FORMS": "1",
        "members-0-address": "teacher@example.org",
        "members-0-role": "poster",
    }
    desk.post(page(partner), filled_in(partner, center, **member))
    ends = {
        "members-TOTAL_FORMS": "1",
        "members-INITIAL_FORMS": "1",
        "members-0-id": partner.members.get().pk,
        "members-0-partner": partner.pk,
        "members-0-role": "poster",
        "members-0-ended_at_0": "2026-11-01",
        "members-0-ended_at_1": "12:00:00",
    }

    desk.post(page(partner), filled_in(partner, center, **ends))

    assert partner.members.get().ended_at is not None
    assert "teacher@example.org" in words(desk.get(page(partner)))


def test_a_partner_of_another_center_is_not_there(desk):
    assert desk.get(page(partner_of(CenterFactory()))).status_code == 302


def test_who_looks_on_sees_no_contact_and_no_resident(center):
    partner = partner_of(center, contact_name="Shen Yuehua", contact_phone="13812345678")
    need = Need.objects.create(center=center, title="Tai chi", asked_by="Li Xiuying")
    browser = at_the_desk(district_office(center.district))

    shown = words(browser.get(page(partner))) + words(browser.get("/admin/partners/partner/"))
    shown += words(browser.get(f"/admin/partners/need/{need.pk}/change/"))

    assert "Tai chi" in shown
    assert "Shen Yuehua" not in shown
    assert "13812345678" not in shown
    assert "Li Xiuying" not in shown


def test_who_looks_on_cannot_guess_a_contact_digit_by_digit(desk, center):
    partner_of(center, contact_phone="13812345678")
    guess = "/admin/partners/partner/?contact_phone__startswith=138"

    assert desk.get(guess).status_code == 200
    assert at_the_desk(district_office(center.district)).get(guess).status_code == 400


def test_who_looks_on_does_not_read_who_changed_what(desk, center):
    partner = partner_of(center)
    desk.post(page(partner), filled_in(partner, center, intro="Ink and paper"))
    history = f"/admin/partners/partner/{partner.pk}/history/"
    browser = at_the_desk(district_office(center.district))

    assert desk.get(history).status_code == 200
    assert browser.get(history).status_code == 403
    assert history in words(desk.get(page(partner)))
    assert history not in words(browser.get(page(partner)))
