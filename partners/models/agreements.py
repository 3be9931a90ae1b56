"""What a partner and a center promised each other, and what a partner can give."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner
from venues.models import Center, Room


class DayPart(models.TextChoices):
    """When somebody can, or would like to."""

    WEEKDAY = "weekday", _("weekdays by day")
    EVENING = "evening", _("weekday evenings")
    WEEKEND = "weekend", _("weekends")


class AgreementQuerySet(models.QuerySet):
    def in_force(self, at=None):
        return self.in_force_on(timezone.localdate(at))

    def in_force_on(self, day):
        return self.filter(starts_on__lte=day, ended_at=None).filter(
            Q(ends_on=None) | Q(ends_on__gte=day)
        )


class Agreement(models.Model):
    """What a partner and a center promised each other."""

    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("partner")
    )
    center = models.ForeignKey(
        Center, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("center")
    )
    title = models.CharField(_("title"), max_length=120)
    scope = models.TextField(_("what was agreed"), blank=True)
    sessions_promised = models.PositiveSmallIntegerField(_("sessions promised"), default=0)
    hours_granted = models.PositiveSmallIntegerField(_("room hours granted"), default=0)
    rooms = models.ManyToManyField(
        Room,
        related_name="agreements",
        verbose_name=_("rooms"),
        blank=True,
        help_text=_("In which rooms these hours are. None chosen: in all of the center."),
    )
    # By name, because categories stand above partners: nothing here imports from there.
    categories = models.ManyToManyField(
        "activities.Category",
        related_name="agreements",
        verbose_name=_("kinds of sessions"),
        blank=True,
        help_text=_("None chosen: of any kind."),
    )
    resources = models.ManyToManyField(
        "partners.Resource", related_name="agreements", verbose_name=_("resources"), blank=True
    )
    postings_at_once = models.PositiveSmallIntegerField(
        _("postings with the center at once"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How many may wait for the center or be open to residents. Empty: any."),
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="agreement_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_in_force(self):
        today = timezone.localdate()
        has_begun = self.starts_on <= today and self.ended_at is None
        return has_begun and (self.ends_on is None or today <= self.ends_on)


class ResourceKind(models.TextChoices):
    PEOPLE = "people", _("People")
    SKILL = "skill", _("A skill")
    ROOM = "room", _("A room")
    GOODS = "goods", _("Goods")
    OTHER = "other", _("Something else")


class ResourceQuerySet(models.QuerySet):
    def on_offer(self, at=None):
        today = timezone.localdate(at)
        return self.filter(is_available=True).filter(
            Q(from_on=None) | Q(from_on__lte=today), Q(until_on=None) | Q(until_on__gte=today)
        )


class Resource(models.Model):
    """What a partner can give: people, skills, rooms or goods, never money."""

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="resources", verbose_name=_("partner")
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=ResourceKind, default=ResourceKind.SKILL
    )
    title = models.CharField(_("title"), max_length=80)
    description = models.TextField(_("description"), blank=True)
    category = models.ForeignKey(
        "activities.Category",
        on_delete=models.PROTECT,
        related_name="resources",
        verbose_name=_("category"),
        null=True,
        blank=True,
    )
    min_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    day_parts = ArrayField(
        models.CharField(max_length=10, choices=DayPart),
        verbose_name=_("when"),
        default=list,
        blank=True,
        help_text=_("None chosen: at any time."),
    )
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("to"), null=True, blank=True)
    is_available = models.BooleanField(_("available"), default=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="resource_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(min_age=None) | Q(max_age=None) | Q(max_age__gte=F("min_age")),
                name="resource_ages_are_in_order",
                violation_error_message=_("The highest age is below the lowest."),
            ),
        ]

    def __str__(self):
        return self.title
