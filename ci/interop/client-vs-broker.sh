#!/bin/sh
# client-vs-broker.sh - plumb-client against any broker, over the real wire.
# SPDX-License-Identifier: MIT
#
#     ci/interop/client-vs-broker.sh HOST PORT [OPTION...]
#     ci/interop/client-vs-broker.sh URL - [OPTION...]
#
# Options are passed on to every plumb-client (-u, -P). From the environment:
#     VERSIONS   the MQTT versions to speak (3.1 3.1.1 5)
#     SKIP       checks to leave out, by name ("shared will")
#     CLIENT     the program (build/bin/plumb-client)
#
# One line per check, "ok" or "NOT OK"; the exit status is 0 when all are ok.
# Nothing sleeps: a subscriber says when the broker has agreed (--ready), and
# every wait ends at the latest when -W does.
set -u

if [ $# -lt 2 ]; then
    echo "usage: $0 HOST PORT [OPTION...]" >&2
    exit 2
fi
case $1 in
*://*) where="--url $1" nowhere="--url $(echo "$1" | sed -E 's|(://[^/]*):[0-9]+|\1:1|')" ;;
*) where="-h $1 -p $2" nowhere="-h $1 -p 1" ;;
esac
shift 2
extra= # the options, quoted for eval
for word; do
    extra="$extra '$(printf '%s' "$word" | sed "s/'/'\\\\''/g")'"
done
client=${CLIENT:-build/bin/plumb-client}
versions=${VERSIONS:-3.1 3.1.1 5}
skip=" ${SKIP:-} "
dir=$(mktemp -d)
running= # subscribers that nobody has waited for
trap 'kill $running 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
failed=0 passed=0

# ---- tools ------------------------------------------------------------------

# Runs the client: call COMMAND OPTION... Clients that run at the same time are
# different processes, hence different Client Identifiers. With how=exec the
# client takes the place of the shell, for background jobs that are killed.
call() {
    command=$1
    shift
    eval "set -- $where -V $version $extra \"\$@\""
    ${how:-} sh -c 'client=$1 command=$2; shift 2
        exec "$client" "$command" -i "plumb-$$" "$@"' sh \
        "$client" "$command" "$@"
}

pub() { call pub "$@" 2>>"$dir/pub.err"; }

# Reads up to the word of a subscriber that the broker has agreed.
is_ready() {
    while read -r line; do
        [ "$line" = subscribed ] && return 0
        echo "$line" >>"$dir/sub.err"
    done
    return 1
}

# Starts a subscriber and returns when the broker has agreed: its process is
# then $sub, its output $dir/NAME.out. What it says later waits in a pipe:
# descriptor 7 for the one called w, 8 for all others.
start_sub() {
    name=$1
    shift
    mkfifo "$dir/$name.fifo"
    { how=exec; call ${who:-sub} -W 10 --ready "$@"; } \
        >"$dir/$name.out" 2>"$dir/$name.fifo" &
    sub=$!
    running="$running $sub"
    case $name in
    w) exec 7<"$dir/w.fifo" ;;
    *) exec 8<"$dir/$name.fifo" ;;
    esac
    rm "$dir/$name.fifo"
    case $name in
    w) is_ready <&7 ;;
    *) is_ready <&8 ;;
    esac
}

# Waits for a subscriber: its status.
ended() {
    wait "$1"
    set -- "$1" $?
    still=
    for pid in $running; do
        [ "$pid" = "$1" ] || still="$still $pid"
    done
    running=$still
    return "$2"
}

# Waits for subscriber $1 and compares output $2 with text $3.
expect() {
    ended "$1" && [ "$(cat "$dir/$2.out")" = "$3" ] && return 0
    {
        if [ "$2" = w ]; then cat <&7; else cat <&8; fi
        echo "expected: $3" | head -4
        echo "got:      $(head -4 "$dir/$2.out")"
    } >>"$dir/sub.err"
    return 1
}

