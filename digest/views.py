"""The pages that readers see. Each takes one query for its articles and one for their tags, however many there are."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect

from .listings import WITH_TAGS, Cursor, Listing, Page, everything, in_language, tag_of, tagged, title_of
from .models import Publication
from .public_pages import public_page, render_page
from .rendering.stored import stored_html


@public_page
def front(request: HttpRequest, language: str = "") -> HttpResponse:
    """The newest articles by day, all of them or those in one language."""
    listing = in_language(language) if language else everything()
    page = _page(request, listing)
    if page is None:
        return HttpResponseRedirect(listing.path)
    context = {"title": title_of(language), "language": language}
    return render_page("digest/list.html", context | _list_context(request, listing, page))


@public_page
def tag(request: HttpRequest, tag: str) -> HttpResponse:
    """The articles with one tag. A tag that only unpublished articles have is as unknown as any other word."""
    listing = tagged(tag)
    page = _page(request, listing)
    if page is None:
        return HttpResponseRedirect(listing.path)
    if not page.publications:
        raise Http404
    subject = tag_of(page.publications[0], tag)
    context = {"title": subject.name, "tag": subject}
    return render_page("digest/tag.html", context | _list_context(request, listing, page))


@public_page
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article; an address that it had before leads to the current one."""
    publication = Publication.objects.visible().defer("body").prefetch_related(WITH_TAGS).filter(slug=slug).first()
    if publication is None:
        former = Publication.objects.visible().filter(aliases__slug=slug).only("slug")
        return redirect(get_object_or_404(former), permanent=True)
    context = {
        "publication": publication,
        "text": stored_html(publication.html),
        "canonical": publication.get_absolute_url(),
    }
    return render_page("digest/article.html", context, modified=publication.updated_at)


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nDisallow: /admin/\n", content_type="text/plain; charset=utf-8")


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers. It asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def _page(request: HttpRequest, listing: Listing) -> Page | None:
    before, after = (Cursor.parse(request.GET.get(name)) for name in ("before", "after"))
    return listing.page(before=before, after=after, size=settings.PAGE_SIZE)


def _list_context(request: HttpRequest, listing: Listing, page: Page) -> dict[str, object]:
    """What lists show; the canonical address keeps the one place that was asked for and drops all else."""
    canonical = listing.path
    for name in ("before", "after"):
        cursor = Cursor.parse(request.GET.get(name))
        if cursor:
            canonical = f"{listing.path}?{name}={cursor}"
            break
    return {
        "page": page,
        "path": listing.path,
        "canonical": canonical,
        "continued": canonical != listing.path,
        "expected_language": listing.language or settings.LANGUAGE_CODE,
    }
