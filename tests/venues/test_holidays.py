import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from venues import holidays
from venues.models import CalendarDay, CalendarDayKind

OFF, WORK = CalendarDayKind.HOLIDAY, CalendarDayKind.MAKEUP_WORKDAY


def days_off(first, last):
    first, last = date.fromisoformat(first), date.fromisoformat(last)
    return {first + timedelta(days=n): OFF for n in range((last - first).days + 1)}


def workdays(*days):
    return dict.fromkeys(map(date.fromisoformat, days), WORK)


# As announced by the State Council on 2024-11-12 and 2025-11-04.
ANNOUNCED = {
    2025: days_off("2025-01-01", "2025-01-01")
    | days_off("2025-01-28", "2025-02-04")
    | days_off("2025-04-04", "2025-04-06")
    | days_off("2025-05-01", "2025-05-05")
    | days_off("2025-05-31", "2025-06-02")
    | days_off("2025-10-01", "2025-10-08")
    | workdays("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    2026: days_off("2026-01-01", "2026-01-03")
    | days_off("2026-02-15", "2026-02-23")
    | days_off("2026-04-04", "2026-04-06")
    | days_off("2026-05-01", "2026-05-05")
    | days_off("2026-06-19", "2026-06-21")
    | days_off("2026-09-25", "2026-09-27")
    | days_off("2026-10-01", "2026-10-07")
    | workdays("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
}


@pytest.mark.parametrize("year", ANNOUNCED)
def test_a_year_is_as_announced_weekends_between_included(year):
    assert {day.date: day.kind for day in holidays.announced(year)} == ANNOUNCED[year]


def test_each_day_carries_the_name_of_its_holiday():
    names = {day.date: day.name for day in holidays.announced(2025)}

    assert names[date(2025, 1, 26)] == "春节"  # The Sunday worked for it.
    assert names[date(2025, 1, 28)] == "春节"  # New Year's Eve.
    assert names[date(2025, 2, 3)] == "春节"  # A day off in exchange.
    assert names[date(2025, 6, 2)] == "端午节"
    assert names[date(2025, 10, 8)] == "国庆节、中秋节"


def test_a_year_without_known_make_up_workdays_is_unknown_and_not_guessed():
    assert holidays.announced(2099) == []


def published(**changes):
    content = {
        "year": 2031,
        "papers": ["https://example.org/paper"],
        "days": [
            {"name": "元旦", "date": "2031-01-01", "isOffDay": True},
            {"name": "元旦", "date": "2031-01-04", "isOffDay": False},
        ],
    }
    return json.dumps(content | changes, ensure_ascii=False)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "2031.json"
    path.write_text(published(), encoding="utf-8")
    return path


@pytest.mark.django_db
def test_a_published_file_makes_its_year_known(file):
    call_command("load_holidays", file, year=2031)

    days = list(CalendarDay.objects.values_list("date", "kind", "name", "source"))
    assert days == [
        (date(2031, 1, 1), OFF, "元旦", "https://example.org/paper"),
        (date(2031, 1, 4), WORK, "元旦", "https://example.org/paper"),
    ]


@pytest.mark.django_db
def test_a_second_file_corrects_the_first(file):
    call_command("load_holidays", file)
    moved = [{"name": "元旦", "date": "2031-01-04", "isOffDay": True}]
    file.write_text(published(days=moved), encoding="utf-8")

    call_command("load_holidays", file)

    assert CalendarDay.objects.get(date=date(2031, 1, 4)).kind == OFF


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", published(days=[]), published(days=[{"name": "元旦", "date": "tomorrow"}])],
)
def test_a_file_that_cannot_be_meant_changes_nothing(file, text):
    file.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError):
        call_command("load_holidays", file)

    assert CalendarDay.objects.count() == 0


@pytest.mark.django_db
def test_a_file_about_another_year_is_refused(file):
    with pytest.raises(CommandError):
        call_command("load_holidays", file, year=2030)

    assert CalendarDay.objects.count() == 0


@pytest.mark.django_db
def test_what_staff_corrected_is_not_loaded_over():
    call_command("load_holidays", year=2026)
    CalendarDay.objects.filter(date=date(2026, 1, 3)).delete()

    call_command("load_holidays", year=2026)

    assert CalendarDay.objects.count() == len(ANNOUNCED[2026]) - 1


@pytest.mark.django_db
def test_an_unknown_year_stays_unknown():
    with pytest.raises(CommandError):
        call_command("load_holidays", year=2099)

    assert not CalendarDay.objects.knows(2099)


@pytest.mark.django_db
def test_without_a_year_this_one_and_the_next_are_tried(time_machine, capsys):
    time_machine.move_to(date(2026, 11, 24))

    call_command("load_holidays")

    assert CalendarDay.objects.knows(2026)
    assert "2027" in capsys.readouterr().out
