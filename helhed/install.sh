#!/bin/sh
# Puts all that uv.lock names into the virtual environment $1. Uses the uv on PATH; without one, pip brings uv into $1 itself.
set -eu
venv=$1
unset VIRTUAL_ENV

say() { echo "helhed: $*" >&2; }

find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    say "Python 3.11 or newer is needed and was not found; install it, or install uv (https://docs.astral.sh/uv), which brings it"
    return 1
}

make_venv() {
    python=$(find_python)
    if ! "$python" -m venv --clear "$venv" >&2; then
        rm -rf "$venv"
        say "'$python -m venv' failed. On Debian and Ubuntu: apt install python3-venv. Or install uv (https://docs.astral.sh/uv)"
        return 1
    fi
}

bring_uv() {
    "$venv/bin/python" -c pass 2>/dev/null || make_venv
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip >/dev/null
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
}

if command -v uv >/dev/null; then
    uv=uv
else
    uv=$venv/bin/uv
    if ! "$uv" --version >/dev/null 2>&1; then
        say "installing uv into $venv"
        bring_uv
    fi
fi
say "installing what uv.lock names into $venv (once; under a minute on a good line)"
UV_PROJECT_ENVIRONMENT=$venv "$uv" sync --frozen --quiet
