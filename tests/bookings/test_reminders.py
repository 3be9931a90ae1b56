import threading
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts.models import Role
from activities.models import Status as ActivityStatus
from bookings import changes, services
from bookings.models import BookingChannel
from bookings.reminders import leave_reminders
from bookings.telling import audience, facts
from notices.models import Notice, Preference
from notices.services import deliver_due
from tests.bookings.booking import book_for, carer
from tests.factories import (
    ActivityFactory,
    CareFactory,
    PersonFactory,
    RoomFactory,
    SessionFactory,
    UserFactory,
)
from venues import takings
from venues.models import TakingKind

pytestmark = pytest.mark.django_db

NOW = timezone.now().replace(microsecond=0)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def session_in(wait, **more):
    return SessionFactory(starts_at=NOW + wait, ends_at=NOW + wait + HOUR, **more)


def reminders():
    return Notice.objects.filter(kind="bookings/reminder")


def hours_before():
    """Which reminders have been left: ["2h", "24h"]."""
    return sorted(key.rpartition("-")[2] for key in reminders().values_list("key", flat=True))


def test_a_day_before_and_two_hours_before_everybody_is_reminded():
    session = session_in(3 * DAY)
    book_for(PersonFactory(), session=session, at=NOW)

    left = {
        wait: leave_reminders(session.starts_at - wait)
        for wait in (25 * HOUR, 24 * HOUR, 23 * HOUR, 2 * HOUR, HOUR, timedelta(0))
    }

    assert list(left.values()) == [0, 1, 0, 1, 0, 0]
    assert hours_before() == ["24h", "2h"]


def test_each_activity_has_its_own_lead():
    session = session_in(3 * DAY, activity__reminder_hours=[48])
    book_for(PersonFactory(), session=session, at=NOW)

    assert leave_reminders(session.starts_at - 48 * HOUR) == 1
    assert leave_reminders(session.starts_at - 2 * HOUR) == 0


def test_an_activity_may_have_no_reminders():
    session = session_in(3 * DAY, activity__reminder_hours=[])
    book_for(PersonFactory(), session=session, at=NOW)

    assert leave_reminders(session.starts_at - HOUR) == 0


def test_a_late_booker_gets_no_outdated_reminder():
    session = session_in(5 * HOUR)
    book_for(PersonFactory(), session=session, at=NOW)

    assert leave_reminders(NOW + MINUTE) == 0
    assert leave_reminders(session.starts_at - 2 * HOUR) == 1
    assert hours_before() == ["2h"]


def test_after_a_night_without_a_clock_only_the_last_reminder_is_left():
    session = session_in(3 * DAY)
    book_for(PersonFactory(), session=session, at=NOW)

    leave_reminders(session.starts_at - HOUR)

    assert hours_before() == ["2h"]


def test_whoever_moved_up_late_counts_as_a_late_booker():
    session = session_in(3 * DAY, capacity=1)
    first = book_for(PersonFactory(), session=session, at=NOW)
    book_for(PersonFactory(), session=session, at=NOW)
    late = session.starts_at - 5 * HOUR
    services.cancel(first, by=first.booked_by, at=late)

    assert leave_reminders(late + MINUTE) == 0
    assert leave_reminders(session.starts_at - 2 * HOUR) == 1


def test_nobody_is_reminded_of_what_is_not_theirs():
    waiting = session_in(DAY + MINUTE, capacity=1)
    book_for(PersonFactory(), session=waiting, at=NOW - DAY)
    book_for(PersonFactory(), session=waiting, at=NOW - DAY)
    given_back = book_for(PersonFactory(), session=session_in(DAY + MINUTE), at=NOW - DAY)
    services.cancel(given_back, by=given_back.booked_by, at=NOW)
    called_off = session_in(DAY + MINUTE)
    book_for(PersonFactory(), session=called_off, at=NOW - DAY)
    changes.call_off(called_off, reason="", by=UserFactory(), at=NOW)
    hidden = session_in(DAY + MINUTE)
    book_for(PersonFactory(), session=hidden, at=NOW - DAY)
    hidden.activity.status = ActivityStatus.ARCHIVED
    hidden.activity.save()

    assert leave_reminders(NOW + 2 * MINUTE) == 1
    assert reminders().get().context["title"] == waiting.activity.title


