"""Every address of the site, opened by everybody, against one table.

A new address fails here until the tables say who may open it and who may change what by it.
"""

import copy
import logging
import re
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import get_resolver

from tests.config import everybody
from tests.config.everybody import NAMES, PHONES
from tests.config.foreign_words import foreign_words, what_is_written
from tests.config.markup import mistakes

pytestmark = pytest.mark.django_db

# In every line, in this order: nobody; the resident it is about, a neighbor; a member of the
# partner it is about, one of a rival; a social worker of the center, one of elsewhere; the
# district office; a superuser. `in` is the way to the sign-in.
VISITS = """
dev_outbox                                     200  200 200  200 200  200 200  200  200
styleguide                                     200  200 200  200 200  200 200  200  200
pictures                                       404  404 404  404 404  404 404  404  404
home                                           200  200 200  200 200  200 200  200  200
robots                                         200  200 200  200 200  200 200  200  200
sitemap                                        200  200 200  200 200  200 200  200  200
activities:list                                200  200 200  200 200  200 200  200  200
activities:calendar                            200  200 200  200 200  200 200  200  200
activities:detail                              200  200 200  200 200  200 200  200  200
activities:poster                              200  200 200  200 200  200 200  200  200
activities:poster_pdf                          200  200 200  200 200  200 200  200  200
activities:feed                                200  200 200  200 200  200 200  200  200
activities:center_feed                         200  200 200  200 200  200 200  200  200
bookings:book                                   in  200 200  302 200  302 302  302  302
draws:page                                     200  200 200  200 200  200 200  200  200
draws:record                                   200  200 200  200 200  200 200  200  200
draws:applications                             200  200 200  200 200  200 200  200  200
draws:seed                                     200  200 200  200 200  200 200  200  200
bookings:list                                   in  200 200  200 200  200 200  200  200
bookings:detail                                 in  200 404  404 404  404 404  404  404
bookings:answers                                in  200 404  404 404  404 404  404  404
bookings:cancel                                 in  200 404  404 404  404 404  404  404
bookings:close_outcome                          in  405 405  405 405  405 405  405  405
bookings:swap_date                              in  200 404  404 404  404 404  404  404
bookings:swap_person                            in  200 404  404 404  404 404  404  404
bookings:accept                                 in  405 405  405 405  405 405  405  405
bookings:decline                                in  405 405  405 405  405 405  405  405
bookings:ics                                    in  200 404  404 404  404 404  404  404
bookings:offer                                 200  200 200  200 200  200 200  200  200
bookings:ledger                                 in  404 404  200 404  404 404  404  404
bookings:partner_needs                          in  404 404  200 404  404 404  404  404
bookings:volunteer                              in  404 404  200 404  404 404  404  404
bookings:question                               in  404 404  200 404  404 404  404  404
bookings:give_back                              in  404 404  200 404  404 404  404  404
bookings:feedback                              200  200 200  200 200  200 200  200  200
bookings:feed                                  200  200 200  200 200  200 200  200  200
bookings:my_feed                                in  200 200  200 200  200 200  200  200
bookings:check_in                               in  200 200  200 200  200 200  200  200
bookings:my_day                                 in  200 200  302 200  302 302  302  302
center_rules                                   200  200 200  200 200  200 200  200  200
hall_board                                     200  200 200  200 200  200 200  200  200
rooms:all                                      200  200 200  200 200  200 200  200  200
rooms:here                                      in  200 200  200 200  200 200  200  200
rooms:wait                                     in  200 200  200 200  200 200  200  200
rooms:withdraw                                 in  405 405  405 405  405 405  405  405
rooms:soonest                                  200  200 200  200 200  200 200  200  200
rooms:room                                     200  200 200  200 200  200 200  200  200
rooms:book                                      in  405 405  405 405  405 405  405  405
rooms:mine                                      in  200 200  200 200  200 200  200  200
rooms:booking                                   in  200 404  404 404  404 404  404  404
rooms:change                                    in  200 404  404 404  404 404  404  404
rooms:cancel                                    in  200 404  404 404  404 404  404  404
rooms:check_in                                  in  405 405  405 405  405 405  405  405
rooms:answer                                    in  405 405  405 405  405 405  405  405
rooms:ics                                       in  200 404  404 404  404 404  404  404
rooms:series                                    in  200 404  404 404  404 404  404  404
rooms:series_change                             in  200 404  404 404  404 404  404  404
rooms:series_cancel                             in  200 404  404 404  404 404  404  404
rooms:series_add                                in  405 405  405 405  405 405  405  405
rooms:series_ics                                in  200 404  404 404  404 404  404  404
rooms:slots                                     in  404 404  200 200  404 404  404  404
rooms:slot_keep                                 in  405 405  405 405  405 405  405  405
rooms:slot_release                              in  405 405  405 405  405 405  405  405
rooms:feed                                     200  200 200  200 200  200 200  200  200
rooms:staff_feed                               200  200 200  200 200  200 200  200  200
venues:center                                  200  200 200  200 200  200 200  200  200
partners:list                                  200  200 200  200 200  200 200  200  200
partners:detail                                200  200 200  200 200  200 200  200  200
partners:apply                                 200  200 200  200 200  200 200  200  200
partners:send_application                       in  405 405  405 405  405 405  405  405
partners:application                            in  200 404  404 404  404 404  404  404
partners:change_application                     in  200 404  404 404  404 404  404  404
partners:paper                                  in  404 404  200 404  200 404  404  200
partners:story                                  in  404 404  200 404  404 404  404  404
partners:members                                in  404 404  200 404  404 404  404  404
partners:invite                                 in  405 405  405 405  405 405  405  405
partners:give_role                              in  405 405  405 405  405 405  405  405
partners:end_member                             in  404 404  200 404  404 404  404  404
partners:withdraw_invitation                    in  405 405  405 405  405 405  405  405
partners:invitation                             in  200 200  200 200  200 200  200  200
partners:box                                   200  200 200  200 200  200 200  200  200
partners:find_letter                           200  200 200  200 200  200 200  200  200
partners:my_letters                             in  200 200  200 200  200 200  200  200
partners:letter                                200  200 200  200 200  200 200  200  200
partners:letter_sent                           200  200 200  200 200  200 200  200  200
partners:needs                                 200  200 200  200 200  200 200  200  200
partners:need                                  200  200 200  200 200  200 200  200  200
partners:vote                                   in  302 302  302 302  302 302  302  302
partners:surveys                               200  200 200  200 200  200 200  200  200
partners:survey                                200  200 200  200 200  200 200  200  200
partners:survey_thanks                         200  200 200  200 200  200 200  200  200
partner:home                                    in  404 404  200 200  404 404  404  404
partner:desk                                    in  404 404  200 404  404 404  404  404
partner:post                                    in  404 404  200 404  404 404  404  404
partner:posting                                 in  404 404  200 404  404 404  404  404
partner:edit                                    in  404 404  200 404  404 404  404  404
partner:autosave_new                            in  405 405  405 405  405 405  405  405
partner:autosave                                in  405 405  405 405  405 405  405  405
partner:take_back                               in  405 405  405 405  405 405  405  405
bookings:day_sheet                              in  404 404  200 404  404 404  404  404
bookings:partner_numbers                        in  404 404  200 404  404 404  404  404
bookings:partner_numbers_xlsx                   in  404 404  200 404  404 404  404  404
bookings:partner_numbers_csv                    in  404 404  200 404  404 404  404  404
partner:copy                                    in  405 405  405 405  405 405  405  405
partner:submit                                  in  405 405  405 405  405 405  405  405
partners:resources                              in  404 404  200 404  404 404  404  404
partners:add_resource                           in  404 404  200 404  404 404  404  404
partners:resource                               in  404 404  200 404  404 404  404  404
partners:pause_resource                         in  405 405  405 405  405 405  405  405
partners:remove_resource                        in  404 404  200 404  404 404  404  404
partners:meetings                               in  404 404  200 200  404 404  404  404
partners:meeting                                in  404 404  200 404  404 404  404  404
partners:decision_done                          in  405 405  405 405  405 405  405  405
partner:meeting_calendar                        in  404 404  200 404  404 404  404  404
partners:meeting_door                           in  404 404  404 404  200 404  404  200
partners:guest                                  in  405 405  405 405  405 405  405  405
partners:meeting_walk_in                        in  405 405  405 405  405 405  405  405
partners:minutes                                in  404 404  404 404  200 404  404  200
bookings:follow_activity                         in  302 302  302 302  302 302  302  302
bookings:follow_partner                          in  302 302  302 302  302 302  302  302
bookings:following                               in  200 200  200 200  200 200  200  200
notices:unsubscribe                             200  200 200  200 200  200 200  200  200
notices:messages                                in  200 200  200 200  200 200  200  200
notices:message                                 in  200 404  404 404  404 404  404  404
notices:mark_all_read                           in  405 405  405 405  405 405  405  405
notices:preferences                             in  200 200  200 200  200 200  200  200
accounts:people                                 in  200 200  200 200  200 200  200  200
accounts:me                                     in  200 200  200 200  200 200  200  200
bookings:my_data                                in  200 200  200 200  200 200  200  200
bookings:my_data_json                           in  200 200  200 200  200 200  200  200
bookings:my_data_file                           in  200 200  200 200  200 200  200  200
bookings:close_account                          in  200 200  200 200  200 200  200  200
accounts:new_email                              in  200 200  200 200  200 200  200  200
accounts:confirm_email                          in  302 302  302 302  302 302  302  302
accounts:add_child                              in  200 200  200 200  200 200  200  200
accounts:add_relative                           in  200 200  200 200  200 200  200  200
accounts:add_neighbor                           in  200 200  200 200  200 200  200  200
accounts:person                                 in  200 404  404 404  404 404  404  404
accounts:edit                                   in  200 404  404 404  404 404  404  404
accounts:end                                    in  200 404  404 404  404 404  404  404
bookings:withdraw                               in  405 405  405 405  405 405  405  405
accounts:collectors                             in  200 404  404 404  404 404  404  404
accounts:take_off_collector                     in  405 405  405 405  405 405  405  405
accounts:privacy                               200  200 200  200 200  200 200  200  200
accounts:account_login                         200  302 302  302 302  302 302  302  302
accounts:account_confirm_login_code             in  302 302  302 302  302 302  302  302
accounts:account_request_login_code             in   in  in   in  in   in  in   in   in
accounts:account_signup                         in   in  in   in  in   in  in   in   in
accounts:mfa_activate_totp                      in  200 200  200 200  302 302  302  302
^accounts/(?:email|confirm-email|password)/     in  302 302  302 302  302 302  302  302
account_login                                  200  302 302  302 302  302 302  302  302
account_logout                                 302  200 200  200 200  200 200  200  200
account_inactive                               200  200 200  200 200  200 200  200  200
account_signup                                  in   in  in   in  in   in  in   in   in
account_reauthenticate                          in  403 403  403 403  302 302  302  302
account_email                                   in  302 302  302 302  302 302  302  302
account_email_verification_sent                 in  302 302  302 302  302 302  302  302
account_change_password                         in  302 302  302 302  302 302  302  302
account_set_password                            in  302 302  302 302  302 302  302  302
account_reset_password                          in  302 302  302 302  302 302  302  302
account_confirm_login_code                      in  302 302  302 302  302 302  302  302
account_confirm_email                           in  302 302  302 302  302 302  302  302
account_verify_phone                            in  302 302  302 302  302 302  302  302
account_change_phone                            in  200 200  200 200  200 200  200  200
account_reset_password_from_key_done            in  302 302  302 302  302 302  302  302
account_reset_password_from_key                 in  302 302  302 302  302 302  302  302
account_reset_password_done                     in  302 302  302 302  302 302  302  302
account_request_login_code                      in   in  in   in  in   in  in   in   in
mfa_index                                       in  200 200  200 200  200 200  200  200
mfa_authenticate                                in  302 302  302 302  302 302  302  302
mfa_reauthenticate                              in  403 403  403 403  200 200  200  200
mfa_activate_totp                               in  200 200  200 200  302 302  302  302
mfa_deactivate_totp                             in  404 404  404 404  302 302  302  302
mfa_view_recovery_codes                         in  404 404  404 404  404 404  404  404
mfa_generate_recovery_codes                     in  200 200  200 200  302 302  302  302
mfa_download_recovery_codes                     in  404 404  404 404  404 404  404  404
set_language                                   405  405 405  405 405  405 405  405  405
help_seen                                      405  405 405  405 405  405 405  405  405
help                                           200  200 200  200 200  200 200  200  200
display                                        200  200 200  200 200  200 200  200  200
accessibility                                  200  200 200  200 200  200 200  200  200
elder                                          200  200 200  200 200  200 200  200  200
elder_leave                                    302  302 302  302 302  302 302  302  302
rosters:roster                                  in  404 404  404 404  200 404  404  200
rosters:export                                 in  404 404  404 404  200 404  404  200
rosters:health                                 in  404 404  404 404  200 404  404  200
rosters:print                                   in  404 404  404 404  200 404  404  200
rosters:to_call                                 in  404 404  404 404  200 404  404  200
rosters:line                                    in  404 404  404 404  200 404  404  200
rosters:course_line                             in  404 404  404 404  404 404  404  404
rosters:walk_in                                 in  405 405  405 405  405 405  405  405
rosters:check_in                                in  302 404  404 404  200 404  404  200
rosters:room_check_in                           in  302 404  404 404  200 404  404  200
rosters:room_poster                             in  404 404  404 404  200 404  404  200
rosters:poster                                  in  404 404  404 404  200 404  404  200
rosters:register                                in  404 404  404 404  200 404  404  200
rosters:register_print                          in  404 404  404 404  200 404  404  200
rosters:register_sheet                          in  404 404  404 404  200 404  404  200
rosters:rest_absent                             in  405 405  405 405  405 405  405  405
rosters:pass_on                                 in  405 405  405 405  405 405  405  405
rosters:mark                                    in  405 405  405 405  405 405  405  405
rosters:leave                                   in  404 404  404 404  200 404  404  200
rosters:excuse                                  in  405 405  405 405  405 405  405  405
rosters:let_in                                  in  405 405  405 405  405 405  405  405
admin:search                                    in   in  in   in  in  200 200  200  200
admin:make_dates                                in   in  in   in  in  200 404  404  200
admin:end_course                                in   in  in   in  in  200 404  404  200
admin:prepare_draw                              in   in  in   in  in  200 404  404  200
admin:room_use                                  in   in  in   in  in  200 200  200  200
admin:room_use_sheet                            in   in  in   in  in  200 200  200  200
admin:ledger                                    in   in  in   in  in  200 404  200  200
admin:need_partners                             in   in  in   in  in  200 404  200  200
admin:ask_partner                               in   in  in   in  in  200 404  404  200
admin:withdraw_question                         in   in  in   in  in  405 405  405  405
admin:partner_needs                             in   in  in   in  in  200 404  200  200
admin:year_report                               in   in  in   in  in  200 200  200  200
admin:year_report_sheet                         in   in  in   in  in  200 200  200  200
admin:feedback                                  in   in  in   in  in  200 200  200  200
admin:feedback_lines                            in   in  in   in  in  200 404  404  200
admin:revisions                                 in   in  in   in  in  200 200  404  200
admin:revision                                  in   in  in   in  in  200 404  404  200
admin:check_timetable                           in   in  in   in  in  200 200  404  200
admin:import_rooms                              in   in  in   in  in  200 200  404  200
admin:room_import                               in   in  in   in  in  200 404  404  200
admin:board                                     in   in  in   in  in  200 200  404  200
admin:copy_week                                 in   in  in   in  in  200 200  404  200
admin:print_week                                in   in  in   in  in  200 200  404  200
admin:book_for_somebody                         in   in  in   in  in  200 404  404  200
admin:booked_for_somebody                       in   in  in   in  in  200 404  404  404
admin:index                                     in   in  in   in  in  200 200  200  200
admin:login                                     in  403 403  403 403  302 302  302  302
admin:logout                                    in  302 302  302 302  405 405  405  405
admin:password_change                           in   in  in   in  in  200 200  200  200
admin:password_change_done                      in   in  in   in  in  200 200  200  200
admin:autocomplete                              in   in  in   in  in  200 200  403  200
admin:jsi18n                                    in   in  in   in  in  200 200  200  200
admin:view_on_site                              in   in  in   in  in  302 302  302  302
admin:accounts_user_changelist                  in   in  in   in  in  403 403  403  200
admin:accounts_user_add                         in   in  in   in  in  403 403  403  403
admin:accounts_user_history                     in   in  in   in  in  403 403  403  200
admin:accounts_user_delete                      in   in  in   in  in  403 403  403  403
admin:accounts_user_change                      in   in  in   in  in  403 403  403  200
admin/accounts/user/<path:object_id>/           in   in  in   in  in  302 302  302  302
admin:venues_district_changelist                in   in  in   in  in  403 403  403  200
admin:venues_district_add                       in   in  in   in  in  403 403  403  200
admin:venues_district_history                   in   in  in   in  in  403 403  403  200
admin:venues_district_delete                    in   in  in   in  in  403 403  403  200
admin:venues_district_change                    in   in  in   in  in  403 403  403  200
admin/venues/district/<path:object_id>/         in   in  in   in  in  302 302  302  302
admin:venues_center_changelist                  in   in  in   in  in  200 200  200  200
admin:venues_center_add                         in   in  in   in  in  403 403  403  200
admin:venues_center_history                     in   in  in   in  in  200 302  403  200
admin:venues_center_delete                      in   in  in   in  in  403 403  403  403
admin:venues_center_change                      in   in  in   in  in  200 302  200  200
admin/venues/center/<path:object_id>/           in   in  in   in  in  302 302  302  302
admin:venues_room_changelist                    in   in  in   in  in  200 200  200  200
admin:venues_room_add                           in   in  in   in  in  403 403  403  200
admin:venues_room_history                       in   in  in   in  in  200 302  403  200
admin:venues_room_delete                        in   in  in   in  in  403 403  403  403
admin:venues_room_print_poster                  in   in  in   in  in  302 302  403  302
admin:venues_room_change                        in   in  in   in  in  200 302  200  200
admin/venues/room/<path:object_id>/             in   in  in   in  in  302 302  302  302
admin:venues_closure_open_again                 in   in  in   in  in  403 403  403  200
admin:venues_closure_changelist                 in   in  in   in  in  200 200  200  200
admin:venues_closure_add                        in   in  in   in  in  403 403  403  200
admin:venues_closure_history                    in   in  in   in  in  200 302  403  200
admin:venues_closure_delete                     in   in  in   in  in  403 403  403  403
admin:venues_closure_change                     in   in  in   in  in  200 302  200  200
admin/venues/closure/<path:object_id>/          in   in  in   in  in  302 302  302  302
admin:venues_centerroomrules_changelist         in   in  in   in  in  302 302  302  200
admin:venues_centerroomrules_add                in   in  in   in  in  403 403  403  403
admin:venues_centerroomrules_history            in   in  in   in  in  200 302  403  200
admin:venues_centerroomrules_delete             in   in  in   in  in  403 403  403  403
admin:venues_centerroomrules_change             in   in  in   in  in  200 302  200  200
admin/venues/centerroomrules/<path:object_id>/  in   in  in   in  in  302 302  302  302
admin:venues_equipment_changelist               in   in  in   in  in  200 200  200  200
admin:venues_equipment_add                      in   in  in   in  in  403 403  403  200
admin:venues_equipment_history                  in   in  in   in  in  200 302  403  200
admin:venues_equipment_delete                   in   in  in   in  in  403 403  403  403
admin:venues_equipment_change                   in   in  in   in  in  200 302  200  200
admin/venues/equipment/<path:object_id>/        in   in  in   in  in  302 302  302  302
admin:venues_openingexception_changelist        in   in  in   in  in  200 200  200  200
admin:venues_openingexception_add               in   in  in   in  in  403 403  403  200
admin:venues_openingexception_history           in   in  in   in  in  200 302  403  200
admin:venues_openingexception_delete            in   in  in   in  in  403 403  403  200
admin:venues_openingexception_change            in   in  in   in  in  200 302  200  200
admin/venues/openingexception/<path:object_id>/ in   in  in   in  in  302 302  302  302
admin:venues_calendarday_changelist             in   in  in   in  in  200 200  200  200
admin:venues_calendarday_add                    in   in  in   in  in  403 403  403  200
admin:venues_calendarday_history                in   in  in   in  in  200 200  403  200
admin:venues_calendarday_delete                 in   in  in   in  in  403 403  403  200
admin:venues_calendarday_change                 in   in  in   in  in  200 200  200  200
admin/venues/calendarday/<path:object_id>/      in   in  in   in  in  302 302  302  302
admin:venues_staffmember_changelist             in   in  in   in  in  403 403  403  200
admin:venues_staffmember_add                    in   in  in   in  in  403 403  403  200
admin:venues_staffmember_history                in   in  in   in  in  403 302  403  200
admin:venues_staffmember_delete                 in   in  in   in  in  403 403  403  403
admin:venues_staffmember_change                 in   in  in   in  in  403 403  403  200
admin/venues/staffmember/<path:object_id>/      in   in  in   in  in  302 302  302  302
admin:partners_agreement_ledger                 in   in  in   in  in  302 302  302  302
admin:partners_agreement_hold_times             in   in  in   in  in  302 404  403  302
admin:partners_agreement_end_early              in   in  in   in  in  200 404  403  200
admin:partners_agreement_changelist             in   in  in   in  in  200 200  200  200
admin:partners_agreement_add                    in   in  in   in  in  200 200  403  200
admin:partners_agreement_history                in   in  in   in  in  200 302  403  200
admin:partners_agreement_delete                 in   in  in   in  in  403 403  403  403
admin:partners_agreement_change                 in   in  in   in  in  200 302  200  200
admin/partners/agreement/<path:object_id>/      in   in  in   in  in  302 302  302  302
admin:partners_standingslot_changelist          in   in  in   in  in  200 200  200  200
admin:partners_standingslot_add                 in   in  in   in  in  200 200  403  200
admin:partners_standingslot_history             in   in  in   in  in  200 302  403  200
admin:partners_standingslot_delete              in   in  in   in  in  403 403  403  403
admin:partners_standingslot_end                 in   in  in   in  in  200 404  403  200
admin:partners_standingslot_change              in   in  in   in  in  200 302  200  200
admin/partners/standingslot/<path:object_id>/   in   in  in   in  in  302 302  302  302
admin:partners_letter_photo                     in   in  in   in  in  404 404  404  404
admin:partners_letter_gather_many               in   in  in   in  in  200 404  404  200
admin:partners_letter_answer                    in   in  in   in  in  200 404  403  200
admin:partners_letter_answer_publicly           in   in  in   in  in  200 404  403  200
admin:partners_letter_gather                    in   in  in   in  in  200 404  403  200
admin:partners_letter_set_aside                 in   in  in   in  in  200 404  403  200
admin:partners_letter_take_up_again             in   in  in   in  in  200 404  403  200
admin:partners_letter_changelist                in   in  in   in  in  200 200  403  200
admin:partners_letter_add                       in   in  in   in  in  200 200  403  200
admin:partners_letter_history                   in   in  in   in  in  200 302  403  200
admin:partners_letter_delete                    in   in  in   in  in  403 403  403  403
admin:partners_letter_change                    in   in  in   in  in  200 302  403  200
admin/partners/letter/<path:object_id>/         in   in  in   in  in  302 302  302  302
admin:partners_boxopening_opened                in   in  in   in  in  200 404  403  200
admin:partners_boxopening_changelist            in   in  in   in  in  200 200  200  200
admin:partners_boxopening_add                   in   in  in   in  in  403 403  403  403
admin:partners_boxopening_history               in   in  in   in  in  200 302  403  200
admin:partners_boxopening_delete                in   in  in   in  in  403 403  403  403
admin:partners_boxopening_change                in   in  in   in  in  200 302  200  200
admin/partners/boxopening/<path:object_id>/     in   in  in   in  in  302 302  302  302
admin:partners_need_answer                      in   in  in   in  in  200 404  403  200
admin:partners_need_put_up                      in   in  in   in  in  200 404  403  200
admin:partners_need_add_line                    in   in  in   in  in  200 404  403  200
admin:partners_need_mark_done                   in   in  in   in  in  200 404  403  200
admin:partners_need_close                       in   in  in   in  in  200 404  403  200
admin:partners_need_merge                       in   in  in   in  in  200 404  403  200
partners:enter_survey                          in  404 404  404 404  200 404  404  200
partners:print_survey                          in  404 404  404 404  200 404  404  200
admin:survey_results                           in   in  in   in  in  200 404  200  200
admin:survey_results_sheet                     in   in  in   in  in  200 404  404  200
admin:survey_need                              in   in  in   in  in  200 404  403  200
admin:partners_survey_publish                  in   in  in   in  in  200 404  403  200
admin:partners_survey_enter                    in   in  in   in  in  302 404  403  302
admin:partners_survey_results                  in   in  in   in  in  302 302  302  302
admin:partners_survey_print_sheet              in   in  in   in  in  302 404  403  302
admin:partners_survey_close                    in   in  in   in  in  200 404  403  200
admin:partners_survey_throw_away               in   in  in   in  in  200 404  403  200
admin:partners_survey_changelist               in   in  in   in  in  200 200  200  200
admin:partners_survey_add                      in   in  in   in  in  200 200  403  200
admin:partners_survey_history                  in   in  in   in  in  200 302  403  200
admin:partners_survey_delete                   in   in  in   in  in  403 403  403  403
admin:partners_survey_change                   in   in  in   in  in  200 302  200  200
admin/partners/survey/<path:object_id>/        in   in  in   in  in  302 302  302  302
admin:partners_need_changelist                  in   in  in   in  in  200 200  200  200
admin:partners_need_add                         in   in  in   in  in  200 200  403  200
admin:partners_need_history                     in   in  in   in  in  200 302  403  200
admin:partners_need_delete                      in   in  in   in  in  403 403  403  403
admin:partners_need_change                      in   in  in   in  in  200 302  200  200
admin/partners/need/<path:object_id>/           in   in  in   in  in  302 302  302  302
admin:partners_meeting_changelist               in   in  in   in  in  200 200  403  200
admin:partners_meeting_add                      in   in  in   in  in  200 200  403  200
admin:partners_meeting_history                  in   in  in   in  in  200 302  403  200
admin:partners_meeting_delete                   in   in  in   in  in  403 403  403  403
admin:partners_meeting_open_guests              in   in  in   in  in  302 404  403  302
admin:partners_meeting_take_a_room              in   in  in   in  in  302 404  403  302
admin:partners_meeting_print_minutes            in   in  in   in  in  302 404  403  302
admin:partners_meeting_put_needs_on_agenda      in   in  in   in  in  200 404  403  200
admin:partners_meeting_choose_guests            in   in  in   in  in  200 404  403  200
admin:partners_meeting_send_invitations         in   in  in   in  in  200 404  403  200
admin:partners_meeting_remind_silent            in   in  in   in  in  200 404  403  200
admin:partners_meeting_move                     in   in  in   in  in  200 404  403  200
admin:partners_meeting_call_off                 in   in  in   in  in  200 404  403  200
admin:partners_meeting_send_minutes             in   in  in   in  in  200 404  403  200
admin:partners_meeting_change                   in   in  in   in  in  200 302  403  200
admin/partners/meeting/<path:object_id>/        in   in  in   in  in  302 302  302  302
admin:partners_decision_changelist              in   in  in   in  in  200 200  403  200
admin:partners_decision_add                     in   in  in   in  in  403 403  403  403
admin:partners_decision_history                 in   in  in   in  in  200 302  403  200
admin:partners_decision_delete                  in   in  in   in  in  403 403  403  403
admin:partners_decision_finish                  in   in  in   in  in  200 404  403  200
admin:partners_decision_reopen                  in   in  in   in  in  200 404  403  200
admin:partners_decision_become_need             in   in  in   in  in  200 404  403  200
admin:partners_decision_become_activity         in   in  in   in  in  200 404  403  200
admin:partners_decision_become_agreement        in   in  in   in  in  302 404  403  302
admin:partners_decision_change                  in   in  in   in  in  200 302  403  200
admin/partners/decision/<path:object_id>/       in   in  in   in  in  302 302  302  302
admin:activities_category_changelist            in   in  in   in  in  403 403  403  200
admin:activities_category_add                   in   in  in   in  in  403 403  403  200
admin:activities_category_history               in   in  in   in  in  403 403  403  200
admin:activities_category_delete                in   in  in   in  in  403 403  403  200
admin:activities_category_change                in   in  in   in  in  403 403  403  200
admin/activities/category/<path:object_id>/     in   in  in   in  in  302 302  302  302
admin:partners_partner_approve                  in   in  in   in  in  200 403  403  200
admin:partners_partner_decline                  in   in  in   in  in  200 403  403  200
admin:partners_partner_suspend                  in   in  in   in  in  200 403  403  200
admin:partners_partner_resume                   in   in  in   in  in  403 403  403  403
admin:partners_partner_end                      in   in  in   in  in  200 403  403  200
admin:partners_partner_changelist               in   in  in   in  in  200 200  200  200
admin:partners_partner_add                      in   in  in   in  in  200 200  403  200
admin:partners_partner_history                  in   in  in   in  in  200 302  403  200
admin:partners_partner_delete                   in   in  in   in  in  403 403  403  403
admin:partners_partner_change                   in   in  in   in  in  200 302  200  200
admin/partners/partner/<path:object_id>/        in   in  in   in  in  302 302  302  302
admin:activities_activity_make_dates            in   in  in   in  in  302 302  403  302
admin:activities_activity_prepare_draw          in   in  in   in  in  302 403  403  302
admin:activities_activity_book_for_somebody     in   in  in   in  in  302 403  403  302
admin:activities_activity_ask_for_changes       in   in  in   in  in  200 403  403  200
admin:activities_activity_publish               in   in  in   in  in  200 403  403  200
admin:activities_activity_see_dates             in   in  in   in  in  302 302  302  302
admin:activities_activity_see_register          in   in  in   in  in  302 302  403  302
admin:activities_activity_print_poster          in   in  in   in  in  302 302  403  302
admin:activities_activity_end_course            in   in  in   in  in  302 403  403  302
admin:activities_activity_archive               in   in  in   in  in  200 403  403  200
admin:activities_activity_changelist            in   in  in   in  in  200 200  200  200
admin:activities_activity_add                   in   in  in   in  in  200 200  403  200
admin:activities_activity_history               in   in  in   in  in  200 302  403  200
admin:activities_activity_delete                in   in  in   in  in  403 403  403  403
admin:activities_activity_change                in   in  in   in  in  200 302  200  200
admin/activities/activity/<path:object_id>/     in   in  in   in  in  302 302  302  302
admin:activities_centerrules_changelist         in   in  in   in  in  302 302  302  200
admin:activities_centerrules_add                in   in  in   in  in  403 403  403  403
admin:activities_centerrules_history            in   in  in   in  in  200 302  403  200
admin:activities_centerrules_delete             in   in  in   in  in  403 403  403  403
admin:activities_centerrules_change             in   in  in   in  in  200 302  200  200
admin/activities/centerrules/<path:object_id>/  in   in  in   in  in  302 302  302  302
admin:bookings_booking_cancel                   in   in  in   in  in  200 403  403  200
admin:bookings_booking_accept_for_them          in   in  in   in  in  200 403  403  200
admin:bookings_booking_let_in                   in   in  in   in  in  200 403  403  200
admin:bookings_booking_changelist               in   in  in   in  in  200 200  403  200
admin:bookings_booking_add                      in   in  in   in  in  403 403  403  403
admin:bookings_booking_history                  in   in  in   in  in  200 302  403  200
admin:bookings_booking_delete                   in   in  in   in  in  403 403  403  403
admin:bookings_booking_change                   in   in  in   in  in  200 302  403  200
admin:bookings_draw_type_in_number              in   in  in   in  in  200 403  403  200
admin:bookings_draw_draw_now                    in   in  in   in  in  403 403  403  403
admin:bookings_draw_see_page                    in   in  in   in  in  302 404  302  302
admin:bookings_draw_change                      in   in  in   in  in  200 302  200  200
admin/bookings/booking/<path:object_id>/        in   in  in   in  in  302 302  302  302
admin:bookings_draw_changelist                  in   in  in   in  in  200 200  200  200
admin:bookings_draw_add                         in   in  in   in  in  403 403  403  403
admin:bookings_draw_history                     in   in  in   in  in  200 302  403  200
admin:bookings_draw_delete                      in   in  in   in  in  403 403  403  403
admin/bookings/draw/<path:object_id>/           in   in  in   in  in  302 302  302  302
admin:bookings_roomwait_changelist              in   in  in   in  in  200 200  403  200
admin:bookings_roomwait_add                     in   in  in   in  in  403 403  403  403
admin:bookings_roomwait_history                 in   in  in   in  in  200 302  403  200
admin:bookings_roomwait_delete                  in   in  in   in  in  403 403  403  403
admin:bookings_roomwait_change                  in   in  in   in  in  200 302  403  200
admin/bookings/roomwait/<path:object_id>/       in   in  in   in  in  302 302  302  302
admin:bookings_roombooking_changelist           in   in  in   in  in  200 200  403  200
admin:bookings_roombooking_add                  in   in  in   in  in  403 403  403  403
admin:bookings_roombooking_history              in   in  in   in  in  200 302  403  200
admin:bookings_roombooking_delete               in   in  in   in  in  403 403  403  403
admin:bookings_roombooking_accept               in   in  in   in  in  200 404  403  200
admin:bookings_roombooking_ask_back             in   in  in   in  in  200 404  403  200
admin:bookings_roombooking_decline              in   in  in   in  in  200 404  403  200
admin:bookings_roombooking_change_it            in   in  in   in  in  200 404  403  200
admin:bookings_roombooking_lend_equipment       in   in  in   in  in  200 404  403  200
admin:bookings_roombooking_cancel               in   in  in   in  in  200 404  403  200
admin:bookings_roombooking_change               in   in  in   in  in  200 302  403  200
admin/bookings/roombooking/<path:object_id>/    in   in  in   in  in  302 302  302  302
admin:bookings_roomseries_changelist            in   in  in   in  in  200 200  403  200
admin:bookings_roomseries_add                   in   in  in   in  in  403 403  403  403
admin:bookings_roomseries_history               in   in  in   in  in  200 302  403  200
admin:bookings_roomseries_delete                in   in  in   in  in  403 403  403  403
admin:bookings_roomseries_accept                in   in  in   in  in  200 404  403  200
admin:bookings_roomseries_ask_back              in   in  in   in  in  200 404  403  200
admin:bookings_roomseries_decline               in   in  in   in  in  200 404  403  200
admin:bookings_roomseries_cancel                in   in  in   in  in  200 404  403  200
admin:bookings_roomseries_change                in   in  in   in  in  200 302  403  200
admin/bookings/roomseries/<path:object_id>/     in   in  in   in  in  302 302  302  302
admin:bookings_limit_changelist                 in   in  in   in  in  200 200  200  200
admin:bookings_limit_add                        in   in  in   in  in  403 403  403  200
admin:bookings_limit_history                    in   in  in   in  in  200 302  403  200
admin:bookings_limit_delete                     in   in  in   in  in  403 403  403  200
admin:bookings_limit_change                     in   in  in   in  in  200 302  200  200
admin/bookings/limit/<path:object_id>/          in   in  in   in  in  302 302  302  302
admin:notices_notice_send_again                 in   in  in   in  in  200 403  403  200
admin:notices_notice_changelist                 in   in  in   in  in  200 200  403  200
admin:notices_notice_add                        in   in  in   in  in  403 403  403  403
admin:notices_notice_history                    in   in  in   in  in  200 302  403  200
admin:notices_notice_delete                     in   in  in   in  in  403 403  403  403
admin:notices_notice_change                     in   in  in   in  in  200 302  403  200
admin/notices/notice/<path:object_id>/          in   in  in   in  in  302 302  302  302
admin:accounts_person_waive                     in   in  in   in  in  200 403  403  200
admin:accounts_person_retire                    in   in  in   in  in  200 404  403  200
admin:accounts_person_changelist                in   in  in   in  in  200 200  403  200
admin:accounts_person_add                       in   in  in   in  in  200 200  403  200
admin:accounts_person_history                   in   in  in   in  in  200 302  403  200
admin:accounts_person_delete                    in   in  in   in  in  403 403  403  403
admin:accounts_person_change                    in   in  in   in  in  200 302  403  200
admin/accounts/person/<path:object_id>/         in   in  in   in  in  302 302  302  302
admin:activities_session_open_line              in   in  in   in  in  302 302  403  302
admin:activities_session_open_roster            in   in  in   in  in  302 302  403  302
admin:activities_session_book_for_somebody      in   in  in   in  in  302 403  403  302
admin:activities_session_prepare_draw           in   in  in   in  in  302 403  403  302
admin:activities_session_keep_places            in   in  in   in  in  200 403  403  200
admin:activities_session_lend_equipment         in   in  in   in  in  403 403  403  403
admin:activities_session_release_kept           in   in  in   in  in  200 403  403  200
admin:activities_session_move                   in   in  in   in  in  200 403  403  200
admin:activities_session_change_places          in   in  in   in  in  200 403  403  200
admin:activities_session_change_leader          in   in  in   in  in  200 403  403  200
admin:activities_session_merge                  in   in  in   in  in  200 403  403  200
admin:activities_session_whom_to_call           in   in  in   in  in  302 302  403  302
admin:activities_session_call_off               in   in  in   in  in  200 403  403  200
admin:activities_session_changelist             in   in  in   in  in  200 200  200  200
admin:activities_session_add                    in   in  in   in  in  403 403  403  403
admin:activities_session_history                in   in  in   in  in  200 302  403  200
admin:activities_session_delete                 in   in  in   in  in  403 403  403  403
admin:activities_session_change                 in   in  in   in  in  200 302  200  200
admin/activities/session/<path:object_id>/      in   in  in   in  in  302 302  302  302
admin:app_list                                  in   in  in   in  in  200 200  200  200
admin/(?P<url>.*)$                              in   in  in   in  in  404 404  404  404
healthz                                        200  200 200  200 200  200 200  200  200
readyz                                         200  200 200  200 200  200 200  200  200
"""

