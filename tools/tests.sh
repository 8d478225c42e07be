#!/usr/bin/env bash
# Runs every test: those of the gate beside the rest, because Django's settings are read once in a process and are the
# gate's there and the hub's elsewhere. There is one process more than there are cores, and half as many for the gate:
# many tests wait for programs they have started, while others work. What is said to this script is said to pytest.
set -uo pipefail
cd "$(dirname "$0")/.."

cores=$(nproc)
abreast() { printf '%s\n' --dist worksteal --numprocesses "$1"; }
mapfile -t elsewhere < <(abreast $((cores + 1)))
mapfile -t at_gate < <(abreast $(((cores + 1) / 2)))
exec tools/beside.sh tests/gate .venv/bin/pytest "${at_gate[@]}" tests/gate "$@" -- \
    .venv/bin/pytest "${elsewhere[@]}" tests "$@"
