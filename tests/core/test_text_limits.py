"""Hostile templates end early, with a sentence, in little time and memory."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mtc.core.template_engine import (
    TemplateLimitError,
    TemplateRenderError,
    TemplateSourceError,
    compile_template,
)
from tests.core.text_bombs import EMPTY, LIMITS, REFUSED, SOURCES

pytestmark = pytest.mark.thorough

DATA: dict[str, Any] = {"cards": [{"n": number % 7} for number in range(48)]}

# The kernel ends the child when it takes more than 10 s of processor time or 1 GB of addresses.
CHILD = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
from mtc.core.errors import AppError
from mtc.core.template_engine import compile_template
from tests.core import text_bombs
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
data = json.loads(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
ended = 0
for group in (text_bombs.LIMITS, text_bombs.REFUSED, text_bombs.SOURCES, text_bombs.EMPTY):
    for source in group.values():
        try:
            compile_template(source).render(data)
        except AppError:
            pass
        ended += 1
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"ended": ended, "grown": (after - before) // 1024}))
"""


@pytest.mark.parametrize("name", LIMITS)
def test_limits_stop(name: str) -> None:
    template = compile_template(LIMITS[name])
    with pytest.raises(TemplateLimitError):
        template.render(DATA)


@pytest.mark.parametrize("name", REFUSED)
def test_sizes_are_refused(name: str) -> None:
    template = compile_template(REFUSED[name])
    with pytest.raises(TemplateRenderError):
        template.render(DATA)


@pytest.mark.parametrize("name", SOURCES)
def test_sources_are_refused(name: str) -> None:
    with pytest.raises(TemplateSourceError) as caught:
        compile_template(SOURCES[name])
    assert len(caught.value.message) < 400


@pytest.mark.parametrize("name", EMPTY)
def test_walks_find_nothing(name: str) -> None:
    assert compile_template(EMPTY[name]).render(DATA) == ""


def test_all_of_them_stay_within_time_and_memory() -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", CHILD, json.dumps(DATA)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout)
    assert report["ended"] == len(LIMITS) + len(REFUSED) + len(SOURCES) + len(EMPTY)
    assert report["grown"] < 100


def test_a_long_template_within_the_limit_compiles() -> None:
    source = "{{ a }}" * 9000
    assert compile_template(source).render({"a": "é"}) == "é" * 9000
    with pytest.raises(TemplateSourceError, match="at most 100 characters"):
        compile_template(source, max_source=100)
