#!/bin/sh
# Makes the environment $1 with the first Python between 3.11 and 3.13 that is found.
set -eu
for python in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
    command -v "$python" >/dev/null 2>&1 || continue
    "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || continue
    "$python" -m venv --clear "$1" && exit 0
    echo "$python cannot make environments. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
done
echo "Penstock needs Python 3.11, 3.12 or 3.13, and none was found on PATH. Name one with: make serve PYTHON=/path/to/python3.12" >&2
exit 1
