"""Partners: who offers something, what they can give, and what residents ask for."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from venues.models import Center


class PartnerKind(models.TextChoices):
    COMPANY = "company", _("Company")
    SCHOOL = "school", _("School")
    PUBLIC_BODY = "public_body", _("Public body")
    NGO = "ngo", _("Charity")
    SHOP = "shop", _("Shop")
    RESIDENT_GROUP = "resident_group", _("Resident group")
    HOST = "host", _("Space host")


class PartnerStatus(models.TextChoices):
    APPLIED = "applied", _("Applied")
    ACTIVE = "active", _("Active")
    ENDED = "ended", _("Ended")


class PartnerQuerySet(models.QuerySet):
    def active(self):
        return self.filter(status=PartnerStatus.ACTIVE)

    def of_member(self, user):
        """Partners this user may act for."""
        return self.active().filter(members__user=user, members__ended_at=None)

    def managed_by(self, user):
        return self.filter(centers__in=Center.objects.managed_by(user)).distinct()


class Partner(models.Model):
    """An organization or a person that offers something to a center."""

    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=15, choices=PartnerKind)
    intro = models.TextField(_("introduction"), blank=True)
    centers = models.ManyToManyField(Center, related_name="partners", verbose_name=_("centers"))
    contact_name = models.CharField(_("contact"), max_length=80, blank=True)
    contact_phone = models.CharField(_("phone of the contact"), max_length=30, blank=True)
    status = models.CharField(
        _("state"), max_length=10, choices=PartnerStatus, default=PartnerStatus.APPLIED
    )
    since = models.DateField(_("partner since"), null=True, blank=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name"]

    def __str__(self):
        return self.name


class PartnerMember(models.Model):
    """A user who acts for a partner."""

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="members", verbose_name=_("partner")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="partner_memberships",
        verbose_name=_("user"),
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("member of a partner")
        verbose_name_plural = _("members of a partner")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "user"],
                condition=Q(ended_at=None),
                name="partner_member_is_listed_once",
                violation_error_message=_("This person already acts for the partner."),
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.partner}"


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
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

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


class Resource(models.Model):
    """What a partner can give."""

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="resources", verbose_name=_("partner")
    )
    title = models.CharField(_("title"), max_length=80)
    description = models.TextField(_("description"), blank=True)
    is_available = models.BooleanField(_("available"), default=True)

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["pk"]

    def __str__(self):
        return self.title


class NeedStatus(models.TextChoices):
    OPEN = "open", _("Open")
    MATCHED = "matched", _("Taken on")
    MET = "met", _("Met")
    CLOSED = "closed", _("Closed")


class Need(models.Model):
    """What residents ask for."""

    center = models.ForeignKey(
        Center, on_delete=models.PROTECT, related_name="needs", verbose_name=_("center")
    )
    title = models.CharField(_("title"), max_length=80)
    description = models.TextField(_("description"), blank=True)
    asked_by = models.CharField(pgettext_lazy("of a need", "asked by"), max_length=80, blank=True)
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        related_name="needs",
        verbose_name=_("taken on by"),
        null=True,
        blank=True,
    )
    status = models.CharField(
        _("state"), max_length=10, choices=NeedStatus, default=NeedStatus.OPEN
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-created_at"]

    def __str__(self):
        return self.title
