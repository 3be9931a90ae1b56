"""Becoming a partner, as whoever applies sees it."""

import pytest

from partners.models import Partner, PartnerKind, PartnerStatus
from tests.desk import at_the_desk, words
from tests.factories import CenterFactory, PartnerFactory, UserFactory
from tests.partners.files import bomb, upload

pytestmark = pytest.mark.django_db

APPLY = "/partners/apply/"
SEND = "/partners/apply/send/"


@pytest.fixture(autouse=True)
def _papers_of_their_own(settings, tmp_path):
    settings.PAPERS_ROOT = tmp_path


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def applicant():
    return UserFactory(name="Wen", phone="+8613812345678")


@pytest.fixture
def wen(applicant):
    """A browser of whoever applies."""
    return at_the_desk(applicant)


def typed(center, **more):
    return {
        "kind": PartnerKind.SHOP,
        "name": "Seal house",
        "centers": [center.pk],
        "offer": "Carving on Thursdays",
        "contact_name": "Wen",
        "contact_phone": "138 1234 5678",
    } | more


def test_everybody_reads_the_form_and_finds_it(client, center):
    assert 'action="/partners/apply/send/"' in words(client.get(APPLY))
    assert f'href="{APPLY}"' in words(client.get("/partners/"))
    assert f'href="{APPLY}"' in words(client.get("/"))


def test_the_form_knows_who_one_is_and_the_only_center(wen, center):
    page = words(wen.get(APPLY))

    assert 'value="Wen"' in page
    assert 'value="138 1234 5678"' in page
    assert page.count(" checked") == 1


def test_it_is_sent_with_papers_and_says_where_it_stands(wen, center, applicant):
    files = [upload("license.pdf"), upload("second.pdf")]
    answer = wen.post(SEND, typed(center, papers=files), follow=True)

    partner = Partner.objects.get()
    assert (partner.status, partner.applied_by) == (PartnerStatus.APPLIED, applicant)
    assert partner.contact_phone == "+8613812345678"
    assert list(partner.centers.all()) == [center]
    assert answer.request["PATH_INFO"] == f"/partners/applications/{partner.pk}/"
    assert "license.pdf" in words(answer)
    assert "second.pdf" in words(answer)


def test_what_was_typed_is_kept_over_signing_in(client, center, applicant):
    answer = client.post(SEND, typed(center, papers=[upload()]))
    assert answer["Location"].startswith("/accounts/login/")

    client.force_login(applicant)
    page = words(client.get(f"{APPLY}?kept=1"))

    assert "Carving on Thursdays" in page
    assert 'value="Seal house"' in page
    assert not Partner.objects.exists()


def test_a_wrong_form_keeps_what_was_typed_and_asks_for_the_files_again(wen, center):
    answer = wen.post(SEND, typed(center, contact_phone="12", papers=[upload()]))

    assert answer.status_code == 422
    assert "Carving on Thursdays" in words(answer)
    assert "The files are fine. Please choose them once more." in words(answer)
    assert not Partner.objects.exists()


@pytest.mark.parametrize("content", [b"MZ a program", bomb()], ids=["program", "bomb"])
def test_a_file_that_may_not_be_kept_is_named(wen, center, content):
    files = [upload("good.pdf"), upload("../../bad.pdf", content)]
    answer = wen.post(SEND, typed(center, papers=files))

    assert answer.status_code == 422
    assert "bad.pdf" in words(answer)
    assert not Partner.objects.exists()


def test_too_many_files_at_once(wen, center):
    answer = wen.post(SEND, typed(center, papers=[upload() for _each in range(9)]))

    assert "Please choose at most 8 files." in words(answer)


def test_the_name_of_a_partner_is_taken(wen, center):
    PartnerFactory(name="Seal house")

    answer = wen.post(SEND, typed(center))

    assert answer.status_code == 422
    assert "They are a partner already" in words(answer)


def test_a_center_that_is_not_there_is_no_choice(wen, center):
    answer = wen.post(SEND, typed(center, centers=[center.pk + 99]))

    assert answer.status_code == 422


def applied(applicant, center, **more):
    partner = PartnerFactory(status=PartnerStatus.APPLIED, applied_by=applicant, **more)
    partner.centers.add(center)
    return partner


def test_a_declined_application_is_changed_and_sent_again(wen, applicant, center):
    partner = applied(applicant, center)
    partner.status = PartnerStatus.DECLINED
    partner.save()
    address = f"/partners/applications/{partner.pk}/change/"

    assert partner.name in words(wen.get(address))
    wen.post(address, typed(center, name=partner.name))

    partner.refresh_from_db()
    assert (partner.status, partner.offer) == (PartnerStatus.APPLIED, "Carving on Thursdays")


def test_what_is_decided_is_changed_no_more(wen, applicant, center):
    partner = applied(applicant, center)
    partner.status = PartnerStatus.ACTIVE
    partner.save()

    answer = wen.post(f"/partners/applications/{partner.pk}/change/", typed(center))

    assert answer.status_code == 302
    partner.refresh_from_db()
    assert partner.offer == ""


def test_applications_of_others_are_not_there(wen, center):
    partner = applied(UserFactory(), center)

    assert wen.get(f"/partners/applications/{partner.pk}/").status_code == 404
    assert wen.get(f"/partners/applications/{partner.pk}/change/").status_code == 404


@pytest.mark.parametrize("status", ["suspended", "ended"])
def test_a_partner_that_rests_or_has_ended_says_so(client, status):
    partner = PartnerFactory(status=status)

    answer = client.get(f"/partners/{partner.pk}/")

    assert answer.status_code == 404
    assert partner.name in words(answer)


@pytest.mark.parametrize("status", ["applied", "declined"])
def test_what_is_no_partner_yet_has_no_page(client, status):
    partner = PartnerFactory(status=status)

    answer = client.get(f"/partners/{partner.pk}/")

    assert answer.status_code == 404
    assert partner.name not in words(answer)
