"""Feedback for a learner on a grade, as Markdown and as a page that needs nothing else.

In both, what is not said to be markup is escaped, be it from a hand-in or not: nothing has to be remembered.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import jinja2

from dojo.course import Course
from dojo.grading.model.grades import Grade
from dojo.grading.reports.told import told

_TEMPLATES = Path(__file__).parent / "templates"


class _Markdown(str):
    """A piece of Markdown, which is not escaped any more."""

    __slots__ = ()


def markdown(grade: Grade, course: Course) -> str:
    """Return the feedback as Markdown: what comes from a hand-in is code, so that nothing in it makes markup."""
    text = _environment(is_html=False).get_template("feedback.md").render(told=told(grade, course))
    return re.sub(r"\n{3,}(?=#)", "\n\n", text)


def page(grade: Grade, course: Course) -> str:
    """Return the feedback as an HTML page without scripts, which loads nothing from elsewhere."""
    style = (_TEMPLATES / "feedback.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = _environment(is_html=True).get_template("feedback.html")
    return template.render(told=told(grade, course), style=style, digest=f"sha256-{digest}")


@cache
def _environment(is_html: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=is_html,
        finalize=None if is_html else _escaped,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(code=_code, fence=_fence)
    return environment


def _escaped(value: object) -> str:
    """Return plain text on one line as Markdown, in which each sign that could be markup has a backslash before it."""
    if isinstance(value, _Markdown):
        return value
    # No template begins a line with a value, where other signs would make a list or a rule of it.
    return re.sub(r"([\\`*_\[\]<>#|&~])", r"\\\1", " ".join(str(value).split()))


def _code(text: str) -> _Markdown:
    """Return a text on one line as a code span, whose ends are longer than any row of backticks in it."""
    line = " ".join(text.split()) or " "
    ends = "`" * (_longest(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return _Markdown(f"{ends}{pad}{line}{pad}{ends}")


def _fence(text: str) -> _Markdown:
    """Return lines as a code block, whose fences are longer than any row of backticks in it."""
    ends = "`" * max(3, _longest(text) + 1)
    return _Markdown(f"{ends}text\n{text}\n{ends}")


def _longest(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