# The same for a POST; `did` where it changed something.
POSTS = """
pictures                                       404  404 404  404 404  404 404  404  404
activities:detail                              405  405 405  405 405  405 405  405  405
activities:poster                              405  405 405  405 405  405 405  405  405
activities:poster_pdf                          405  405 405  405 405  405 405  405  405
activities:feed                                405  405 405  405 405  405 405  405  405
activities:center_feed                         405  405 405  405 405  405 405  405  405
bookings:book                                   in  did 422  422 422  422 422  422  422
draws:page                                     405  405 405  405 405  405 405  405  405
draws:record                                   405  405 405  405 405  405 405  405  405
draws:applications                             405  405 405  405 405  405 405  405  405
draws:seed                                     405  405 405  405 405  405 405  405  405
bookings:detail                                 in  405 405  405 405  405 405  405  405
bookings:answers                                in  409 404  404 404  404 404  404  404
bookings:cancel                                 in  did 404  404 404  404 404  404  404
bookings:close_outcome                          in  302 302  302 302  302 302  302  302
bookings:swap_date                              in  409 404  404 404  404 404  404  404
bookings:swap_person                            in  422 404  404 404  404 404  404  404
bookings:accept                                 in  did 404  404 404  404 404  404  404
bookings:decline                                in  did 404  404 404  404 404  404  404
bookings:ics                                    in  405 405  405 405  405 405  405  405
bookings:offer                                 did  did did  did did  did did  did  did
bookings:feedback                              422  422 422  422 422  422 422  422  422
bookings:feed                                  405  405 405  405 405  405 405  405  405
bookings:check_in                               in  409 302  302 302  302 302  302  302
center_rules                                   405  405 405  405 405  405 405  405  405
rooms:here                                      in  404 404  404 404  404 404  404  404
rooms:withdraw                                 in  did 404  404 404  404 404  404  404
hall_board                                     405  405 405  405 405  405 405  405  405
rooms:room                                     405  405 405  405 405  405 405  405  405
rooms:book                                      in  422 422  302 422  302 302  302  302
rooms:booking                                   in  405 405  405 405  405 405  405  405
rooms:change                                    in  422 404  404 404  404 404  404  404
rooms:cancel                                    in  did 404  404 404  404 404  404  404
rooms:check_in                                  in  409 404  404 404  404 404  404  404
rooms:answer                                    in  did 404  404 404  404 404  404  404
rooms:ics                                       in  405 405  405 405  405 405  405  405
rooms:series                                    in  405 405  405 405  405 405  405  405
rooms:series_change                             in  422 404  404 404  404 404  404  404
rooms:series_cancel                             in  did 404  404 404  404 404  404  404
rooms:series_add                                in  422 404  404 404  404 404  404  404
rooms:series_ics                                in  405 405  405 405  405 405  405  405
rooms:slot_keep                                 in  404 404  did 404  404 404  404  404
rooms:slot_release                              in  404 404  did 404  404 404  404  404
rooms:feed                                     405  405 405  405 405  405 405  405  405
rooms:staff_feed                               405  405 405  405 405  405 405  405  405
venues:center                                  405  405 405  405 405  405 405  405  405
partners:detail                                405  405 405  405 405  405 405  405  405
partners:send_application                       in  422 422  422 422  422 422  422  422
partners:application                            in  405 405  405 405  405 405  405  405
partners:change_application                     in  422 404  404 404  404 404  404  404
partners:paper                                  in  405 405  405 405  405 405  405  405
partners:story                                  in  404 404  302 404  404 404  404  404
partners:members                                in  405 405  405 405  405 405  405  405
partners:invite                                 in  404 404  422 404  404 404  404  404
partners:give_role                              in  404 404  422 404  404 404  404  404
partners:end_member                             in  404 404  did 404  404 404  404  404
partners:withdraw_invitation                    in  404 404  did 404  404 404  404  404
partners:invitation                             in  did did  409 did  did did  did  did
partners:letter                                405  405 405  405 405  405 405  405  405
partners:letter_sent                           405  405 405  405 405  405 405  405  405
partners:need                                  405  405 405  405 405  405 405  405  405
partners:vote                                   in  did did  did did  did did  did  did
partners:survey                                409  409 409  409 409  409 409  409  409
partners:survey_thanks                         405  405 405  405 405  405 405  405  405
partner:desk                                    in  405 405  405 405  405 405  405  405
partner:post                                    in  404 404  did 404  404 404  404  404
partner:posting                                 in  405 405  405 405  405 405  405  405
partner:edit                                    in  404 404  did 404  404 404  404  404
partner:autosave_new                            in  404 404  did 404  404 404  404  404
partner:autosave                                in  404 404  did 404  404 404  404  404
partner:take_back                               in  404 404  did 404  404 404  404  404
bookings:day_sheet                              in  405 405  405 405  405 405  405  405
bookings:partner_numbers                        in  405 405  405 405  405 405  405  405
bookings:partner_numbers_xlsx                   in  405 405  405 405  405 405  405  405
bookings:partner_numbers_csv                    in  405 405  405 405  405 405  405  405
partner:copy                                    in  404 404  did 404  404 404  404  404
partner:submit                                  in  404 404  did 404  404 404  404  404
partners:resources                              in  405 405  405 405  405 405  405  405
partners:add_resource                           in  404 404  422 404  404 404  404  404
partners:resource                               in  404 404  422 404  404 404  404  404
partners:pause_resource                         in  404 404  did 404  404 404  404  404
partners:remove_resource                        in  404 404  409 404  404 404  404  404
partners:meeting                                in  404 404  422 404  404 404  404  404
partners:decision_done                          in  404 404  did 404  404 404  404  404
partner:meeting_calendar                        in  405 405  405 405  405 405  405  405
partners:meeting_door                           in  405 405  405 405  405 405  405  405
partners:guest                                  in  404 404  404 404  422 404  404  422
partners:meeting_walk_in                        in  404 404  404 404  422 404  404  422
partners:minutes                                in  405 405  405 405  405 405  405  405
bookings:follow_activity                         in  did did  did did  did did  did  did
bookings:follow_partner                          in  did did  did did  did did  did  did
notices:unsubscribe                             did  did did  did did  did did  did  did
notices:message                                 in  405 405  405 405  405 405  405  405
notices:mark_all_read                           in  did 302  302 302  302 302  302  302
accounts:person                                 in  405 405  405 405  405 405  405  405
accounts:edit                                   in  did 404  404 404  404 404  404  404
accounts:end                                    in  did 404  404 404  404 404  404  404
bookings:withdraw                               in  did 404  404 404  404 404  404  404
accounts:collectors                             in  did 404  404 404  404 404  404  404
accounts:take_off_collector                     in  did 404  404 404  404 404  404  404
account_confirm_email                           in  302 302  302 302  302 302  302  302
account_reset_password_from_key                 in  302 302  302 302  302 302  302  302
set_language                                   302  302 302  302 302  302 302  302  302
help_seen                                      302  302 302  302 302  302 302  302  302
rosters:roster                                  in  405 405  405 405  405 405  405  405
rosters:export                                 in  404 404  404 404  200 404  404  200
rosters:health                                 in  404 404  404 404  did 404  404  did
rosters:print                                   in  405 405  405 405  405 405  405  405
rosters:to_call                                 in  405 405  405 405  405 405  405  405
rosters:line                                    in  404 404  404 404  did 404  404  did
rosters:course_line                             in  404 404  404 404  404 404  404  404
rosters:walk_in                                 in  404 404  404 404  did 404  404  did
rosters:check_in                                in  302 404  404 404  did 404  404  did
rosters:room_check_in                           in  302 404  404 404  409 404  404  409
rosters:room_poster                             in  405 405  405 405  405 405  405  405
rosters:poster                                  in  405 405  405 405  405 405  405  405
rosters:register                                in  405 405  405 405  405 405  405  405
rosters:register_print                          in  405 405  405 405  405 405  405  405
rosters:register_sheet                          in  405 405  405 405  405 405  405  405
rosters:rest_absent                             in  404 404  404 404  did 404  404  did
rosters:pass_on                                 in  404 404  404 404  did 404  404  did
rosters:mark                                    in  404 404  404 404  did 404  404  did
rosters:leave                                   in  404 404  404 404  did 404  404  did
rosters:excuse                                  in  404 404  404 404  did 404  404  did
rosters:let_in                                  in  404 404  404 404  did 404  404  did
admin:make_dates                                in   in  in   in  in  422 404  404  422
admin:ledger                                    in   in  in   in  in  405 405  405  405
admin:need_partners                             in   in  in   in  in  405 405  405  405
admin:ask_partner                               in   in  in   in  in  did 404  404  did
admin:withdraw_question                         in   in  in   in  in  did 404  404  did
admin:partner_needs                             in   in  in   in  in  405 405  405  405
bookings:ledger                                 in  405 405  405 405  405 405  405  405
bookings:partner_needs                          in  405 405  405 405  405 405  405  405
bookings:volunteer                              in  404 404  did 404  404 404  404  404
bookings:question                               in  404 404  did 404  404 404  404  404
bookings:give_back                              in  404 404  did 404  404 404  404  404
admin:feedback_lines                            in   in  in   in  in  405 405  405  405
admin:revision                                  in   in  in   in  in  did 404  404  did
admin:end_course                                in   in  in   in  in  422 404  404  422
admin:prepare_draw                              in   in  in   in  in  422 404  404  422
admin:room_import                               in   in  in   in  in  did 404  404  did
admin:booked_for_somebody                       in   in  in   in  in  200 404  404  404
admin:logout                                    in  302 302  302 302  302 302  302  302
admin:accounts_user_change                      in   in  in   in  in  403 403  403  200
admin:venues_district_change                    in   in  in   in  in  403 403  403  200
admin:venues_center_change                      in   in  in   in  in  403 403  403  200
admin:venues_room_print_poster                  in   in  in   in  in  302 302  403  302
admin:venues_room_change                        in   in  in   in  in  403 403  403  200
admin:venues_closure_open_again                 in   in  in   in  in  403 403  403  did
admin:venues_closure_change                     in   in  in   in  in  403 403  403  did
admin:venues_centerroomrules_change             in   in  in   in  in  403 403  403  200
admin:venues_equipment_change                   in   in  in   in  in  403 403  403  200
admin:venues_openingexception_change            in   in  in   in  in  403 403  403  200
admin:venues_calendarday_change                 in   in  in   in  in  403 403  403  200
admin:venues_staffmember_change                 in   in  in   in  in  403 403  403  200
admin:partners_agreement_ledger                 in   in  in   in  in  302 302  302  302
admin:partners_agreement_hold_times             in   in  in   in  in  302 404  403  302
admin:partners_agreement_end_early              in   in  in   in  in  did 404  403  did
admin:partners_agreement_change                 in   in  in   in  in  200 302  403  200
admin:partners_standingslot_end                 in   in  in   in  in  did 404  403  did
admin:partners_standingslot_change              in   in  in   in  in  403 403  403  403
admin:partners_letter_photo                     in   in  in   in  in  404 404  404  404
admin:partners_letter_answer                    in   in  in   in  in  did 404  403  did
admin:partners_letter_answer_publicly           in   in  in   in  in  did 404  403  did
admin:partners_letter_gather                    in   in  in   in  in  did 404  403  did
admin:partners_letter_set_aside                 in   in  in   in  in  did 404  403  did
admin:partners_letter_take_up_again             in   in  in   in  in  302 404  403  302
admin:partners_letter_change                    in   in  in   in  in  403 302  403  403
admin:partners_boxopening_opened                in   in  in   in  in  did 404  403  did
admin:partners_boxopening_change                in   in  in   in  in  403 403  403  403
admin:partners_need_answer                      in   in  in   in  in  did 404  403  did
admin:partners_need_put_up                      in   in  in   in  in  422 404  403  422
admin:partners_need_add_line                    in   in  in   in  in  did 404  403  did
admin:partners_need_mark_done                   in   in  in   in  in  did 404  403  did
admin:partners_need_close                       in   in  in   in  in  did 404  403  did
admin:partners_need_merge                       in   in  in   in  in  422 404  403  422
partners:enter_survey                          in  404 404  404 404  422 404  404  422
partners:print_survey                          in  405 405  405 405  405 405  405  405
admin:survey_results                           in   in  in   in  in  405 405  405  405
admin:survey_results_sheet                     in   in  in   in  in  405 405  405  405
admin:survey_need                              in   in  in   in  in  did 404  403  did
admin:partners_survey_publish                  in   in  in   in  in  302 404  403  302
admin:partners_survey_enter                    in   in  in   in  in  302 404  403  302
admin:partners_survey_results                  in   in  in   in  in  302 302  302  302
admin:partners_survey_print_sheet              in   in  in   in  in  302 404  403  302
admin:partners_survey_close                    in   in  in   in  in  did 404  403  did
admin:partners_survey_throw_away               in   in  in   in  in  did 404  403  did
admin:partners_survey_change                   in   in  in   in  in  200 302  403  200
admin:partners_need_change                      in   in  in   in  in  200 302  403  200
admin:partners_meeting_open_guests              in   in  in   in  in  302 404  403  302
admin:partners_meeting_take_a_room              in   in  in   in  in  302 404  403  302
admin:partners_meeting_print_minutes            in   in  in   in  in  302 404  403  302
admin:partners_meeting_put_needs_on_agenda      in   in  in   in  in  did 404  403  did
admin:partners_meeting_choose_guests            in   in  in   in  in  422 404  403  422
admin:partners_meeting_send_invitations         in   in  in   in  in  302 404  403  302
admin:partners_meeting_remind_silent            in   in  in   in  in  did 404  403  did
admin:partners_meeting_move                     in   in  in   in  in  422 404  403  422
admin:partners_meeting_call_off                 in   in  in   in  in  did 404  403  did
admin:partners_meeting_send_minutes             in   in  in   in  in  302 404  403  302
admin:partners_meeting_change                   in   in  in   in  in  200 302  403  200
admin:partners_decision_finish                  in   in  in   in  in  did 404  403  did
admin:partners_decision_reopen                  in   in  in   in  in  302 404  403  302
admin:partners_decision_become_need             in   in  in   in  in  did 404  403  did
admin:partners_decision_become_agreement        in   in  in   in  in  302 404  403  302
admin:partners_decision_become_activity         in   in  in   in  in  did 404  403  did
admin:partners_decision_change                  in   in  in   in  in  200 302  403  200
admin:activities_category_change                in   in  in   in  in  403 403  403  200
admin:partners_partner_approve                  in   in  in   in  in  did 404  403  did
admin:partners_partner_decline                  in   in  in   in  in  did 404  403  did
admin:partners_partner_suspend                  in   in  in   in  in  did 404  403  did
admin:partners_partner_resume                   in   in  in   in  in  302 404  403  302
admin:partners_partner_end                      in   in  in   in  in  did 404  403  did
admin:partners_partner_change                   in   in  in   in  in  200 302  403  200
admin:activities_activity_make_dates            in   in  in   in  in  302 302  403  302
admin:activities_activity_prepare_draw          in   in  in   in  in  302 403  403  302
admin:activities_activity_book_for_somebody     in   in  in   in  in  302 403  403  302
admin:activities_activity_ask_for_changes       in   in  in   in  in  did 403  403  did
admin:activities_activity_publish               in   in  in   in  in  did 403  403  did
admin:activities_activity_see_dates             in   in  in   in  in  302 302  302  302
admin:activities_activity_see_register          in   in  in   in  in  302 302  403  302
admin:activities_activity_print_poster          in   in  in   in  in  302 302  403  302
admin:activities_activity_end_course            in   in  in   in  in  302 403  403  302
admin:activities_activity_archive               in   in  in   in  in  did 403  403  did
admin:activities_activity_change                in   in  in   in  in  200 302  403  200
admin:activities_centerrules_change             in   in  in   in  in  403 403  403  200
admin:bookings_booking_cancel                   in   in  in   in  in  did 403  403  did
admin:bookings_booking_accept_for_them          in   in  in   in  in  did 403  403  did
admin:bookings_booking_let_in                   in   in  in   in  in  did 403  403  did
admin:bookings_booking_change                   in   in  in   in  in  403 403  403  403
admin:bookings_draw_type_in_number              in   in  in   in  in  422 403  403  422
admin:bookings_draw_draw_now                    in   in  in   in  in  403 403  403  403
admin:bookings_draw_see_page                    in   in  in   in  in  302 404  302  302
admin:bookings_draw_change                      in   in  in   in  in  403 403  403  403
admin:bookings_roombooking_accept               in   in  in   in  in  did 404  403  did
admin:bookings_roombooking_ask_back             in   in  in   in  in  422 404  403  422
admin:bookings_roombooking_decline              in   in  in   in  in  did 404  403  did
admin:bookings_roombooking_change_it            in   in  in   in  in  422 404  403  422
admin:bookings_roombooking_lend_equipment       in   in  in   in  in  302 404  403  302
admin:bookings_roombooking_cancel               in   in  in   in  in  did 404  403  did
admin:bookings_roomseries_accept                in   in  in   in  in  did 404  403  did
admin:bookings_roomseries_ask_back              in   in  in   in  in  422 404  403  422
admin:bookings_roomseries_decline               in   in  in   in  in  did 404  403  did
admin:bookings_roomseries_cancel                in   in  in   in  in  did 404  403  did
admin:bookings_roomwait_change                  in   in  in   in  in  403 403  403  403
admin:bookings_roombooking_change               in   in  in   in  in  403 403  403  403
admin:bookings_roomseries_change                in   in  in   in  in  403 403  403  403
admin:bookings_limit_change                     in   in  in   in  in  403 403  403  200
admin:notices_notice_send_again                 in   in  in   in  in  did 403  403  did
admin:notices_notice_change                     in   in  in   in  in  403 403  403  403
admin:accounts_person_waive                     in   in  in   in  in  did 403  403  did
admin:accounts_person_retire                    in   in  in   in  in  did 404  403  did
admin:accounts_person_change                    in   in  in   in  in  200 302  403  200
admin:activities_session_open_line              in   in  in   in  in  302 302  403  302
admin:activities_session_open_roster            in   in  in   in  in  302 302  403  302
admin:activities_session_book_for_somebody      in   in  in   in  in  302 403  403  302
admin:activities_session_prepare_draw           in   in  in   in  in  302 403  403  302
admin:activities_session_keep_places            in   in  in   in  in  422 403  403  422
admin:activities_session_lend_equipment         in   in  in   in  in  403 403  403  403
admin:activities_session_release_kept           in   in  in   in  in  did 403  403  did
admin:activities_session_move                   in   in  in   in  in  422 403  403  422
admin:activities_session_change_places          in   in  in   in  in  422 403  403  422
admin:activities_session_change_leader          in   in  in   in  in  200 403  403  200
admin:activities_session_merge                  in   in  in   in  in  422 403  403  422
admin:activities_session_whom_to_call           in   in  in   in  in  302 302  403  302
admin:activities_session_call_off               in   in  in   in  in  200 403  403  200
admin:activities_session_change                 in   in  in   in  in  200 302  403  200
admin:app_list                                  in   in  in   in  in  200 200  200  200
"""

