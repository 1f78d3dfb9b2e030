"""`helhed up` for a town whose processes are killed all the time: `python -m tests.faults.restless`.

The supervisor lets a process that falls again and again wait longer each time, up to half a minute. Here the falls are
ours and no sign of a defect, so each counts as the first. Everything else, fsync included, is as people run it.
"""

from helhed import cli, supervise

if __name__ == "__main__":
    supervise.STEADY_AFTER = 0.0
    cli.app(["up"])
