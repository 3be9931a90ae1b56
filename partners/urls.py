from django.urls import path

from partners import (
    apply_pages,
    box_pages,
    member_pages,
    need_pages,
    paper_pages,
    resource_pages,
    story_page,
    survey_pages,
    views,
)

app_name = "partners"

urlpatterns = [
    path("partners/", views.partners, name="list"),
    path("partners/<int:pk>/", views.partner, name="detail"),
    path("box/", box_pages.box, name="box"),
    path("box/answer/", box_pages.find, name="find_letter"),
    path("box/mine/", box_pages.my_letters, name="my_letters"),
    path("box/<str:code>/", box_pages.letter, name="letter"),
    path("box/<str:code>/sent/", box_pages.sent, name="letter_sent"),
    path("needs/", need_pages.needs, name="needs"),
    path("needs/<int:pk>/", need_pages.need, name="need"),
    path("needs/<int:pk>/vote/", need_pages.vote, name="vote"),
    path("partner/<int:pk>/resources/", resource_pages.resources, name="resources"),
    path("partner/<int:pk>/resources/add/", resource_pages.add, name="add_resource"),
    path("partner/resources/<int:pk>/", resource_pages.change, name="resource"),
    path("partner/resources/<int:pk>/pause/", resource_pages.pause, name="pause_resource"),
    path("partner/resources/<int:pk>/remove/", resource_pages.remove, name="remove_resource"),
    path("surveys/", survey_pages.surveys, name="surveys"),
    path("surveys/<int:pk>/", survey_pages.survey, name="survey"),
    path("surveys/<int:pk>/thanks/", survey_pages.thanks, name="survey_thanks"),
    path("partners/apply/", apply_pages.apply, name="apply"),
    path("partners/apply/send/", apply_pages.send, name="send_application"),
    path("partners/applications/<int:pk>/", apply_pages.application, name="application"),
    path("partners/applications/<int:pk>/change/", apply_pages.change, name="change_application"),
    path("partners/papers/<int:pk>/", paper_pages.paper, name="paper"),
    path("partner/<int:pk>/story/", story_page.story, name="story"),
    path("partner/<int:pk>/members/", member_pages.members, name="members"),
    path("partner/<int:pk>/members/invite/", member_pages.invite, name="invite"),
    path("partner/members/<int:pk>/role/", member_pages.give_role, name="give_role"),
    path("partner/members/<int:pk>/end/", member_pages.end, name="end_member"),
    path("partner/invited/<int:pk>/withdraw/", member_pages.withdraw, name="withdraw_invitation"),
    path("partner/invitations/<str:token>/", member_pages.invitation, name="invitation"),
]