STRANGERS = ("nobody", "neighbor", "member", "rival", "elsewhere", "district")

# A feed is read by whoever was given its address; a trial shows what it would have sent.
FOR_EVERYBODY = {"bookings:feed", "dev_outbox"}

# Who sees whose phone in full, and where.
WHOLE_PHONES = {
    "resident": {
        "accounts:people": {"resident", "grandmother"},
        "accounts:me": {"resident"},
        "bookings:my_data_json": {"fetcher", "grandmother", "resident"},
        "bookings:my_data_file": {"fetcher", "grandmother", "resident"},
        "accounts:collectors": {"fetcher"},
        "partners:apply": {"resident"},
        "account_change_phone": {"resident"},
    },
    "member": {
        "account_change_phone": {"member"},
        "partners:apply": {"member"},
        "bookings:my_data_json": {"member"},
        "bookings:my_data_file": {"member"},
    },
    "worker": {
        "account_change_phone": {"worker"},
        "partners:apply": {"worker"},
        "bookings:my_data_json": {"worker"},
        "bookings:my_data_file": {"worker"},
        "admin:accounts_person_change": {"resident"},
        "admin:partners_letter_change": {"caller"},
        "admin:partners_partner_change": {"contact"},
    },
    "superuser": {
        "admin:accounts_person_change": {"resident"},
        "admin:accounts_user_change": {"resident"},
        "admin:partners_letter_change": {"caller"},
        "admin:partners_partner_change": {"contact"},
    },
}