def test_a_party_is_reminded_with_one_notice():
    session = session_in(DAY)
    lan, ming = PersonFactory(name="李兰"), PersonFactory(name="李明")
    booking = book_for(lan, ming, session=session, at=NOW - DAY)

    leave_reminders(NOW)

    notice = reminders().get()
    assert notice.recipient == booking.booked_by
    assert notice.context["names"] == ["李兰", "李明"]


def test_whoever_left_the_party_is_not_named():
    session = session_in(2 * DAY)
    lan, ming = PersonFactory(name="李兰"), PersonFactory(name="李明")
    booking = book_for(lan, ming, session=session, at=NOW)
    places = list(booking.places.filter(person=lan))
    services.cancel(booking, by=booking.booked_by, places=places, at=NOW)

    leave_reminders(NOW + DAY)

    assert reminders().get().context["names"] == ["李明"]


def test_a_reminder_says_what_every_other_notice_of_the_booking_says():
    room = RoomFactory(floor__level=3, name="多功能教室")
    session = session_in(DAY, activity__center=room.floor.center, outside_place="")
    session.taking = takings.take(
        room, session.starts_at, session.ends_at, kind=TakingKind.SESSION, label=""
    )
    session.save()
    booking = book_for(PersonFactory(), session=session, at=NOW - DAY)

    leave_reminders(NOW)

    notice = reminders().get()
    said = facts(booking, [session])
    del said["sessions"]
    assert notice.context == said
    assert notice.link == f"/bookings/{booking.reference}/"
    assert notice.expires_at == session.starts_at


@pytest.mark.parametrize("role", [Role.SELF, Role.GUARDIAN])
def test_what_the_desk_booked_reminds_whoever_cares(role):
    person = PersonFactory()
    CareFactory(person=person, role=Role.HELPER)
    mine = CareFactory(person=person, role=role).user
    booking = book_for(
        person, session=session_in(DAY), channel=BookingChannel.DESK, by=carer(), at=NOW - DAY
    )

    leave_reminders(NOW)

    assert (mine, "") == audience(booking)
    assert reminders().get().recipient == mine


def test_what_the_desk_booked_for_somebody_without_an_account_reminds_by_phone():
    mother, child = PersonFactory(phone="+8613812345678"), PersonFactory()
    booking = book_for(
        child,
        session=session_in(DAY),
        channel=BookingChannel.DESK,
        asked_by=mother,
        by=carer(),
        at=NOW - DAY,
    )

    leave_reminders(NOW)

    notice = reminders().get()
    assert (notice.recipient, notice.address) == audience(booking) == (None, "+8613812345678")


def test_somebody_without_any_address_is_reminded_by_nobody():
    book_for(
        PersonFactory(),
        session=session_in(DAY),
        channel=BookingChannel.DESK,
        by=carer(),
        at=NOW - DAY,
    )

    assert leave_reminders(NOW) == 0


def test_whoever_wants_no_reminders_gets_none():
    booking = book_for(PersonFactory(), session=session_in(DAY), at=NOW - DAY)
    Preference.objects.create(user=booking.booked_by, reminders=False)

    assert leave_reminders(NOW) == 0


@pytest.mark.parametrize(
    ("lead", "hours", "told"),
    [
        ("both", [24, 2], [24, 2]),
        ("early", [24, 2], [24]),
        ("late", [24, 2], [2]),
        ("late", [24], [24]),
        ("early", [2], [2]),
        ("late", [48, 24, 3, 1], [3, 1]),
    ],
)
def test_people_choose_whether_a_day_before_or_shortly_before(lead, hours, told):
    session = session_in(3 * DAY, activity__reminder_hours=hours)
    booking = book_for(PersonFactory(), session=session, at=NOW - DAY)
    Preference.objects.create(user=booking.booked_by, lead=lead)

    left = [each for each in hours if leave_reminders(session.starts_at - timedelta(hours=each))]

    assert left == told


