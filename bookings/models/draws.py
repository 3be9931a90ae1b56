"""Places given by lot, so that nobody, the center included, can steer who gets one."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Session


def new_secret():
    """64 hexadecimal digits that nobody can guess."""
    return secrets.token_hex(32)


class Draw(models.Model):
    """How the places of a course (`session` None) or of one session are drawn.

    The hash of the secret (`commitment`) and the source of the public number are published
    before applications open; `entries` are frozen when they close, [[reference, people, lots]]
    sorted by reference; then the public number is typed in, and `seed` follows from all three.
    """

    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="draws", verbose_name=_("activity")
    )
    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        related_name="draws",
        verbose_name=_("session"),
        null=True,
        blank=True,
        help_text=_("Empty: the whole course."),
    )
    secret = models.CharField(max_length=64, default=new_secret, editable=False)
    commitment = models.CharField(_("hash of the secret"), max_length=64, editable=False)
    number_source = models.CharField(
        _("public number"),
        max_length=200,
        help_text=_(
            "Which number, announced by whom and when, after applications close: the evening's "
            "state lottery, say."
        ),
    )
    weighs_past = models.BooleanField(
        _("more lots for whoever was not drawn before"), default=False
    )
    committed_at = models.DateTimeField(_("published at"), default=timezone.now)
    frozen_at = models.DateTimeField(_("applications closed at"), null=True, blank=True)
    entries = models.JSONField(_("applications"), null=True, blank=True)
    public_number = models.CharField(_("the number that came out"), max_length=80, blank=True)
    number_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("typed in by"),
        null=True,
        blank=True,
    )
    number_at = models.DateTimeField(_("typed in at"), null=True, blank=True)
    seed = models.CharField(_("seed"), max_length=64, blank=True)
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True)
    result = models.JSONField(_("references in drawn order"), null=True, blank=True)

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        ordering = ["-committed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "session"],
                nulls_distinct=False,
                name="places_are_drawn_once",
                violation_error_message=_("There is a draw for this already."),
            ),
            models.CheckConstraint(
                condition=Q(frozen_at=None) | Q(entries__isnull=False),
                name="closed_draw_has_its_entries",
            ),
            models.CheckConstraint(
                condition=Q(public_number="") | Q(number_at__gt=models.F("frozen_at")),
                name="number_comes_after_closing",
                violation_error_message=_("The number is typed in after applications close."),
            ),
            models.CheckConstraint(
                condition=Q(drawn_at=None)
                | (~Q(public_number="") & ~Q(seed="") & Q(result__isnull=False)),
                name="drawn_from_what_is_known",
            ),
        ]

    def __str__(self):
        return f"{self.activity} · {self.session or _('the whole course')}"

    def save(self, *args, **kwargs):
        self.commitment = self.commitment or hashlib.sha256(self.secret.encode()).hexdigest()
        super().save(*args, **kwargs)
