"""A comment can't become a formula in the auditor's spreadsheet."""

import pytest

from console.export import safe_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+971501234567",
        "-2",
        "@SUM(A1)",
        "\tx",
        "\r=1",
        "＝1+1",
        "\u200f=1+1",
        "\u202e+cmd",
        " =1",
        "\u3000=1",
        "\u2060=1",
        "\u00ad@x",
        "\x0b-1",
        "﹦1",
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["راتبي متأخر = ظلم", "plain", "", 7, None, True])
def test_everything_else_stays_as_it_is(value: object) -> None:
    assert safe_cell(value) == value


def test_a_nested_value_becomes_json_text() -> None:
    assert safe_cell({"clause": "abuse", "span": [1, 2]}) == '{"clause": "abuse", "span": [1, 2]}'
