#!/bin/sh
# Makes .venv from the hash-locked requirements. Needs Python 3.11 or newer and a package registry; nothing else.
set -eu
cd "$(dirname "$0")/.."

find_python() {
    # versions the lock was tried with go first; a newer one is taken when there is no other
    for newest in 14 99; do
        for name in python3 python3.13 python3.12 python3.11; do
            if command -v "$name" >/dev/null 2>&1 && "$name" -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, $newest))" 2>/dev/null; then
                echo "$name"
                return
            fi
        done
    done
    echo "Majlis needs Python 3.11 or newer; none was found. Install it (Debian: apt-get install python3 python3-venv; macOS: brew install python@3.13) and run make again." >&2
    exit 2
}

make_venv() {
    "$1" -m venv .venv 2>/dev/null && return
    # Debian ships venv in a package of its own
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing python3-venv ..." >&2
        apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" >&2
        rm -rf .venv
        "$1" -m venv .venv && return
    fi
    echo "Can't make a virtual environment with $1. On Debian: apt-get install python3-venv, then run make again." >&2
    exit 2
}

python=$(find_python)
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    rm -rf .venv
    echo "Making .venv with $("$python" --version) ..." >&2
    make_venv "$python"
fi
echo "Installing the locked requirements (about half a minute) ..." >&2
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt >&2
# compiling now spares the first start, and facebook-sdk's old escape warning is said here once, not at every start
.venv/bin/python -W ignore -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || true
touch .venv/ready