SEARCHES = (
    "/activities/?q=柳",
    "/admin/accounts/person/?q=柳",
    "/admin/activities/session/?q=柳&when=all",
    "/admin/bookings/booking/?q=柳",
    "/admin/notices/notice/?q=柳",
    "/admin/partners/letter/?q=柳",
    "/admin/partners/need/?q=柳",
    "/admin/partners/partner/?q=柳",
)

# Addresses that their routes do not spell out.
SPELLED_OUT = {
    "^accounts/(?:email|confirm-email|password)/": "accounts/email/",
    "account_confirm_email": "accounts/confirm-email/key/",
    "account_reset_password_from_key": "accounts/password/reset/key/1-key/",
    "admin:app_list": "admin/bookings/",
    "admin:autocomplete": (
        "admin/autocomplete/?app_label=activities&model_name=session&field_name=leader&term=柳"
    ),
    "admin:book_for_somebody": "admin/book/?activity=<int:activity_id>",
    "admin:survey_need": "admin/surveys/<int:pk>/need/?question=<int:question>",
    "pictures": "media/covers/nothing.png",
    "admin:partners_letter_gather_many": "admin/partners/letter/gather/?letters=<int:letter>",
    "admin:search": "admin/search/?s=柳&extended=1",
    "admin/(?P<url>.*)$": "admin/nothing/",
}

