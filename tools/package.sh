#!/usr/bin/env bash
# Makes what a bank installs without a network: a wheel house, and a Debian package of it.
#   tools/package.sh OUT      OUT/house, OUT/qorgan-module_VERSION_ARCH.deb
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mkdir -p "${1:?tools/package.sh OUT}" && cd "$1" && pwd)
uv=.local/uv/bin/uv
[ -x "$uv" ] || uv=uv
python=.venv/bin/python
version=$("$python" -c 'import qorgan; print(qorgan.__version__)')
house=$out/house
rm -rf "$house" && mkdir -p "$house"

# (1) Our own wheel. (2) All it needs, as the lock file names it, by digest. (3) One list of digests over both.
"$uv" build --quiet --wheel --out-dir "$house" .
"$uv" export --quiet --frozen --no-dev --extra module --no-emit-project > "$out/locked.txt"
"$uv" run --quiet --no-project --with pip python -m pip download --quiet --disable-pip-version-check --only-binary :all: \
    --require-hashes --dest "$house" -r "$out/locked.txt"
rm -f "$house/.gitignore"
{
    cat "$out/locked.txt"
    wheel=$(cd "$house" && ls qorgan-*.whl)
    printf 'qorgan[module]==%s --hash=sha256:%s\n' "$version" "$(sha256sum "$house/$wheel" | cut -d' ' -f1)"
} > "$house/requirements.txt"
rm "$out/locked.txt"
printf '%s\n' "$version" > "$house/VERSION"
cp deploy/bank/install.sh "$house/"

# A Debian package: the house, the unit, and what is done once they are there.
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/DEBIAN" "$tree/usr/share/qorgan-module" "$tree/usr/lib/systemd/system" "$tree/usr/share/doc/qorgan-module"
cp -r "$house" "$tree/usr/share/qorgan-module/house"
cp deploy/bank/qorgan-module.service deploy/bank/qorgan-module-desk.service "$tree/usr/lib/systemd/system/"
cp LICENSE "$tree/usr/share/doc/qorgan-module/copyright"
cp docs/operate/module.md docs/operate/upgrade.md docs/howto/when-asoi-is-away.md "$tree/usr/share/doc/qorgan-module/"
cp deploy/bank/debian/postinst deploy/bank/debian/prerm "$tree/DEBIAN/"
chmod 0755 "$tree/DEBIAN/postinst" "$tree/DEBIAN/prerm"
cat > "$tree/DEBIAN/control" <<CONTROL
Package: qorgan-module
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: Qorgan <qorgan@localhost>
Section: net
Priority: optional
Depends: python3 (>= 3.11), python3 (<< 3.12), python3-venv, adduser
Description: integration module of an institution (ASOI)
 Reads what security products write, makes redacted signals, keeps them on disk, sealed, and sends them to the
 sectoral centre. Installed from the wheels inside the package; no network is asked.
CONTROL
find "$tree" -type d -exec chmod 0755 {} +
dpkg-deb -Zgzip -z1 --root-owner-group --build "$tree" "$out/qorgan-module_${version}_$(dpkg --print-architecture).deb" > /dev/null
printf '%s\n' "$out/qorgan-module_${version}_$(dpkg --print-architecture).deb"
