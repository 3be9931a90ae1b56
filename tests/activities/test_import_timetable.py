from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from activities.models import Activity, Session
from tests.factories import CenterFactory, FloorFactory, RoomFactory
from venues.models import Taking

pytestmark = pytest.mark.django_db

HEADER = "课程名称,类别,场地,星期,开始时间,结束时间,开始日期,结束日期,名额,备注"
YOGA = '瑜伽,运动,舞蹈室,"周二,周四(24/12除外)",19:30,21:00,2026-12-01,2026-12-31,20,自备瑜伽垫'
TAI_CHI = "太极,运动,舞蹈室,周四,20:00,21:00,2026-12-03,2026-12-31,20,"
UNCLEAR = "舞蹈,运动,舞蹈室,双周六,20:00,21:00,2026-12-05,2026-12-26,若干,"


@pytest.fixture
def center():
    center = CenterFactory(slug="rongyinli")
    RoomFactory(floor=FloorFactory(center=center), name="舞蹈室")
    return center


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "课程表.csv"
    path.write_text("\n".join([HEADER, YOGA, TAI_CHI, UNCLEAR]), encoding="gb18030")
    return path


def run(*arguments):
    out = StringIO()
    call_command("import_timetable", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_a_file_comes_in_and_every_refused_row_is_explained(center, file):
    told = run(file, "--center", "rongyinli")

    assert list(Activity.objects.values_list("title", flat=True)) == ["瑜伽"]
    assert Session.objects.count() == Taking.objects.count() == 9
    assert "3" in told
    assert "“瑜伽”" in told
    assert "“双周六”" in told
    assert "“若干”" in told


def test_a_second_run_says_that_nothing_changed(center, file):
    run(file, "--center", "rongyinli")
    before = list(Session.objects.values())

    run(file, "--center", "rongyinli")

    assert list(Session.objects.values()) == before


def test_without_a_center_no_room_is_taken(center, file):
    run(file)

    assert Activity.objects.count() == 2
    assert not Taking.objects.exists()


def test_a_trial_leaves_nothing(center, file):
    run(file, "--center", "rongyinli", "--dry-run")

    assert not Activity.objects.exists()


def test_the_whole_file_moves_to_the_day_asked_for(center, file):
    run(file, "--center", "rongyinli", "--starting", "2027-03-01")

    assert Session.objects.earliest("starts_at").starts_at.date().isoformat() == "2027-03-02"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--center", "elsewhere"],
        ["--starting", "next week"],
        ["--source", "a name that is much too long for this"],
    ],
    ids=str,
)
def test_a_wrong_argument_gets_one_sentence(center, file, arguments):
    with pytest.raises(CommandError):
        run(file, *arguments)

    assert not Activity.objects.exists()


def test_a_file_that_is_not_there_gets_one_sentence(center, tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.csv"):
        run(tmp_path / "nowhere.csv")


def test_a_file_that_is_no_timetable_gets_one_sentence(center, tmp_path):
    path = tmp_path / "names.csv"
    path.write_text("姓名\n王")

    with pytest.raises(CommandError, match="名额"):
        run(path)


def test_of_several_centers_one_must_be_named(center, file):
    CenterFactory(slug="other")

    with pytest.raises(CommandError, match=r"other, rongyinli|rongyinli, other"):
        run(file)


def test_a_center_is_needed(file):
    with pytest.raises(CommandError):
        run(file)


def test_the_example_in_the_documentation_comes_in(center, tmp_path):
    documentation = (settings.BASE_DIR / "docs" / "importing.md").read_text()
    example = documentation.split("```\n")[3]
    for name in ("活动室", "教室"):
        RoomFactory(floor__center=center, name=name)
    path = tmp_path / "example.csv"
    path.write_text(example)

    run(path, "--center", "rongyinli")

    assert {a.title: a.sessions.count() for a in Activity.objects.all()} == {
        "哈他瑜伽": 9,
        "书法入门": 4,
        "四点半课堂": 34,
    }
