"""The stock admin as an application, with the desk's way of signing in."""

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    """In INSTALLED_APPS in place of django.contrib.admin."""

    default_site = "editorial.desk_site.DeskSite"
