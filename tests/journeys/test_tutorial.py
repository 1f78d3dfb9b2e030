"""The tutorial is true: its bash blocks run from top to bottom, and answer what the page says they answer."""

from urllib.parse import urlsplit

from tests.journeys.walked import MARK, broken_promises, page, steps, walk
from tests.support.towns import RunningTown

PAGE = page("tutorial.md")


def test_the_tutorial_answers_what_it_says(town: RunningTown) -> None:
    found = steps(PAGE)

    done = walk(found, town)

    assert done.returncode == 0, done.stderr + done.stdout + town.log("cases")[-2000:]
    logs = "".join(town.log(name)[-3000:] for name in ("cases", "cases-worker"))
    assert broken_promises(found, done.stdout) == [], done.stdout + logs


def test_the_page_calls_only_its_own_machine_and_promises_much() -> None:
    found = steps(PAGE)
    addresses = {word for step in found for word in step.script.split() if "http://" in word}

    assert {urlsplit(word.partition("=")[2] or word).hostname for word in addresses} == {"127.0.0.1"}
    assert sum(len(step.promised) for step in found) > 15


def test_a_promise_that_is_not_kept_is_found() -> None:
    text = '```bash\ncall\n```\n\n```json\n"state": "caught",\n"holder": "health"\n```\n'

    assert broken_promises(steps(text), f'{MARK}0\n"state": "caught"\n') == ['block 0: "holder": "health"']
