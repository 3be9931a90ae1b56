import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from notices import services
from notices.models import Channel, Notice
from notices.services import ATTEMPTS, deliver_due, leave, take_back
from tests.factories import NoticeFactory, UserFactory
from tests.notices.mailboxes import Unreachable

MINUTE = timedelta(minutes=1)
THREADS = 8


def addresses():
    return [message.to[0] for message in mail.outbox]


@pytest.mark.django_db
def test_what_is_due_is_sent_and_marked():
    now = timezone.now()
    notice = NoticeFactory(recipient__email="ana@example.org")

    assert deliver_due(now) == 1

    notice.refresh_from_db()
    assert addresses() == ["ana@example.org"]
    assert (notice.sent_at, notice.attempts) == (now, 1)
    assert (notice.channel, notice.address) == (Channel.EMAIL, "ana@example.org")
    assert (mail.outbox[0].subject, mail.outbox[0].body) == (notice.subject, notice.body)
    assert notice.subject == "已报名：Calligraphy"


@pytest.mark.django_db
def test_what_was_sent_is_not_sent_again():
    NoticeFactory()

    assert [deliver_due(), deliver_due()] == [1, 0]
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_nothing_is_sent_before_its_time():
    now = timezone.now()
    NoticeFactory(send_after=now + MINUTE)

    assert [deliver_due(now), deliver_due(now + MINUTE)] == [0, 1]


@pytest.mark.django_db
def test_no_more_are_sent_than_asked_for():
    NoticeFactory.create_batch(3)

    assert deliver_due(limit=2) == 2
    assert Notice.objects.unsent().count() == 1


@pytest.mark.django_db
def test_what_somebody_waits_for_goes_ahead_of_the_reminders():
    now = timezone.now()
    for n in range(3):
        NoticeFactory(recipient__email=f"reminded{n}@example.org", send_after=now - n * MINUTE)
    leave("accounts/code", key="code", address="waits@example.org", context={"code": "123456"})

    deliver_due()

    assert addresses()[0] == "waits@example.org"


@pytest.mark.django_db
def test_what_is_pointless_by_now_is_given_up_with_the_reason():
    now = timezone.now()
    notice = NoticeFactory(expires_at=now)

    assert deliver_due(now) == 0

    notice.refresh_from_db()
    assert (notice.gave_up_at, notice.last_error) == (now, "expired")
    assert mail.outbox == []


@pytest.mark.django_db
def test_one_bad_address_holds_up_nobody_and_undoes_nothing(settings):
    settings.EMAIL_BACKEND = "tests.notices.mailboxes.Picky"
    now = timezone.now()
    for n, name in enumerate(("ana", "gone", "cy")):
        NoticeFactory(recipient__email=f"{name}@example.org", send_after=now + n * MINUTE)

    assert deliver_due(now + 9 * MINUTE) == 2

    assert addresses() == ["ana@example.org", "cy@example.org"]
    left = Notice.objects.unsent().get()
    assert "No such user" in left.last_error


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["bookings/no_such_file", "nonsense"])
def test_a_notice_that_cannot_be_written_holds_up_nobody(kind):
    NoticeFactory(kind=kind)
    NoticeFactory(recipient__email="bo@example.org")

    deliver_due()

    assert addresses() == ["bo@example.org"]
    assert Notice.objects.unsent().get().attempts == 1


@pytest.mark.django_db
def test_failures_are_tried_again_ever_later_and_given_up_in_the_end(settings):
    settings.EMAIL_BACKEND = "tests.notices.mailboxes.Picky"
    at = timezone.now()
    notice = NoticeFactory(recipient__email="gone@example.org", send_after=at)
    pauses = []

    for _attempt in range(ATTEMPTS - 1):
        assert deliver_due(at) == 0
        notice.refresh_from_db()
        pauses.append((notice.send_after - at) / MINUTE)
        at = notice.send_after
    assert notice.gave_up_at is None
    deliver_due(at)

    notice.refresh_from_db()
    assert pauses == [0.5, 2, 8, 32, 120, 120, 120, 120, 120, 120, 120]
    assert (notice.gave_up_at, notice.attempts) == (at, ATTEMPTS)
    assert deliver_due(at + timedelta(days=1)) == 0


@pytest.mark.django_db
def test_a_failure_that_was_mended_goes_out(settings):
    settings.EMAIL_BACKEND = "tests.notices.mailboxes.Picky"
    now = timezone.now()
    notice = NoticeFactory(recipient__email="gone@example.org")
    deliver_due(now)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert [deliver_due(now), deliver_due(now + MINUTE)] == [0, 1]

    notice.refresh_from_db()
    assert notice.attempts == 2


@pytest.mark.django_db
def test_a_server_that_does_not_answer_is_asked_once_in_one_go(settings):
    settings.EMAIL_BACKEND = "tests.notices.mailboxes.Unreachable"
    Unreachable.asked = 0
    NoticeFactory.create_batch(3)
    in_app = NoticeFactory(recipient__email=None)

    assert deliver_due() == 1

    in_app.refresh_from_db()
    assert in_app.sent_at
    assert Unreachable.asked == 1
    assert Notice.objects.unsent().filter(attempts=1).count() == 3


@pytest.mark.django_db
def test_a_repeat_has_the_same_message_id():
    first, _other = NoticeFactory.create_batch(2)
    deliver_due()
    Notice.objects.filter(pk=first.pk).update(sent_at=None)

    deliver_due()

    ids = Counter(message.extra_headers["Message-ID"] for message in mail.outbox)
    assert sorted(ids.values()) == [1, 2]
    assert all(name.startswith("<") and name.endswith("@localhost>") for name in ids)


@pytest.mark.django_db(transaction=True)
def test_taking_back_does_not_wait_for_what_is_being_sent():
    sending, waiting = NoticeFactory(key="reminder-1-a"), NoticeFactory(key="reminder-1-b")
    held, done = threading.Event(), threading.Event()

    def send():
        try:
            with transaction.atomic():
                Notice.objects.select_for_update(no_key=True).get(pk=sending.pk)
                held.set()
                done.wait(10)
        finally:
            connection.close()

    sender = threading.Thread(target=send)
    sender.start()
    held.wait(10)

    assert take_back("reminder-1-") == 1

    done.set()
    sender.join()
    assert list(Notice.objects.all()) == [sending]
    assert waiting.key == "reminder-1-b"


def deliver_in_threads():
    """What each of the threads says it has sent."""
    sent, start = [], threading.Barrier(THREADS)

    def worker():
        try:
            start.wait(10)
            sent.append(deliver_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sent


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_any_number_of_workers_send_each_notice_once():
    user = UserFactory(email="ana@example.org")
    notices = NoticeFactory.create_batch(200, recipient=user)

    sent = deliver_in_threads()

    ids = Counter(message.extra_headers["Message-ID"] for message in mail.outbox)
    assert sum(sent) == len(ids) == len(notices)
    assert set(ids.values()) == {1}
    assert min(sent) > 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_workers_repeat_each_other(monkeypatch):
    NoticeFactory.create_batch(50, recipient=UserFactory(email="ana@example.org"))
    unlocked = lambda at: Notice.objects.due(at).order_by("send_after").first()  # noqa: E731
    monkeypatch.setattr(services, "_next_due", unlocked)

    deliver_in_threads()

    ids = Counter(message.extra_headers["Message-ID"] for message in mail.outbox)
    assert max(ids.values()) > 1
