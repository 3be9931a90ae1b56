"""The staff's desk: Django's admin with our home, our menu, and a policy that Unfold can live with."""

from csp.decorators import csp_update
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.sites import UnfoldAdminSite

from bookings import (
    board_page,
    change_pages,
    dates_page,
    desk_page,
    draw_desk_page,
    feedback_desk_page,
    ledger_page,
    matching_desk_page,
    revision_pages,
    room_import_page,
    room_use_page,
    survey_sheet,
    timetable_check_page,
    week_copy_page,
    week_sheet,
    year_report_page,
)
from config import desk_home
from partners import survey_desk_page
from venues.staffing import duty_of

# Alpine makes functions out of the words in Unfold's templates, and writes styles into them.
# So the desk, and nothing else, allows both; the rest of the policy holds here, too.
what_unfold_needs = csp_update(
    {"script-src": ["'self'", "'unsafe-eval'"], "style-src": ["'self'", "'unsafe-inline'"]}
)


class StaffDesk(UnfoldAdminSite):
    index_title = gettext_lazy("Today at the center")

    def admin_view(self, view, cacheable=False):
        return what_unfold_needs(super().admin_view(view, cacheable))

    def extra_urls(self):
        pages = [
            ("dates/<int:activity_id>/", dates_page.make_dates, "make_dates"),
            ("dates/<int:activity_id>/end/", change_pages.end_course, "end_course"),
            ("rooms/use/", room_use_page.room_use, "room_use"),
            ("rooms/use.xlsx", room_use_page.sheet, "room_use_sheet"),
            ("timetable/check/", timetable_check_page.check_timetable, "check_timetable"),
            ("rooms/import/", room_import_page.import_rooms, "import_rooms"),
            ("rooms/import/<int:pk>/", room_import_page.room_import, "room_import"),
            ("draw/<int:activity_id>/", draw_desk_page.prepare_draw, "prepare_draw"),
            ("agreements/<int:pk>/", ledger_page.for_staff, "ledger"),
            ("needs/<int:pk>/partners/", matching_desk_page.partners, "need_partners"),
            ("needs/<int:pk>/partners/<int:partner>/", matching_desk_page.ask, "ask_partner"),
            ("questions/<int:pk>/withdraw/", matching_desk_page.withdraw, "withdraw_question"),
            ("partners/<int:pk>/needs/", matching_desk_page.needs, "partner_needs"),
            ("surveys/<int:pk>/", survey_desk_page.results, "survey_results"),
            ("surveys/<int:pk>.xlsx", survey_sheet.sheet, "survey_results_sheet"),
            ("surveys/<int:pk>/need/", survey_desk_page.make_need, "survey_need"),
            ("year/", year_report_page.year, "year_report"),
            ("year.xlsx", year_report_page.sheet, "year_report_sheet"),
            ("feedback/", feedback_desk_page.averages, "feedback"),
            ("feedback/<int:activity_id>/", feedback_desk_page.lines, "feedback_lines"),
            ("revisions/", revision_pages.waiting, "revisions"),
            ("revisions/<int:pk>/", revision_pages.review, "revision"),
            ("board/", board_page.board, "board"),
            ("board/copy/", week_copy_page.copy_week, "copy_week"),
            ("board/print/", week_sheet.print_week, "print_week"),
            ("book/", desk_page.book_for_somebody, "book_for_somebody"),
            ("book/<str:request_key>/", desk_page.booked_for_somebody, "booked_for_somebody"),
        ]
        return [path(route, self.admin_view(page), name=name) for route, page, name in pages]

    def each_context(self, request):
        return super().each_context(request) | {"show_history": duty_of(request.user).works}

    def index(self, request, extra_context=None):
        return super().index(request, (extra_context or {}) | desk_home.facts(request.user))


def navigation(request):
    """The menu: what its reader has to do with, the daily work first."""
    duty = duty_of(request.user)
    groups = [_every_day(duty), _what_we_offer(), _the_house(duty), _upkeep(duty)]
    return [group for group in groups if group["items"]] if duty.looks_on else []


