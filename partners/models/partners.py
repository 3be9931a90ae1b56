"""Who offers something to a center, who acts for them, and how they became a partner."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners.papers import own_name, storage
from venues.models import Center
from venues.staffing import workplaces


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
    SUSPENDED = "suspended", _("Suspended")
    DECLINED = "declined", _("Declined")
    ENDED = "ended", _("Ended")


# Not a partner yet, and perhaps never: it belongs to whoever has applied.
IS_AN_APPLICATION = (PartnerStatus.APPLIED, PartnerStatus.DECLINED)


class Role(models.TextChoices):
    """What a member may do for the partner; each may all that those after it may."""

    MANAGER = "manager", _("Manager")
    POSTER = "poster", pgettext_lazy("a role", "Poster")
    VIEWER = "viewer", _("Viewer")


MAY_POST = (Role.MANAGER, Role.POSTER)


class PartnerQuerySet(models.QuerySet):
    def active(self):
        return self.filter(status=PartnerStatus.ACTIVE)

    def public(self):
        """Active ones, and those whose name still stands beside what they gave."""
        return self.filter(
            status__in=[PartnerStatus.ACTIVE, PartnerStatus.SUSPENDED, PartnerStatus.ENDED]
        )

    def of_member(self, user):
        """Partners this user may see from inside."""
        return self.active().filter(members__user=user, members__ended_at=None)

    def posted_by(self, user):
        """Partners in whose name this user may post and answer."""
        return self._with_role(user, MAY_POST)

    def run_by(self, user):
        """Partners whose members and story this user may change."""
        return self._with_role(user, [Role.MANAGER])

    def managed_by(self, user):
        return self.filter(centers__in=Center.objects.managed_by(user)).distinct()

    def applied_for_by(self, user):
        """What this user has applied for, whatever became of it."""
        return self.filter(applied_by=user).order_by("-created_at", "-pk")

    def without_members(self):
        """Active partners nobody acts for any more."""
        acting = PartnerMember.objects.acting().filter(partner=models.OuterRef("pk"))
        return self.active().filter(~models.Exists(acting))

    def _with_role(self, user, roles):
        return self.active().filter(
            members__user=user, members__ended_at=None, members__role__in=roles
        )


class Partner(models.Model):
    """An organization or a person that offers something to a center."""

    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=15, choices=PartnerKind)
    intro = models.TextField(_("introduction"), blank=True)
    story = models.TextField(
        _("story"),
        blank=True,
        help_text=_("Stands on the public page. Paragraphs, lists and links are kept."),
    )
    offer = models.TextField(_("what they would like to do"), blank=True)
    centers = models.ManyToManyField(Center, related_name="partners", verbose_name=_("centers"))
    contact_name = models.CharField(_("contact"), max_length=80, blank=True)
    contact_phone = models.CharField(_("phone of the contact"), max_length=30, blank=True)
    status = models.CharField(
        _("state"), max_length=10, choices=PartnerStatus, default=PartnerStatus.APPLIED
    )
    since = models.DateField(_("partner since"), null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="partner_applications",
        verbose_name=_("applied for by"),
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name"]

    def __str__(self):
        return self.name


class PartnerStep(models.Model):
    """One step on a partner's way: who moved them to which state, when, and what was said."""

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="steps", verbose_name=_("partner")
    )
    status = models.CharField(_("state"), max_length=10, choices=PartnerStatus)
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("by"),
        null=True,
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("step of a partner")
        verbose_name_plural = _("steps of a partner")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.partner} · {self.get_status_display()}"


class PartnerMemberQuerySet(models.QuerySet):
    def acting(self):
        return self.filter(ended_at=None, user__is_active=True)


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
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MANAGER)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = PartnerMemberQuerySet.as_manager()

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


class InvitationQuerySet(models.QuerySet):
    def open(self, at=None):
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=at or timezone.now())


class Invitation(models.Model):
    """Somebody is asked, by e-mail or phone, to act for a partner."""

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("partner")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.POSTER)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    token = models.CharField(_("secret of the link"), max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("invited by"),
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now)
    expires_at = models.DateTimeField(_("open until"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(~Q(email="") & Q(phone="")) | (Q(email="") & ~Q(phone="")),
                name="invitation_goes_to_one_address",
                violation_error_message=_("Please give an e-mail address or a phone number."),
            ),
            models.UniqueConstraint(
                fields=["partner", "email", "phone"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_is_open_once",
                violation_error_message=_("This address has been invited already."),
            ),
        ]

    def __str__(self):
        return f"{self.email or self.phone} · {self.partner}"


class PaperQuerySet(models.QuerySet):
    def visible_to(self, user):
        """For staff who work there, the partner's managers, and whoever has applied with it.

        A signed agreement is for the two who signed it: not for other centers of the partner.
        """
        here = workplaces(user)
        runs = Partner.objects.run_by(user)
        applied = Partner.objects.filter(applied_by=user, status__in=IS_AN_APPLICATION)
        own = Q(agreement=None) & (Q(partner__centers__in=here) | Q(partner__in=applied))
        found = own | Q(agreement__center__in=here) | Q(partner__in=runs)
        return self.filter(pk__in=self.model.objects.filter(found).values("pk"))


class Paper(models.Model):
    """A file that proves who a partner is, or what was signed. Nobody reaches it by address."""

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="papers", verbose_name=_("partner")
    )
    agreement = models.ForeignKey(
        "partners.Agreement",
        on_delete=models.CASCADE,
        related_name="papers",
        verbose_name=_("agreement"),
        null=True,
        blank=True,
    )
    file = models.FileField(_("file"), storage=storage, upload_to=own_name, max_length=120)
    name = models.CharField(_("name of the file"), max_length=120)
    size = models.PositiveIntegerField(_("bytes"))
    kind = models.CharField(_("kind of file"), max_length=40)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("uploaded by"),
        null=True,
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self):
        return self.name
