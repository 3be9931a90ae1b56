"""What is offered: categories, activities, and their dated sessions."""

from datetime import datetime, time, timedelta
from functools import lru_cache

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, Func, OuterRef, Q, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from activities.booking_rules import BookingRules
from activities.booking_rules import FreedPlace as FreedPlace  # Of an activity, all the same.
from activities.booking_rules import OverlapRule as OverlapRule
from activities.pictures import FOLDER as PICTURES
from activities.pictures import PictureField
from activities.search import pieces_of, query_for
from partners.models import Need, Partner
from venues.models import Center, Room, Taking


class Tint(models.TextChoices):
    NIGHT = "night", _("Night blue")
    MEAL = "meal", _("Warm orange")
    CHILD = "child", _("Fresh green")
    FAMILY = "family", _("Plum")
    MOVE = "move", _("Teal")
    CRAFT = "craft", _("Earth")
    HEALTH = "health", _("Rose")
    BOOK = "book", _("Slate")


class Category(models.Model):
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=40, unique=True)
    slug = models.SlugField(_("short name"), unique=True, allow_unicode=True)
    icon = models.CharField(_("icon"), max_length=20, default="calendar")
    tint = models.CharField(_("color"), max_length=10, choices=Tint, default=Tint.BOOK)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name


class BookingMode(models.TextChoices):
    SINGLE = "single", _("Each session on its own")
    COURSE = "course", _("All sessions together")
    EITHER = "either", _("Either way")


class Allocation(models.TextChoices):
    FIRST_COME = "first_come", _("First come, first served")
    DRAW = "draw", _("By lot")


class AttendanceMode(models.TextChoices):
    ON_SITE = "on_site", _("On site")
    ONLINE = "online", _("Online")
    BOTH = "both", _("On site or online")


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CHANGES_ASKED = "changes_asked", _("Changes asked for")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


MOST_WISHED_WEEKS = 20
# What its partner may still change.
IN_THE_PARTNERS_HANDS = (Status.DRAFT, Status.CHANGES_ASKED)
# What everybody may look at.
IS_PUBLIC = (Status.PUBLISHED, Status.ARCHIVED)


@lru_cache(maxsize=10_000)
def address_of(pk):
    """Addresses never change, and a list asks for many of them."""
    return reverse("activities:detail", args=[pk])


class ActivityQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=Status.PUBLISHED)

    def public(self):
        """What a link may lead to: also what is over and archived."""
        return self.filter(status__in=IS_PUBLIC)

    def managed_by(self, user):
        return self.filter(center__in=Center.objects.managed_by(user))

    def of_partners(self, user):
        """Activities of the partners this user acts for."""
        return self.filter(partner__in=Partner.objects.of_member(user))

    def posted_by(self, user):
        """Activities this user may write and submit in the name of a partner."""
        return self.filter(partner__in=Partner.objects.posted_by(user))


