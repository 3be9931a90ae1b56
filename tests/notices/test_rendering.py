import re

import pytest
from django.conf import settings as conf

from notices.rendering import render
from tests.config.foreign_words import CHINESE, texts_in
from tests.factories import NoticeFactory, UserFactory

pytestmark = pytest.mark.django_db

FILES = sorted((conf.BASE_DIR / "templates").glob("*/notices/[!_]*.txt"))
KINDS = [f"{file.parent.parent.name}/{file.stem}" for file in FILES]

EVERYTHING = {
    "title": "毛笔小楷 <入门>",
    "starts_at": "2026-12-01T11:30:00+00:00",
    "ends_at": "2026-12-01T13:00:00+00:00",
    "old_starts_at": "2026-11-30T11:30:00+00:00",
    "old_place": "2 楼 会议室",
    "offer_expires_at": "2026-11-30T05:10:00+00:00",
    "place": "4 楼 书画室",
    "names": ["李敏", "小禾"],
    "reference": "1234 5678",
    "center": "向阳社区服务中心",
    "phone": "0588-555 0100",
    "reason": "停电",
    "sessions": 8,
    "note": "请补充\n\n自带的材料。",
    "by": "晨光书画社",
    "code": "123456",
    "leader": "陈老师",
    "on_again_at": "2026-12-30T01:00:00+00:00",
    "others": 3,
    "people": 12,
    "opens_at": "2026-11-30T01:00:00+00:00",
    "answer": "我们问了老师，\n春天开班。",
    "activity": "智能手机入门",
    "leaving": "王芳",
    "dates": [
        {
            "starts_at": "2026-12-01T03:30:00+00:00",
            "ends_at": "2026-12-01T04:30:00+00:00",
            "place": "1 楼 食堂",
            "names": ["李敏", "小禾"],
            "reference": "1234 5678",
            "is_booked": True,
        }
    ],
    "changes": [{"field": "max_age", "old": "12", "new": "14"}],
    "field_notes": [{"field": "min_age", "note": "6?"}],
    "moving": ["李敏"],
    "busy": ["小禾"],
    "twice": ["小满"],
    "partner": "砚田书社",
    "last_at": "2026-12-31T00:00:00+08:00",
}


def written(kind, context, **more):
    return render(NoticeFactory(kind=kind, context=context, link="/x/", **more))


def test_there_is_a_file_for_each_kind():
    assert [kind.split("/") for kind in KINDS] == [
        [app, name]
        for app, names in {
            "accounts": "account_closed code",
            "activities": """
                changes_asked posting_submitted published revision_accepted revision_submitted
            """,
            "bookings": """
                applied called_off canceled changed confirmed drawn feedback lapsed merged missed
                moved_up new_leader new_offer not_drawn offered online_rests opened reminder revised room_asked
                room_canceled room_changed room_confirmed room_declined room_free room_lapsed
                room_requested room_undecided series_canceled series_changed series_confirmed
                series_declined series_requested several slot_asked slot_closed slot_ended slot_released
                swapped_date swapped_person waitlisted
            """,
            "partners": """
                agreement_ends applied approved box_due box_overdue decision_due declined ended
                invited joined letter_answered letter_overdue meeting_called_off meeting_invited
                meeting_minutes meeting_moved meeting_silent need_answered need_asked
                need_closed need_done need_gathered need_open_again need_overdue need_planned
                nobody_acts partner_accepts partner_declines question_withdrawn resumed
                suspended
            """,
        }.items()
        for name in names.split()
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("context", [EVERYTHING, {}], ids=["everything", "nothing"])
def test_every_message_is_a_subject_and_some_tidy_lines(kind, language, context):
    subject, body = written(kind, context, language=language)

    assert subject
    assert "\n" not in subject
    assert not re.search(r"\n\n\n|[{}%]|&lt;", subject + body)
    assert not body.startswith("\n")


@pytest.mark.parametrize("kind", KINDS)
def test_chinese_messages_are_wholly_chinese(kind):
    subject, body = written(kind, EVERYTHING, language="zh-hans")

    without_link = body.replace("http", "").replace("127.0.0.1", "")
    assert not re.search(r"[a-zA-Z]{2,}", subject + without_link)


@pytest.mark.parametrize("kind", KINDS)
def test_english_messages_are_wholly_english(kind):
    subject, body = written(kind, EVERYTHING, language="en")

    ours = f"{subject}\n{body}"
    for said in sorted(texts_in(EVERYTHING), key=len, reverse=True):
        for line in filter(None, said.splitlines()):
            ours = ours.replace(line, "")
    assert not CHINESE.search(ours)


def test_a_message_speaks_the_language_of_its_reader():
    reader = UserFactory(language="en")

    assert written("bookings/confirmed", EVERYTHING, recipient=reader)[0].startswith("Booked: ")
    assert written("bookings/confirmed", EVERYTHING)[0].startswith("已报名：")


def test_the_language_a_notice_was_left_in_goes_first():
    reader = UserFactory(language="en")

    subject, _body = written("accounts/code", EVERYTHING, recipient=reader, language="zh-hans")

    assert subject == "验证码：123456"


def test_a_confirmation_says_who_when_where_and_what_to_do(settings):
    settings.SITE_URL = "https://center.example"

    subject, body = written("bookings/confirmed", EVERYTHING | {"sessions": 1})

    assert subject == "已报名：毛笔小楷 <入门>"
    assert body == (
        "已为李敏、小禾留好名额。\n"
        "\n"
        "时间：12月1日 周二 19:30–21:00\n"
        "地点：4 楼 书画室\n"
        "参加人：李敏、小禾\n"
        "报名号：1234 5678\n"
        "\n"
        "来不了的话，请在这里提前取消，名额会留给其他邻居：\n"
        "https://center.example/x/\n"
        "\n"
        "有问题请打电话：0588-555 0100（向阳社区服务中心）。"
    )


def test_whoever_has_no_account_is_asked_to_call():
    _subject, body = written(
        "bookings/confirmed", EVERYTHING, recipient=None, address="+8613812345678"
    )

    assert "http" not in body
    assert "来不了的话，请提前打电话告诉我们" in body


def test_a_title_of_two_lines_makes_one_subject():
    subject, _body = written("bookings/confirmed", EVERYTHING | {"title": "毛笔\r\n小楷"})

    assert subject == "已报名：毛笔 小楷"
