"""The clock of the bookings."""

from celery import shared_task
from django.core.management import call_command

from activities import unused_pictures
from bookings import (
    answers,
    draws,
    feedback_notices,
    following,
    needs_met,
    no_show_notices,
    passing_on,
    reminders,
    room_imports,
    room_waits,
    rooms,
    standing_slots,
    waitlist,
)


@shared_task
def leave_reminders():
    reminders.leave_reminders()


@shared_task
def settle_due():
    waitlist.settle_due()


@shared_task
def pass_on_due():
    passing_on.pass_on_due()


@shared_task
def tell_who_was_missed():
    no_show_notices.tell_due()


@shared_task
def hold_draws():
    draws.hold_due()


@shared_task
def check_places():
    call_command("check_places")


@shared_task
def forget_health():
    answers.forget_due()


@shared_task
def throw_away_files():
    room_imports.throw_away()
    unused_pictures.throw_away()


@shared_task
def free_unused_rooms():
    rooms.free_unused()
    rooms.lapse_undecided()


@shared_task
def tell_who_waits_for_rooms():
    room_waits.tell_due()


@shared_task
def ask_about_standing_slots():
    standing_slots.ask_about_coming()


@shared_task
def release_standing_slots():
    standing_slots.release_unanswered()


@shared_task
def tell_followers():
    following.tell_due()


@shared_task
def ask_how_it_was():
    feedback_notices.tell_due()


@shared_task
def look_at_needs():
    needs_met.look_again()
