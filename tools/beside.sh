#!/usr/bin/env bash
# Runs one command beside another, and fails when either does. What the first says comes in one piece at the end.
#   tools/beside.sh NAME COMMAND ... -- COMMAND ...
set -uo pipefail

name=$1 first=()
shift
while [ "$1" != -- ]; do
    first+=("$1")
    shift
done
shift

said=$(mktemp)
trap 'rm -f "$said"' EXIT
"${first[@]}" > "$said" 2>&1 &
beside=$!
trap 'kill $beside 2>/dev/null; exit 130' INT TERM

"$@"
result=$?
wait $beside
failed=$?
printf '\n--- %s ---\n' "$name"
cat "$said"
[ $failed = 0 ] || printf '%s failed (%s); what it says stands above.\n' "$name" $failed
[ $result = 0 ] || printf '%s failed (%s).\n' "$*" $result
[ $failed = 0 ] && exit $result
exit $failed
