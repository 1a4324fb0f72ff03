#!/bin/sh
# Makes sure that the browser tests find a Chromium: an installed one, else Debian's package where we are root. The one
# without windows is preferred, and installed in CI beside another: no tab stands behind one there, and tests are quicker.
set -eu

install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    echo "Installing Chromium for the browser tests ..."
    apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$@" >/dev/null
}

command -v chromium-headless-shell >/dev/null 2>&1 && exit 0
if [ "${CI:-}" = true ]; then
    install chromium-headless-shell && exit 0
    echo "It could not be installed: the tests go on with a Chromium that has windows, if there is one." >&2
fi
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
[ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] && exit 0
install chromium-headless-shell || install chromium && exit 0
echo "NO CHROMIUM: the browser tests cannot run. Install Chromium or Chrome and run make test again." >&2
[ "${CI:-}" != true ]
