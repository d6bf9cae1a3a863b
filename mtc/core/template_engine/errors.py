"""Errors of a tenant's template, inside the engine and as its callers see them."""

from mtc.core.errors import ValidationError


class Problem(Exception):
    """A sentence for the author, raised inside the engine; the nearest statement adds its line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class LimitProblem(Problem):
    """A limit of the engine was reached (fuel, time, size of a text, list or number)."""


class TemplateSourceError(ValidationError):
    """The source cannot be used: wrong syntax, or something the language does not have."""


class TemplateRenderError(ValidationError):
    """The template met a value that it cannot work with, such as adding a text to a number."""


class TemplateLimitError(ValidationError):
    """The template asked for more work, time, text or memory than it may use."""


def public(problem: Problem, error_type: type[ValidationError]) -> ValidationError:
    """Make the error that callers see; a limit is always a TemplateLimitError at render time."""
    sentence = problem.message if problem.line is None else f"Line {problem.line}: {problem.message}"
    if isinstance(problem, LimitProblem) and error_type is TemplateRenderError:
        error_type = TemplateLimitError
    return error_type(sentence, details={"template": [sentence]})