# check NAME FUNCTION ARGUMENT...
check() {
    title=$1
    shift
    case "$skip" in *" ${title%% *} "*) return ;; esac
    base="plumb/$$/$version/$(echo "$title" | tr ' ' -)"
    rm -f "$dir"/*.err
    if "$@"; then
        echo "ok      MQTT $version: $title"
        passed=$((passed + 1))
    else
        echo "NOT OK  MQTT $version: $title"
        cat "$dir"/*.err 2>/dev/null | sed 's/^/        /'
        failed=$((failed + 1))
    fi
    rm -f "$dir"/*.out "$dir"/*.fifo
}

# ---- checks -----------------------------------------------------------------

at_qos() {
    start_sub s -t "$base" -q "$1" -C 1 -F '%t %p %q %r' || return 1
    pub -t "$base" -q "$1" -m "hello" || return 1
    expect $sub s "$base hello $1 0"
}

# The lower of the two levels counts.
downgrade() {
    start_sub s -t "$base" -q 1 -C 1 -F '%q' || return 1
    pub -t "$base" -q 2 -m x || return 1
    expect $sub s 1
}

# No more than a broker keeps for a client that is slow today: mosquitto drops
# what would be the 1001st in its queue.
in_order() {
    start_sub s -t "$base" -q "$1" -C 1000 || return 1
    seq 1 1000 | pub -t "$base" -q "$1" -l || return 1
    expect $sub s "$(seq 1 1000)"
}

repeated() {
    start_sub s -t "$base" -C 5 || return 1
    pub -t "$base" --repeat 5 --repeat-delay 0.01 -m x || return 1
    expect $sub s "$(printf 'x\nx\nx\nx\nx')"
}

large() {
    head -c 150000 /dev/urandom >"$dir/large"
    start_sub s -t "$base" -q 1 -N -C 1 || return 1
    pub -t "$base" -q 1 -f "$dir/large" || return 1
    ended $sub && cmp -s "$dir/large" "$dir/s.out"
}

empty() {
    start_sub s -t "$base" -C 1 -F '[%p] %l' || return 1
    pub -t "$base" -n || return 1
    expect $sub s '[] 0'
}

wildcard() {
    start_sub s -t "$base/+/x" -t "$base/deep/#" -v -C 3 || return 1
    pub -t "$base/a/y" -m no && pub -t "$base/a/x" -m 1 &&
        pub -t "$base/a/b/x" -m no && pub -t "$base/deep" -m 2 &&
        pub -t "$base/deep/1/2" -m 3 || return 1
    expect $sub s "$(printf '%s/a/x 1\n%s/deep 2\n%s/deep/1/2 3' \
        "$base" "$base" "$base")"
}

filter_out() {
    start_sub s -t "$base/#" -T "$base/no/#" -C 1 || return 1
    pub -t "$base/no/1" -m no && pub -t "$base/yes" -m yes || return 1
    expect $sub s yes
}

# Kept for who comes later, gone when replaced by nothing.
retained() {
    pub -t "$base" -q 1 -r -m kept || return 1
    start_sub s -t "$base" -q 1 -C 1 -F '%p %r' || return 1
    expect $sub s 'kept 1' || return 1
    pub -t "$base" -q 1 -r -n || return 1
    start_sub s -t "$base" -t "$base/end" -C 1 || return 1
    pub -t "$base/end" -m end || return 1
    expect $sub s end
}

no_stale() {
    pub -t "$base" -q 1 -r -m old || return 1
    start_sub s -t "$base" -R -C 1 || return 1
    pub -t "$base" -m new || return 1
    expect $sub s new || return 1
    pub -t "$base" -q 1 -r -n
}

# A client that vanishes; its will is published.
will() {
    start_sub w -t "$base/will" -q 1 -C 1 -F '%p %q' || return 1
    watcher=$sub
    start_sub s -t "$base/none" --will-topic "$base/will" --will-qos 1 \
        --will-payload gone || return 1
    kill -KILL $sub
    ended $sub 2>/dev/null
    expect $watcher w 'gone 1'
}

# One that leaves in good order; it is not.
will_withdrawn() {
    start_sub w -t "$base/#" -C 1 || return 1
    watcher=$sub
    pub -t "$base/other" -m bye --will-topic "$base/will" \
        --will-payload gone || return 1
    pub -t "$base/end" -m end || return 1
    expect $watcher w bye
}

# A session that waits for its client: what was kept comes at once, before the
# answer to SUBSCRIBE.
session() {
    id="kept-$$-$(echo "$version" | tr -d .)"
    start_sub s -t "$base" -q "$1" -c -i "$id" || return 1
    kill -TERM $sub && ended $sub || return 1
    seq 1 5 | pub -t "$base" -q "$1" -l || return 1
    call sub -W 10 -t "$base" -q "$1" -c -i "$id" -C 5 \
        >"$dir/s.out" 2>>"$dir/sub.err"
    [ "$(cat "$dir/s.out")" = "$(seq 1 5)" ] || return 1
    pub -i "$id" -t "$base/end" -n
}

unsubscribe() { call sub -W 10 -U "$base" 2>>"$dir/sub.err"; }

# Two who write to one pipe, which ends when both have.
shared() {
    start_sub s -t "\$share/g/$base" -q 1 || return 1
    kill -TERM $sub && ended $sub
    mkfifo "$dir/shared.fifo"
    exec 9<>"$dir/shared.fifo" # lets the first of them open it
    members=
    for i in 1 2; do
        mkfifo "$dir/m.fifo"
        { how=exec; call sub -W 10 --ready -q 1 -t "\$share/g/$base"; } \
            >"$dir/shared.fifo" 2>"$dir/m.fifo" 9<&- &
        members="$members $!"
        running="$running $!"
        is_ready <"$dir/m.fifo"
        rm "$dir/m.fifo"
    done
    exec 8<"$dir/shared.fifo" 9<&-
    seq 1 20 | pub -t "$base" -q 1 -l || return 1
    for i in $(seq 1 20); do
        read -r line && echo "$line"
    done <&8 >"$dir/shared.out"
    kill -TERM $members 2>/dev/null
    for member in $members; do
        ended $member
    done
    [ "$(sort -n "$dir/shared.out")" = "$(seq 1 20)" ]
}

properties() {
    start_sub s -t "$base" -q 1 -C 1 -F '%P|%C|%R|%D|%S' \
        -D subscribe subscription-identifier 7 || return 1
    pub -t "$base" -q 1 -m x -D publish user-property a b \
        -D publish user-property a c -D publish content-type text/plain \
        -D publish response-topic answer/here \
        -D publish correlation-data 42 || return 1
    expect $sub s 'a:b a:c|text/plain|answer/here|42|7'
}

aliases() {
    start_sub s -t "$base" -q 1 -C 50 || return 1
    seq 1 50 | pub -t "$base" -q 1 --aliases 5 -l || return 1
    expect $sub s "$(seq 1 50)"
}

retain_handling() {
    pub -t "$base" -q 1 -r -m old || return 1
    start_sub s -t "$base" --retain-handling never -C 1 || return 1
    pub -t "$base" -m new || return 1
    expect $sub s new || return 1
    pub -t "$base" -q 1 -r -n
}

# Asked and answered at every QoS, by a command; as JSON, which names the topic.
requests() {
    for qos in 0 1 2; do
        who=respond
        start_sub r -t "$base" -q $qos -C 1 --run 'tr a-z A-Z' || return 1
        who=
        got=$(call request -t "$base" -q $qos -m hello -e "$base/answer" --output json) || return 1
        case $got in
        *"\"topic\":\"$base/answer\""*'"payload":"HELLO"'*correlation_data*) ;;
        *) return 1 ;;
        esac
        wait $sub || return 1
    done
}

# Who refuses us says so, and the status tells.
nobody_there() {
    # shellcheck disable=SC2086
    "$client" pub $nowhere -t "$base" -m x 2>/dev/null
    [ $? = 3 ]
}

# ---- all of them ------------------------------------------------------------

for version in $versions; do
    for qos in 0 1 2; do
        check "qos $qos" at_qos $qos
        check "order $qos" in_order $qos
    done
    check "downgrade" downgrade
    check "repeat" repeated
    check "large" large
    check "empty" empty
    check "wildcard" wildcard
    check "filter-out" filter_out
    check "retained" retained
    check "no-stale" no_stale
    check "will" will
    check "will-withdrawn" will_withdrawn
    check "session 1" session 1
    check "session 2" session 2
    check "unsubscribe" unsubscribe
    check "status" nobody_there
    if [ "$version" = 5 ]; then
        check "shared" shared
        check "properties" properties
        check "aliases" aliases
        check "retain-handling" retain_handling
        check "requests" requests
    fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
