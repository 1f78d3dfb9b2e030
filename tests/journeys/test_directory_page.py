"""The page on the directory is true: its calls run from top to bottom, and answer what the page says they answer."""

from services.referrals.schemas.placement import PlacementRequest
from tests.docs.markdown import rows
from tests.journeys.walked import broken_promises, page, steps, walk
from tests.support.towns import RunningTown

PAGE = page("directory.md")


def test_the_page_on_the_directory_answers_what_it_says(town: RunningTown) -> None:
    found = steps(PAGE)

    done = walk(found, town)

    assert done.returncode == 0, done.stderr + done.stdout + town.log("referrals")[-2000:]
    assert broken_promises(found, done.stdout) == [], done.stdout
    assert done.stdout.count('"name": "Alkoholambulatoriet"') >= 3, "each of three searches has found it"


def test_it_tells_every_member_of_ours() -> None:
    known = {field.alias or name for name, field in PlacementRequest.model_fields.items()}
    told = {name.strip("` ") for cells in rows(PAGE) if len(cells) == 2 for name in cells[0].split(",")}

    assert known == told - {"member"}
