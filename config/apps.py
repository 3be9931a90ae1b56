"""The admin is the staff's desk: Django's own, on a site of ours."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "config.admin.StaffDesk"
