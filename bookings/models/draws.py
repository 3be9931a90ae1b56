"""Places given by lot, so that nobody, the center included, can steer who gets one."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Allocation, BookingMode, Session, Status
from venues.models import Center


def new_secret():
    """64 hexadecimal digits that nobody can guess."""
    return secrets.token_hex(32)


class DrawQuerySet(models.QuerySet):
    def of(self, activity):
        """The draws that count as the activity is booked now, the next one first."""
        is_single = activity.booking_mode == BookingMode.SINGLE
        return self.filter(activity=activity, session__isnull=not is_single).order_by(
            "session__starts_at", "pk"
        )

    def managed_by(self, user):
        return self.filter(activity__center__in=Center.objects.managed_by(user))

    def without_lists(self):
        """For pages that say when, and not who."""
        return self.defer("entries", "terms", "result")

    def still_needed(self, at=None):
        """Not drawn yet, of what is published and still to come."""
        coming = Session.objects.live().coming(at)
        is_to_come = Q(session__in=coming) | Q(
            Exists(coming.filter(activity=OuterRef("activity"))), session=None
        )
        return self.filter(
            is_to_come,
            activity__status=Status.PUBLISHED,
            activity__allocation=Allocation.DRAW,
            drawn_at=None,
        )

    def due(self, at=None):
        """Drawn as soon as somebody types in the number, which is out by now."""
        at = at or timezone.now()
        return self.still_needed(at).filter(number_due_at__lte=at, public_number="")

    def locked(self):
        """Locked after the sessions they draw, and never before."""
        return self.order_by("pk").select_for_update(no_key=True, of=("self",))


class Draw(models.Model):
    """How the places of a course (`session` None) or of one session are drawn.

    The hash of the secret (`commitment`) and the source of the public number are published
    before anybody applies; `entries` are frozen when applications close, [[reference, people,
    lots]] sorted by reference; then the public number is typed in, and `seed` follows from all
    three. How exactly is said in `bookings.lots`.
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
    closes_at = models.DateTimeField(_("applications close"))
    number_due_at = models.DateTimeField(_("the number comes out"))
    committed_at = models.DateTimeField(_("published at"), default=timezone.now)
    frozen_at = models.DateTimeField(_("applications closed at"), null=True, blank=True)
    entries = models.JSONField(_("applications"), null=True, blank=True)
    terms = models.JSONField(
        _("places at closing, and the rules"),
        default=dict,
        blank=True,
        help_text=_("Frozen together with the applications."),
    )
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
    result = models.JSONField(_("what was drawn"), null=True, blank=True)

    objects = DrawQuerySet.as_manager()

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
                condition=Q(number_due_at__gte=F("closes_at")),
                name="number_comes_out_after_closing",
                violation_error_message=_("The number must come out after applications close."),
            ),
            models.CheckConstraint(
                condition=Q(frozen_at=None)
                | Q(entries__isnull=False, frozen_at__gte=F("closes_at")),
                name="closed_draw_has_its_entries",
            ),
            models.CheckConstraint(
                condition=Q(public_number="")
                | Q(number_at__gte=F("frozen_at"), number_by__isnull=False),
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
        return str(
            self.session or _("%(activity)s, the whole course") % {"activity": self.activity}
        )

    def save(self, *args, **kwargs):
        # Once, from the secret as it is from now on.
        self.commitment = self.commitment or hashlib.sha256(self.secret.encode()).hexdigest()
        super().save(*args, **kwargs)
