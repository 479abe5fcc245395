# shellcheck shell=sh
# tcp.sh - a student's client, or loop and connections, over real TCP on loopback.
# Read by labs/tool/grade, whose functions it uses.
#
# r:request   L8.11, L8.12: `plumb-client request` and `respond` against the reference
#             broker and a peer that reorders, drops and answers others
# r:tcp       lab 3: plumb-broker with the student's loop and connections
# Nothing sleeps for a fixed time: what is waited for is a line in a file.

bin=build/bin

await() { # FILE PID : until something stands in FILE, or PID is gone
    tries=0
    while [ ! -s "$1" ] && kill -0 "$2" 2>/dev/null && [ $tries -lt 500 ]; do
        tries=$((tries + 1))
        sleep 0.02
    done
    [ -s "$1" ]
}

start_broker() { # PROGRAM LOG : sets broker and port
    rm -f "$talk/port"
    # 10 s to look for leaks at its end: seconds, where others compute too.
    timeout -k 10 120 "$1" -p 0 --port-file "$talk/port" >"$2" 2>&1 </dev/null &
    broker=$!
    await "$talk/port" $broker && port=$(cat "$talk/port")
}

stop_broker() {
    kill "$broker" 2>/dev/null
    wait "$broker" 2>/dev/null
}

theirs() { timeout -k 5 20 "$work/plumb-client" "$@" -p "$port" </dev/null; }
ours() { timeout -k 5 20 "$bin/plumb-client" "$@" -p "$port" </dev/null; }

# Somebody who listens, and is there when this returns: sets listener.
listens() { # WHOSE OUT COMMAND... : out is $talk/OUT, errors $talk/OUT.log
    whose=$1 as=$2
    shift 2
    : >"$talk/$as.log"
    $whose "$@" --ready >"$talk/$as" 2>"$talk/$as.log" &
    listener=$!
    await "$talk/$as.log" $listener
}

answers() { # TOPIC DATA TEXT : what the peer sends
    if [ -n "$2" ]; then ours pub -q 1 -t "$1" -D publish correlation-data "$2" -m "$3"
    else ours pub -q 1 -t "$1" -m "$3"; fi
}

# What came of one talk: STATUS of theirs, and what they said against what is right.
judge_talk() { # TEST STATUS WANTED_STATUS WANTED SAID LOG
    {
        echo "expected: ${4:-nothing}, and status $3"
        echo "got:      ${5:-nothing}, and status $2"
        cat "$6"
    } >"$talk/report"
    log=$work/tcp-$(echo "$1" | tr / -).log
    mv "$talk/report" "$log"
    if grep -q '^not written' "$6"; then tell "r:$1" blank "$(sed -n '/^not written/{p;q}' "$6")" "$log"
    elif grep -q '^ERROR: endless loop' "$6" || [ "$2" = 124 ] || [ "$2" = 137 ]; then tell "r:$1" loop '' "$log"
    elif grep -qE '(ERROR: |runtime error)' "$6"; then tell "r:$1" crash "$(kind_of_crash "$6")" "$log"
    elif [ "$2" = "$3" ] && [ "$5" = "$4" ]; then tell "r:$1" right '' "$log"
    else tell "r:$1" wrong "expected '$4', status $3; got '$(echo "$5" | tr '\n\t' '  ')', status $2" "$log"; fi
}

said() { tr '\n' ' ' <"$talk/$1" | sed 's/ $//'; }

# --- requests -----------------------------------------------------------------------
asks() { # NUMBER OPTION... : in the background; sets asker
    n=$1
    shift
    theirs request "$@" >"$talk/asker$n" 2>"$talk/asker$n.log" &
    asker=$!
}

request_is_answered() {
    listens ours out respond -t ask/1
    theirs request -t ask/1 -m hello -W 3 >"$talk/asker1" 2>"$talk/asker1.log"
    judge_talk request/own-answer $? 0 hello "$(said asker1)" "$talk/asker1.log"
    kill $listener 2>/dev/null
}

request_takes_no_other() {
    listens ours seen sub -t ask/2 -C 1
    asks 1 -t ask/2 -m Q -e reply/2 -D publish correlation-data mine -W 3
    wait $listener
    answers reply/2 other 'of another'
    answers reply/2 '' 'of nobody'
    answers reply/2 mines 'almost'
    answers reply/2 mine right
    wait $asker
    judge_talk request/other-data-ignored $? 0 right "$(said asker1)" "$talk/asker1.log"
}

request_in_any_order() {
    listens ours seen sub -t ask/3 -C 2
    asks 1 -t ask/3 -m A -e reply/3 -D publish correlation-data first -W 3
    one=$asker
    asks 2 -t ask/3 -m B -e reply/3 -D publish correlation-data second -W 3
    two=$asker
    wait $listener
    answers reply/3 second for-B
    answers reply/3 first for-A
    wait $one
    status=$?
    wait $two
    cat "$talk/asker2.log" >>"$talk/asker1.log"
    judge_talk request/reordered $((status + $?)) 0 'for-A for-B' "$(said asker1) $(said asker2)" "$talk/asker1.log"
}

