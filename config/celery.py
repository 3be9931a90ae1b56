"""The clock of the center: what runs by itself, and when."""

import os

from celery import Celery, signals
from celery.schedules import crontab
from django.conf import settings

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class Clock(Celery):
    def _connection(self, url, *args, **kwargs):
        """Find the embedded Redis, or start it, only when somebody connects."""
        if not url:
            url = f"redis+socket://{embedded.start(settings.VAR_DIR)}/redis?virtual_host=0"
        return super()._connection(url, *args, **kwargs)


app = Clock("center")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# An entry older than the next one of its kind says nothing new: it expires.
app.conf.beat_schedule = {
    "deliver notices": {
        "task": "notices.tasks.deliver",
        "schedule": 3.0,
        "options": {"expires": 3},
    },
    "leave reminders": {
        "task": "bookings.tasks.leave_reminders",
        "schedule": crontab(),
        "options": {"expires": 60},
    },
    "let places change hands": {
        "task": "bookings.tasks.settle_due",
        "schedule": crontab(),
        "options": {"expires": 60},
    },
    "pass unused places on": {
        "task": "bookings.tasks.pass_on_due",
        "schedule": crontab(),
        "options": {"expires": 60},
    },
    "hold draws": {
        "task": "bookings.tasks.hold_draws",
        "schedule": crontab(),
        "options": {"expires": 60},
    },
    "tell who was missed": {
        "task": "bookings.tasks.tell_who_was_missed",
        "schedule": crontab(hour="9-20", minute=5),
        "options": {"expires": 3600},
    },
    "ask how it was": {
        "task": "bookings.tasks.ask_how_it_was",
        "schedule": crontab(hour="9-20", minute=25),
        "options": {"expires": 3600},
    },
    "tell followers": {
        "task": "bookings.tasks.tell_followers",
        "schedule": crontab(),
        "options": {"expires": 60},
    },
    "look at needs": {
        "task": "bookings.tasks.look_at_needs",
        "schedule": crontab(minute=35),
        "options": {"expires": 3600},
    },
    "free unused rooms": {
        "task": "bookings.tasks.free_unused_rooms",
        "schedule": crontab(),
        "options": {"expires": 60},
    },
    "tell who waits for rooms": {
        "task": "bookings.tasks.tell_who_waits_for_rooms",
        "schedule": crontab(),
        "options": {"expires": 60},
    },
    "ask about standing slots": {
        "task": "bookings.tasks.ask_about_standing_slots",
        "schedule": crontab(day_of_week="mon", hour=9, minute=0),
    },
    "release standing slots": {
        "task": "bookings.tasks.release_standing_slots",
        "schedule": crontab(hour="9-20", minute=15),
        "options": {"expires": 3600},
    },
    "remind of agreements that end": {
        "task": "partners.tasks.remind_of_ends",
        "schedule": crontab(hour=9, minute=10),
    },
    "tell of partners nobody acts for": {
        "task": "partners.tasks.tell_of_partners_alone",
        "schedule": crontab(hour=9, minute=20),
    },
    "open the boxes": {
        "task": "partners.tasks.open_boxes",
        "schedule": crontab(hour="7-20", minute="*/10"),
        "options": {"expires": 600},
    },
    "remind of answers": {
        "task": "partners.tasks.remind_of_answers",
        "schedule": crontab(hour="9-20", minute=35),
        "options": {"expires": 3600},
    },
    "forget old applications and letters": {
        "task": "partners.tasks.forget_old",
        "schedule": crontab(hour=3, minute=55),
    },
    "remind of meetings": {
        "task": "partners.tasks.remind_of_meetings",
        "schedule": crontab(hour="9-20", minute=35),
        "options": {"expires": 3600},
    },
    "check places": {
        "task": "bookings.tasks.check_places",
        "schedule": crontab(hour=3, minute=30),
    },
    "forget what was said on health": {
        "task": "bookings.tasks.forget_health",
        "schedule": crontab(hour=3, minute=45),
    },
    "throw away files": {
        "task": "bookings.tasks.throw_away_files",
        "schedule": crontab(hour=3, minute=50),
    },
    "forget codes": {
        "task": "notices.tasks.forget_codes",
        "schedule": crontab(hour=4, minute=0),
    },
}


@signals.setup_logging.connect
def use_the_settings(**kwargs):
    """Leave logging as `settings.LOGGING` says; Celery would replace it."""
