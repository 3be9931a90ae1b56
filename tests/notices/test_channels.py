import pytest

from notices.channels import ConsoleSms, NoSms, reachable_by, way_to
from notices.models import Channel, Notice, Preference
from notices.services import deliver_due
from tests.factories import NoticeFactory, UserFactory

pytestmark = pytest.mark.django_db

MAIL, PHONE = "ana@example.org", "+8613812345678"


@pytest.mark.parametrize(
    ("prefers", "email", "phone", "way"),
    [
        (None, MAIL, PHONE, (Channel.EMAIL, MAIL)),
        (None, MAIL, None, (Channel.EMAIL, MAIL)),
        (None, None, PHONE, (Channel.SMS, PHONE)),
        (None, None, None, (Channel.INBOX, "")),
        (Channel.SMS, MAIL, PHONE, (Channel.SMS, PHONE)),
        (Channel.SMS, MAIL, None, (Channel.EMAIL, MAIL)),
        (Channel.EMAIL, None, PHONE, (Channel.SMS, PHONE)),
        (Channel.EMAIL, None, None, (Channel.INBOX, "")),
        (Channel.INBOX, MAIL, PHONE, (Channel.INBOX, "")),
    ],
)
def test_people_are_told_as_they_prefer_or_as_they_can_be_reached(prefers, email, phone, way):
    user = UserFactory(email=email, phone=phone)
    if prefers:
        Preference.objects.create(user=user, ways={"bookings": prefers, "news": Channel.INBOX})

    assert way_to(Notice(recipient=user, kind="bookings/confirmed")) == way


@pytest.mark.parametrize(("address", "channel"), [(MAIL, Channel.EMAIL), (PHONE, Channel.SMS)])
def test_an_address_says_itself_what_it_is(address, channel):
    assert way_to(Notice(address=address)) == (channel, address)


def test_a_code_goes_where_it_was_asked_for():
    user = UserFactory(email=MAIL, phone=PHONE)

    assert way_to(Notice(recipient=user, address=PHONE)) == (Channel.SMS, PHONE)


def test_without_text_messages_nobody_is_reached_by_phone(settings):
    settings.SMS_BACKEND = ""

    assert list(reachable_by(UserFactory(email=MAIL, phone=PHONE))) == [
        Channel.EMAIL,
        Channel.INBOX,
    ]


def test_without_text_messages_a_notice_to_a_phone_fails_where_staff_see_it(settings):
    settings.SMS_BACKEND = ""
    notice = NoticeFactory(recipient=None, address=PHONE)

    assert deliver_due() == 0

    notice.refresh_from_db()
    assert NoSms.__name__ not in notice.last_error
    assert "SMS_BACKEND" in notice.last_error


def test_tests_and_trials_send_no_text_message_to_anybody(settings):
    assert f"{ConsoleSms.__module__}.{ConsoleSms.__name__}" == settings.SMS_BACKEND


def test_a_text_message_is_sent_by_the_class_that_the_settings_name(settings):
    settings.SMS_BACKEND = "tests.notices.test_channels.Gateway"
    Gateway.sent = []
    NoticeFactory(recipient=None, address=PHONE, context={"title": "书法", "names": ["李敏"]})

    deliver_due()

    assert Gateway.sent == [(PHONE, "已报名：书法")]


class Gateway:
    sent: list

    def send(self, notice, subject, body):
        self.sent.append((notice.address, subject))
