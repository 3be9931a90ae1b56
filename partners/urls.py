from django.urls import path

from partners import views

app_name = "partners"

urlpatterns = [
    path("partners/", views.partners, name="list"),
    path("partners/<int:pk>/", views.partner, name="detail"),
]
