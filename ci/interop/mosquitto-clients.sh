#!/bin/sh
# mosquitto-clients.sh - mosquitto_pub and mosquitto_sub against plumb-broker.
#
# Every version at every QoS, a retained message, a will, a session that waits.
set -u
cd "$(dirname "$0")/../.."
. ci/interop/broker.sh
start_reference

# sub OUTPUT ARGS... : a subscriber in the background that is subscribed when
# this returns; it ends after its -C messages.
sub() {
    result=$1
    shift
    : >"$result" # now, not when the background gets to it
    stdbuf -oL mosquitto_sub -W 20 -p "$PORT" -d "$@" >"$result" 2>&1 &
    SUB=$!
    wait_for 10 grep -q 'Subscribed' "$result"
}

exchange() { # version qos
    sub "$WORK/sub" -V "$1" -q "$2" -t "t/$1/$2/#" -C 1 -F '>%t %q %p' || return 1
    mosquitto_pub -p "$PORT" -V "$1" -q "$2" -t "t/$1/$2/a" -m hello || return 1
    wait $SUB && grep -q "^>t/$1/$2/a $2 hello$" "$WORK/sub" || { cat "$WORK/sub"; return 1; }
}
retained() { # version
    mosquitto_pub -p "$PORT" -V "$1" -q 1 -r -t "r/$1" -m kept || return 1
    timeout 20 mosquitto_sub -p "$PORT" -V "$1" -q 1 -t "r/$1" -C 1 -F '%r %p' >"$WORK/sub" &&
        grep -q '^1 kept$' "$WORK/sub"
}
will() { # version
    sub "$WORK/sub" -V "$1" -q 1 -t "w/$1" -C 1 -F '>%p' || return 1
    watcher=$SUB
    sub "$WORK/dying" -V "$1" -t nothing --will-topic "w/$1" --will-payload gone --will-qos 1 || return 1
    kill -9 $SUB
    wait $watcher && grep -q '^>gone$' "$WORK/sub"
}
waiting() { # version
    expiry=
    [ "$1" = mqttv5 ] && expiry='-x 300'
    # shellcheck disable=SC2086
    timeout 20 mosquitto_sub -p "$PORT" -V "$1" -i "wait-$1" -c $expiry -q 1 -t "q/$1" -E || return 1
    mosquitto_pub -p "$PORT" -V "$1" -q 1 -t "q/$1" -m later || return 1
    # shellcheck disable=SC2086
    timeout 20 mosquitto_sub -p "$PORT" -V "$1" -i "wait-$1" -c $expiry -q 1 -t "q/$1" -C 1 >"$WORK/sub" &&
        grep -q '^later$' "$WORK/sub"
}

for version in mqttv31 mqttv311 mqttv5; do
    for qos in 0 1 2; do
        check "$version QoS $qos" exchange $version $qos
    done
    check "$version retained" retained $version
    check "$version will" will $version
    check "$version queued while away" waiting $version
done
finish
