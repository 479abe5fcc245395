#!/bin/sh
# mqttjs.sh - MQTT.js (from npm, into build/) against plumb-broker, over TCP, TLS,
# WebSocket and WebSocket over TLS.
set -eu
cd "$(dirname "$0")/../.."
ci/interop/mqttjs/install
. ci/interop/broker.sh
ci/certificates
certs=$PWD/build/certificates
start_reference --listen mqtts://127.0.0.1:0 --listen ws://127.0.0.1:0/mqtt \
    --listen wss://127.0.0.1:0/mqtt --tls-cert "$certs/server.pem" --tls-key "$certs/server.key"
everywhere() { # NAME [CERT KEY] : wherever that broker listens
    kind=$1
    shift
    while read -r scheme port; do
        check "MQTT.js over $scheme$kind" env NODE_PATH=build/mqttjs/node_modules \
            NODE_EXTRA_CA_CERTS="$certs/ca.pem" \
            node ci/interop/mqttjs/roundtrip.js "$scheme://localhost:$port/mqtt" "$@"
        tail -n 1 "$WORK/out" | sed "s/^/$scheme$kind: /"
    done <"$WORK/port"
}
everywhere ''
start_reference --listen mqtts://127.0.0.1:0 --listen wss://127.0.0.1:0/mqtt \
    --tls-cert "$certs/server.pem" --tls-key "$certs/server.key" \
    --tls-ca "$certs/ca.pem" --tls-require-client-cert
sed -i '/^mqtt /d' "$WORK/port" # MQTT.js speaks TLS there too when it has a certificate
everywhere ', mutual TLS' "$certs/client.pem" "$certs/client.key"
finish
