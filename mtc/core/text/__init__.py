"""The template language for text that tenants write: Jinja's syntax, checked, metered, plain data only."""

from mtc.core.text.limits import DEFAULT_FUEL, MAX_SOURCE
from mtc.core.text.problems import TemplateLimitError, TemplateRenderError, TemplateSourceError
from mtc.core.text.template import Template, compile_template, render
from mtc.core.text.values import check_data

__all__ = [
    "DEFAULT_FUEL",
    "MAX_SOURCE",
    "Template",
    "TemplateLimitError",
    "TemplateRenderError",
    "TemplateSourceError",
    "check_data",
    "compile_template",
    "render",
]
