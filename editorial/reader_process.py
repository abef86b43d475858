"""How a process begins that reads files for an import. Apart from the rest: it is loaded before Django is set up."""

import multiprocessing
import os
import threading
from multiprocessing.connection import wait


def start() -> None:
    """Set Django up, and end with the process that started this one, however that ends."""
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    import django

    django.setup()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
