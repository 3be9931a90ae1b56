"""When nobody is disturbed."""

from datetime import datetime, time

import pytest
from django.conf import settings as conf
from django.core import mail
from django.utils import timezone

from notices import unsubscribing
from notices.kinds import KINDS, Group, Hurry
from notices.models import Channel, Notice, Preference
from notices.quiet import awake
from notices.services import deliver_due, stop, take_back
from tests.factories import NoticeFactory, UserFactory


def moment(text):
    return timezone.make_aware(datetime.fromisoformat(text))


EVENING, MORNING = moment("2026-12-01 21:00"), moment("2026-12-02 08:00")
WAITING = [kind for kind, (_group, hurry) in KINDS.items() if hurry == Hurry.WAITS]
SOON = [kind for kind, (_group, hurry) in KINDS.items() if hurry == Hurry.SOON]


@pytest.fixture
def quiet(settings, db):
    settings.QUIET_HOURS = True


def left(kind="bookings/confirmed", *, at=EVENING, starts_at="2026-12-05T02:00:00+00:00", **more):
    context = {"title": "书法", "names": ["李敏"], "starts_at": starts_at}
    return NoticeFactory(kind=kind, send_after=at, context=context, **more)


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2026-12-01 08:00", "2026-12-01 08:00"),
        ("2026-12-01 20:59", "2026-12-01 20:59"),
        ("2026-12-01 21:00", "2026-12-02 08:00"),
        ("2026-12-01 23:59", "2026-12-02 08:00"),
        ("2026-12-02 00:00", "2026-12-02 08:00"),
        ("2026-12-02 07:59", "2026-12-02 08:00"),
    ],
)
def test_what_falls_into_the_night_waits_until_morning(at, then):
    assert awake(moment(at)) == moment(then)


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2026-12-01 12:59", "2026-12-01 12:59"),
        ("2026-12-01 13:00", "2026-12-01 15:30"),
        ("2026-12-01 15:29", "2026-12-01 15:30"),
        ("2026-12-01 15:30", "2026-12-01 15:30"),
        ("2026-12-01 23:00", "2026-12-01 23:00"),
    ],
)
def test_who_sleeps_by_day_may_have_quiet_by_day(at, then):
    assert awake(moment(at), time(13), time(15, 30)) == moment(then)


def test_every_kind_of_notice_says_what_it_is_about_and_whether_it_can_wait():
    files = (conf.BASE_DIR / "templates").glob("*/notices/[!_]*.txt")

    assert sorted(KINDS) == sorted(f"{file.parent.parent.name}/{file.stem}" for file in files)


@pytest.mark.parametrize("kind", WAITING)
def test_in_the_evening_it_stands_in_my_messages_and_the_mail_goes_out_at_eight(quiet, kind):
    notice = left(kind)

    assert [deliver_due(EVENING), len(mail.outbox)] == [1, 0]
    assert Notice.objects.visible_to(notice.recipient).get().subject
    assert [deliver_due(moment("2026-12-02 07:59")), len(mail.outbox)] == [0, 0]
    assert [deliver_due(MORNING), len(mail.outbox)] == [1, 1]
    assert [deliver_due(MORNING), len(mail.outbox)] == [0, 1]
    notice.refresh_from_db()
    assert (notice.shown_at, notice.sent_at) == (EVENING, MORNING)


def test_until_nine_it_goes_out_at_once(quiet):
    left(at=moment("2026-12-01 20:59"))

    deliver_due(moment("2026-12-01 20:59"))

    assert len(mail.outbox) == 1


def test_a_text_message_waits_as_well(quiet, settings):
    settings.SMS_BACKEND = "tests.notices.test_quiet.Gateway"
    Gateway.sent = []
    left(recipient=None, address="+8613812345678")

    for at in (EVENING, MORNING):
        deliver_due(at)
        assert len(Gateway.sent) == (at == MORNING)


