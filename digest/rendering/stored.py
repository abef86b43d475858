"""HTML that was made here earlier and that a publication has kept: safe to show again, dressed for the page."""

import re

from django.utils.safestring import SafeString, mark_safe

# What is put in has no quotes, so that text in an attribute stays in its attribute whatever it says.
_LABEL = re.compile(r"<p><strong>([^<>]{1,60})</strong>(:?)(</p>)?")
_ALIGNED = re.compile(r'<(t[dh]) align="(left|center|right)">')
_OUTSIDE = re.compile(r'(<a href="https?://(?:www\.)?([a-z0-9.-]+)[^"]*"[^>]*>)((?:(?!</a>).)*)</a>', re.DOTALL)


def stored_html(html: str) -> SafeString:
    """`html`, a result of `render`, for a public page. A paragraph that opens with a label ("TLDR:") gets the class
    `part`, one that is nothing but a label `label`; tables and code scroll in boxes that the keyboard reaches; columns
    are aligned by class."""
    html = _LABEL.sub(_label, html)
    html = _ALIGNED.sub(r"<\1 class=\2>", html)
    html = html.replace("<table>", "<div class=wide tabindex=0 role=group aria-label=Table><table>")
    html = html.replace("</table>", "</table></div>").replace("<pre>", "<pre tabindex=0 role=group aria-label=Code>")
    return mark_safe(html)  # noqa: S308


def stored_sources(html: str) -> SafeString:
    """As `stored_html`, for a part that names sources: each link is followed by its host."""
    return mark_safe(_OUTSIDE.sub(_with_host, stored_html(html)))  # noqa: S308


def stored_fragment(text: str) -> SafeString:
    """A fragment that a template of ours made and a publication has kept, as it is."""
    return mark_safe(text)  # noqa: S308


def _with_host(match: re.Match[str]) -> str:
    host = match[2].rstrip(".")
    return match[0] if host in match[3] else f"{match[0]} <span class=host>{host}</span>"


def _label(match: re.Match[str]) -> str:
    label, end = match[1] + match[2], match[3] or ""
    if not label.endswith((":", "?")):
        return match[0]
    return f"<p class={'label' if end else 'part'}><strong>{label}</strong>{end}"
