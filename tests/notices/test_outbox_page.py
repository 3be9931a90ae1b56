import os
import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as conf

from accounts import demo_codes
from tests.factories import NoticeFactory, SentNoticeFactory, UserFactory

in_a_trial = pytest.mark.urls("tests.notices.trial_urls")


@in_a_trial
@pytest.mark.django_db
def test_a_newcomer_finds_the_code(client):
    SentNoticeFactory(recipient=None, address="ana@example.org", body="123456", is_private=True)
    NoticeFactory(subject="Not sent yet")

    page = client.get("/dev/outbox/").content.decode()

    assert "123456" in page
    assert "ana@example.org" in page
    assert "Not sent yet" not in page


@in_a_trial
@pytest.mark.django_db
@pytest.mark.parametrize("messages", [1, 3])
def test_the_outbox_costs_the_same_however_long(client, django_assert_num_queries, messages):
    SentNoticeFactory.create_batch(messages)

    # The messages, the demo staff's second step, the center in the header.
    with django_assert_num_queries(3):
        client.get("/dev/outbox/")


@in_a_trial
@pytest.mark.django_db
def test_the_demo_staff_find_their_second_step(client, settings):
    settings.DEBUG = True
    clerk = UserFactory()
    Authenticator.objects.create(
        user=clerk, type=Authenticator.Type.TOTP, data={"secret": demo_codes.WORD}
    )

    page = client.get("/dev/outbox/").content.decode()

    assert demo_codes.current_code(clerk) in page


@pytest.mark.parametrize(("debug", "there"), [("1", True), ("0", False)])
def test_a_real_center_has_no_such_page(debug, there):
    ask = "import django; django.setup(); from django.urls import resolve; resolve('/dev/outbox/')"
    environment = os.environ | {"DEBUG": debug, "SECRET_KEY": "for this test"}

    answer = subprocess.run(  # noqa: S603 -- our own words
        [sys.executable, "-c", ask],
        env=environment,
        cwd=conf.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (answer.returncode == 0) is there
    assert there or "Resolver404" in answer.stderr
