#!/bin/sh
# Make .venv with the given Python, or say in one line what is missing.
python=${1:-python3}
fail() { echo "$1" >&2; rm -rf .venv; exit 1; }

command -v "$python" >/dev/null 2>&1 || fail "Python 3.11 or later is needed: apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Python 3.11 or later is needed, $python is $("$python" -V 2>&1). Choose another with PYTHON=."
"$python" -m venv .venv >/dev/null 2>&1 && exit 0

# Debian ships venv without ensurepip until python3-venv is installed.
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && {
    echo "Installing Debian's package python3-venv..."
    { apt-get update && apt-get install -y --no-install-recommends python3-venv; } >/dev/null 2>&1
    rm -rf .venv
    "$python" -m venv .venv >/dev/null 2>&1 && exit 0
}
fail "$python cannot make virtual environments: apt-get install python3-venv"
