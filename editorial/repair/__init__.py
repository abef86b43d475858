"""Why a file's frontmatter cannot be read or used, by cause, and where the meaning is clear the repaired file. Pure."""

from .diagnosis import Diagnosis, diagnose
from .draft import Problem

__all__ = ["Diagnosis", "Problem", "diagnose"]
