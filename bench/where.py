"""Where a process spends its time: reads what py-spy has written and says it by cause.

py-spy record -f raw -r 200 -d 15 -p PID -o stacks.txt
python -m bench.where stacks.txt
"""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

# The first that fits wins; each is looked for in the whole stack, from the innermost thing to the outermost.
CAUSES = (
    ("SQLAlchemy: compiling what it cannot cache", ("CompilerElement._compiler",)),
    ("psycopg: begin, commit", ("_commit_gen", "_exec_command")),
    ("psycopg: sending, waiting, fetching", ("site-packages/psycopg", "(psycopg/")),
    ("SQLAlchemy: cache keys", ("_generate_cache_key",)),
    ("SQLAlchemy: pool", ("sqlalchemy/pool", "AsyncConnection.close")),
    ("SQLAlchemy: executing, results", ("AsyncConnection.execute", "AsyncConnection.commit", "AsyncConnection.start")),
    ("SQLAlchemy: building statements", ("(sqlalchemy/",)),
    ("threads for sync dependencies", ("run_in_threadpool",)),
    ("hygiene of the body", ("chassis/hygiene.py",)),
    ("token and guards", ("chassis/auth.py", "chassis/guards.py")),
    ("log line", ("(structlog/", "Threshold._log")),
    ("sealing", ("chassis/sealing.py",)),
    ("FastAPI: dependencies, validating what comes in", ("solve_dependencies",)),
    ("FastAPI: serialising what goes out", ("serialize_response", "dump_json")),
    ("views (pydantic)", ("/schemas/", "(pydantic/")),
    ("rows and domain", ("/repository/", "/domain/", "/use_cases/", "/queries")),
    ("outbox, idempotency, look-ups", ("chassis/outbox.py", "chassis/idempotency.py", "chassis/audit.py")),
    ("other chassis", ("(chassis/door.py", "(chassis/threshold.py")),
    ("uvicorn, event loop, Starlette", ("(uvicorn/", "(asyncio/", "(starlette/")),
)
_HANDLER = "run_endpoint_function"
_ASLEEP = "Condition.wait"


def cause(stack: str) -> str:
    """What a stack of frames, outermost first, is mainly about."""
    inner = stack.partition(_HANDLER)[2] or stack
    innermost = stack.rsplit(";", 1)[-1]
    for name, marks in CAUSES:
        # The chassis and the servers are around everything: they count where they are what runs.
        where = innermost if name.startswith(("other", "uvicorn")) else inner
        if any(mark in where for mark in marks):
            return name
    return "the rest"


def shares(lines: Iterable[str]) -> Counter[str]:
    """Samples by cause; threads that only wait do not count."""
    found: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rpartition(" ")
        if _ASLEEP not in stack.rsplit(";", 1)[-1]:
            found[cause(stack)] += int(count)
    return found


def main(path: str) -> None:
    """Print the shares."""
    found = shares(Path(path).read_text(encoding="utf-8").splitlines())
    for name, count in found.most_common():
        print(f"{count / found.total():6.1%}  {name}")


if __name__ == "__main__":
    main(sys.argv[1])