request_counts() {
    listens ours seen sub -t ask/4 -C 1
    asks 1 -t ask/4 -m Q -e reply/4 -D publish correlation-data mine -C 2 -W 3
    wait $listener
    answers reply/4 mine one
    answers reply/4 other no
    answers reply/4 mine two
    wait $asker
    judge_talk request/two-answers $? 0 'one two' "$(said asker1)" "$talk/asker1.log"
}

request_is_dropped() {
    listens ours seen sub -t ask/5 -C 1
    asks 1 -t ask/5 -m Q -e reply/5 -D publish correlation-data mine -W 1
    wait $listener
    answers reply/5 other 'of another'
    wait $asker
    judge_talk request/dropped $? 4 '' "$(said asker1)" "$talk/asker1.log"
}

# --- answers ------------------------------------------------------------------------
respond_answers() {
    listens theirs out respond -t ask/6
    answerer=$listener
    ours request -t ask/6 -m hello -W 2 >"$talk/asker1" 2>"$talk/asker1.log"
    kill $answerer 2>/dev/null
    wait $answerer 2>/dev/null
    judge_talk respond/answers 0 0 hello "$(said asker1)" "$talk/out.log"
}

respond_keeps_data() {
    listens theirs out respond -t ask/7 -q 1 -m 42
    answerer=$listener
    listens ours seen sub -t reply/7 -q 1 -C 2 -F '%t %D %q %p'
    ours pub -q 1 -t ask/7 -m nowhere # without a Response Topic: no answer, no harm
    for data in b a; do
        ours pub -q 1 -t ask/7 -D publish response-topic reply/7 -D publish correlation-data "$data" -m x
    done
    wait $listener
    kill $answerer 2>/dev/null
    wait $answerer 2>/dev/null
    judge_talk respond/data-and-qos 0 0 'reply/7 b 1 42 reply/7 a 1 42' "$(said seen)" "$talk/out.log"
}

requests() {
    # shellcheck disable=SC2086
    if ! $link -o "$work/plumb-client" "$san/obj/reference/client/main.o" @"$work/objects" $libs >"$work/link.log" 2>&1; then
        tell r:request/own-answer wrong 'does not link' "$work/link.log"
        return
    fi
    talk=$work/talk
    mkdir -p "$talk"
    start_broker "$bin/plumb-broker" "$talk/broker.log" || { tell r:request/own-answer crash '' "$talk/broker.log"; return; }
    request_is_answered
    request_takes_no_other
    request_in_any_order
    request_counts
    request_is_dropped
    respond_answers
    respond_keeps_data
    stop_broker
}

# --- the broker of lab 3 ------------------------------------------------------------
tcp_round_trip() {
    listens ours seen sub -t a/b -q 1 -C 1
    ours pub -q 1 -t a/b -m hi >"$talk/pub" 2>&1
    wait $listener
    judge_broker tcp/round-trip hi "$(said seen)"
}

# 300,000 bytes need many reads and many writes.
tcp_large() {
    awk 'BEGIN {for (i = 0; i < 30000; i++) printf "%010d", i}' >"$talk/large"
    listens ours seen sub -t big -q 1 -C 1
    ours pub -q 1 -t big -f "$talk/large" >"$talk/pub" 2>&1
    wait $listener
    judge_broker tcp/large "$(cksum <"$talk/large")" "$(tr -d '\n' <"$talk/seen" | cksum)"
}

# Byte by byte, and as much as fits at once.
tcp_cuts() {
    for how in --chop --glue; do
        timeout -k 1 20 "$bin/plumb-check" run --target "mqtt://127.0.0.1:$port" --quiet $how --tap "$talk/cuts.tap" 'ping/ping/answered*' 'connect/pipelined/*' >"$talk/cuts" 2>&1
        sed -n 's/^not ok [0-9]* - //p' "$talk/cuts.tap"
        grep -q '^ok' "$talk/cuts.tap" || echo 'no answer'
    done >"$talk/seen"
    judge_broker tcp/cuts '' "$(said seen)"
}

# The broker lives on, or what it said at its end is the result.
judge_broker() { # TEST WANTED GOT
    status=0
    kill -0 "$broker" 2>/dev/null || status=gone
    judge_talk "$1" $status 0 "$2" "$3" "$talk/broker.log"
    [ $status = 0 ] || start_broker "$work/plumb-broker" "$talk/broker.log"
}

tcp() {
    # shellcheck disable=SC2086
    if ! $link -o "$work/plumb-broker" "$san/obj/reference/broker/main.o" @"$work/objects" $libs >"$work/link.log" 2>&1; then
        tell r:tcp/round-trip wrong 'does not link' "$work/link.log"
        return
    fi
    talk=$work/talk
    mkdir -p "$talk"
    if ! start_broker "$work/plumb-broker" "$talk/broker.log"; then
        for t in round-trip large cuts ends; do judge_talk tcp/$t gone 0 '' '' "$talk/broker.log"; done
        return
    fi
    tcp_round_trip
    tcp_large
    tcp_cuts
    kill "$broker" 2>/dev/null
    wait "$broker" 2>/dev/null
    judge_talk tcp/ends $? 0 '' '' "$talk/broker.log" # and leaves no memory behind
}
