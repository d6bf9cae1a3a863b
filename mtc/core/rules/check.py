"""Checks a rule before it is saved: every fault with its path, as in all.1.between."""

from collections.abc import Mapping
from typing import Any

from mtc.core.errors import ValidationError
from mtc.core.i18n import Sentence, _l
from mtc.core.rules.language import GROUPS, MAX_CONDITIONS, MAX_DEPTH, OPERATORS, TYPES, join_path
from mtc.core.rules.operands import Fault, operand

_MOST_FAULTS = 50


class _Check:
    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.count = 0
        self.faults: dict[str, list[Sentence]] = {}

    def fault(self, path: str, message: Sentence) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.setdefault(path or "rule", []).append(message)

    def node(self, node: Any, path: str, depth: int) -> None:
        self.count += 1
        if self.count > MAX_CONDITIONS:
            if self.count == MAX_CONDITIONS + 1:
                self.fault("", _l("A rule may have at most %(most)s conditions.", most=MAX_CONDITIONS))
            return
        if depth > MAX_DEPTH:
            self.fault(path, _l("Groups may be nested at most %(most)s levels deep.", most=MAX_DEPTH))
        elif not isinstance(node, dict) or not node:
            self.fault(path, _l("Use a condition with a field and an operator, or a group: all, any or not."))
        elif "field" in node:
            self.condition(node, path)
        else:
            self.group(node, path, depth)

    def group(self, node: dict[str, Any], path: str, depth: int) -> None:
        if len(node) != 1 or next(iter(node)) not in GROUPS:
            self.fault(path, _l("Use one of all, any or not, or name a field."))
            return
        name, children = next(iter(node.items()))
        here = join_path(path, name)
        if name == "not":
            self.node(children, here, depth + 1)
        elif not isinstance(children, list) or not children:
            self.fault(here, _l("Give a list of at least one condition."))
        else:
            for index, child in enumerate(children[: MAX_CONDITIONS + 1]):
                self.node(child, join_path(here, index), depth + 1)

    def condition(self, node: dict[str, Any], path: str) -> None:
        field = node["field"]
        value_type = self.variables.get(field) if isinstance(field, str) else None
        if value_type is None:
            self.fault(join_path(path, "field"), _l("There is no such field here. Choose one from the list."))
            return
        names = [name for name in node if name != "field"]
        if len(names) != 1:
            self.fault(path, _l("Use exactly one operator."))
            return
        name = names[0]
        operator = OPERATORS.get(name) if isinstance(name, str) else None
        if operator is None:
            self.fault(path, _l("Unknown operator. Use one of %(list)s.", list=", ".join(OPERATORS)))
            return
        here = join_path(path, name)
        if value_type not in operator.types:
            self.fault(
                here, _l("A field of type %(kind)s has no operator %(name)s.", kind=value_type, name=name)
            )
            return
        if isinstance(node[name], dict):
            self.reference(node[name], operator.operand, value_type, here)
            return
        try:
            operand(operator, value_type, node[name])
        except Fault as fault:
            self.fault(here if fault.step is None else join_path(here, fault.step), fault.message)

    def reference(self, value: dict[str, Any], shape: str, value_type: str, path: str) -> None:
        if shape not in ("value", "part") or set(value) != {"field"} or not isinstance(value["field"], str):
            self.fault(path, _l("Use a value here."))
            return
        other = self.variables.get(value["field"])
        allowed = {"text", "number"} if value_type == "list" else {value_type}
        if other is None:
            self.fault(join_path(path, "field"), _l("There is no such field here. Choose one from the list."))
        elif other not in allowed:
            self.fault(
                join_path(path, "field"),
                _l("Choose a field of type %(list)s.", list=" or ".join(sorted(allowed))),
            )


def validate(rule: Any, variables: Mapping[str, str]) -> None:
    """Check a rule against the variables (name to type, see TYPES) that its caller declares.

    An empty rule (None or {}) is fine: it always holds. Raises ValidationError with details
    {path: [sentences]}, where the path of the rule itself is `rule`.
    """
    unknown = sorted(set(variables.values()) - set(TYPES))
    if unknown:
        raise ValueError(f"unknown types of variables: {unknown}")
    if rule is None or rule == {}:
        return
    check = _Check(variables)
    check.node(rule, "", 1)
    if check.faults:
        raise ValidationError(_l("This rule needs correcting."), details=check.faults)
