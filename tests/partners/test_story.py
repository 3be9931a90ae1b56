"""A partner's story: plain words, or simple HTML of which only the harmless is kept."""

import pytest

from partners import story
from partners.models import Role
from tests.desk import at_the_desk, words
from tests.factories import PartnerMemberFactory


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("We carve & teach.\n\nSince 1990: 3 < 5", "We carve & teach.\n\nSince 1990: 3 < 5"),
        ("<p>Hi</p><script>alert(1)</script>", "<p>Hi</p>"),
        ('<p onclick="x()" style="color:red">Hi</p>', "<p>Hi</p>"),
        ('<a href="javascript:alert(1)">Hi</a>', '<a rel="noopener nofollow ugc">Hi</a>'),
        (
            '<a href="https://example.org">Hi</a>',
            '<a href="https://example.org" rel="noopener nofollow ugc">Hi</a>',
        ),
        ("<ul><li>One<li>Two</ul>", "<ul><li>One</li><li>Two</li></ul>"),
        ('<img src=x onerror="alert(1)">', ""),
        ("<h1>Big</h1>", "Big"),
    ],
)
def test_what_is_kept(written, kept):
    assert story.cleaned(written) == kept
    assert story.cleaned(kept) == kept


def test_plain_words_become_paragraphs_and_nothing_else():
    assert story.shown("One & two\n\nThree") == "<p>One &amp; two</p>\n\n<p>Three</p>"


def test_whatever_way_it_came_into_the_row_it_is_harmless_on_the_page():
    assert story.shown("<p>Hi<script>alert(1)</script></p>") == "<p>Hi</p>"


@pytest.mark.django_db
def test_a_manager_writes_it_and_everybody_reads_it(client):
    manager = PartnerMemberFactory(role=Role.MANAGER)
    address = f"/partner/{manager.partner.pk}/story/"
    typed = {"intro": "We carve.", "story": "<h3>How it began</h3><p>In <b>1990</b></p><script>"}

    answer = at_the_desk(manager.user).post(address, typed)

    assert answer["Location"] == f"/partners/{manager.partner.pk}/"
    page = words(client.get(answer["Location"]))
    assert "<h3>How it began</h3><p>In <b>1990</b></p>" in page
    assert "We carve." in page
    assert "<script>" not in page.split("<main")[1]


@pytest.mark.django_db
def test_a_story_without_end_is_refused(client):
    manager = PartnerMemberFactory(role=Role.MANAGER)
    browser = at_the_desk(manager.user)

    answer = browser.post(f"/partner/{manager.partner.pk}/story/", {"story": "x" * 20_001})

    assert answer.status_code == 422
