#!/bin/sh
# Installs the module from a wheel house, without a network, beside the releases that are there, and makes it the one
# that runs. State and keys are not touched: they lie elsewhere.
#   install.sh HOUSE [PREFIX]            PREFIX is /opt/qorgan unless given
#   install.sh --back [PREFIX]           makes the release before it the one that runs
set -eu

switch() { # atomically: a name is replaced, never missing
    ln -sfn "releases/$1" "$prefix/current.new" && mv -T "$prefix/current.new" "$prefix/current"
    printf 'qorgan %s is the release in %s/current\n' "$1" "$prefix"
}

if [ "${1:-}" = --back ]; then
    prefix=${2:-/opt/qorgan}
    before=$(cat "$prefix/before" 2>/dev/null || true)
    if [ -z "$before" ] || [ ! -d "$prefix/releases/$before" ]; then
        echo "install.sh: there is no release before this one in $prefix/releases" >&2
        exit 2
    fi
    basename "$(readlink "$prefix/current")" > "$prefix/before"
    switch "$before"
    exit 0
fi

house=${1:?install.sh HOUSE [PREFIX]}
prefix=${2:-/opt/qorgan}
python=${QORGAN_PYTHON:-python3}
version=$(cat "$house/VERSION")
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "install.sh: Python 3.11 is needed" >&2; exit 2; }

mkdir -p "$prefix/releases"
rm -rf "$prefix/releases/$version.new"
"$python" -m venv "$prefix/releases/$version.new"
# Every file is the one whose digest the release names; nothing is asked of any network, nothing is built.
"$prefix/releases/$version.new/bin/python" -m pip install --quiet --disable-pip-version-check --no-index \
    --find-links "$house" --only-binary :all: --require-hashes -r "$house/requirements.txt"
"$prefix/releases/$version.new/bin/python" -m qorgan module --help > /dev/null
rm -rf "$prefix/releases/$version"
mv "$prefix/releases/$version.new" "$prefix/releases/$version"
# The scripts of a venv name the folder it was made in.
sed -i "s|$prefix/releases/$version.new/|$prefix/releases/$version/|" "$prefix/releases/$version/bin/qorgan"

now=$(basename "$(readlink "$prefix/current" 2>/dev/null || true)")
if [ -n "$now" ] && [ "$now" != "$version" ]; then
    printf '%s\n' "$now" > "$prefix/before"
fi
switch "$version"
