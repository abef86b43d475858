"""The queue: what waits for somebody to do something, in order, narrowed by filters that an address can hold.

`Filters` is a choice of rows as one value; `page_of` shows a part of them, `queue_of` is all of them."""

from .conditions import queue_of, second_person
from .filters import Filters, read_filters
from .pages import CAP, PER_PAGE, Page, Place, page_of

__all__ = ["CAP", "PER_PAGE", "Filters", "Page", "Place", "page_of", "queue_of", "read_filters", "second_person"]
