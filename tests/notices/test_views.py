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


def test_i_say_how_i_want_to_be_told(client, user):
    response = client.post(PREFERENCES, {"channel": "sms", "reminders": ""})

    assert (response.status_code, response.url) == (302, LIST)
    preference = Preference.objects.get(user=user)
    assert (preference.channel, preference.reminders) == (Channel.SMS, False)


def test_i_change_my_mind(client, user):
    Preference.objects.create(user=user, channel=Channel.SMS)

    client.post(PREFERENCES, {"channel": "inbox", "reminders": "on"})

    assert Preference.objects.get(user=user).channel == Channel.INBOX


def test_only_ways_that_reach_me_are_offered(client):
    client.force_login(UserFactory(email=None, phone="+8613812345678"))

    choices = client.get(PREFERENCES).context["form"].fields["channel"].choices

    assert [way for way, _label in choices] == [Channel.SMS, Channel.INBOX]


def test_the_usual_way_is_chosen_beforehand(client, user):
    assert client.get(PREFERENCES).context["form"]["channel"].value() == Channel.EMAIL


def test_a_way_that_does_not_reach_me_is_refused(client):
    client.force_login(UserFactory(email=None))

    assert client.post(PREFERENCES, {"channel": "email"}).status_code == 400
    assert not Preference.objects.exists()
