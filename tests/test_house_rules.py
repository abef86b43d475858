"""Guards against slips that pass in silence."""

import ast
import re
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin
from django.core.exceptions import FieldDoesNotExist
from django.test import RequestFactory
from import_export.admin import ImportExportMixin

from editorial.models import Article
from editorial.workflow import Action

ROOT = Path(settings.BASE_DIR)
PURE = [
    *sorted((ROOT / "editorial" / "document").glob("*.py")),
    *sorted((ROOT / "editorial" / "frontmatter").glob("*.py")),
    *sorted((ROOT / "editorial" / "repair").glob("*.py")),
    *(ROOT / "editorial" / f"{name}.py" for name in ("document", "frontmatter", "repair", "labels", "language")),
    *(ROOT / "editorial" / f"{name}.py" for name in ("claims", "passages", "slugs", "stories", "text")),
    *sorted((ROOT / "editorial" / "importing" / "archives").glob("*.py")),
    *sorted((ROOT / "editorial" / "checks").rglob("*.py")),
    *sorted((ROOT / "editorial" / "merging").glob("*.py")),
    ROOT / "editorial" / "diffing.py",
    *(ROOT / "editorial" / "link_looking" / f"{name}.py" for name in ("guard", "fetch", "pace", "page_titles")),
    *(ROOT / "editorial" / "link_looking" / f"{name}.py" for name in ("robots", "looking")),
    *(
        ROOT / "editorial" / "importing" / f"{name}.py"
        for name in ("files", "provenance", "reading", "sources", "streams")
    ),
]
PURE = [path for path in PURE if path.exists()]
OURS = [(model, model_admin) for model, model_admin in admin.site._registry.items() if "editorial" in str(model_admin)]
KNOWN_OPTIONS = {"empty_value_display", "list_title"} | {
    name for kind in (admin.ModelAdmin, InlineModelAdmin, BaseModelAdmin, ImportExportMixin) for name in dir(kind)
}


def imports_of(path):
    """Every module that a file imports, relative ones made absolute."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def python_files(folder):
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts]


def test_digest_does_not_import_editorial():
    offenders = {
        str(path): module
        for path in python_files("digest")
        for module in imports_of(path)
        if module.split(".")[0] == "editorial"
    }
    assert offenders == {}


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.stem)
def test_a_pure_module_imports_no_database(path):
    allowed = {
        "editorial." + pure.relative_to(ROOT / "editorial").with_suffix("").as_posix().replace("/", ".")
        for pure in PURE
    }
    allowed |= {name.removesuffix(".__init__") for name in allowed} | {"editorial", "editorial.importing"}
    for module in imports_of(path):
        assert module.split(".")[0] != "django", f"{path.name} imports {module}"
        if module.startswith("editorial"):
            parents = {module, module.rpartition(".")[0]}
            assert parents & allowed, f"{path.name} imports {module}"
    assert len(PURE) >= 7


def writes_status(tree):
    """Lines that assign an article's status, or pass it to update() or create()."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets):
                yield node.lineno
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            writers = ("update", "create", "Article", "update_or_create", "get_or_create", "setattr")
            if name in writers and any(keyword.arg == "status" for keyword in node.keywords):
                yield node.lineno
            if name == "setattr" and any(isinstance(a, ast.Constant) and a.value == "status" for a in node.args):
                yield node.lineno


def test_only_the_workflow_writes_a_status():
    writers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("digest", "editorial")
        for path in python_files(folder)
        if list(writes_status(ast.parse(path.read_text())))
    }
    assert writers == {"editorial/workflow.py"}


def test_only_the_renderer_marks_html_safe():
    marks = re.compile(r"\bmark_safe\b|\bSafeString\(|\|\s*safe\b|autoescape off")
    files = [*python_files("digest"), *python_files("editorial"), *sorted((ROOT / "templates").rglob("*.*"))]
    offenders = {path.relative_to(ROOT).as_posix() for path in files if marks.search(path.read_text())}
    assert {name for name in offenders if not name.startswith("digest/rendering")} == set()


def test_no_template_of_ours_has_an_inline_script_or_style():
    inline = re.compile(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\bsrc=)", re.IGNORECASE)
    for path in sorted((ROOT / "templates").rglob("*.html")):
        assert not inline.search(path.read_text()), path


def test_no_query_count_is_asserted_without_with():
    for path in sorted((ROOT / "tests").glob("*.py")):
        tree = ast.parse(path.read_text())
        guarded = {
            id(item.context_expr) for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("assertNumQueries", "django_assert_num_queries", "CaptureQueriesContext"):
                    assert id(node) in guarded, f"{path.name}:{node.lineno}"


def test_every_test_function_asserts_something():
    for path in sorted((ROOT / "tests").glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                checks = [
                    each
                    for each in ast.walk(node)
                    if isinstance(each, ast.Assert)
                    or (isinstance(each, ast.Call) and re.search("raises|assert|expect", ast.unparse(each.func)))
                ]
                assert checks, f"{path.name}: {node.name}"


@pytest.mark.parametrize(("model", "model_admin"), OURS, ids=lambda value: type(value).__name__)
def test_every_admin_option_and_action_exists(model, model_admin):
    for owner in [model_admin, *(inline(model, admin.site) for inline in model_admin.inlines)]:
        methods = set()
        for kind in type(owner).__mro__:
            if kind.__module__.startswith("editorial"):
                methods |= {name for name, value in vars(kind).items() if callable(value) or name.startswith("__")}
                options = {name for name, value in vars(kind).items() if not callable(value)}
                unknown = {name for name in options if not name.startswith("_")} - KNOWN_OPTIONS - {"Media", "media"}
                assert not unknown, f"{kind.__name__}: Django knows no option {unknown}"
        for name in [
            *getattr(owner, "list_display", []),
            *(getattr(owner, "fields", None) or []),
            *owner.readonly_fields,
        ]:
            assert callable(name) or hasattr(owner, name) or has_field(owner.model, name), f"{owner}: {name}"


def has_field(model, name):
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return hasattr(model, name)
    return True


def test_the_article_list_offers_every_action_of_the_workflow(ada):
    request = RequestFactory().get("/")
    request.user = ada
    offered = admin.site._registry[Article].get_actions(request)
    assert set(Action.values) <= set(offered)
    assert "delete_selected" not in offered


def test_the_oldest_and_the_newest_django_that_we_name_are_the_ones_in_the_lock():
    lock = (ROOT / "requirements.lock").read_text()
    assert re.search(r"^django==5\.2\.\d+ ; python_full_version < '3\.12'", lock, re.MULTILINE)
    assert re.search(r"^django==6\.1\.\d+ ; python_full_version >= '3\.12'", lock, re.MULTILINE)
    assert sys.version_info >= (3, 11)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_every_package_by_hash_and_names_no_index(name):
    lock = (ROOT / name).read_text()
    assert "://" not in lock
    assert "index-url" not in lock
    entries = [line for line in lock.splitlines() if re.match(r"\w", line)]
    assert entries
    assert all("==" in line and line.endswith("\\") for line in entries)
    assert lock.count("--hash=sha256:") >= len(entries)