@pytest.mark.parametrize("kind", SOON)
def test_what_is_over_before_one_could_act_on_it_is_told_at_night(quiet, kind):
    left(kind, starts_at="2026-12-02T01:00:00+00:00")
    left(kind, starts_at="2026-12-02T06:00:00+00:00")

    deliver_due(EVENING)

    assert len(mail.outbox) == 1


def test_an_offer_that_ends_before_morning_is_told_at_night(quiet):
    left("bookings/offered", expires_at=moment("2026-12-02 07:00"))
    left("bookings/offered", expires_at=moment("2026-12-03 12:00"))

    deliver_due(EVENING)

    assert len(mail.outbox) == 1


def test_of_a_series_the_first_date_counts(quiet):
    dates = [{"starts_at": "2026-12-09T01:00:00+00:00"}, {"starts_at": "2026-12-02T01:00:00+00:00"}]
    NoticeFactory(kind="bookings/series_canceled", send_after=EVENING, context={"dates": dates})

    deliver_due(EVENING)

    assert len(mail.outbox) == 1


def test_a_sign_in_code_comes_at_any_hour(quiet):
    left("accounts/code", recipient=None, address="ana@example.org", is_private=True)

    deliver_due(EVENING)

    assert len(mail.outbox) == 1


def test_what_is_over_by_morning_is_not_mailed_any_more(quiet):
    reminder = left("bookings/reminder", expires_at=moment("2026-12-02 07:30"))

    deliver_due(EVENING)
    deliver_due(MORNING)

    reminder.refresh_from_db()
    assert (mail.outbox, reminder.channel, reminder.gave_up_at) == ([], Channel.INBOX, None)
    assert list(Notice.objects.visible_to(reminder.recipient)) == [reminder]


def test_a_reminder_of_a_place_given_back_in_the_night_is_gone_by_morning(quiet):
    left("bookings/reminder", key="reminder-1-2")
    deliver_due(EVENING)

    take_back("reminder-1-")
    deliver_due(MORNING)

    assert mail.outbox == []


@pytest.mark.parametrize(
    ("chosen", "mails"),
    [
        ({"is_quiet": False}, 1),
        ({"quiet_from": time(22)}, 1),
        ({"quiet_from": time(20), "quiet_until": time(21)}, 1),
        ({"quiet_from": time(21)}, 0),
    ],
)
def test_everybody_says_when_it_is_night_for_them(quiet, chosen, mails):
    notice = left()
    Preference.objects.create(user=notice.recipient, **chosen)

    deliver_due(EVENING)

    assert len(mail.outbox) == mails


def test_each_group_takes_its_own_way(db):
    user = UserFactory(email="ana@example.org", phone="+8613812345678")
    Preference.objects.create(user=user, ways={"offers": "sms", "bookings": "inbox"})
    kinds = ["bookings/offered", "bookings/confirmed", "bookings/feedback"]
    notices = [left(kind, recipient=user) for kind in kinds]

    deliver_due(MORNING)

    channels = [Notice.objects.get(pk=notice.pk).channel for notice in notices]
    assert channels == [Channel.SMS, Channel.INBOX, Channel.EMAIL]


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_that_one_can_do_without_says_how_to_end_it(db, kind):
    notice = left(kind)

    deliver_due(MORNING)

    [sent] = mail.outbox
    needed = KINDS[kind].group in (Group.BOOKINGS, Group.OFFERS)
    assert ("List-Unsubscribe" in sent.extra_headers) is not needed
    if not needed:
        assert f"{unsubscribing.label_in(notice)} http" in sent.body.replace("\n", " ")


def test_who_wants_no_mails_of_work_finds_it_in_my_messages(db):
    notice = left("activities/posting_submitted")

    stop(notice.recipient, "work")
    deliver_due(MORNING)

    assert mail.outbox == []
    assert list(Notice.objects.visible_to(notice.recipient)) == [notice]


class Gateway:
    sent: list

    def send(self, notice, subject, body):
        self.sent.append(notice.address)
