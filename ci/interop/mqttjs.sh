#!/bin/sh
# mqttjs.sh - MQTT.js (from npm, into build/) against plumb-broker, over TCP, TLS,
# WebSocket and WebSocket over TLS.
set -eu
cd "$(dirname "$0")/../.."
if [ ! -d build/mqttjs/node_modules/mqtt ]; then
    mkdir -p build/mqttjs
    (cd build/mqttjs && npm install --silent --no-fund --no-audit mqtt@5)
fi
. ci/interop/broker.sh
ci/certificates
certs=$PWD/build/certificates
start_reference --listen mqtts://127.0.0.1:0 --listen ws://127.0.0.1:0/mqtt \
    --listen wss://127.0.0.1:0/mqtt --tls-cert "$certs/server.pem" --tls-key "$certs/server.key"
while read -r scheme port; do
    check "MQTT.js over $scheme" env NODE_PATH=build/mqttjs/node_modules \
        NODE_EXTRA_CA_CERTS="$certs/ca.pem" \
        node ci/interop/mqttjs/roundtrip.js "$scheme://localhost:$port/mqtt"
    tail -n 1 "$WORK/out" | sed "s/^/$scheme: /"
done <"$WORK/port"
finish
