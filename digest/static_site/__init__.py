"""The whole public site as files, for a host that only serves files: `export_site` writes it, and writes again only
what has changed. The files say what the site's own pages say, as those are asked for them."""

from .writing import ExportError, Result, export_site

__all__ = ["ExportError", "Result", "export_site"]
