"""HTML that `render` made earlier and a publication has kept: safe to show again, dressed for the page."""

import re

from django.utils.safestring import SafeString, mark_safe

# What is put in has no quotes, so that text in an attribute stays in its attribute whatever it says.
_LABEL = re.compile(r"<p><strong>([^<>]{1,60})</strong>(:?)(</p>)?")
_ALIGNED = re.compile(r'<(t[dh]) align="(left|center|right)">')


def stored_html(html: str) -> SafeString:
    """`html`, a result of `render`, for a public page. A paragraph that opens with a label ("TLDR:") gets the class
    `part`, one that is nothing but a label `label`; tables and code scroll in boxes that the keyboard reaches; columns
    are aligned by class."""
    html = _LABEL.sub(_label, html)
    html = _ALIGNED.sub(r"<\1 class=\2>", html)
    html = html.replace("<table>", "<div class=wide tabindex=0 role=group aria-label=Table><table>")
    html = html.replace("</table>", "</table></div>").replace("<pre>", "<pre tabindex=0 role=group aria-label=Code>")
    return mark_safe(html)  # noqa: S308


def _label(match: re.Match[str]) -> str:
    label, end = match[1] + match[2], match[3] or ""
    if not label.endswith((":", "?")):
        return match[0]
    return f"<p class={'label' if end else 'part'}><strong>{label}</strong>{end}"
