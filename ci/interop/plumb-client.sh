#!/bin/sh
# plumb-client.sh - plumb-client against Debian's mosquitto, and against our own.
set -u
cd "$(dirname "$0")/../.."
. ci/interop/broker.sh
start_mosquitto
check "plumb-client and mosquitto" ci/interop/client-vs-broker.sh 127.0.0.1 "$PORT"
start_reference
check "plumb-client and plumb-broker" ci/interop/client-vs-broker.sh 127.0.0.1 "$PORT"
finish
