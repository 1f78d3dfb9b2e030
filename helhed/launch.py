"""The last step before a child of the town runs: stop being root if it must, tie its life to ours, become it.

Run as a script by `python -I -S` (a few hundredths of a second), not as a `preexec_fn`, which is unsafe beside threads:

    launch.py PARENT SIGNAL AS COMMAND...

PARENT is the process it dies with, SIGNAL what it is sent then (a number), AS one of `self`, `namespace`, `nobody`.
Standard library only; nothing of the town is imported.
"""

import ctypes
import os
import sys
from pathlib import Path

NOBODY = 65534
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1


def enter_namespace() -> None:
    """Be `nobody` to every program that asks, while files still see the user we were.

    PostgreSQL refuses to run as root. In a user namespace of its own it does not see that it is, has none of root's
    powers, and can still enter a folder that only root may enter.
    """
    user, group = os.geteuid(), os.getegid()
    _checked(ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")


def become_nobody() -> None:
    """Give up root for good."""
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def die_with(parent: int, signal: int) -> None:
    """Have the kernel send us `signal` when `parent` dies, however it dies. A change of user clears it."""
    if sys.platform == "linux":
        _checked(ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0), "prctl")
    if os.getppid() != parent:  # it died before we asked
        sys.exit("the process that started this one is gone")


def _checked(result: int, call: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")


def main(arguments: list[str]) -> None:
    """See the module's docstring."""
    parent, signal, who, *command = arguments
    if who == "namespace":
        enter_namespace()
    elif who == "nobody":
        become_nobody()
    die_with(int(parent), int(signal))
    os.execv(command[0], command)  # noqa: S606 - becoming the command, without a shell, is the point


if __name__ == "__main__":
    main(sys.argv[1:])