class Activity(BookingRules):
    source = models.CharField(_("source"), max_length=40, blank=True, editable=False)
    source_id = models.CharField(_("number in the source"), max_length=80, blank=True)
    center = models.ForeignKey(
        Center, on_delete=models.PROTECT, related_name="activities", verbose_name=_("center")
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="activities", verbose_name=_("category")
    )
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        related_name="activities",
        verbose_name=_("partner"),
        null=True,
        blank=True,
    )
    need = models.ForeignKey(
        Need,
        on_delete=models.SET_NULL,
        related_name="activities",
        verbose_name=_("answers the need"),
        null=True,
        blank=True,
    )
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(
        _("in one sentence"), max_length=200, blank=True, help_text=_("Shown in lists.")
    )
    description = models.TextField(_("description"), blank=True)
    bring = models.CharField(_("what to bring"), max_length=200, blank=True)
    cover = PictureField(
        _("picture"),
        upload_to=f"{PICTURES}/",
        blank=True,
        help_text=_("JPEG, PNG or WebP, up to 10 MB. A wide one fits best."),
    )
    cover_alt = models.CharField(
        _("what the picture shows"),
        max_length=120,
        blank=True,
        help_text=_("For people who do not see it, in a few words."),
    )
    min_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    fee_text = models.CharField(_("fee in words"), max_length=120, blank=True)
    fee_amount = models.DecimalField(
        _("fee"), max_digits=8, decimal_places=2, default=0, help_text=_("Paid at the door, yuan.")
    )

    booking_mode = models.CharField(
        _("how it is booked"), max_length=10, choices=BookingMode, default=BookingMode.SINGLE
    )
    is_drop_in = models.BooleanField(
        _("no booking needed"), default=False, help_text=_("Everybody may just come.")
    )
    allocation = models.CharField(
        _("how places are given"), max_length=12, choices=Allocation, default=Allocation.FIRST_COME
    )
    attendance_mode = models.CharField(
        _("where one takes part"),
        max_length=10,
        choices=AttendanceMode,
        default=AttendanceMode.ON_SITE,
    )
    online_link = models.URLField(_("link for taking part online"), blank=True)
    course_opens_at = models.DateTimeField(_("course opens"), null=True, blank=True)
    course_closes_at = models.DateTimeField(_("course closes"), null=True, blank=True)
    status = models.CharField(_("state"), max_length=15, choices=Status, default=Status.DRAFT)
    wish = models.TextField(
        _("wishes of the partner"),
        blank=True,
        help_text=_("Days, times, room, number of people."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("made by"),
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now)
    # How often its partner has written into it: who began from older words is told.
    text_version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    # Names the form in which it was begun, so that it is begun once.
    request_key = models.CharField(_("request"), max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    search_text = models.TextField(_("search words"), blank=True, editable=False)
    search_vector = models.GeneratedField(
        expression=SearchVector("search_text", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(min_age=None) | Q(max_age=None) | Q(max_age__gte=F("min_age")),
                name="activity_ages_are_in_order",
                violation_error_message=_("The upper age must not be below the lower age."),
            ),
            models.CheckConstraint(
                condition=Q(course_opens_at=None)
                | Q(course_closes_at=None)
                | Q(course_closes_at__gt=F("course_opens_at")),
                name="activity_closes_after_it_opens",
                violation_error_message=_("Booking must close after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(party_limit__gte=1),
                name="activity_lets_somebody_in",
                violation_error_message=_("At least one person must fit in a booking."),
            ),
            models.CheckConstraint(
                # Whoever drew a course would stand against whoever drew one of its dates.
                condition=~Q(allocation=Allocation.DRAW) | ~Q(booking_mode=BookingMode.EITHER),
                name="either_way_is_first_come",
                violation_error_message=_(
                    "Places can be drawn for each session, or for the whole course, but not for "
                    "either. Please choose one of them."
                ),
            ),
            models.CheckConstraint(
                condition=Q(cover="") | ~Q(cover_alt=""),
                name="activity_says_what_its_picture_shows",
                violation_error_message=_("Please say in a few words what the picture shows."),
            ),
            models.UniqueConstraint(
                fields=["created_by", "request_key"],
                condition=~Q(request_key=""),
                name="posting_is_begun_once",
                violation_error_message=_("This has been saved already."),
            ),
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=~Q(source_id=""),
                name="activity_is_imported_once",
                violation_error_message=_("This number of the source is already there."),
            ),
        ]
        indexes = [
            GinIndex(fields=["search_vector"], name="activity_words"),
            models.Index(fields=["status", "center"], name="activity_of_center"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return address_of(self.pk)

    @property
    def is_published(self):
        return self.status == Status.PUBLISHED


class WishedTime(models.Model):
    """When its partner would like an activity to be; the center makes the dates."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="wished_times", verbose_name=_("activity")
    )
    first_day = models.DateField(_("first day"))
    weeks = models.PositiveSmallIntegerField(_("for how many weeks"), default=1)
    starts_at = models.TimeField(pgettext_lazy("a time", "from"))
    ends_at = models.TimeField(pgettext_lazy("a time", "to"))
    room = models.ForeignKey(
        Room,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("room"),
        null=True,
        blank=True,
    )
    people = models.PositiveSmallIntegerField(_("how many people"), null=True, blank=True)

    class Meta:
        verbose_name = _("wished time")
        verbose_name_plural = _("wished times")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="wished_time_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(weeks__gte=1, weeks__lte=MOST_WISHED_WEEKS),
                name="wished_time_is_some_weeks",
                violation_error_message=_("One to twenty weeks can be wished for."),
            ),
        ]

    def __str__(self):
        return f"{self.first_day} {self.starts_at}"

    @property
    def days(self):
        return [self.first_day + timedelta(weeks=number) for number in range(self.weeks)]

    def span(self, day):
        return tuple(
            timezone.make_aware(datetime.combine(day, clock))
            for clock in (self.starts_at, self.ends_at)
        )


class CenterRules(BookingRules):
    """The rules of a center. An activity whose own rule is different keeps it."""

    center = models.OneToOneField(
        Center, on_delete=models.CASCADE, related_name="rules", verbose_name=_("center")
    )
    no_shows_until_pause = models.PositiveSmallIntegerField(
        _("not coming, how often"),
        default=3,
        null=True,
        blank=True,
        help_text=_("Then online booking rests for a while. Empty: never."),
    )
    no_shows_counted_days = models.PositiveSmallIntegerField(
        _("counted over so many days"), default=90, validators=[MinValueValidator(1)]
    )
    pause_days = models.PositiveSmallIntegerField(
        _("online booking rests, days"),
        default=30,
        validators=[MinValueValidator(1)],
        help_text=_("It ends by itself; the desk and the phone always book."),
    )
    excused_from_age = models.PositiveSmallIntegerField(
        _("excused from age"),
        default=60,
        null=True,
        blank=True,
        help_text=_("For elders not coming is never counted. Empty: for nobody."),
    )

    class Meta:
        verbose_name = _("rules of a center")
        verbose_name_plural = _("rules of the centers")

    def __str__(self):
        return str(self.center)


class ReviewAbout(models.TextChoices):
    """What happened to an activity that stayed published."""

    AT_ONCE = "at_once", _("changed at once by the partner")
    REVISION = "revision", _("a change of the partner accepted")


class Review(models.Model):
    """One step of a posting: who moved it to which state, when, and what was said."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("activity")
    )
    status = models.CharField(_("state"), max_length=15, choices=Status)
    about = models.CharField(_("about"), max_length=10, choices=ReviewAbout, blank=True)
    note = models.TextField(_("note"), blank=True)
    field_notes = models.JSONField(_("notes beside fields"), default=dict, blank=True)
    changes = models.JSONField(_("what was changed"), default=list, blank=True)
    # As it was in this moment: what the next step is compared with.
    values = models.JSONField(_("as it was then"), default=dict, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("review step")
        verbose_name_plural = _("review steps")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.activity} · {self.get_status_display()}"


class RevisionStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CHANGES_ASKED = "changes_asked", _("Changes asked")
    ACCEPTED = "accepted", _("Accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RevisionQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(status__in=[RevisionStatus.ACCEPTED, RevisionStatus.WITHDRAWN])

    def submitted(self):
        """What the center is to look at; of an activity that is archived nothing is."""
        return self.filter(status=RevisionStatus.SUBMITTED, activity__status=Status.PUBLISHED)


class Revision(models.Model):
    """What a partner would like to change of a published activity; the old version stays public."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="revisions", verbose_name=_("activity")
    )
    status = models.CharField(
        _("state"), max_length=15, choices=RevisionStatus, default=RevisionStatus.DRAFT
    )
    values = models.JSONField(_("new values"), default=dict)
    note = models.TextField(_("note"), blank=True)
    field_notes = models.JSONField(_("notes beside fields"), default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a published activity")
        verbose_name_plural = _("changes of published activities")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity"],
                condition=Q(status__in=["draft", "submitted", "changes_asked"]),
                name="activity_has_one_open_revision",
                violation_error_message=_("There is a change waiting already."),
            ),
        ]

    def __str__(self):
        return f"{self.activity} · {self.get_status_display()}"


# What one line of a list of sessions says.
IN_A_LINE = (
    "starts_at", "ends_at", "outside_place", "leader", "topic", "canceled_at", "cancel_reason",
    "capacity", "places_taken", "places_waiting", "places_kept",
    "booking_opens_at", "booking_closes_at", "applications_close_at", "drawn_at",
    "taking__room__name", "taking__room__floor__level",
    "activity__title", "activity__summary", "activity__status",
    "activity__center__name", "activity__center__address",
    "activity__category__name", "activity__category__slug",
    "activity__category__icon", "activity__category__tint",
    "activity__min_age", "activity__max_age", "activity__fee_text", "activity__fee_amount",
    "activity__is_drop_in", "activity__booking_mode", "activity__allocation",
    "activity__has_waitlist", "activity__smaller_may_pass",
    "activity__course_opens_at", "activity__course_closes_at",
)  # fmt: skip


def midnight(day, days_later=0):
    """The moment at which that day begins at the center."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=days_later), time.min))


# Somebody could take one at once: none is kept, and nobody stands before them.
HAS_PLACES = Q(capacity__gt=F("places_taken") + F("places_kept"), places_waiting=0)


def is_open(at):
    return Q(booking_opens_at__lte=at, booking_closes_at__gt=at)


class SessionQuerySet(models.QuerySet):
    def live(self):
        return self.filter(canceled_at=None)

    def published(self):
        return self.filter(activity__status=Status.PUBLISHED)

    def between(self, first, last):
        """Sessions that start on one of these days, both included."""
        return self.from_day(first).until_day(last)

    def from_day(self, day):
        return self.filter(starts_at__gte=midnight(day))

    def until_day(self, day):
        return self.filter(starts_at__lt=midnight(day, 1))

    def not_over(self, at=None):
        """What is still to come or is running; nothing lasts longer than a weekend."""
        at = at or timezone.now()
        return self.filter(ends_at__gt=at, starts_at__gt=at - timedelta(days=2))

    def on_weekdays(self, numbers):
        """ISO numbers: Monday is 1."""
        return self.filter(starts_at__iso_week_day__in=numbers)

    def in_hours(self, first, last):
        """Sessions that start from the one hour on, and before the other."""
        return self.filter(starts_at__hour__gte=first, starts_at__hour__lt=last)

    def for_age(self, age):
        return self.filter(
            Q(activity__min_age=None) | Q(activity__min_age__lte=age),
            Q(activity__max_age=None) | Q(activity__max_age__gte=age),
        )

    def coming(self, at=None):
        return self.filter(starts_at__gt=at or timezone.now())

    def open_for_booking(self, at=None):
        """Sessions a resident may book, or join the waitlist of, at that moment."""
        at = at or timezone.now()
        return self.live().filter(is_open(at))

    def with_places(self):
        return self.filter(HAS_PLACES)

    def without_draw(self):
        """Whose places are given by lot, and nobody has said how yet."""
        return self.filter(
            activity__allocation=Allocation.DRAW, drawn_at=None, applications_close_at=None
        )

    def managed_by(self, user):
        return self.filter(activity__center__in=Center.objects.managed_by(user))

    def matching(self, words):
        """Of activities with all of these words, whether Chinese, pinyin or initials."""
        query = query_for(words)
        if query is None:
            return self.none()
        found = self.filter(activity__search_vector=query)
        return found.annotate(found_by=Value(words, output_field=models.CharField()))

    def by_fit(self, words):
        """First those whose title has all of the words as they are written, then by time."""
        written = Q(*(Q(activity__title__icontains=piece) for piece in pieces_of(words)))
        if not written:
            return self
        fit = Case(When(written, then=Value(0)), default=Value(1))
        return self.annotate(fit=fit).order_by("fit", "starts_at", "pk")

    def next_of_each(self, at=None):
        """For each activity the session that begins next."""
        same = self.model.objects.live().coming(at).filter(activity=OuterRef("activity"))
        return self.for_lists().filter(pk=Subquery(same.order_by("starts_at").values("pk")[:1]))

    def for_lists(self):
        """With all that one line of a list says, and nothing heavier."""
        named = ("activity__category", "activity__center", "taking__room__floor")
        return self.select_related(*named).only(*IN_A_LINE)

    def with_room(self):
        return self.select_related("taking__room__floor")

    def locked(self):
        """These sessions' rows, locked in the one order that everybody uses."""
        return self.order_by("pk").select_for_update(no_key=True, of=("self",))


class Session(models.Model):
    """One dated meeting of an activity. Its row is the lock of everything that books it."""

    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("activity")
    )
    taking = models.OneToOneField(
        Taking,
        on_delete=models.PROTECT,
        related_name="session",
        verbose_name=_("taking"),
        null=True,
        blank=True,
        editable=False,
    )
    outside_place = models.CharField(_("place outside the center"), max_length=120, blank=True)
    leader = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="led_sessions",
        verbose_name=_("leader"),
        null=True,
        blank=True,
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    capacity = models.PositiveIntegerField(_("places"))
    places_taken = models.IntegerField(_("taken"), default=0, editable=False)
    places_waiting = models.IntegerField(_("waiting"), default=0, editable=False)
    places_kept = models.IntegerField(_("kept for the desk"), default=0)
    kept_until = models.DateTimeField(_("kept until"), null=True, blank=True)
    booking_opens_at = models.DateTimeField(_("booking opens"), default=timezone.now)
    booking_closes_at = models.DateTimeField(_("booking closes"))
    applications_close_at = models.DateTimeField(
        _("applications for the draw close"), null=True, blank=True, editable=False
    )
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True, editable=False)
    canceled_at = models.DateTimeField(_("called off at"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(_("called off because"), max_length=120, blank=True)
    topic = models.CharField(
        _("topic or menu"), max_length=120, blank=True, help_text=_("What this one is about.")
    )

    # The words of a search that found it, and how well: 0 is best.
    found_by, fit = "", 0

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            # First, so that the ranges below never see an end before its start.
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(places_taken__gte=0)
                & Q(places_waiting__gte=0)
                & Q(places_kept__gte=0)
                & Q(capacity__gte=F("places_taken") + F("places_kept")),
                name="session_not_overbooked",
                violation_error_message=_("There are more bookings than places."),
            ),
            ExclusionConstraint(
                name="leader_is_in_one_place",
                expressions=[
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("leader"), F("leader"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(leader__isnull=False, canceled_at=None),
                violation_error_message=_("The leader already has a session at that time."),
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="session_by_time"),
            models.Index(fields=["activity", "starts_at"], name="session_of_activity"),
            models.Index(fields=["booking_opens_at"], name="session_opening"),
            models.Index(fields=["booking_closes_at"], name="session_closing"),
        ]

    def __str__(self):
        start = timezone.localtime(self.starts_at)
        return f"{self.activity} {start:%Y-%m-%d %H:%M}"

    @property
    def room(self):
        return self.taking.room if self.taking else None

    @property
    def places_free(self):
        return max(self.capacity - self.places_taken - self.places_kept, 0)

    @property
    def is_to_be_drawn(self):
        """Whether one applies and waits for the draw; after it one books as everywhere."""
        return self.activity.allocation == Allocation.DRAW and self.drawn_at is None

    def is_over(self, at=None):
        return self.ends_at <= (at or timezone.now())

    def is_open_for_booking(self, at=None):
        at = at or timezone.now()
        return self.canceled_at is None and self.booking_opens_at <= at < self.booking_closes_at

    def cancel_deadline(self):
        """Until then a booking is canceled freely."""
        return self.starts_at - timedelta(minutes=self.activity.cancel_minutes_before)


class AnswerKind(models.TextChoices):
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    CHOICE = "choice", _("Choice")
    YES_NO = "yes_no", _("Yes or no")


class QuestionQuerySet(models.QuerySet):
    def asked(self):
        return self.filter(retired_at=None)


class Question(models.Model):
    """What a booking of this activity is asked, and why.

    A question that was answered is retired and never deleted: its answers stay readable.
    """

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="questions", verbose_name=_("activity")
    )
    text = models.CharField(_("question"), max_length=120)
    purpose = models.CharField(
        _("what for"), max_length=120, help_text=_("Shown to the person who answers.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=AnswerKind, default=AnswerKind.TEXT)
    choices = ArrayField(
        models.CharField(max_length=60), verbose_name=_("choices"), default=list, blank=True
    )
    is_required = models.BooleanField(_("must be answered"), default=False)
    is_per_person = models.BooleanField(_("asked for each person"), default=False)
    is_sensitive = models.BooleanField(_("sensitive"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    retired_at = models.DateTimeField(_("no longer asked since"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text