def stylesheet(request):
    return static("css/desk.css")


def favicon(request):
    return static("favicon.svg")


def _every_day(duty):
    items = [_item(_("Today"), "admin:index", "today")]
    if duty.works:
        items += [
            _item(_("Room board"), "admin:board", "view_timeline"),
            _item(_("Book for somebody"), "admin:book_for_somebody", "support_agent"),
            _item(_("Bookings"), "admin:bookings_booking_changelist", "event_available"),
            _item(_("People"), "admin:accounts_person_changelist", "group"),
            _item(_("Letters"), "admin:partners_letter_changelist", "mail"),
            _item(_("Meetings"), "admin:partners_meeting_changelist", "groups"),
            _item(_("Decisions"), "admin:partners_decision_changelist", "task_alt"),
            _item(_("Messages sent"), "admin:notices_notice_changelist", "outgoing_mail"),
        ]
    return {"title": _("Every day"), "items": items}


def _what_we_offer():
    return {
        "title": _("What we offer"),
        "separator": True,
        "items": [
            _item(_("Activities"), "admin:activities_activity_changelist", "interests"),
            _item(_("Sessions"), "admin:activities_session_changelist", "calendar_month"),
            _item(_("Draws"), "admin:bookings_draw_changelist", "casino"),
            _item(_("Partners"), "admin:partners_partner_changelist", "handshake"),
            _item(_("Agreements"), "admin:partners_agreement_changelist", "contract"),
            _item(_("Standing slots"), "admin:partners_standingslot_changelist", "event_available"),
            _item(_("Needs"), "admin:partners_need_changelist", "campaign"),
            _item(_("Openings of the box"), "admin:partners_boxopening_changelist", "inbox"),
            _item(_("Surveys"), "admin:partners_survey_changelist", "ballot"),
            _item(_("How it was"), "admin:feedback", "sentiment_satisfied"),
            _item(_("The year together"), "admin:year_report", "monitoring"),
        ],
    }


def _the_house(duty):
    items = [
        _item(_("Centers"), "admin:venues_center_changelist", "home_work"),
        _item(_("Rules"), "admin:activities_centerrules_changelist", "gavel"),
        _item(_("Rooms"), "admin:venues_room_changelist", "meeting_room"),
        _item(_("Rules for rooms"), "admin:venues_centerroomrules_changelist", "rule"),
    ]
    items.append(_item(_("Equipment to lend"), "admin:venues_equipment_changelist", "videocam"))
    if duty.works:
        items += [
            _item(_("Rooms booked"), "admin:bookings_roombooking_changelist", "key"),
            _item(_("Series of rooms"), "admin:bookings_roomseries_changelist", "event_repeat"),
            _item(_("Waiting for rooms"), "admin:bookings_roomwait_changelist", "hourglass_top"),
            _item(_("Bring in a file"), "admin:import_rooms", "upload_file"),
        ]
    items += [
        _item(_("Use of rooms"), "admin:room_use", "bar_chart"),
        _item(_("Closures"), "admin:venues_closure_changelist", "event_busy"),
        _item(_("Other hours"), "admin:venues_openingexception_changelist", "schedule"),
        _item(_("Holidays"), "admin:venues_calendarday_changelist", "celebration"),
    ]
    return {"title": _("The house"), "separator": True, "items": items}


def _upkeep(duty):
    items = []
    if duty.manages:
        items.append(_item(_("Staff"), "admin:venues_staffmember_changelist", "badge"))
    if duty.is_superuser:
        items += [
            _item(_("Categories"), "admin:activities_category_changelist", "category"),
            _item(_("Districts"), "admin:venues_district_changelist", "map"),
            _item(_("Accounts"), "admin:accounts_user_changelist", "manage_accounts"),
        ]
    return {"title": _("Upkeep"), "separator": True, "items": items}


def _item(title, name, icon):
    return {"title": title, "icon": icon, "link": reverse(name)}
