"""From text to Frontmatter: which format it is, where it ends, what it holds. Raises FrontmatterError only."""

import re

from frontmatter import detect_format
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from .block import Frontmatter, FrontmatterError
from .json_block import read_json
from .toml_block import read_toml
from .yaml_block import read_yaml

BLOCK_MAX = 32_000  # characters; the longest block of the corpus has 1,100

# python-frontmatter's detection with stricter fences than its own: exactly three signs, nothing before them.
YAML = YAMLHandler(fm_boundary=re.compile(r"---[ \t]*(?:\r?\n|\Z)"))
TOML = BaseHandler(fm_boundary=re.compile(r"\+\+\+[ \t]*(?:\r?\n|\Z)"))
JSON = JSONHandler(fm_boundary=re.compile(r"---[ \t]*json[ \t]*\r?\n|(?=\{\s*[\"}])"))
CLOSING = {
    YAML: re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
    TOML: re.compile(r"^\+\+\+[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
    JSON: re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
}


def read(text: str) -> Frontmatter:
    """The frontmatter at the very start of a text (no byte order mark, no blank line before it).

    Raises FrontmatterError with one of the causes no-frontmatter, missing-closing-fence, too-large, too-deep,
    duplicate-key, alias, unsafe-tag, bad-key, not-a-mapping, control-character, yaml-syntax, toml-syntax and
    json-syntax."""
    handler = detect_format(text, (YAML, TOML, JSON))
    if handler is None or handler.FM_BOUNDARY is None or not (opening := handler.FM_BOUNDARY.match(text)):
        message = "The file does not begin with frontmatter. Begin it with a line --- and the keys below it."
        raise FrontmatterError("no-frontmatter", message)
    if handler is JSON and not opening.group():
        return read_json(text, 0, min(len(text), BLOCK_MAX))
    closing = CLOSING[handler].search(text, opening.end())
    if closing is None:
        fence = opening.group()[:3]
        message = f"The frontmatter has no closing {fence}. Put a line {fence} below its last key."
        raise FrontmatterError("missing-closing-fence", message)
    start, end = opening.end(), closing.start()
    if end - start > BLOCK_MAX:
        message = f"The frontmatter has {end - start:,} characters; {BLOCK_MAX:,} is the limit. Shorten it."
        raise FrontmatterError("too-large", message)
    if handler is JSON:
        return read_json(text, start, end, body_start=closing.end())
    reader = read_toml if handler is TOML else read_yaml
    return reader(text, start, end, body_start=closing.end())
