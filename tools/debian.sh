#!/usr/bin/env bash
# Brings Debian packages: installed when we are root, unpacked below .local/debian when we are not.
#   tools/debian.sh PACKAGE ...
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

root=$PWD/.local/debian
missing=()
for package in "$@"; do
    installed "$package" || [ -e "$root/.unpacked/$package" ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ]; then
    say "Installing Debian packages: ${missing[*]} ..."
    export DEBIAN_FRONTEND=noninteractive
    # Services of these packages must not start: the tests start them with a configuration of their own.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod +x "$policy"
        trap 'rm -f "$policy"' EXIT
    fi
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    exit 0
fi

say "Unpacking Debian packages below .local/debian: ${missing[*]} ..."
state=$PWD/.local/apt
mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$root/.unpacked"
options=(-o "Dir::State::Lists=$state/lists" -o "Dir::Cache=$state/cache" -o Debug::NoLocking=true -qq)
apt-get "${options[@]}" update
# Everything the packages need beyond what this machine has, resolved by apt without installing.
apt-get "${options[@]}" install --no-install-recommends --download-only -y "${missing[@]}" >/dev/null
for archive in "$state"/cache/archives/*.deb; do
    dpkg-deb -x "$archive" "$root"
done
for package in "${missing[@]}"; do
    touch "$root/.unpacked/$package"
done
