#!/bin/sh
# mqttjs.sh - MQTT.js (from npm, into build/) against plumb-broker.
set -eu
cd "$(dirname "$0")/../.."
if [ ! -d build/mqttjs/node_modules/mqtt ]; then
    mkdir -p build/mqttjs
    (cd build/mqttjs && npm install --silent --no-fund --no-audit mqtt@5)
fi
. ci/interop/broker.sh
start_reference
NODE_PATH=build/mqttjs/node_modules node ci/interop/mqttjs/roundtrip.js "mqtt://127.0.0.1:$PORT"
