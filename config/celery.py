"""The clock of the center: what runs by itself, and when."""

import os

from celery import Celery, signals
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("center")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# An entry older than the next one of its kind says nothing new: it expires.
app.conf.beat_schedule = {
    "deliver notices": {
        "task": "notices.tasks.deliver",
        "schedule": 3.0,
        "options": {"expires": 3},
    },
}


@signals.setup_logging.connect
def use_the_settings(**kwargs):
    """Leave logging as `settings.LOGGING` says; Celery would replace it."""


__all__ = ["app", "crontab"]
