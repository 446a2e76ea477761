"""How a what-if is written."""

from __future__ import annotations

import pytest

from app.domain.plans.what_if import FreeDay, MadeOptional, NewMeeting, WhatIf, parse_what_if
from app.errors import InputError

ANA, BO = "ana@example.com", "bo@example.com"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (f"new {ANA},{BO} 30m", NewMeeting((ANA, BO), 30)),
        (f"new {ANA}, {BO} 1h30 weekly", NewMeeting((ANA, BO), 90, "weekly")),
        (f"new 2h {ANA} {BO}? biweekly kind=team_sync", NewMeeting((ANA,), 120, "biweekly", "team_sync", None, (BO,))),
        ('new Ana@Example.com 45 "Design review"', NewMeeting((ANA,), 45, title="Design review")),
        (f'new {ANA} 45 "Sync"', NewMeeting((ANA,), 45, title="Sync")),
        (f'new {ANA} 45 "weekly"', NewMeeting((ANA,), 45, title="weekly")),
        (f'new {ANA} 45 "Ben\'s @ \\"home\\""', NewMeeting((ANA,), 45, title='Ben\'s @ "home"')),
        ("free tuesday", FreeDay("tuesday")),
        ("free Wed", FreeDay("wednesday")),
        (f"optional {ANA}", MadeOptional(ANA)),
        (f'optional {ANA} in "Big sync"', MadeOptional(ANA, "Big sync")),
        (f"optional {ANA} in Big sync", MadeOptional(ANA, "Big sync")),
    ],
)
def test_a_question_is_read_and_written_again(text: str, question: WhatIf) -> None:
    assert parse_what_if(text) == question
    assert parse_what_if(str(question)) == question


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "write it like"),
        ("move it", "'move it' is not understood; write it like"),
        ("free", "write it like"),
        ("free t", "'t' is no day of the week"),
        ("free someday", "'someday' is no day of the week; write it like tuesday"),
        ("optional ana", "'ana' is not an address; write it like ana@example.com"),
        (f"optional {ANA} in", "is not understood"),
        (f"new {ANA}", "how long is it to be?"),
        (f"new {ANA} 30m dayly", "'dayly' is not understood; how often is once, weekly, biweekly, monthly; a title"),
        (f"new {ANA} 30m weekyl", "'weekyl' is not understood; did you mean weekly?; a title stands in quotation"),
        (f"new {ANA} 30m weekly Review", "'Review' is not understood"),
        ("new nobody 30m", "'nobody' is not an address; write it like ana@example.com"),
        ("new 30m", "one of them required"),
        (f"new {ANA}? 30m", "one of them required"),
        (f"new {ANA},{ANA} 30m", "each once"),
        (f"new {ANA} 9h", "5 to 480 minutes, not 540"),
        (f"new {ANA} 3000m", "5 to 480 minutes, not 3000"),
        (f"new {ANA} 0m", "5 to 480 minutes, not 0"),
        (f'new {ANA} 30m "Review', "a quotation mark too many"),
    ],
)
def test_what_makes_no_sense_says_how_to_mend_it(text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        parse_what_if(text)
    assert said in str(error.value)
    assert error.value.option == "what-if"
