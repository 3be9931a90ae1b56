"""What clashes in a timetable before it is brought in."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from activities.imports import import_timetable
from activities.spreadsheets import read_table
from activities.timetable import ZONE
from activities.timetable_clashes import find_clashes
from tests.factories import CenterFactory, FloorFactory, RoomFactory
from venues import takings
from venues.models import TakingKind

pytestmark = pytest.mark.django_db

HEADER = "课程名称,场地,星期,时间,开始日期,结束日期,名额"
YOGA = "瑜伽,舞蹈室,周二,19:00-21:00,2026-12-01,2026-12-29,20"
TAI_CHI = '太极,舞蹈室,"周二,周四",20:00-21:30,2026-12-03,2026-12-31,20'
DANCE = "舞蹈,舞蹈室,周二,21:00-22:00,2026-12-01,2026-12-29,20"
UNREAD = "书法,天台,周二,19:00-21:00,2026-12-01,2026-12-29,20"


@pytest.fixture
def room():
    center = CenterFactory(slug="here")
    return RoomFactory(floor=FloorFactory(center=center), name="舞蹈室")


def table(*lines):
    return read_table("\n".join([HEADER, *lines]).encode())


def test_every_clash_is_told_once_by_the_two_that_meet(room):
    found = find_clashes(table(YOGA, TAI_CHI, DANCE, UNREAD), room.center)

    assert len(found.found) == 8
    assert (found.dates, found.unread) == (19, 1)
    assert [(each.row, each.title, each.other, each.dates) for each in found.groups] == [
        (2, "瑜伽", "第 3 行“太极”", 4),
        (3, "太极", "第 4 行“舞蹈”", 4),
    ]


def test_what_is_there_already_clashes_too_but_not_a_class_with_itself(room):
    import_timetable(table(YOGA), room.center)
    at_nine = datetime(2026, 12, 8, 21, tzinfo=ZONE)
    takings.take(
        room, at_nine, at_nine + timedelta(hours=1), kind=TakingKind.ROOM_BOOKING, label="Choir"
    )

    def others(line):
        return [(each.other, each.dates) for each in find_clashes(table(line), room.center).groups]

    assert others(YOGA) == []
    assert others(DANCE) == [("Choir", 1)]
    assert others(TAI_CHI) == [("Choir", 1), ("瑜伽", 4)]


@pytest.mark.parametrize("rows", [1, 40])
def test_many_classes_cost_no_more_statements_than_one(room, rows, django_assert_num_queries):
    lines = [YOGA.replace("瑜伽", f"瑜伽{n}") for n in range(rows)]

    with django_assert_num_queries(6):
        found = find_clashes(table(*lines), room.center)

    assert len(found.found) == 5 * rows * (rows - 1) // 2


def test_the_command_says_it_and_changes_nothing(room, tmp_path):
    file, out = tmp_path / "课程表.csv", StringIO()
    file.write_text("\n".join([HEADER, YOGA, TAI_CHI]))

    call_command("check_timetable", str(file), "--center", "here", stdout=out)

    assert "第 2 行“瑜伽”与第 3 行“太极”：舞蹈室，4 场，最早 2026-12-08 20:00" in out.getvalue()
    assert not room.takings.exists()