# What hangs on a wall, is printed or taken home: it has no footer.
WITHOUT_A_PHONE = {
    "activities:poster", "bookings:my_data_file", "hall_board", "partners:minutes",
    "partners:print_survey",
    "rosters:poster", "rosters:print", "rosters:register_print", "rosters:room_poster",
    "rosters:to_call",
}  # fmt: skip

# Ours alone, in Chinese.
FOR_OURSELVES = ("styleguide", "dev_outbox")
SIGN_IN = ("/accounts/login/", "/admin/login/")
# So that most pages are read in both languages.
CHINESE = ("nobody", "resident", "member", "worker", "superuser")
OURS = ("notices", "accounts", "venues", "partners", "activities", "bookings")


class Visitor:
    """Somebody's browser. After each request it forgets, and so does the database."""

    def __init__(self, user, language="en"):
        self.language = language
        self.client = Client(raise_request_exception=False, headers={"accept-language": language})
        if user:
            self.client.force_login(user)
        self.cookies = copy.deepcopy(self.client.cookies)

    def get(self, address, language=""):
        with self._afresh() as client:
            return client.get(address, headers={"accept-language": language or self.language})

    def post(self, address, data, before):
        """`did` when afterwards the rows are not as `before`, else the answer in a word."""
        with self._afresh() as client:
            response = client.post(address, data)
            return in_a_word(response) if all_rows() == before else "did"

    @contextmanager
    def _afresh(self):
        self.client.cookies = copy.deepcopy(self.cookies)
        with transaction.atomic():
            yield self.client
            transaction.set_rollback(True)


