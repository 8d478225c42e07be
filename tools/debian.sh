#!/usr/bin/env bash
# Brings Debian packages: installed when we are root, unpacked below .local/debian when we are not.
#   tools/debian.sh PACKAGE ...
#   tools/debian.sh --unpack PACKAGE ...   unpacked in any case: for packages that do not suffer each other, or this machine's
# A package that this release has only in its backports is taken from there, and always unpacked.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

unpack=
if [ "${1:-}" = --unpack ]; then
    unpack=yes
    shift
fi
root=$PWD/.local/debian
missing=()
for package in "$@"; do
    [ -z "$unpack" ] && installed "$package" && continue
    [ -e "$root/.unpacked/$package" ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && [ -z "$unpack" ]; then
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
mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/sources" "$root/.unpacked"
options=(-o "Dir::State::Lists=$state/lists" -o "Dir::Cache=$state/cache" -o Debug::NoLocking=true
    -o "APT::Sandbox::User=$(id -un)" -qq)
apt-get "${options[@]}" update

candidate() { apt-cache "${options[@]}" policy "$1" | awk '$1 == "Candidate:" && $2 != "(none)"' | grep -q .; }

# The same mirror that this machine takes its release from has that release's backports beside it.
add_backports() {
    local release mirror
    release=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' |
        awk -v "release=$release" '$2 == release && !found {print $1; found = 1}')
    printf 'Types: deb\nURIs: %s\nSuites: %s %s-backports\nComponents: main\nSigned-By: %s\n' \
        "$mirror" "$release" "$release" /usr/share/keyrings/debian-archive-keyring.gpg \
        > "$state/sources/backports.sources"
    options+=(-o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$state/sources" -t "$release-backports")
    apt-get "${options[@]}" update
}

for package in "${missing[@]}"; do
    candidate "$package" || add_backports
    # Everything the package needs beyond what this machine has, resolved by apt without installing.
    apt-get "${options[@]}" install --no-install-recommends --download-only -y "$package" >/dev/null
done
for archive in "$state"/cache/archives/*.deb; do
    dpkg-deb -x "$archive" "$root"
done
for package in "${missing[@]}"; do
    touch "$root/.unpacked/$package"
done
