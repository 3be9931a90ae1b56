from datetime import time

import pytest
from django.urls import reverse
from django.utils import timezone

from notices.models import Channel, Notice, Preference
from tests.factories import NoticeFactory, SentNoticeFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = reverse("notices:messages")
READ = reverse("notices:mark_all_read")
PREFERENCES = reverse("notices:preferences")


@pytest.fixture
def user(client):
    user = UserFactory(phone="+8613812345678")
    client.force_login(user)
    return user


def address(notice):
    return reverse("notices:message", args=[notice.pk])


def test_my_messages_are_mine_and_sent_the_newest_first(client, user):
    first, second = SentNoticeFactory.create_batch(2, recipient=user)
    SentNoticeFactory(subject="For somebody else")
    SentNoticeFactory(recipient=user, is_private=True, subject="A code")
    NoticeFactory(recipient=user, subject="Not sent yet")

    page = client.get(LIST).context["page"]

    assert list(page) == [second, first]


@pytest.mark.parametrize("messages", [1, 3])
def test_the_list_costs_the_same_however_long(client, user, django_assert_num_queries, messages):
    SentNoticeFactory.create_batch(messages, recipient=user)
    client.get(LIST)

    # Session, user, count, page, and in the header the center and what is new.
    with django_assert_num_queries(6):
        client.get(LIST)


def test_without_messages_it_says_what_will_be_here(client, user):
    assert "还没有消息" in client.get(LIST).content.decode()


def test_what_is_new_is_found_among_what_was_read(client, user):
    new = SentNoticeFactory(recipient=user)
    SentNoticeFactory.create_batch(2, recipient=user, read_at=timezone.now())

    assert list(client.get(LIST, {"show": "new"}).context["page"]) == [new]
    client.post(READ)

    page = client.get(LIST, {"show": "new"})
    assert "都看过了" in page.content.decode()
    assert f'action="{READ}"' not in page.content.decode()


def test_a_long_list_comes_in_pages_the_links_of_which_keep_what_is_shown(client, user):
    SentNoticeFactory.create_batch(21, recipient=user)

    first, second = (client.get(LIST, {"show": "new", "page": page}) for page in (1, 2))

    assert [len(page.context["page"]) for page in (first, second)] == [20, 1]
    assert "show=new" in first.content.decode()


def test_opening_a_message_reads_it(client, user):
    notice, other = SentNoticeFactory.create_batch(2, recipient=user)

    response = client.get(address(notice))

    assert notice.subject in response.content.decode()
    assert list(Notice.objects.unread()) == [other]


def test_opening_it_again_changes_nothing(client, user):
    read_at = timezone.now()
    notice = SentNoticeFactory(recipient=user, read_at=read_at)

    client.get(address(notice))

    notice.refresh_from_db()
    assert notice.read_at == read_at


def test_the_words_of_a_message_are_shown_as_they_are(client, user):
    notice = SentNoticeFactory(recipient=user, body="<script>\nhttp://127.0.0.1:8000/x/")

    page = client.get(address(notice)).content.decode()

    assert "&lt;script&gt;<br>" in page
    assert '<a href="http://127.0.0.1:8000/x/"' in page


@pytest.mark.parametrize("more", [{}, {"is_private": True}, {"sent_at": None}])
def test_what_is_not_mine_to_read_is_not_there(client, user, more):
    recipient = user if more else UserFactory()
    notice = SentNoticeFactory(recipient=recipient, **more)

    assert client.get(address(notice)).status_code == 404


def test_all_are_read_with_one_button(client, user):
    SentNoticeFactory.create_batch(2, recipient=user)
    others = SentNoticeFactory()

    response = client.post(READ)

    assert (response.status_code, response.url) == (302, LIST)
    assert list(Notice.objects.unread()) == [others]
    assert client.post(READ).status_code == 302


def test_reading_all_is_not_done_by_a_link(client, user):
    assert client.get(READ).status_code == 405


@pytest.mark.parametrize("path", [LIST, READ, PREFERENCES, "/messages/1/"])
def test_a_stranger_is_asked_to_sign_in(client, path):
    response = client.post(path) if path == READ else client.get(path)

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


CHOSEN = {
    "bookings": "sms",
    "offers": "email",
    "reminders": "none",
    "news": "inbox",
    "feedback": "email",
    "lead": "early",
    "is_quiet": "on",
    "quiet_from": "22:30",
    "quiet_until": "07:00",
}


def test_i_say_how_i_want_to_be_told_of_what(client, user):
    response = client.post(PREFERENCES, CHOSEN)

    assert (response.status_code, response.url) == (302, LIST)
    mine = Preference.objects.get(user=user)
    assert mine.ways == {"bookings": "sms", "offers": "email", "news": "inbox", "feedback": "email"}
    assert (mine.reminders, mine.news, mine.feedback) == (False, True, True)
    assert (mine.lead, mine.quiet_from, mine.quiet_until) == ("early", time(22, 30), time(7))


def test_i_change_my_mind(client, user):
    client.post(PREFERENCES, CHOSEN)

    client.post(PREFERENCES, CHOSEN | {"reminders": "sms", "news": "none", "is_quiet": ""})

    mine = Preference.objects.get(user=user)
    assert (mine.ways["reminders"], mine.reminders, mine.news) == ("sms", True, False)
    assert mine.is_quiet is False


def test_what_i_have_chosen_is_chosen_when_i_come_back(client, user):
    client.post(PREFERENCES, CHOSEN)

    form = client.get(PREFERENCES).context["form"]

    assert {name: form[name].value() for name in list(CHOSEN)[:5]} == dict(list(CHOSEN.items())[:5])
    assert 'value="22:30"' in str(form["quiet_from"])


def test_only_ways_that_reach_me_are_offered(client):
    client.force_login(UserFactory(email=None, phone="+8613812345678"))

    fields = client.get(PREFERENCES).context["form"].fields

    assert [way for way, _label in fields["bookings"].choices] == [Channel.SMS, Channel.INBOX]
    assert [way for way, _label in fields["news"].choices] == [
        Channel.SMS,
        Channel.INBOX,
        "none",
    ]


def test_the_usual_way_is_chosen_beforehand(client, user):
    assert client.get(PREFERENCES).context["form"]["offers"].value() == Channel.EMAIL


@pytest.mark.parametrize(
    "wrong",
    [
        {"bookings": "none"},
        {"offers": "pigeon"},
        {"news": ""},
        {"lead": "never"},
        {"quiet_from": "25:00"},
        {"quiet_until": "22:30"},
    ],
)
def test_what_cannot_be_is_said_and_the_rest_stays_chosen(client, user, wrong):
    response = client.post(PREFERENCES, CHOSEN | wrong)

    assert response.status_code == 400
    assert response.context["form"].errors.keys() == wrong.keys()
    assert response.context["form"]["feedback"].value() == "email"
    assert not Preference.objects.exists()


def test_a_way_that_does_not_reach_me_is_refused(client):
    client.force_login(UserFactory(email=None))

    assert client.post(PREFERENCES, CHOSEN | {"bookings": "email"}).status_code == 400
    assert not Preference.objects.exists()


@pytest.mark.parametrize("is_staff", [True, False])
def test_only_those_with_such_work_are_asked_about_it(client, is_staff):
    client.force_login(UserFactory(is_staff=is_staff))

    assert (b'name="work"' in client.get(PREFERENCES).content) is is_staff
