"""The condition language: what it accepts, how it decides, and how it explains itself."""

# ruff: noqa: E501 - one case a line reads better than the limit

import json
from datetime import UTC, datetime

import pytest

from mtc.core.errors import ValidationError
from mtc.core.rules import evaluate, explain, fields_of, operators_for, validate

VARIABLES = {
    "cart.total": "number",
    "cart.limit": "number",
    "customer.role": "text",
    "customer.tags": "list",
    "customer.first_order": "boolean",
    "day": "date",
    "now": "datetime",
}
DATA = {
    "cart": {"total": 5000, "limit": 4000},
    "customer": {"role": "vip", "tags": ["press", "beta"], "first_order": False, "phone": None},
    "day": "2026-11-22",
    "now": datetime(2026, 11, 22, 23, 30, tzinfo=UTC),
}


def faults(rule: object) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        validate(rule, VARIABLES)
    return caught.value.details


@pytest.mark.parametrize("rule", [None, {}])
def test_empty_rule_always_holds(rule: object) -> None:
    validate(rule, VARIABLES)
    assert evaluate(rule, {}) is True
    assert explain(rule, {}) == {"path": "", "held": True, "text": "always"}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"field": "customer.role", "eq": "vip"}, True),
        ({"field": "customer.role", "ne": "vip"}, False),
        ({"field": "customer.role", "in": ["staff", "vip"]}, True),
        ({"field": "customer.role", "not_in": ["staff"]}, True),
        ({"field": "customer.role", "starts_with": "vi"}, True),
        ({"field": "customer.role", "ends_with": "x"}, False),
        ({"field": "customer.role", "contains": "ip"}, True),
        ({"field": "customer.tags", "contains": "beta"}, True),
        ({"field": "customer.tags", "overlaps": ["x", "press"]}, True),
        ({"field": "customer.tags", "contains": "be"}, False),
        ({"field": "customer.first_order", "eq": False}, True),
        ({"field": "cart.total", "gt": 5000}, False),
        ({"field": "cart.total", "gte": 5000}, True),
        ({"field": "cart.total", "lt": 5000.5}, True),
        ({"field": "cart.total", "lte": 4999}, False),
        ({"field": "cart.total", "between": [5000, None]}, True),
        ({"field": "cart.total", "between": [None, 4999]}, False),
        ({"field": "cart.total", "gt": {"field": "cart.limit"}}, True),
        ({"field": "day", "between": ["2026-11-20", "2026-11-22"]}, True),
        ({"field": "day", "weekday": ["sun"]}, True),
        ({"field": "now", "between": ["2026-11-22T23:00:00+00:00", "2026-11-23T00:00:00+00:00"]}, True),
        ({"field": "now", "gt": "2026-11-23T01:00:00+02:00"}, True),
        ({"field": "now", "time_between": ["22:00", "06:00"]}, True),
        ({"field": "now", "time_between": ["06:00", "22:00"]}, False),
        ({"field": "now", "weekday": ["mon", "tue"]}, False),
        ({"field": "customer.role", "exists": True}, True),
        ({"field": "customer.role", "exists": False}, False),
        ({"all": [{"field": "cart.total", "gt": 1}, {"field": "day", "lt": "2026-01-01"}]}, False),
        ({"any": [{"field": "cart.total", "gt": 1}, {"field": "day", "lt": "2026-01-01"}]}, True),
        ({"not": {"field": "cart.total", "gt": 1}}, False),
    ],
)
def test_valid_rule_decides(rule: dict[str, object], expected: bool) -> None:
    validate(rule, VARIABLES)
    assert json.loads(json.dumps(rule)) == rule
    assert evaluate(rule, DATA) is expected
    assert explain(rule, DATA)["held"] is expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"field": "gone", "eq": 1}, False),
        ({"field": "gone", "ne": 1}, True),
        ({"field": "gone", "not_in": [1]}, True),
        ({"field": "gone", "lt": 1}, False),
        ({"field": "gone", "exists": False}, True),
        ({"field": "customer.phone", "exists": True}, False),
        ({"field": "cart.total", "eq": "5000"}, False),
        ({"field": "customer.first_order", "eq": 0}, False),
        ({"field": "customer.role", "gt": 3}, False),
        ({"field": "customer.role.x.y", "eq": "vip"}, False),
        ({"field": "cart.total", "gt": {"field": "gone"}}, False),
    ],
)
def test_missing_and_other_types_are_settled(rule: dict[str, object], expected: bool) -> None:
    assert evaluate(rule, DATA) is expected


def test_flat_data_and_iso_moments_work() -> None:
    assert evaluate({"field": "cart.total", "gte": 5}, {"cart.total": 5}) is True
    assert evaluate({"field": "now", "lt": "2027-01-01T00:00:00Z"}, {"now": "2026-01-01T00:00:00Z"}) is True
    assert evaluate({"field": "now", "gte": "2026-11-22"}, {"now": "2026-11-22T10:00:00+00:00"}) is True
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the point of the test
    assert evaluate({"field": "now", "lt": "2027-01-01T00:00:00Z"}, {"now": naive}) is False


