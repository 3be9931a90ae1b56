from datetime import time

import pytest

from activities import posting, rules_of_centers
from activities.booking_rules import RULES
from activities.models import Activity, CenterRules, Status
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    PartnerMemberFactory,
)

pytestmark = pytest.mark.django_db


def rules_of_a_center(**rules):
    return CenterRules.objects.create(center=CenterFactory(), **rules)


def said(activity, *names):
    activity.refresh_from_db()
    return tuple(getattr(activity, name) for name in names)


def test_a_center_that_never_decided_has_what_we_propose():
    rules = rules_of_centers.rules_of(CenterFactory())

    assert (rules.party_limit, rules.has_waitlist, rules.no_shows_until_pause) == (5, True, 3)
    assert not CenterRules.objects.exists()


def test_activities_that_said_the_same_follow_and_one_that_differs_keeps_its_own():
    rules = rules_of_a_center(cancel_minutes_before=120)
    same = ActivityFactory(center=rules.center, cancel_minutes_before=120)
    own = ActivityFactory(center=rules.center, cancel_minutes_before=30)
    elsewhere = ActivityFactory(cancel_minutes_before=120)

    rules.cancel_minutes_before = 240
    rules_of_centers.change(rules)

    minutes = [said(each, "cancel_minutes_before") for each in (same, own, elsewhere)]
    assert minutes == [(240,), (30,), (120,)]


def test_each_rule_is_followed_by_itself():
    rules = rules_of_a_center()
    activity = ActivityFactory(center=rules.center, party_limit=2)

    rules.party_limit, rules.overlaps, rules.reminder_hours = 4, "hint", [48]
    rules_of_centers.change(rules)

    assert said(activity, "party_limit", "overlaps", "reminder_hours") == (2, "hint", [48])


def test_a_rule_that_said_nothing_is_followed_too():
    rules = rules_of_a_center(people_per_carer=None)
    same = ActivityFactory(center=rules.center, people_per_carer=None)
    own = ActivityFactory(center=rules.center, people_per_carer=2)

    rules.people_per_carer = 5
    rules_of_centers.change(rules)

    assert (said(same, "people_per_carer"), said(own, "people_per_carer")) == ((5,), (2,))


def test_before_it_is_written_down_it_says_who_follows_and_who_keeps_their_own():
    rules = rules_of_a_center(offer_from=time(8))
    ActivityFactory.create_batch(2, center=rules.center)
    own = ActivityFactory(center=rules.center, offer_from=time(10))
    ActivityFactory(center=rules.center, offer_from=time(11), status=Status.ARCHIVED)

    rules.offer_from = time(9)
    [change] = rules_of_centers.changes(rules)

    assert (change.old, change.new, change.following) == ("08:00", "09:00", 2)
    assert change.keeping == [(own, "10:00")]
    assert said(own, "offer_from") == (time(10),)


def test_a_partners_posting_begins_with_the_rules_of_the_center():
    rules = rules_of_a_center(party_limit=2, has_waitlist=False)
    member = PartnerMemberFactory()
    activity = Activity(
        partner=member.partner, center=rules.center, category=CategoryFactory(), title="Ink"
    )

    posting.save_draft(activity, by=member.user)

    assert said(activity, "party_limit", "has_waitlist") == (2, False)


def test_a_posting_that_goes_to_another_center_follows_that_one_and_keeps_its_own():
    old, new = rules_of_a_center(party_limit=2), rules_of_a_center(party_limit=9, desk_places=3)
    member = PartnerMemberFactory()
    activity = ActivityFactory(
        center=old.center, party_limit=2, desk_places=7, status=Status.DRAFT,
        partner=member.partner,
    )  # fmt: skip

    activity.center = new.center
    posting.save_draft(activity, by=member.user)

    assert said(activity, "center", "party_limit", "desk_places") == (new.center, 9, 7)


def test_every_rule_is_in_the_forms():
    shown = [
        name
        for _title, lines in rules_of_centers.GROUPS
        for line in lines
        for name in (line if isinstance(line, tuple) else [line])
    ]

    assert sorted(shown) == sorted(RULES)
