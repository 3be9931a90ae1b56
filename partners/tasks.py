"""The clock of the partners."""

from celery import shared_task

from partners import forgetting, nobody_acts, renewals


@shared_task
def remind_of_ends():
    renewals.remind()


@shared_task
def tell_of_partners_alone():
    nobody_acts.tell_due()


@shared_task
def forget_old():
    forgetting.forget_old()
