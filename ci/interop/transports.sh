#!/bin/sh
# transports.sh - TLS and WebSocket, ours against others' at either end.
#
# mosquitto's clients over TLS and mutual TLS to plumb-broker; plumb-client over
# TLS, WebSocket and WebSocket over TLS to mosquitto and to plumb-broker. The
# clients check certificates, so what must be refused is tried too.
set -u
cd "$(dirname "$0")/../.."
. ci/interop/broker.sh
ci/certificates || exit 1
certs=$PWD/build/certificates
client=${OUT:-build}/bin/plumb-client

# port_of SCHEME : of the broker that was started last.
port_of() { awk -v scheme="$1" '$1 == scheme { print $2 }' "$WORK/port"; }

refused() { # WORD COMMAND... : it fails and says WORD
    word=$1
    shift
    timeout 20 "$@" >"$WORK/refused" 2>&1 && { echo "was accepted: $*"; return 1; }
    grep -q -- "$word" "$WORK/refused" || { cat "$WORK/refused"; return 1; }
}

# --- mosquitto's clients against plumb-broker ------------------------------------

exchange() { # VERSION QOS OPTION... : mosquitto_sub gets what mosquitto_pub says
    version=$1 qos=$2
    shift 2
    : >"$WORK/sub" # what the one before wrote must not count
    stdbuf -oL mosquitto_sub -h localhost "$@" -W 20 -d -V "$version" -q "$qos" -t "t/#" \
        -C 1 -F '>%t %q %p' >"$WORK/sub" 2>&1 &
    sub=$!
    wait_for 10 grep -q Subscribed "$WORK/sub" || { cat "$WORK/sub"; return 1; }
    mosquitto_pub -h localhost "$@" -V "$version" -q "$qos" -t t/a -m hello || return 1
    wait $sub && grep -q "^>t/a $qos hello$" "$WORK/sub" || { cat "$WORK/sub"; return 1; }
}
large() { # OPTION... : 700 kB arrive as they were
    head -c 700000 /dev/urandom >"$WORK/large"
    timeout 20 mosquitto_pub -h localhost "$@" -q 1 -r -t large -f "$WORK/large" || return 1
    timeout 20 mosquitto_sub -h localhost "$@" -q 1 -t large -C 1 -N >"$WORK/got" || return 1
    mosquitto_pub -h localhost "$@" -r -t large -n
    cmp "$WORK/large" "$WORK/got"
}
speaks() { # OPTION... : openssl's client gets through
    echo | timeout 20 openssl s_client -connect "localhost:$tls" -CAfile "$certs/ca.pem" \
        -verify_return_error "$@" >"$WORK/s_client" 2>&1 || { cat "$WORK/s_client"; return 1; }
    grep -q 'Verify return code: 0' "$WORK/s_client"
}

start_reference --listen mqtts://127.0.0.1:0 --listen ws://127.0.0.1:0/mqtt \
    --listen wss://127.0.0.1:0 --tls-cert "$certs/server.pem" --tls-key "$certs/server.key"
plain=$(port_of mqtt) tls=$(port_of mqtts) ws=$(port_of ws) wss=$(port_of wss)
for version in mqttv31 mqttv311 mqttv5; do
    for qos in 0 1 2; do
        check "mosquitto clients over TLS, $version QoS $qos" \
            exchange $version $qos -p "$tls" --cafile "$certs/ca.pem"
    done
done
check 'a large message over TLS' large -p "$tls" --cafile "$certs/ca.pem"
check 'mosquitto_pub does not trust a stranger' refused 'TLS error' \
    mosquitto_pub -h localhost -p "$tls" --cafile "$certs/stranger-ca.pem" -t a -m b
check 'TLS 1.2' speaks -tls1_2
check 'TLS 1.3 and the application protocol' speaks -tls1_3 -alpn mqtt
check 'TLS 1.1 is refused' refused 'alert protocol version' \
    openssl s_client -connect "localhost:$tls" -tls1_1 -cipher 'DEFAULT@SECLEVEL=0'
check 'another application protocol is refused' refused 'no application protocol' \
    openssl s_client -connect "localhost:$tls" -alpn smtp

# --- plumb-client against plumb-broker, then against mosquitto --------------------

