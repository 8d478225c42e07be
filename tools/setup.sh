#!/usr/bin/env bash
# Installs what the project needs from its own lock files, on a Debian that may have nothing but Python 3.11.
#   tools/setup.sh            the Python environment in .venv
#   tools/setup.sh products   also the real products that tests run (nginx with ModSecurity, sshd, nmap, ClamAV, rspamd, Chromium, Apache)
#   tools/setup.sh peers      also the two syslog daemons that `make bench` measures the module against
# As root, Debian packages are installed; as an ordinary user they are unpacked below .local/debian instead.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

python=${QORGAN_PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "qorgan needs Python 3.11 or newer as '$python'; set QORGAN_PYTHON to one."
    exit 1
fi

install_uv() {
    # A bare Debian has neither venv's pip nor pip itself; its pip wheel package serves without being installed.
    local folder=.local/uv
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv "$folder"
        "$folder/bin/pip" install --quiet --disable-pip-version-check -r tools/uv.txt
        return
    fi
    tools/debian.sh python3-pip-whl
    local wheel
    wheel=$(ls /usr/share/python-wheels/pip-*.whl .local/debian/usr/share/python-wheels/pip-*.whl 2>/dev/null | head -1)
    "$python" -m venv --without-pip "$folder"
    "$folder/bin/python" "$wheel/pip" install --quiet --disable-pip-version-check -r tools/uv.txt
}

wanted=$(cat pyproject.toml uv.lock tools/uv.txt qorgan/__init__.py | sha256sum)
if [ ! -x .venv/bin/python ] || [ "$(cat .venv/.qorgan-setup 2>/dev/null)" != "$wanted" ]; then
    [ -x .local/uv/bin/uv ] || install_uv
    say "Installing the Python environment ..."
    .local/uv/bin/uv sync --quiet --frozen --all-extras --python "$(command -v "$python")"
    printf '%s' "$wanted" > .venv/.qorgan-setup
fi

if [ "${1:-}" = products ]; then
    tools/debian.sh chromium clamav-daemon libnginx-mod-http-modsecurity modsecurity-crs nginx fonts-noto-core \
        openssh-server openssh-client nmap nftables ulogd2 iproute2 rspamd
    tools/debian.sh --unpack suricata apache2-bin libapache2-mod-auth-openidc
fi

if [ "${1:-}" = peers ]; then
    # Each of them takes the place of the other, and of what this machine logs with, when it is installed.
    tools/debian.sh --unpack rsyslog syslog-ng-core
fi
