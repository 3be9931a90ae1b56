"""Dull on purpose: what a test does not say is ordinary."""

from datetime import timedelta

import factory
from allauth.mfa.models import Authenticator
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import Care, Person, Role, User
from activities.models import Activity, Category, Session, Status
from notices.models import Notice
from partners.models import (
    Agreement,
    Decision,
    Guest,
    Letter,
    Meeting,
    Need,
    Partner,
    PartnerKind,
    PartnerMember,
    PartnerStatus,
    Resource,
    Survey,
    SurveyQuestion,
)
from venues.models import Center, District, Floor, Room, StaffMember

SECOND_STEP_SECRET = "A" * 32


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.org")
    name = factory.Sequence(lambda n: f"User {n}")

    @factory.post_generation
    def second_step(self, create, extracted, **kwargs):
        """Staff have an authenticator app; `second_step=False` for those who do not yet."""
        if create and self.is_staff and extracted is not False:
            Authenticator.objects.create(
                user=self, type=Authenticator.Type.TOTP, data={"secret": SECOND_STEP_SECRET}
            )


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")


class CareFactory(DjangoModelFactory):
    class Meta:
        model = Care

    user = factory.SubFactory(UserFactory)
    person = factory.SubFactory(PersonFactory)
    role = Role.SELF


class DistrictFactory(DjangoModelFactory):
    class Meta:
        model = District

    name = factory.Sequence(lambda n: f"District {n}")
    slug = factory.Sequence(lambda n: f"district-{n}")


class CenterFactory(DjangoModelFactory):
    class Meta:
        model = Center

    district = factory.SubFactory(DistrictFactory)
    name = factory.Sequence(lambda n: f"Center {n}")
    slug = factory.Sequence(lambda n: f"center-{n}")
    phone = "0588-555 0100"


class FloorFactory(DjangoModelFactory):
    class Meta:
        model = Floor

    center = factory.SubFactory(CenterFactory)
    level = factory.Sequence(lambda n: n + 1)


class RoomFactory(DjangoModelFactory):
    class Meta:
        model = Room

    floor = factory.SubFactory(FloorFactory)
    name = factory.Sequence(lambda n: f"Room {n}")
    capacity = 30


class StaffMemberFactory(DjangoModelFactory):
    class Meta:
        model = StaffMember

    user = factory.SubFactory(UserFactory, is_staff=True)
    center = factory.SubFactory(CenterFactory)


class PartnerFactory(DjangoModelFactory):
    class Meta:
        model = Partner
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Partner {n}")
    kind = PartnerKind.COMPANY
    status = PartnerStatus.ACTIVE


class PartnerMemberFactory(DjangoModelFactory):
    class Meta:
        model = PartnerMember

    partner = factory.SubFactory(PartnerFactory)
    user = factory.SubFactory(UserFactory)


class AgreementFactory(DjangoModelFactory):
    class Meta:
        model = Agreement
        skip_postgeneration_save = True

    partner = factory.SubFactory(PartnerFactory)
    center = factory.SubFactory(CenterFactory)
    title = factory.Sequence(lambda n: f"Agreement {n}")
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))

    @factory.post_generation
    def at_home(self, create, extracted, **kwargs):
        if create:
            self.partner.centers.add(self.center)


class ResourceFactory(DjangoModelFactory):
    class Meta:
        model = Resource

    partner = factory.SubFactory(PartnerFactory)
    title = factory.Sequence(lambda n: f"Resource {n}")


class NeedFactory(DjangoModelFactory):
    class Meta:
        model = Need

    center = factory.SubFactory(CenterFactory)
    title = factory.Sequence(lambda n: f"Need {n}")
    is_public = True


class MeetingFactory(DjangoModelFactory):
    """Planned in two weeks, nobody invited yet."""

    class Meta:
        model = Meeting

    center = factory.SubFactory(CenterFactory)
    title = factory.Sequence(lambda n: f"Meeting {n}")
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))
    ends_at = factory.LazyAttribute(lambda meeting: meeting.starts_at + timedelta(hours=2))
    place = "Hall"


class GuestFactory(DjangoModelFactory):
    class Meta:
        model = Guest

    meeting = factory.SubFactory(MeetingFactory, invited_at=factory.LazyFunction(timezone.now))
    partner = factory.SubFactory(PartnerFactory)


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = Decision

    meeting = factory.SubFactory(MeetingFactory)
    text = factory.Sequence(lambda n: f"Decision {n}")
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))


class LetterFactory(DjangoModelFactory):
    class Meta:
        model = Letter

    center = factory.SubFactory(CenterFactory)
    text = factory.Sequence(lambda n: f"Letter {n}")


class SurveyFactory(DjangoModelFactory):
    class Meta:
        model = Survey

    center = factory.SubFactory(CenterFactory)
    title = factory.Sequence(lambda n: f"Survey {n}")
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
    published_at = factory.SelfAttribute("opens_at")


class SurveyQuestionFactory(DjangoModelFactory):
    class Meta:
        model = SurveyQuestion

    survey = factory.SubFactory(SurveyFactory)
    text = factory.Sequence(lambda n: f"Question {n}")
    order = factory.Sequence(int)


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")
    slug = factory.Sequence(lambda n: f"category-{n}")


class ActivityFactory(DjangoModelFactory):
    class Meta:
        model = Activity

    center = factory.SubFactory(CenterFactory)
    category = factory.SubFactory(CategoryFactory)
    title = factory.Sequence(lambda n: f"Activity {n}")
    status = Status.PUBLISHED
    published_at = factory.LazyFunction(timezone.now)


class SessionFactory(DjangoModelFactory):
    """Three days ahead, open for booking."""

    class Meta:
        model = Session

    activity = factory.SubFactory(ActivityFactory)
    starts_at = factory.Sequence(
        lambda n: timezone.now().replace(microsecond=0) + timedelta(days=3 + n % 20)
    )
    ends_at = factory.LazyAttribute(lambda s: s.starts_at + timedelta(hours=1))
    capacity = 10
    booking_opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))
    booking_closes_at = factory.LazyAttribute(lambda s: s.starts_at)
    outside_place = "Square"


def carer_of(*people, **user):
    """A user who may book for these people; the first is the user's own person."""
    user = UserFactory(**user)
    roles = [Role.SELF] + [Role.GUARDIAN] * len(people)
    for person, role in zip(people, roles, strict=False):
        CareFactory(user=user, person=person, role=role)
    return user


class NoticeFactory(DjangoModelFactory):
    """Left for a user, due, not sent yet."""

    class Meta:
        model = Notice

    key = factory.Sequence(lambda n: f"notice-{n}")
    kind = "bookings/confirmed"
    recipient = factory.SubFactory(UserFactory)
    send_after = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
    context = factory.LazyFunction(
        lambda: {
            "title": "Calligraphy",
            "starts_at": "2026-12-01T11:30:00+00:00",
            "ends_at": "2026-12-01T13:00:00+00:00",
            "names": ["Ana"],
        }
    )


class SentNoticeFactory(NoticeFactory):
    channel = "email"
    subject = factory.Sequence(lambda n: f"Message {n}")
    body = "Something was done."
    sent_at = factory.LazyFunction(timezone.now)
    shown_at = factory.SelfAttribute("sent_at")
