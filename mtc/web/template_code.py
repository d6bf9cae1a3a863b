"""The code that MTC's templates are compiled to: Jinja's own, with shorter ways for what pages do most.

A page writes hundreds of values, calls dozens of macros and has dozens of sentences. Jinja looks at each
anew: whether the callable takes the context, whether the escaped text has to be markup. What is known when
the template is compiled is decided then. Source: jinja2.compiler and jinja2.runtime of Jinja 3.1.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro

_SENTENCES = {"_": 1, "gettext": 1, "pgettext": 2}


class TemplateCode(CodeGenerator):
    """Jinja's generator of Python, except for output and for sentences without values."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        elif _is_sentence(node):
            self.write("(")
        else:
            self.write("environment.output_text(")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        if _is_sentence(node) and frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            texts = [argument.as_const(frame.eval_ctx) for argument in node.args]
            self.write(f"environment.sentence({', '.join(map(repr, texts))})")
        else:
            super().visit_Call(node, frame, forward_caller=forward_caller)


def _is_sentence(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and len(node.args) == _SENTENCES.get(node.node.name)
        and all(isinstance(argument, nodes.Const) for argument in node.args)
        and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
    )


class TemplateContext(Context):
    """Jinja's context; macros and functions that want nothing of it are called at once."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        if type(__obj) is Macro:
            args = (__self.eval_ctx, *args)
        elif type(__obj) is not FunctionType or "jinja_pass_arg" in __obj.__dict__:
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)
