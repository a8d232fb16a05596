#!/bin/sh
# Pins requirements/*.in into *.txt: exact versions for every platform and Python from 3.11 on, with hashes.
# The files name no package index, so that they install from whichever one pip is configured to use.
# $1 is the virtual environment; uv is installed into it for this purpose only. UV_* variables configure uv.
set -eu

venv=$1
"$venv/bin/python" -m pip --disable-pip-version-check --no-input --quiet install --no-cache-dir uv
for name in build run dev sdk; do
    "$venv/bin/uv" pip compile "requirements/$name.in" --output-file "requirements/$name.txt" \
        --universal --python-version 3.11 --generate-hashes --upgrade --allow-unsafe --quiet \
        --no-header --no-emit-index-url --no-emit-find-links --no-cache
done
if grep -nE '://|--(index-url|extra-index-url|find-links)' requirements/*.txt; then
    echo "error: the lines above name a host; a requirements file must not" >&2
    exit 1
fi
git --no-pager diff --stat -- requirements
