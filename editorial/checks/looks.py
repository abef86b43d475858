"""What was found when somebody followed a link, as the checks read it. Pure; whoever looked says so by these values."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

DAYS_APART = 3  # between the two looks that must find no such host: an outage of names seldom lasts longer


class Result(StrEnum):
    """How a look ended. Only GONE and, twice, NO_HOST speak of the page; the others are between us and the server."""

    FINE = "fine"  # answered with a page (2xx)
    GONE = "gone"  # the server says that there is no such page (404, 410)
    NO_HOST = "no-host"  # the name has no address
    OTHERWISE = "otherwise"  # any other answer: 401, 403, 429, 5xx are what robots get
    SILENT = "silent"  # no answer in time, no connection, no certificate that can be trusted
    KEPT_OUT = "kept-out"  # robots.txt asks not to look
    UNSAFE = "unsafe"  # an address that is not to be asked


@dataclass(frozen=True, slots=True)
class Look:
    """One address when it was last looked at.

    `final` is where the redirects ended; `permanent` says that there were some and each of them was for good (301,
    308). `code` is that of the last answer, None without one. `archived` is the address of an archived copy. `day` is
    that of the look, `missing_since` that of the first of an unbroken row of looks that found GONE or NO_HOST.
    `trouble` is a sentence about why there is no answer."""

    address: str
    result: Result
    day: datetime.date
    code: int | None = None
    final: str = ""
    permanent: bool = False
    title: str = ""
    archived: str = ""
    missing_since: datetime.date | None = None
    trouble: str = ""

    @property
    def is_missing(self) -> bool:
        return self.result in (Result.GONE, Result.NO_HOST)

    @property
    def is_dead(self) -> bool:
        """Whether the page is no more: its server says so, or its host had no address at two looks, days apart."""
        if self.result is Result.NO_HOST and self.missing_since:
            return (self.day - self.missing_since).days >= DAYS_APART
        return self.result is Result.GONE
