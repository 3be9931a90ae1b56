"""The site as it is in DEBUG."""

from django.urls import include, path

from config import urls

urlpatterns = [path("", include("config.dev")), *urls.urlpatterns]
