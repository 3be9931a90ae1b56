from django.urls import path

from partners import box_pages, need_pages, resource_pages, survey_pages, views

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
]
