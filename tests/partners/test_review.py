"""Applications, partners and agreements at the staff's desk."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners import joining
from partners.models import Agreement, Partner, PartnerStatus
from tests.desk import at_the_desk, social_worker, words
from tests.factories import (
    AgreementFactory,
    CenterFactory,
    PartnerFactory,
    PartnerMemberFactory,
    ResourceFactory,
    RoomFactory,
    UserFactory,
)
from tests.partners.files import bomb, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _papers_of_their_own(settings, tmp_path):
    settings.PAPERS_ROOT = tmp_path


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center, name="Xu"))


@pytest.fixture
def applied(center):
    partner = PartnerFactory(
        status=PartnerStatus.APPLIED, applied_by=UserFactory(name="Wen"), offer="Carving"
    )
    partner.centers.add(center)
    return partner


def page(partner, step="change"):
    return f"/admin/partners/partner/{partner.pk}/{step}/"


def test_who_looks_at_an_application_sees_all_of_it_and_two_buttons(desk, applied):
    joining.keep_papers(applied, [(upload(), "application/pdf")], by=applied.applied_by)

    shown = words(desk.get(page(applied)))

    for piece in ("Carving", "Wen", "license.pdf", page(applied, "approve")):
        assert piece in shown
    assert page(applied, "decline") in shown
    assert page(applied, "suspend") not in shown


def test_approving_asks_first_and_does_it_once(desk, applied):
    assert "Welcome" in words(desk.get(page(applied, "approve")))
    applied.refresh_from_db()
    assert applied.status == PartnerStatus.APPLIED

    desk.post(page(applied, "approve"))

    applied.refresh_from_db()
    assert applied.status == PartnerStatus.ACTIVE
    assert applied.steps.get().by.name == "Xu"


def test_the_second_reviewer_is_told_what_the_first_has_done(desk, center, applied):
    desk.post(page(applied, "decline"), {"reason": "A license, please"})

    other = at_the_desk(social_worker(center))
    answer = other.post(page(applied, "approve"), follow=True)
    declining = other.post(page(applied, "decline"), {"reason": "No"})

    for seen in (answer, declining):
        assert "Xu was faster: it is Declined now." in words(seen)
    applied.refresh_from_db()
    assert applied.status == PartnerStatus.DECLINED


def test_declining_needs_a_reason(desk, applied):
    assert desk.post(page(applied, "decline"), {"reason": ""}).status_code == 422

    applied.refresh_from_db()
    assert applied.status == PartnerStatus.APPLIED


def test_staff_of_another_center_decide_nothing(applied):
    elsewhere = at_the_desk(social_worker())

    assert elsewhere.post(page(applied, "approve")).status_code == 404
    assert elsewhere.get(page(applied, "approve")).status_code == 403


def test_suspended_resumed_ended(desk, center):
    partner = PartnerMemberFactory().partner
    partner.centers.add(center)
    for step, status in (("suspend", "suspended"), ("resume", "active"), ("end", "ended")):
        desk.post(page(partner, step), {"reason": "So"})
        partner.refresh_from_db()
        assert partner.status == status


def test_the_first_page_says_who_waits_and_who_is_alone(desk, center, applied):
    alone = PartnerFactory()
    alone.centers.add(center, CenterFactory())

    shown = words(desk.get("/admin/"))

    assert "1 organization would like to be a partner" in shown
    assert "Nobody acts for 1 partner any more" in shown
    listed = words(desk.get("/admin/partners/partner/?members=none"))
    assert alone.name in listed
    assert f">{applied.name}<" not in listed


# Agreements


def agreed(partner, center, **more):
    today = timezone.localdate()
    return {
        "title": "A year",
        "partner": partner.pk,
        "center": center.pk,
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=365)).isoformat(),
        "hours_granted": "40",
        "sessions_promised": "12",
        "postings_at_once": "3",
    } | more


@pytest.fixture
def partner(center):
    partner = PartnerFactory()
    partner.centers.add(center)
    return partner


def test_an_agreement_is_made_with_all_that_was_promised_and_its_file(desk, center, partner):
    room = RoomFactory(floor__center=center)
    resource = ResourceFactory(partner=partner)
    typed = agreed(partner, center, rooms=[room.pk], resources=[resource.pk], papers=[upload()])

    desk.post("/admin/partners/agreement/add/", typed)

    agreement = Agreement.objects.get()
    assert agreement.rooms.get() == room
    assert agreement.resources.get() == resource
    assert agreement.postings_at_once == 3
    assert agreement.papers.get().partner == partner
    shown = words(desk.get(f"/admin/partners/agreement/{agreement.pk}/change/"))
    assert "license.pdf" in shown
    assert f"/admin/partners/agreement/{agreement.pk}/hold_times/" in shown


def test_rooms_and_resources_are_of_those_who_agree(desk, center, partner):
    worker = social_worker(center)
    elsewhere = RoomFactory()
    worker.staff_memberships.create(center=elsewhere.center, role="social_worker")
    partner.centers.add(elsewhere.center)
    foreign = ResourceFactory()
    foreign.partner.centers.add(center)

    answer = at_the_desk(worker).post(
        "/admin/partners/agreement/add/",
        agreed(partner, center, rooms=[elsewhere.pk]),
    )
    assert "Please choose rooms of that center only." in words(answer)
    answer = at_the_desk(worker).post(
        "/admin/partners/agreement/add/",
        agreed(partner, center, resources=[foreign.pk]),
    )
    assert "Please choose resources of that partner only." in words(answer)
    assert not Agreement.objects.exists()


def test_resources_of_partners_elsewhere_are_not_offered(desk):
    ResourceFactory(title="Secret skill").partner.centers.add(CenterFactory())

    assert "Secret skill" not in words(desk.get("/admin/partners/agreement/add/"))


def test_a_bad_file_keeps_the_form(desk, center, partner):
    typed = agreed(partner, center, papers=[upload("../bad.pdf", bomb())])

    answer = desk.post("/admin/partners/agreement/add/", typed)

    assert "bad.pdf has more than 50 million dots." in words(answer)
    assert "A year" in words(answer)
    assert not Agreement.objects.exists()


def test_an_agreement_leads_to_its_fixed_times_and_ends_early_once(desk, center, partner):
    agreement = AgreementFactory(partner=partner, center=center)
    address = f"/admin/partners/agreement/{agreement.pk}"

    assert desk.get(f"{address}/hold_times/")["Location"] == (
        f"/admin/partners/standingslot/add/?agreement={agreement.pk}"
    )
    desk.post(f"{address}/end_early/")
    answer = desk.post(f"{address}/end_early/", follow=True)

    assert "This agreement has ended already." in words(answer)
    assert not Agreement.objects.in_force().exists()
    assert "A year" not in words(desk.get("/admin/partners/agreement/?state=force"))


def test_the_partners_desk_shows_what_was_promised_both_ways(center, partner):
    manager = PartnerMemberFactory(partner=partner)
    poster = PartnerMemberFactory(partner=partner, role="poster")
    room = RoomFactory(floor__center=center, name="Ink room")
    agreement = AgreementFactory(
        partner=partner, center=center, hours_granted=40, sessions_promised=12, postings_at_once=3
    )
    agreement.rooms.add(room)
    agreement.resources.add(ResourceFactory(partner=partner, title="Three teachers"))
    papers = [(upload("signed.pdf"), "application/pdf")]
    joining.keep_papers(partner, papers, agreement=agreement, by=manager.user)

    shown = words(at_the_desk(manager.user).get(f"/partner/{partner.pk}/"))

    for piece in ("40 hours of room", "Ink room", "12 sessions", "Three teachers", "signed.pdf"):
        assert piece in shown
    assert "signed.pdf" not in words(at_the_desk(poster.user).get(f"/partner/{partner.pk}/"))
    assert Partner.objects.count() == 1
