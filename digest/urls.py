"""The addresses of the whole project: the desk under /admin/, everything else for readers."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("digest.site_urls")),
]
handler500 = "digest.middleware.server_error"
