from django.urls import path

from notices import views

app_name = "notices"

urlpatterns = [
    path("messages/", views.message_list, name="messages"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("messages/read/", views.mark_all_read, name="mark_all_read"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("messages/preferences/", views.preferences, name="preferences"),
]
