#!/usr/bin/env bash
# Runs every test: those of the gate after the rest, because Django's settings are read once in a process and are the
# gate's there and the hub's elsewhere. There are two processes to a core, since many tests wait for programs they have
# started while others work; still more, and what waits for an answer waits too long for it. What is said to this script
# is said to pytest.
set -uo pipefail
cd "$(dirname "$0")/.."

abreast=(--numprocesses $(($(nproc) * 2)) --dist worksteal)
.venv/bin/pytest "${abreast[@]}" tests "$@"
elsewhere=$?
.venv/bin/pytest "${abreast[@]}" tests/gate "$@"
at_gate=$?
[ $elsewhere = 0 ] && exit $at_gate
exit $elsewhere
