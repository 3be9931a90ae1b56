"""The clock of the partners."""

from celery import shared_task

from partners import (
    box_openings,
    decisions,
    forgetting,
    letters,
    meetings,
    nobody_acts,
    renewals,
    staff_notices,
    surveys,
)


@shared_task
def remind_of_ends():
    renewals.remind()


@shared_task
def tell_of_partners_alone():
    nobody_acts.tell_due()


@shared_task
def open_boxes():
    box_openings.make_due()
    box_openings.remind()


@shared_task
def remind_of_answers():
    staff_notices.remind_of_answers()


@shared_task
def forget_old():
    """Applications that came to nothing, who wrote letters, and who answered surveys."""
    forgetting.forget_old()
    letters.forget_old()
    surveys.forget_old()


@shared_task
def remind_of_meetings():
    meetings.remind_due()
    decisions.remind_due()
