from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from notices.models import Notice
from notices.services import forget_codes, leave, leave_all, take_back, write
from tests.factories import NoticeFactory, SentNoticeFactory, UserFactory

pytestmark = pytest.mark.django_db


def keys():
    return sorted(Notice.objects.values_list("key", flat=True))


def test_a_notice_is_left_for_a_user():
    user = UserFactory()

    leave("bookings/confirmed", key="booking-1", to=user, context={"title": "书法"}, link="/x/")

    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind, notice.key) == (user, "bookings/confirmed", "booking-1")
    assert (notice.context, notice.link) == ({"title": "书法"}, "/x/")
    assert notice in Notice.objects.due()


def test_the_same_fact_is_left_once():
    user = UserFactory()
    leave("bookings/confirmed", key="booking-1", to=user, context={"title": "first"})

    leave("bookings/confirmed", key="booking-1", to=user, context={"title": "second"})

    assert Notice.objects.get().context == {"title": "first"}


def test_the_same_fact_is_not_told_again_after_it_was_sent():
    sent = SentNoticeFactory()

    leave(sent.kind, key=sent.key, to=sent.recipient)

    assert not Notice.objects.unsent().exists()


def test_a_fact_that_is_rolled_back_takes_its_notice_along():
    with transaction.atomic():
        leave("bookings/confirmed", key="booking-1", address="ana@example.org")
        transaction.set_rollback(True)

    assert keys() == []


def test_a_notice_for_nobody_is_refused():
    with pytest.raises(IntegrityError, match="notice_has_somebody_to_tell"):
        leave("bookings/confirmed", key="booking-1")


def test_leaving_costs_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        leave("bookings/confirmed", key="booking-1", address="ana@example.org")


def test_many_are_left_with_one_statement(django_assert_num_queries):
    NoticeFactory(key="booking-2")

    with django_assert_num_queries(1):
        leave_all(
            write("bookings/called_off", key=f"booking-{n}", address="ana@example.org")
            for n in (3, 2, 1)
        )

    assert keys() == ["booking-1", "booking-2", "booking-3"]


def test_nothing_to_leave_is_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        leave_all([])


def test_what_was_not_sent_is_taken_back():
    for key in ("reminder-1-5-9-24h", "reminder-1-5-9-2h", "reminder-12-5-9-24h"):
        NoticeFactory(key=key)
    SentNoticeFactory(key="reminder-1-4-9-24h")

    assert take_back("reminder-1-") == 2

    assert keys() == ["reminder-1-4-9-24h", "reminder-12-5-9-24h"]


def test_several_are_taken_back_at_once(django_assert_num_queries):
    for key in ("a-1", "b-1", "c-1"):
        NoticeFactory(key=key)

    with django_assert_num_queries(1):
        take_back("a-", "b-")

    assert keys() == ["c-1"]


def test_a_prefix_means_what_it_says():
    NoticeFactory(key="a_b-1")
    NoticeFactory(key="axb-1")

    take_back("a_b-")

    assert keys() == ["axb-1"]


def test_without_a_prefix_nothing_is_taken_back():
    NoticeFactory()

    assert take_back() == 0


def test_what_was_taken_back_can_be_left_again():
    notice = NoticeFactory(key="reminder-1")
    take_back("reminder-1")

    leave(notice.kind, key="reminder-1", to=notice.recipient)

    assert keys() == ["reminder-1"]


def test_codes_are_forgotten_after_a_day():
    now = timezone.now()
    yesterday = now - timedelta(days=1)
    SentNoticeFactory(key="old code", is_private=True, created_at=yesterday)
    SentNoticeFactory(key="new code", is_private=True, created_at=now)
    SentNoticeFactory(key="old message", created_at=yesterday)

    assert forget_codes(now) == 1

    assert keys() == ["new code", "old message"]
