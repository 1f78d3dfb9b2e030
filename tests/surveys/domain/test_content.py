"""What ships: WHO-5 as published, programmes that hold together, and content that is wrong stops the start."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.surveys.domain.errors import ContentFault, LanguageNotAvailable
from services.surveys.domain.purpose import PURPOSE_TEXTS, Purpose
from services.surveys.repository import CONTENT, load_catalogue
from tests.surveys.builders import CATALOGUE, PROGRAMME, WHO5

Content = dict[str, Any]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped content, to spoil."""
    for folder in ("instruments", "programmes"):
        shutil.copytree(CONTENT / folder, tmp_path / folder)
    return tmp_path


def test_who5_is_worded_as_published_in_danish() -> None:
    """Another wording would be another instrument; figures would not compare."""
    wording = WHO5.wording("da")

    assert [f"{wording.stem} {item.text}" for item in wording.items] == [
        "I de sidste 2 uger har jeg været glad og i godt humør",
        "I de sidste 2 uger har jeg følt mig rolig og afslappet",
        "I de sidste 2 uger har jeg følt mig aktiv og energisk",
        "I de sidste 2 uger er jeg vågnet frisk og udhvilet",
        "I de sidste 2 uger har min dagligdag været fyldt med ting der interesserer mig",
    ]
    assert {option.value: option.label for option in wording.options} == {
        5: "Hele tiden",
        4: "Det meste af tiden",
        3: "Lidt mere end halvdelen af tiden",
        2: "Lidt mindre end halvdelen af tiden",
        1: "Lidt af tiden",
        0: "På intet tidspunkt",
    }


def test_who5_is_worded_as_published_in_english() -> None:
    """As in Danish."""
    wording = WHO5.wording("en")

    assert [item.text for item in wording.items] == [
        "I have felt cheerful and in good spirits",
        "I have felt calm and relaxed",
        "I have felt active and vigorous",
        "I woke up feeling fresh and rested",
        "My daily life has been filled with things that interest me",
    ]
    assert [option.value for option in wording.options] == [5, 4, 3, 2, 1, 0]
    assert wording.options[0].label == "All of the time"
    assert wording.options[-1].label == "At no time"


def test_who5_says_whose_it_is_and_on_what_terms() -> None:
    """It is not under the licence of the code, and says so where it lies."""
    assert "World Health Organization" in WHO5.licence.attribution
    assert WHO5.licence.non_commercial
    assert WHO5.licence.unaltered
    assert "CC BY-NC-SA" in (CONTENT / "instruments" / "LICENCE-who5.md").read_text(encoding="utf-8")


def test_we_translate_nobody_elses_words() -> None:
    """A language that does not ship is refused, and the refusal names those that do."""
    with pytest.raises(LanguageNotAvailable) as refused:
        WHO5.wording("fr")

    assert refused.value.facts == {"languages": ["da", "en"]}


def test_every_purpose_tells_the_respondent_who_sees_the_answers() -> None:
    """In both languages, and not the same for both purposes."""
    told = [PURPOSE_TEXTS[purpose][language] for purpose in Purpose for language in ("da", "en")]

    assert len(set(told)) == 2 * len(Purpose)


def test_the_shipped_programme_is_casework_over_three_years() -> None:
    """One wave is due when the case opens; the others follow every three months."""
    assert PROGRAMME.purpose is Purpose.CASEWORK
    assert [wave.code for wave in PROGRAMME.baseline] == ["baseline"]
    assert [wave.offset for wave in PROGRAMME.waves] == ["P0D", *(f"P{month}M" for month in range(3, 37, 3))]
    assert CATALOGUE.anchored_at_case_opened() == [PROGRAMME]


def _drop_item(who5: Content) -> None:
    who5["languages"]["en"]["items"].pop()


def _reorder_options(who5: Content) -> None:
    who5["languages"]["en"]["options"].reverse()


def _repeat_item(who5: Content) -> None:
    for wording in who5["languages"].values():
        wording["items"].append(wording["items"][0])


def _average(who5: Content) -> None:
    who5["scoring"]["type"] = "mean"


def _impute(who5: Content) -> None:
    who5["scoring"]["missing"] = "impute"


def _misspell(who5: Content) -> None:
    who5["langauges"] = who5.pop("languages")


def _forget_the_licence(who5: Content) -> None:
    del who5["licence"]


def _speak_no_language(who5: Content) -> None:
    who5["languages"] = {}


@pytest.mark.parametrize(
    "spoil",
    [
        _drop_item,
        _reorder_options,
        _repeat_item,
        _average,
        _impute,
        _misspell,
        _forget_the_licence,
        _speak_no_language,
    ],
)
def test_an_instrument_with_a_fault_stops_the_start(content: Path, spoil: Callable[[Content], None]) -> None:
    """A survey that miscounts is worse than no survey."""
    _rewrite(content / "instruments" / "who5.json", spoil)

    with pytest.raises(ContentFault, match="who5"):
        load_catalogue(content)


def _name_no_instrument(programme: Content) -> None:
    programme["instrument"] = "who6"


def _repeat_wave(programme: Content) -> None:
    programme["waves"].append(programme["waves"][0])


def _open_for_no_time(programme: Content) -> None:
    programme["waves"][0]["window"] = "P0D"


def _write_a_period_in_words(programme: Content) -> None:
    programme["waves"][1]["offset"] = "three months"


def _invent_a_purpose(programme: Content) -> None:
    programme["purpose"] = "marketing"


@pytest.mark.parametrize(
    "spoil", [_name_no_instrument, _repeat_wave, _open_for_no_time, _write_a_period_in_words, _invent_a_purpose]
)
def test_a_programme_with_a_fault_stops_the_start(content: Path, spoil: Callable[[Content], None]) -> None:
    """As an instrument does."""
    _rewrite(content / "programmes" / "who5-casework.json", spoil)

    with pytest.raises(ContentFault, match="who5-casework"):
        load_catalogue(content)


def test_the_same_code_twice_stops_the_start(content: Path) -> None:
    """Which of the two would be meant?"""
    shutil.copy(content / "instruments" / "who5.json", content / "instruments" / "who5-copy.json")

    with pytest.raises(ContentFault, match="twice"):
        load_catalogue(content)


def test_no_content_at_all_stops_the_start(tmp_path: Path) -> None:
    """A package built without its data files would otherwise start and ask nobody anything."""
    with pytest.raises(ContentFault, match="no content"):
        load_catalogue(tmp_path)


def _rewrite(path: Path, spoil: Callable[[Content], None]) -> None:
    loaded = json.loads(path.read_text(encoding="utf-8"))
    spoil(loaded)
    path.write_text(json.dumps(loaded), encoding="utf-8")
