"""The addresses of the whole project: the desk under /admin/, previews for whoever has a link, everything
else for readers."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("preview/", include("editorial.urls")),
    path("", include("digest.site_urls")),
]
handler400 = "digest.error_pages.not_understood"
handler404 = "digest.error_pages.not_found"
handler500 = "digest.error_pages.server_error"