def in_a_word(response):
    if response.status_code == 302 and response["Location"].startswith(SIGN_IN):
        return "in"
    return str(response.status_code)


def is_a_page(response):
    return response.status_code == 200 and response["Content-Type"].startswith("text/html")


def all_rows():
    """A fingerprint of everything we keep."""
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    one = "(SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {} t)"
    prints = [one.format(model._meta.db_table) for model in models]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(prints))
        return cursor.fetchone()


def routes(patterns=None, before="", namespace=""):
    """{name: route} of every page; a route without a name is its own."""
    found = {}
    for each in patterns or get_resolver().url_patterns:
        route = before + str(each.pattern)
        if not hasattr(each, "url_patterns"):
            found[namespace + each.name if each.name else route] = route
            continue
        inside = f"{each.namespace}:" if each.namespace else namespace
        found |= routes(each.url_patterns, route, inside)
    return found


def is_to_be_posted(name, answers):
    """What takes nothing but a POST, and whatever is about one thing."""
    is_about_one = "<" in routes()[name] and not name.startswith("admin/")
    only_shows = name.endswith(("_history", "_delete", "view_on_site"))
    return "405" in answers or (is_about_one and not only_shows)


def read(table):
    """{name: its answers in one line}."""
    lines = (line.split() for line in table.strip().splitlines())
    return {name: " ".join(answers) for name, *answers in lines}


