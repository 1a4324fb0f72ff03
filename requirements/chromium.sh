#!/bin/sh
# Makes sure that the browser tests find a Chromium: an installed one, else Debian's package where we are root.
set -eu
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
[ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests ..."
    apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium >/dev/null && exit 0
fi
echo "NO CHROMIUM: the browser tests cannot run. Install Chromium or Chrome and run make test again." >&2
[ "${CI:-}" != true ]
