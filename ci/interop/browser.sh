#!/bin/sh
# browser.sh - a web page with MQTT.js (from npm, into build/) in a real browser,
# against plumb-broker over WebSocket. CHROMIUM names the browser when it is not
# called chromium. The page tells its result through the broker.
set -eu
cd "$(dirname "$0")/../.."
browser=${CHROMIUM:-}
for name in chromium chromium-browser google-chrome; do
    [ -z "$browser" ] && command -v $name >/dev/null 2>&1 && browser=$name
done
[ -n "$browser" ] || { echo 'browser.sh: no browser: install chromium, or set CHROMIUM' >&2; exit 2; }
ci/interop/mqttjs/install
. ci/interop/broker.sh
start_reference --listen ws://127.0.0.1:0/mqtt
plain=$(awk '$1 == "mqtt" { print $2 }' "$WORK/port")
ws=$(awk '$1 == "ws" { print $2 }' "$WORK/port")
cp ci/interop/browser/page.html "$WORK/page.html"
cp build/mqttjs/node_modules/mqtt/dist/mqtt.min.js "$WORK/mqtt.js"

"$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$WORK/profile" \
    --remote-debugging-port=0 "file://$WORK/page.html?ws://127.0.0.1:$ws/mqtt" \
    >"$WORK/browser.log" 2>&1 &
PIDS="$PIDS $!"
told() {
    "${OUT:-build}/bin/plumb-client" sub -p "$plain" -t browser/result -q 1 -C 1 -W 90 >"$WORK/result" &&
        cat "$WORK/result" && grep -q ' passed, 0 failed$' "$WORK/result" && return
    grep -v -i -e dbus -e gpu "$WORK/browser.log"
    return 1
}
check 'MQTT.js in a browser' told
tail -n 1 "$WORK/out" | sed 's/^/browser: /'
finish