def named_on(page, reader):
    """Whom the page calls by name, besides its reader."""
    words = page.content.decode(errors="replace")
    return {who for who, name in NAMES.items() if name in words and who != reader}


def phones_on(page):
    """Whose phone stands there in full, however it is grouped."""
    words = re.sub(r"[\s–-]|&nbsp;|%20", "", page.content.decode(errors="replace"))
    return {who for who, phone in PHONES.items() if phone.removeprefix("+86") in words}


@contextmanager
def the_house(db_blocker):
    """Built once for many visits; nothing of it stays."""
    logging.disable(logging.WARNING)  # Hundreds of refusals are as it should be.
    with (
        db_blocker.unblock(),
        transaction.atomic(),
        TemporaryDirectory() as papers,
        override_settings(ROOT_URLCONF="tests.notices.trial_urls", PAPERS_ROOT=papers),
    ):
        yield everybody.build()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def addresses_in(house):
    """{name: address}, each about something in this house."""
    found = {}
    for name, route in routes().items():
        address = "/" + SPELLED_OUT.get(name, route)
        for piece, said in house.pieces.items():
            address = address.replace(piece, said)
        assert not re.search(r"[<>^$]", address), f"Say in everybody.py what is at {address}"
        found[name] = address
    return found


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    with the_house(django_db_blocker) as built:
        yield built