def test_a_moved_session_moves_its_reminders():
    session = session_in(DAY)
    booking = book_for(PersonFactory(), session=session, at=NOW - DAY)
    leave_reminders(NOW)
    later = session.starts_at + DAY

    changes.move(
        session,
        starts_at=later,
        ends_at=later + HOUR,
        outside_place="Square",
        by=booking.booked_by,
        at=NOW,
    )

    assert not reminders().exists()
    assert leave_reminders(NOW) == 0
    assert leave_reminders(later - DAY) == 1
    assert reminders().get().context["starts_at"] == later.isoformat()


def test_a_session_moved_after_its_reminder_was_sent_is_reminded_of_again():
    session = session_in(DAY)
    booking = book_for(PersonFactory(), session=session, at=NOW - DAY)
    leave_reminders(NOW)
    deliver_due(NOW)
    later = session.starts_at + DAY
    place = {"outside_place": "Square", "by": booking.booked_by, "at": NOW}
    changes.move(session, starts_at=later, ends_at=later + HOUR, **place)

    leave_reminders(later - DAY)

    assert reminders().count() == 2
    assert reminders().unsent().count() == 1


def test_a_canceled_booking_takes_its_reminders_back():
    booking = book_for(PersonFactory(), session=session_in(DAY), at=NOW - DAY)
    kept = book_for(PersonFactory(), session=session_in(DAY), at=NOW - DAY)
    leave_reminders(NOW)

    services.cancel(booking, by=booking.booked_by, at=NOW)

    assert reminders().get().recipient == kept.booked_by
    assert leave_reminders(NOW + MINUTE) == 0


def test_a_called_off_session_takes_its_reminders_back():
    session = session_in(DAY)
    book_for(PersonFactory(), session=session, at=NOW - DAY)
    leave_reminders(NOW)

    changes.call_off(session, reason="停电", by=UserFactory(), at=NOW)

    assert not reminders().exists()


def test_a_whole_course_is_reminded_date_by_date():
    activity = ActivityFactory(booking_mode="course")
    first, second = (
        session_in(wait, activity=activity, booking_closes_at=NOW + DAY)
        for wait in (2 * DAY, 9 * DAY)
    )
    book_for(PersonFactory(), activity=activity, at=NOW)

    assert leave_reminders(first.starts_at - DAY) == 1
    assert leave_reminders(second.starts_at - DAY) == 1
    assert leave_reminders(second.starts_at - DAY) == 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_clocks_leave_each_reminder_once():
    bookings = [book_for(PersonFactory(), session=session_in(DAY), at=NOW - DAY) for _ in range(5)]
    left, start = [], threading.Barrier(8)

    def tick():
        try:
            start.wait(10)
            left.append(leave_reminders(NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(left) == reminders().count() == len(bookings)


@time_machine.travel("2026-11-24 09:10+08:00", tick=False)
def test_a_reminder_reads_like_one(settings):
    settings.SITE_URL = "https://center.example"
    now = timezone.now()
    activity = ActivityFactory(title="毛笔小楷入门", center__name="向阳社区服务中心")
    session = SessionFactory(
        activity=activity,
        starts_at=now + DAY,
        ends_at=now + DAY + HOUR,
        outside_place="4 楼 书画室",
    )
    booking = book_for(PersonFactory(name="李敏"), session=session, at=now - DAY)
    leave_reminders(now)

    deliver_due(now)

    sent = mail.outbox[-1]
    assert sent.subject == "提醒：明天 09:10 毛笔小楷入门"
    assert "时间：11月25日 周三 09:10–10:10\n地点：4 楼 书画室\n参加人：李敏\n" in sent.body
    assert f"https://center.example/bookings/{booking.reference}/" in sent.body
