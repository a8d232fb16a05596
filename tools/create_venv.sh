#!/bin/sh
# Creates the virtual environment named by $1 with Python 3.11 or newer, or says what is missing.
# An existing, working environment is kept. PYTHON=/path/to/python chooses the interpreter.
set -eu

venv=$1
is_new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

if [ -x "$venv/bin/python" ] && "$venv/bin/python" -c "$is_new_enough" 2>/dev/null &&
    "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

found=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if "$candidate" -c "$is_new_enough" 2>/dev/null; then
        found=$candidate
        break
    fi
done

if [ -z "$found" ]; then
    seen=$(${PYTHON:-python3} --version 2>&1) || seen="no ${PYTHON:-python3}"
    echo "error: Aircher needs Python 3.11 or newer; found: $seen" >&2
    echo "hint: install it, or name it: make run PYTHON=/path/to/python3.11" >&2
    exit 1
fi
if ! "$found" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "error: $found cannot create virtual environments: its venv or ensurepip module is missing" >&2
    echo "hint: on Debian and Ubuntu: apt install python3-venv" >&2
    exit 1
fi

echo "creating $venv with $("$found" --version)"
rm -rf "$venv"
"$found" -m venv "$venv"
