"""Answers that nobody reads without need, and who has read them."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Consent, ConsentKind, Person
from activities.models import Question
from bookings.models.bookings import Booking, Place

KEPT_FOR = timedelta(days=7)


class SensitiveAnswerQuerySet(models.QuerySet):
    """An answer without a person is about everybody in the booking."""

    def about(self, person):
        theirs = Place.objects.filter(person=person).values("booking")
        return self.filter(Q(person=person) | Q(person=None, booking__in=theirs))

    def founded(self):
        """What somebody has agreed to, and has not taken back."""
        return self.filter(~_unfounded())

    def unfounded(self):
        return self.filter(_unfounded())

    def due(self, at=None):
        """A week after the last of its dates was over or was given up."""
        at = at or timezone.now()
        over_at = Coalesce("canceled_at", "session__ends_at")
        recent = Place.objects.alias(over_at=over_at).filter(
            booking=OuterRef("booking"), over_at__gt=at - KEPT_FOR
        )
        theirs = recent.filter(person=OuterRef("person"))
        return self.filter(
            Q(~Exists(theirs), person__isnull=False) | Q(~Exists(recent), person=None)
        )


def _unfounded():
    """Somebody it is about has no consent that stands."""
    consents = Consent.objects.active().filter(kind=ConsentKind.HEALTH)
    theirs = Exists(consents.filter(person=OuterRef("person")))
    somebody = Place.objects.filter(booking=OuterRef("booking")).filter(
        ~Exists(consents.filter(person=OuterRef("person")))
    )
    return Q(~theirs, person__isnull=False) | Q(Exists(somebody), person=None)


class SensitiveAnswer(models.Model):
    """An answer on health and the like, sealed; forgotten a week after the last date."""

    booking = models.ForeignKey(
        Booking,
        on_delete=models.CASCADE,
        related_name="sensitive_answers",
        verbose_name=_("booking"),
    )
    question = models.ForeignKey(
        Question,
        on_delete=models.CASCADE,
        related_name="sensitive_answers",
        verbose_name=_("question"),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        related_name="sensitive_answers",
        verbose_name=_("person"),
        null=True,
        blank=True,
        help_text=_("Empty: the whole party."),
    )
    sealed = models.TextField(_("sealed answer"), editable=False)
    created_at = models.DateTimeField(_("given at"), default=timezone.now)

    objects = SensitiveAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("sensitive answer")
        verbose_name_plural = _("sensitive answers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "question", "person"],
                nulls_distinct=False,
                name="question_is_answered_once",
            ),
        ]

    def __str__(self):
        return f"{self.booking.reference} · {self.question}"


class Reading(models.Model):
    """Somebody has read the sensitive answers of a booking."""

    booking = models.ForeignKey(
        Booking, on_delete=models.CASCADE, related_name="readings", verbose_name=_("booking")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("read by"),
    )
    at = models.DateTimeField(_("read at"), default=timezone.now)
    where = models.CharField(_("where"), max_length=40, help_text=_("The page or the file."))

    class Meta:
        verbose_name = _("reading of a sensitive answer")
        verbose_name_plural = _("readings of sensitive answers")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.by} · {self.booking.reference}"
