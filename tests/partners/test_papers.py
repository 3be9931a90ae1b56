"""Papers: what may be kept, where it lies, and who may read it."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from partners import joining
from partners.models import IS_AN_APPLICATION, Paper, PartnerStatus, Role
from partners.paper_checks import LARGEST_FILE, kind_of, label_of
from tests.desk import at_the_desk, district_office, social_worker
from tests.factories import (
    AgreementFactory,
    CenterFactory,
    PartnerFactory,
    PartnerMemberFactory,
    UserFactory,
)
from tests.partners.files import PDF, bomb, picture, upload


@pytest.fixture(autouse=True)
def _papers_of_their_own(settings, tmp_path):
    settings.PAPERS_ROOT = tmp_path


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("WEBP"), "image/webp"),
    ],
)
def test_a_kind_is_told_by_the_content_whatever_the_name_says(content, kind):
    assert kind_of(upload("virus.exe", content)) == kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"MZ\x90 a program", "unreadable"),
        (b"<html><script>alert(1)</script></html>", "unreadable"),
        (b"", "unreadable"),
        (b"%PDF-1.4 torn off in the middle", "unreadable"),
        (picture("GIF"), "unreadable"),
        (picture()[:40], "unreadable"),
        (bomb(), "too_large"),
        (PDF + b" " * LARGEST_FILE, "too_heavy"),
    ],
    ids=["a program", "a page", "nothing", "half a pdf", "gif", "half a picture", "bomb", "heavy"],
)
def test_what_may_not_be_kept(content, code):
    with pytest.raises(ValidationError) as refused:
        kind_of(upload("license.pdf", content))

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\li\\营业执照.pdf", "营业执照.pdf"),
        ("a\u202efdp.exe", "a fdp.exe"),
        ("two\nlines\x00.pdf", "two lines .pdf"),
        ('"><b>.png', "b.png"),
        ("....", "-"),
        ("", "-"),
        ("长" * 300 + ".pdf", "长" * 76 + ".pdf"),
    ],
)
def test_of_a_name_only_a_label_is_kept(name, label):
    assert label_of(name) == label


@pytest.fixture
def center(db):
    return CenterFactory()


@pytest.fixture
def partner(center):
    partner = PartnerFactory()
    partner.centers.add(center)
    return partner


def kept(partner, name="../license.pdf", agreement=None):
    file = upload("placeholder", PDF)
    file._name = name
    [paper] = joining.keep_papers(
        partner, [(file, kind_of(file))], by=UserFactory(), agreement=agreement
    )
    return paper


def test_it_lies_under_our_own_name_where_no_address_leads(partner, tmp_path):
    paper = kept(partner, "../../evil.php")

    assert Path(paper.file.path).parent == tmp_path / "paper"
    assert paper.file.name.endswith(".pdf")
    assert "evil" not in paper.file.name
    assert paper.name == "evil.php"
    with pytest.raises(ValueError, match="URL"):
        _ = paper.file.url


def test_it_comes_as_a_download_in_which_nothing_runs(partner, center):
    paper = kept(partner, "执照 1.pdf")

    answer = at_the_desk(social_worker(center)).get(f"/partners/papers/{paper.pk}/")

    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]


def test_a_file_that_is_gone_is_not_found(partner, center):
    paper = kept(partner)
    Path(paper.file.path).unlink()

    answer = at_the_desk(social_worker(center)).get(f"/partners/papers/{paper.pk}/")

    assert answer.status_code == 404


def readers(partner, center):
    """[(who, what they get)] of papers of the partner itself, and of an agreement there."""
    elsewhere = CenterFactory()
    partner.centers.add(elsewhere)
    other = PartnerMemberFactory().user
    made = {
        "worker": social_worker(center),
        "worker of its other center": social_worker(elsewhere),
        "worker of a center that is not its": social_worker(),
        "district": district_office(center.district),
        "member of another partner": other,
        "resident": UserFactory(),
    }
    for role in Role:
        made[role] = PartnerMemberFactory(partner=partner, role=role).user
    return {who: at_the_desk(user) for who, user in made.items()}


@pytest.mark.parametrize(
    ("is_agreement", "may"),
    [
        (False, {"worker", "worker of its other center", Role.MANAGER}),
        (True, {"worker", Role.MANAGER}),
    ],
    ids=["who they are", "what was signed"],
)
def test_who_may_read_it(partner, center, is_agreement, may):
    agreement = AgreementFactory(partner=partner, center=center) if is_agreement else None
    paper = kept(partner, agreement=agreement)

    answers = {}
    for who, browser in readers(partner, center).items():
        answers[who] = browser.get(f"/partners/papers/{paper.pk}/").status_code

    assert {who for who, status in answers.items() if status == 200} == may
    assert set(answers.values()) == {200, 404}


@pytest.mark.parametrize("status", PartnerStatus)
def test_whoever_applied_reads_it_until_it_is_decided_for_them(partner, status):
    paper = kept(partner)
    applicant = UserFactory()
    partner.applied_by, partner.status = applicant, status
    partner.save()

    assert Paper.objects.visible_to(applicant).filter(pk=paper.pk).exists() == (
        status in IS_AN_APPLICATION
    )