# through SCHEME PORT PATH BROKER : all that plumb-client can, over that.
through() {
    name="plumb-client and $4 over $1"
    case $1 in
    mqtts | wss) trust="--cafile $certs/ca.pem" ;;
    *) trust= ;;
    esac
    # shellcheck disable=SC2086
    check "$name" env VERSIONS="${VERSIONS:-5}" \
        ci/interop/client-vs-broker.sh "$1://localhost:$2$3" - $trust
}
through mqtts "$tls" '' plumb-broker
through ws "$ws" /mqtt plumb-broker
through wss "$wss" /any plumb-broker
check 'a path that is not served' refused '404 Not Found' \
    "$client" pub --url "ws://localhost:$ws/other" -t a -m b
check 'TLS where there is none' refused 'does it speak TLS' \
    "$client" pub --url "mqtts://localhost:$plain" --insecure -t a -m b

start_reference --listen mqtts://127.0.0.1:0 --listen wss://127.0.0.1:0 \
    --tls-cert "$certs/server.pem" --tls-key "$certs/server.key" \
    --tls-ca "$certs/ca.pem" --tls-require-client-cert
tls=$(port_of mqtts) wss=$(port_of wss)
ann="--cafile $certs/ca.pem --cert $certs/client.pem --key $certs/client.key"
stranger="--cafile $certs/ca.pem --cert $certs/stranger.pem --key $certs/stranger.key"
# shellcheck disable=SC2086
{
    check 'mosquitto clients, mutual TLS' exchange mqttv5 2 -p "$tls" $ann
    check 'plumb-client, mutual TLS' \
        "$client" pub --url "wss://localhost:$wss" $ann -q 1 -t a -m b
    check 'no client certificate' refused 'Error' \
        mosquitto_pub -h localhost -p "$tls" --cafile "$certs/ca.pem" -t a -m b
    check 'no client certificate (plumb-client)' refused 'certificate required' \
        "$client" pub --url "mqtts://localhost:$tls" --cafile "$certs/ca.pem" -t a -m b
    check "a stranger's certificate" refused 'unknown ca' \
        "$client" pub --url "mqtts://localhost:$tls" $stranger -t a -m b
}

# --- mosquitto as the broker --------------------------------------------------------

place() { # PORT CERTIFICATE [LINE...]
    printf 'listener %s 127.0.0.1\n' "$1"
    [ -n "$2" ] && printf 'cafile %s\ncertfile %s\nkeyfile %s\n' "$certs/ca.pem" \
        "$certs/$2.pem" "$certs/$2.key"
    shift 2
    [ $# -gt 0 ] && printf '%s\n' "$@"
    return 0
}
start_mosquitto_everywhere() { # sets base: plain, TLS, ws, wss, expired, mutual, elsewhere
    for try in 1 2 3 4 5; do
        base=$((20000 + ($$ + try * 7919) % 20000))
        {
            place $base ''
            place $((base + 1)) server
            place $((base + 2)) '' 'protocol websockets'
            place $((base + 3)) server 'protocol websockets'
            place $((base + 4)) expired
            place $((base + 5)) server 'require_certificate true'
            place $((base + 6)) elsewhere
            printf 'allow_anonymous true\nmax_queued_messages 0\n'
        } >"$WORK/mosquitto.conf"
        run_mosquitto $base && return
    done
    echo 'interop: mosquitto does not start' >&2
    exit 1
}
start_mosquitto_everywhere
through mqtts $((base + 1)) '' mosquitto
through ws $((base + 2)) /mqtt mosquitto
through wss $((base + 3)) /mqtt mosquitto
check 'an expired server' refused 'certificate has expired' \
    "$client" pub --url "mqtts://localhost:$((base + 4))" --cafile "$certs/ca.pem" -t a -m b
check 'an expired server, and nobody cares' \
    "$client" pub --url "mqtts://localhost:$((base + 4))" --insecure -q 1 -t a -m b
check 'a server with another name' refused 'for another host' \
    "$client" pub --url "mqtts://localhost:$((base + 6))" --cafile "$certs/ca.pem" -t a -m b
# shellcheck disable=SC2086
check 'mutual TLS with mosquitto' \
    "$client" pub --url "mqtts://localhost:$((base + 5))" $ann -q 1 -t a -m b
finish
