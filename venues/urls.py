from django.urls import path

from venues import views

app_name = "venues"

urlpatterns = [
    path("centers/<slug:slug>/", views.center, name="center"),
]
