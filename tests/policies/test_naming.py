"""Names and titles that sound like a bad word are looked at, never proposed for hiding; in capitals one can still insult."""

import pytest

from policies.judge import judge


@pytest.mark.parametrize(
    "text",
    [
        "I love the show of Dick Van Dyke",
        "Dr. Randi Weingarten spoke at the labour forum yesterday",
        "our trainer was Mr. Bastard-Smith and he was very good",
        "شفت مسلسل ابن الكلب على التلفزيون",
        "قرأت رواية «ابن الكلب» أمس",
    ],
)
def test_a_name_is_not_proposed_for_hiding(text: str) -> None:
    assert judge(text).action != "hide"


@pytest.mark.parametrize("text", ["tu randi hai", "Tu Randi Hai", "Fuck you Dyke", "ابن الكلب المدير", "BASTARD MANAGER YOU DOG"])
def test_an_insult_in_capitals_is_one(text: str) -> None:
    assert judge(text).action == "hide"