@pytest.mark.parametrize(
    ("rule", "path", "message"),
    [
        ([], "rule", "Use a condition with a field and an operator, or a group: all, any or not."),
        ({"some": []}, "rule", "Use one of all, any or not, or name a field."),
        ({"all": [], "any": []}, "rule", "Use one of all, any or not, or name a field."),
        ({"all": []}, "all", "Give a list of at least one condition."),
        ({"field": "nope", "eq": 1}, "field", "There is no such field here. Choose one from the list."),
        ({"field": ["cart.total"], "eq": 1}, "field", "There is no such field here. Choose one from the list."),
        ({"field": "cart.total"}, "rule", "Use exactly one operator."),
        ({"field": "cart.total", "gt": 1, "lt": 3}, "rule", "Use exactly one operator."),
        ({"field": "cart.total", "eq": "1"}, "eq", "Use a number."),
        ({"field": "cart.total", "eq": True}, "eq", "Use a number."),
        ({"field": "cart.total", "eq": 10**16}, "eq", "Use a number."),
        ({"field": "cart.total", "eq": float("nan")}, "eq", "Use a number."),
        ({"field": "cart.total", "starts_with": "1"}, "starts_with", "A field of type number has no operator starts_with."),
        ({"field": "customer.role", "starts_with": ""}, "starts_with", "Use a text that is not empty."),
        ({"field": "customer.role", "eq": "x" * 501}, "eq", "Use a text of at most 500 characters."),
        ({"field": "customer.role", "in": ["a", 1]}, "in.1", "Use a text of at most 500 characters."),
        ({"field": "customer.role", "in": []}, "in", "Give a list of 1 to 200 values."),
        ({"field": "cart.total", "between": [1]}, "between", "Give two values."),
        ({"field": "cart.total", "between": [None, None]}, "between", "Give a beginning or an end."),
        ({"field": "cart.total", "between": [2, 1]}, "between", "The beginning must not be after the end."),
        ({"field": "now", "gt": "2026-11-22T10:00:00"}, "gt", "Use a moment with its offset, such as 2026-11-22T21:00:00+00:00."),
        ({"field": "day", "gt": "22.11.2026"}, "gt", "Use a date such as 2026-11-22."),
        ({"field": "now", "time_between": ["25:00", "06:00"]}, "time_between", "Use times such as 22:00."),
        ({"field": "now", "weekday": ["someday"]}, "weekday", "Use days from mon, tue, wed, thu, fri, sat, sun."),
        ({"field": "cart.total", "gt": {"field": "day"}}, "gt.field", "Choose a field of type number."),
        ({"field": "cart.total", "gt": {"var": "x"}}, "gt", "Use a value here."),
        ({"field": "cart.total", "in": {"field": "day"}}, "in", "Use a value here."),
        ({"all": [{"field": "day", "exists": True}, {"field": "cart.total", "between": 3}]}, "all.1.between", "Give two values."),
        ({"not": {"any": [{"field": "day", "exists": "yes"}]}}, "not.any.0.exists", "Use true or false."),
    ],
)  # fmt: skip
def test_fault_is_reported_with_its_path(rule: object, path: str, message: str) -> None:
    assert faults(rule) == {path: [message]}


def test_every_fault_is_reported_at_once() -> None:
    rule = {"all": [{"field": "x", "eq": 1}, {"field": "cart.total", "eq": "1"}, 7]}
    assert sorted(faults(rule)) == ["all.0.field", "all.1.eq", "all.2"]


def test_unknown_operator_names_the_known_ones() -> None:
    assert faults({"field": "cart.total", "regex": "(a+)+$"})["rule"][0].startswith(
        "Unknown operator. Use one of eq, ne, in"
    )


def test_size_and_depth_are_bounded() -> None:
    wide = {"all": [{"field": "cart.total", "gt": 1}] * 100_000}
    assert faults(wide) == {"rule": ["A rule may have at most 200 conditions."]}
    deep: object = {"field": "cart.total", "gt": 1}
    for _ in range(5000):
        deep = {"not": deep}
    assert list(faults(deep).values()) == [["Groups may be nested at most 8 levels deep."]]
    with pytest.raises(ValidationError):
        evaluate(deep, DATA)
    with pytest.raises(ValidationError):
        explain(deep, DATA)


@pytest.mark.parametrize(
    "rule",
    [7, [], {"eq": 1}, {"field": "day"}, {"all": 3}, {"field": "day", "between": 3}, {"field": 3, "eq": 1}],
)
def test_malformed_rule_is_a_typed_error_when_evaluated(rule: object) -> None:
    if rule == []:
        assert faults(rule)
    with pytest.raises(ValidationError):
        evaluate(rule, DATA)


def test_explain_tells_every_condition() -> None:
    rule = {"any": [{"field": "customer.role", "eq": "vip"}, {"not": {"field": "cart.total", "gte": 5000}}]}
    trace = explain(rule, DATA)
    assert trace == {
        "path": "",
        "held": True,
        "text": "at least one of these",
        "children": [
            {"path": "any.0", "held": True, "text": "customer.role is vip", "value": "vip"},
            {
                "path": "any.1",
                "held": False,
                "text": "not this",
                "children": [
                    {"path": "any.1.not", "held": True, "text": "cart.total is at least 5000", "value": 5000}
                ],
            },
        ],
    }
    assert (
        json.loads(json.dumps(explain({"field": "now", "exists": True}, DATA)))["value"]
        == "2026-11-22T23:30:00+00:00"
    )


def test_fields_and_operators_for_forms() -> None:
    rule = {"all": [{"field": "a", "eq": 1}, {"not": {"field": "b", "gt": {"field": "c"}}}]}
    assert fields_of(rule) == {"a", "b", "c"}
    assert fields_of(None) == set()
    assert operators_for("boolean") == [
        ("eq", "is", "value"),
        ("ne", "is not", "value"),
        ("exists", "has a value", "yes_no"),
    ]


def test_unknown_type_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="money"):
        validate({}, {"x": "money"})
