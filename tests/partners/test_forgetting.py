"""What grows old, and what goes with whoever leaves."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bookings.goodbye import close_account
from bookings.my_data import copy_of
from partners import forgetting, joining, members
from partners.models import Invitation, Paper, Partner, PartnerKind, PartnerStep
from partners.tasks import forget_old
from tests.factories import CenterFactory, PartnerMemberFactory, UserFactory
from tests.partners.files import upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def papers(settings, tmp_path):
    settings.PAPERS_ROOT = tmp_path
    return tmp_path


def applied(by, **more):
    return joining.apply(
        Partner(name="Seal house", kind=PartnerKind.SHOP, offer="Carving", **more),
        centers=[CenterFactory()],
        papers=[(upload(), "application/pdf")],
        by=by,
    )


@pytest.mark.parametrize(("days", "is_kept"), [(360, True), (370, False)])
def test_a_declined_application_is_kept_for_a_year(
    days, is_kept, django_capture_on_commit_callbacks
):
    partner = applied(UserFactory())
    path = Path(Paper.objects.get().file.path)
    joining.decline(partner, by=UserFactory(), reason="So")
    ago = timezone.now() - timedelta(days=days)
    Partner.objects.update(created_at=ago)
    PartnerStep.objects.update(at=ago)

    with django_capture_on_commit_callbacks(execute=True):
        forget_old()

    assert Partner.objects.exists() == path.exists() == is_kept


def test_an_application_that_waits_is_never_forgotten():
    applied(UserFactory())
    Partner.objects.update(created_at=timezone.now() - timedelta(days=900))
    PartnerStep.objects.update(at=timezone.now() - timedelta(days=900))

    forget_old()

    assert Paper.objects.count() == 1


def test_addresses_of_old_invitations_go():
    manager = PartnerMemberFactory()
    for days in (10, 120):
        members.invite(
            manager.partner,
            address=f"in{days}@example.org",
            role="viewer",
            by=manager.user,
            at=timezone.now() - timedelta(days=days),
        )

    forget_old()

    assert Invitation.objects.get().email == "in10@example.org"


def test_files_that_no_row_names_go_after_a_day(papers):
    applied(UserFactory())
    (papers / "paper" / "lost.pdf").write_bytes(b"%PDF-")

    forgetting.forget_old()
    assert (papers / "paper" / "lost.pdf").exists()

    forgetting.forget_old(timezone.now() + timedelta(days=2))
    assert [each.name for each in (papers / "paper").iterdir()] == [
        Path(Paper.objects.get().file.name).name
    ]


def test_whoever_leaves_takes_the_application_along(papers, django_capture_on_commit_callbacks):
    wen = UserFactory(email="wen@example.org")
    applied(wen, contact_name="Wen", contact_phone="+8613812345678")
    manager = PartnerMemberFactory()
    members.invite(manager.partner, address="wen@example.com", role="viewer", by=manager.user)

    with django_capture_on_commit_callbacks(execute=True):
        close_account(wen)

    assert list(Partner.objects.all()) == [manager.partner]
    assert not list((papers / "paper").iterdir())


def test_a_partner_stays_when_whoever_applied_leaves():
    wen = UserFactory()
    partner = applied(wen)
    joining.approve(partner, by=UserFactory())

    close_account(wen)

    partner.refresh_from_db()
    assert partner.applied_by is None
    assert partner.papers.count() == 1


def test_the_copy_of_ones_data_has_the_application():
    wen = UserFactory()
    applied(wen, contact_name="Wen")

    [said] = copy_of(wen)["account"]["applied_as_a_partner"]

    assert (said["name"], said["papers"]) == ("Seal house", ["license.pdf"])
