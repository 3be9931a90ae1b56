from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from bookings.counting import drifts
from bookings.demo import building
from notices.models import Notice

pytestmark = pytest.mark.django_db


def test_it_is_for_trials_only():
    with pytest.raises(CommandError):
        call_command("demo")

    assert not building.is_built()


def test_without_a_demo_there_is_nobody_to_sign_in(capsys):
    call_command("demo", accounts=True)

    assert capsys.readouterr().out == ""


def test_it_is_built_at_any_time_also_on_holidays_at_night(settings, time_machine, capsys):
    settings.DEBUG = True
    time_machine.move_to(datetime(2026, 2, 17, 22, 30, tzinfo=ZoneInfo("Asia/Shanghai")))

    call_command("demo")

    assert building.is_built()
    assert drifts() == []
    assert Notice.objects.unsent().count() == 0
