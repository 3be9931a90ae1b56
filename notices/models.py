"""The outbox: promises that somebody will be told something, once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.quiet import EVENING, MORNING


class Channel(models.TextChoices):
    INBOX = "inbox", _("My messages")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")


class NoticeQuerySet(models.QuerySet):
    def unsent(self):
        return self.filter(sent_at=None, gave_up_at=None)

    def due(self, at=None):
        at = at or timezone.now()
        return self.unsent().filter(send_after__lte=at)

    def sent(self):
        return self.exclude(sent_at=None)

    def shown(self):
        """What stands in my messages; its mail may still wait for the morning."""
        return self.exclude(shown_at=None).filter(is_private=False)

    def failed(self):
        return self.exclude(gave_up_at=None)

    def unread(self):
        return self.shown().filter(read_at=None)

    def visible_to(self, user):
        """What my messages show: all that was told, except sign-in codes."""
        return self.shown().filter(recipient=user)


class Notice(models.Model):
    """One fact for one recipient.

    What it says is written down when it is sent, from `context` (JSON: strings, numbers,
    ISO 8601 moments under names that end in `_at`) and the message file of its kind, so
    that leaving a notice costs a booking no more than one row.
    """

    key = models.CharField(
        _("key"),
        max_length=200,
        unique=True,
        help_text=_("Names the fact with its moment, so that nobody is told twice."),
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notices",
        verbose_name=_("recipient"),
        null=True,
        blank=True,
    )
    address = models.CharField(
        _("address"),
        max_length=254,
        blank=True,
        help_text=_("An e-mail or a phone; empty until sent when there is a recipient."),
    )
    kind = models.CharField(
        _("kind"), max_length=60, help_text=_("The message file it is made of.")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    context = models.JSONField(_("context"), default=dict, blank=True)
    link = models.CharField(_("link"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    is_private = models.BooleanField(
        _("private"), default=False, help_text=_("Not shown in my messages: a sign-in code.")
    )
    created_at = models.DateTimeField(_("written at"), default=timezone.now)
    send_after = models.DateTimeField(_("send after"), default=timezone.now)
    expires_at = models.DateTimeField(_("pointless after"), null=True, blank=True)
    shown_at = models.DateTimeField(_("in my messages since"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    gave_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | ~Q(address=""),
                name="notice_has_somebody_to_tell",
                violation_error_message=_("A notice needs a recipient or an address."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["send_after"],
                name="notice_due",
                condition=Q(sent_at=None, gave_up_at=None),
            ),
            models.Index(fields=["recipient", "-shown_at"], name="notice_of_recipient"),
        ]

    def __str__(self):
        return self.subject or self.key


class Preference(models.Model):
    """How and when somebody wants to be told; without a row, as it is for everybody.

    `ways` is {group: channel}; a group without one takes whatever way reaches them.
    """

    class Lead(models.TextChoices):
        BOTH = "both", _("A day before and shortly before")
        EARLY = "early", _("Only a day before")
        LATE = "late", _("Only shortly before")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="preference",
        verbose_name=_("user"),
    )
    ways = models.JSONField(_("ways"), default=dict, blank=True)
    reminders = models.BooleanField(_("remind me"), default=True)
    lead = models.CharField(_("when to remind"), max_length=5, choices=Lead, default=Lead.BOTH)
    news = models.BooleanField(_("tell me of what I follow"), default=True)
    feedback = models.BooleanField(_("ask me how it was"), default=True)
    is_quiet = models.BooleanField(_("do not disturb me at night"), default=True)
    quiet_from = models.TimeField(_("from"), default=EVENING)
    quiet_until = models.TimeField(_("until"), default=MORNING)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")

    def __str__(self):
        return str(self.user)
