#!/usr/bin/env bash
# Runs every test: those of the gate apart from the rest, because Django's settings are read once in a process and are
# the gate's there and the hub's elsewhere. What is said to this script is said to pytest.
set -uo pipefail
cd "$(dirname "$0")/.."

abreast=(--numprocesses 3 --dist worksteal)
.venv/bin/pytest "${abreast[@]}" tests "$@"
elsewhere=$?
.venv/bin/pytest "${abreast[@]}" tests/gate "$@"
at_gate=$?
[ $elsewhere = 0 ] && exit $at_gate
exit $elsewhere
