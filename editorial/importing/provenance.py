"""Where a text comes from: model, agent, prompt version, run and ordered language, as files and people say. Pure.

Four may say it, and the first that does counts, key by key: the file's own frontmatter, the `batch.json` beside it,
the command line, the disclaimer in the text. The first three are data that somebody wrote to say just this, from the
nearest to the file to the farthest. The disclaimer comes last: it is prose found by a pattern, which a template may
carry on unchanged after the model has changed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import PurePosixPath
from typing import Any

from ..language import LANGUAGES
from ..text import storable

VALUE_MAX = 200  # characters: the columns' width
SIDECAR = "batch.json"

KEYS = {
    "model_name": ("model", "model_name", "modelName", "llm"),
    "agent": ("agent",),
    "prompt_version": ("prompt_version", "promptVersion", "prompt"),
    "run": ("run", "run_id", "runId"),
    "language": ("language", "lang", "output_language", "outputLanguage"),
}

_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)
_NAMES = {language.name.lower(): code for code, language in LANGUAGES.items()}
# “powered by claude-sonnet-4-20250514 LLM”; the name may be code, bold or a link. A digit in it tells a model from
# “powered by an LLM”.
_POWERED_BY = re.compile(
    r"\bpowered by [*_`\[]{0,4}(?=\S{0,99}\d)([\w.:/-]{1,100}?)[*_`\]]{0,4}(?:\([^)\s]{0,300}\))? LLM\b", re.IGNORECASE
)
_DISCLAIMER = re.compile(r"\b(?:disclaimer|generated|zastrzeżenie|wygenerowan\w*)\b", re.IGNORECASE)


class ProvenanceError(ValueError):
    """A sidecar can't be read; the message is a sentence that names the key."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of the making of a text; "" for what is not. `language` is the code of the language that was
    ordered, which need not be the one that came."""

    model_name: str = ""
    agent: str = ""
    prompt_version: str = ""
    run: str = ""
    language: str = ""

    def merged_over(self, other: "Provenance") -> "Provenance":
        """This one, with what it does not say from the other."""
        return Provenance(*(getattr(self, each.name) or getattr(other, each.name) for each in fields(self)))


def of_batch(data: bytes) -> Provenance:
    """What the bytes of a `batch.json` say: an object with any of KEYS, other keys are ignored. Numbers keep their
    spelling (1.10 stays 1.10). Raises ProvenanceError for what is no such object, a value that is no text, too
    long, or no language."""
    try:
        found = json.loads(data.decode("utf-8-sig"), parse_int=str, parse_float=str, parse_constant=str)
    except UnicodeDecodeError:
        raise ProvenanceError(f"{SIDECAR} is not UTF-8 text. Save it as UTF-8.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ProvenanceError(f"{SIDECAR} is not JSON: {error.msg} at {place}. Correct it there.") from None
    except RecursionError:
        raise ProvenanceError(f"{SIDECAR} is nested too deeply. Write one object with plain values.") from None
    if not isinstance(found, dict):
        raise ProvenanceError(f'{SIDECAR} has to be one object, such as {{"model": "gpt-5-mini", "run": "42"}}.')
    return Provenance(**{field: _demanded(found, keys) for field, keys in KEYS.items()})


def of_frontmatter(extra: Mapping[str, Any]) -> Provenance:
    """What a file's own keys say. Never raises: a value that is no text or number, or no language, says nothing."""
    said = {field: _first_value(extra, keys) for field, keys in KEYS.items()}
    return Provenance(**{**said, "language": _language_code(said["language"])})


def of_disclaimer(body: str) -> Provenance:
    """The model that a line about how the text was generated names; the last such line counts."""
    if "powered by" not in body.lower():
        return Provenance()
    for line in reversed(body.splitlines()):
        if "powered by" in line.lower() and _DISCLAIMER.search(line) and (found := _POWERED_BY.search(line)):
            return Provenance(model_name=found[1])
    return Provenance()


def of_file(extra: Mapping[str, Any], body: str, *, given: Provenance = Provenance()) -> Provenance:
    """All that is known of one file. `given` is what holds for the whole run: the `batch.json` that covers the
    file, merged over the command line."""
    return of_frontmatter(extra).merged_over(given).merged_over(of_disclaimer(body))


def covering(path: str, batches: Mapping[str, Provenance]) -> Provenance:
    """What the sidecars say of the file at `path`: that of its own folder merged over those of the folders above.
    `batches` maps the relative path of a folder, "." for the topmost, to its sidecar."""
    known = Provenance()
    for folder in PurePosixPath(path).parents:
        known = known.merged_over(batches.get(str(folder), Provenance()))
    return known


def _demanded(found: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    """The value of the first of the keys that has one."""
    key = next((key for key in keys if found.get(key) not in (None, "")), "")
    value = found.get(key, "")
    if not isinstance(value, str):
        raise ProvenanceError(f"{SIDECAR}: the value of “{key}” has to be text, such as “gpt-5-mini”.")
    value = str(storable(value)).strip()
    if len(value) > VALUE_MAX:
        raise ProvenanceError(f"{SIDECAR}: “{key}” has {len(value)} characters; {VALUE_MAX} is the limit. Shorten it.")
    if key not in KEYS["language"] or not value:
        return value
    if not (code := _language_code(value)):
        raise ProvenanceError(f"{SIDECAR}: “{key}” is “{value}”. Write the code of a language, such as en or pl.")
    return code


def _first_value(extra: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    for key in keys:
        value = extra.get(key)
        if isinstance(value, bool | list | dict) or value is None:
            continue
        if text := str(storable(str(value))).strip()[:VALUE_MAX]:
            return text
    return ""


def _language_code(value: str) -> str:
    """The code without its region (pl-PL: pl), also of a language named in English; "" if it is none."""
    name = value.strip().lower()
    if name in _NAMES:
        return _NAMES[name]
    found = _CODE.fullmatch(name)
    return found[1] if found else ""
