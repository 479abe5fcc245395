#!/bin/sh
# paho.sh - Paho's C client against plumb-broker, over every transport; and Paho's
# tools at one end, plumb-client at the other.
set -u
cd "$(dirname "$0")/../.."
. ci/interop/broker.sh
ci/certificates || exit 1
certs=$PWD/build/certificates
client=${OUT:-build}/bin/plumb-client
${CC:-cc} -std=c11 -D_GNU_SOURCE -o "$WORK/roundtrip" ci/interop/paho/roundtrip.c \
    -lpaho-mqtt3cs || exit 1

# port_of SCHEME : of the broker that was started last.
port_of() { awk -v scheme="$1" '$1 == scheme { print $2 }' "$WORK/port"; }
# over NAME URL [FILE...] : all of it, the figures too.
over() {
    name=$1
    shift
    check "Paho C over $name" timeout 120 "$WORK/roundtrip" "$@"
    sed "s/^/$name: /; /^.*: FAIL/d" "$WORK/out"
}

start_reference --listen mqtts://127.0.0.1:0 --listen ws://127.0.0.1:0/mqtt \
    --listen wss://127.0.0.1:0/mqtt --tls-cert "$certs/server.pem" --tls-key "$certs/server.key"
plain=$(port_of mqtt)
over TCP "tcp://localhost:$plain"
over TLS "ssl://localhost:$(port_of mqtts)" "$certs/ca.pem"
over WebSocket "ws://localhost:$(port_of ws)/mqtt"
over 'WebSocket and TLS' "wss://localhost:$(port_of wss)/mqtt" "$certs/ca.pem"

# --- one end ours, the other theirs ------------------------------------------------

to_paho() { # VERSION QOS
    stdbuf -oL paho_c_sub -h 127.0.0.1 -p "$plain" -V "mqttv$1" -q "$2" -t "to/$1/$2" \
        -i "theirs$1$2" >"$WORK/theirs" 2>&1 &
    theirs=$!
    tries=0
    # It does not say when it has subscribed: until it answers, say it again.
    while [ $tries -lt 40 ] && ! grep -q hello "$WORK/theirs"; do
        tries=$((tries + 1))
        "$client" pub -p "$plain" -V 5 -q "$2" -t "to/$1/$2" -m hello
        sleep 0.1
    done
    kill $theirs
    wait $theirs 2>/dev/null
    grep -q hello "$WORK/theirs" || { cat "$WORK/theirs"; return 1; }
}
from_paho() { # VERSION QOS
    "$client" sub -p "$plain" -V 3.1.1 -q 2 -t "from/$1/$2" -C 1 -W 20 -F '%q %p' --ready \
        >"$WORK/ours" 2>"$WORK/ours.log" &
    ours=$!
    wait_for 10 grep -q subscribed "$WORK/ours.log" || return 1
    timeout 20 paho_c_pub -h 127.0.0.1 -p "$plain" -V "mqttv$1" -q "$2" -t "from/$1/$2" \
        -i "theirs$1$2" -m hello --quiet >"$WORK/theirs" 2>&1 || { cat "$WORK/theirs"; return 1; }
    wait $ours && [ "$(cat "$WORK/ours")" = "$2 hello" ]
}
for version in 31 311 5; do
    for qos in 0 1 2; do
        check "plumb-client to paho_c_sub, $version QoS $qos" to_paho $version $qos
        check "paho_c_pub to plumb-client, $version QoS $qos" from_paho $version $qos
    done
done

start_reference --listen mqtts://127.0.0.1:0 --listen wss://127.0.0.1:0 \
    --tls-cert "$certs/server.pem" --tls-key "$certs/server.key" \
    --tls-ca "$certs/ca.pem" --tls-require-client-cert
over 'mutual TLS' "ssl://localhost:$(port_of mqtts)" "$certs/ca.pem" "$certs/client.pem" "$certs/client.key"
finish