@pytest.fixture(scope="module")
def visitors(house):
    return {
        role: Visitor(user, "zh-CN" if role in CHINESE else "en")
        for role, user in house.users.items()
    }


@pytest.fixture(scope="module")
def addresses(house):
    return addresses_in(house)


@pytest.fixture(scope="module")
def pages(visitors, addresses):
    """{name: {role: response}}."""
    return {
        name: {role: visitor.get(address) for role, visitor in visitors.items()}
        for name, address in addresses.items()
    }


def test_everybody_gets_to_see_what_the_table_says(pages):
    answers = {name: " ".join(map(in_a_word, seen.values())) for name, seen in pages.items()}

    assert answers == read(VISITS)


def test_nobody_changes_what_is_not_theirs(house, visitors, addresses):
    rows = all_rows()

    def posted_to(address):
        return " ".join(each.post(address, house.request, rows) for each in visitors.values())

    assert read(POSTS) == {
        name: posted_to(addresses[name])
        for name, seen in read(VISITS).items()
        if is_to_be_posted(name, seen)
    }


def test_the_markup_of_every_page_is_sound(pages):
    """But for the desk, most of which is not our own markup."""
    found = {
        (name, role): wrong
        for name, seen in pages.items()
        if not name.startswith("admin")
        for role, page in seen.items()
        if is_a_page(page) and (wrong := mistakes(page.content.decode()))
    }

    assert found == {}


def test_every_page_leads_to_the_phone_of_the_center(pages):
    """But for the desk, whose pages are not our own."""
    without = {
        name
        for name, seen in pages.items()
        if not name.startswith("admin")
        for page in seen.values()
        if is_a_page(page) and 'href="tel:' not in page.content.decode()
    }

    assert without == WITHOUT_A_PHONE


def test_no_word_was_forgotten_when_they_were_translated(pages, visitors, addresses, house):
    # A partner reads first names only, which nobody has written like that.
    said = [*re.split(r"[,\n]", everybody.FILE_WITH_ROOMS), "Peanuts", "小满", "阿婆"]
    written = what_is_written(OURS, said)
    in_both = {}
    for name, seen in pages.items():
        if name not in FOR_OURSELVES:
            read = [role for role, page in seen.items() if is_a_page(page)]
            in_both |= {(name, visitors[role].language): seen[role] for role in read}
            if len({visitors[role].language for role in read}) == 1:
                visitor = visitors[read[0]]
                other = "en" if visitor.language == "zh-CN" else "zh-CN"
                in_both[name, other] = visitor.get(addresses[name], other)

    found = {
        (name, language): foreign
        for (name, language), page in in_both.items()
        if (foreign := foreign_words(page.content.decode(), language, written))
    }

    assert found == {}


@pytest.mark.parametrize("role", STRANGERS)
def test_strangers_read_no_names(pages, role):
    named = {name for name, seen in pages.items() if named_on(seen[role], role)}

    assert named == FOR_EVERYBODY


@pytest.mark.parametrize("role", STRANGERS)
def test_strangers_find_no_names(visitors, role):
    found = {search: named_on(visitors[role].get(search), role) for search in SEARCHES}

    assert found == {search: set() for search in SEARCHES}


def test_who_works_with_people_reads_all_the_names(pages):
    assert set().union(*(named_on(seen["worker"], "worker") for seen in pages.values())) == (
        NAMES.keys() - {"worker"}
    )


def test_phones_stand_in_full_on_few_pages(pages, house):
    whole = {
        role: {
            name: whose
            for name, seen in pages.items()
            if name not in FOR_EVERYBODY and (whose := phones_on(seen[role]))
        }
        for role in house.users
    }

    assert whole == {role: {} for role in house.users} | WHOLE_PHONES
