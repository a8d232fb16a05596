#!/bin/sh
# Opens the interface in a scratch project, on a fake model that mends its failing test; nothing of yours is touched.
set -eu
bin=$(cd "$1" && pwd)
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT INT TERM
export HOME="$folder/home" XDG_CONFIG_HOME= XDG_DATA_HOME= XDG_STATE_HOME= XDG_CACHE_HOME=
mkdir "$HOME"
"$bin/aircher" dev scratch "$folder/basket" >/dev/null
"$bin/aircher" dev fake-llm --script repair >"$folder/url" 2>/dev/null &
server=$!
while [ ! -s "$folder/url" ]; do sleep 0.1; done
cd "$folder/basket"
"$bin/aircher" "mend the failing test" --provider fake --config providers.fake.kind=openai-compatible \
    --config "providers.fake.base_url=$(cat "$folder/url")/v1" --config providers.fake.model=fake-large
