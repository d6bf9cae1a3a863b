"""The template language for text that tenants write: Jinja's syntax, checked, metered, plain data only."""

from mtc.core.template_engine.errors import TemplateLimitError, TemplateRenderError, TemplateSourceError
from mtc.core.template_engine.limits import DEFAULT_FUEL, MAX_SOURCE
from mtc.core.template_engine.template import Template, compile_template, render
from mtc.core.template_engine.values import check_data

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
