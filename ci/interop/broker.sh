# broker.sh - sourced by the interop scripts: brokers on free ports, by pid.
#
#   start_reference   sets PORT to a fresh plumb-broker
#   start_mosquitto   sets PORT to a fresh mosquitto
# Everything started is ended when the script ends; files are below $WORK.

WORK=$(mktemp -d)
PIDS=
cleanup() {
    for pid in $PIDS; do
        kill "$pid" 2>/dev/null && wait "$pid"
    done
    rm -rf "$WORK"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# wait_for SECONDS COMMAND... : until it succeeds.
wait_for() {
    tries=$(($1 * 20))
    shift
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        if [ $tries -le 0 ]; then
            echo "interop: gave up waiting for: $*" >&2
            return 1
        fi
        sleep 0.05
    done
}

start_reference() {
    rm -f "$WORK/port"
    "${OUT:-build}/bin/plumb-broker" --port 0 --port-file "$WORK/port" "$@" \
        2>"$WORK/reference.log" &
    PIDS="$PIDS $!"
    wait_for 10 test -s "$WORK/port" || exit 1
    PORT=$(cat "$WORK/port")
}

# run_mosquitto PORT : starts it with $WORK/mosquitto.conf, which listens there.
# As root it would become another user, who may not read the project's files.
run_mosquitto() {
    echo 'user root' >>"$WORK/mosquitto.conf"
    "$(command -v mosquitto || echo /usr/sbin/mosquitto)" -c "$WORK/mosquitto.conf" \
        >"$WORK/mosquitto.log" 2>&1 &
    pid=$!
    if wait_for 5 mosquitto_pub -p "$1" -t ready -n && kill -0 $pid 2>/dev/null; then
        PIDS="$PIDS $pid"
        return 0
    fi
    cat "$WORK/mosquitto.log" >&2
    return 1
}

# mosquitto takes no port 0: try a few until one is free.
start_mosquitto() {
    for try in 1 2 3 4 5; do
        PORT=$((20000 + ($$ + try * 7919) % 20000))
        printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$PORT" >"$WORK/mosquitto.conf"
        run_mosquitto "$PORT" && return
    done
    echo 'interop: mosquitto does not start' >&2
    exit 1
}

PASSED=0
FAILED=0
# check NAME COMMAND... : one line when it fails.
check() {
    name=$1
    shift
    if "$@" >"$WORK/out" 2>&1; then
        PASSED=$((PASSED + 1))
    else
        FAILED=$((FAILED + 1))
        echo "FAIL $name"
        sed 's/^/  | /' "$WORK/out"
    fi
}
finish() {
    echo "$PASSED passed, $FAILED failed"
    [ $FAILED -eq 0 ] && [ $PASSED -gt 0 ]
}
