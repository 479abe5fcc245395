#!/bin/sh
# crash_test.sh [NAME...] - code that crashes, hangs, leaves or cheats is told as
# the student's, with its line, and never as right.
#
# Each row is a body for a function of the reference: alone in a tree, it is graded,
# and the result and what is shown of it are looked at. Without names: all rows.
set -u
project=$(cd "$(dirname "$0")/../.." && pwd)
cd "$project" || exit 2
work=$project/${OUT:-build}/labs/crash.$$
trap 'rm -rf "$work"' EXIT
lang=en
manifest=$project/labs/manifest
for part in words manifest translate show; do
    # shellcheck source=/dev/null
    . "$project/labs/tool/$part.sh"
done
passed=0 failed=0

# FILE of the reference with another body for one function.
graft() { # FILE FUNCTION BODY
    mkdir -p "$work/$(dirname "$1")" "$work/.lab/tree/$(dirname "$1")"
    awk -v name="$2" -v body="$3" '
        NR == 1 {print "#include <signal.h>\n#include <stdio.h>\n#include <string.h>"}
        index($0, name "(") == 1 {on = 1}
        on && /^\{/ {print "{"; print "    " body; skip = 1; next}
        on && /^\}/ {on = 0; skip = 0}
        !skip {print}' "$1" >"$work/$1"
    cp "$work/$1" "$work/.lab/tree/$1"
}

try() { # NAME FILE FUNCTION TESTS RESULT WORDS BODY HOLE
    rm -rf "$work"
    mkdir -p "$work/.lab/tree"
    graft "$2" "$3" "$7"
    lab=${8%.*}
    lab=${lab#L}
    began=$(date +%s)
    if ! timeout 500 labs/tool/grade "$work/.lab/tree" "$4" "$work/results" >"$work/log" 2>&1; then
        failed=$((failed + 1))
        echo "FAIL: $1: not graded"
        head -n 5 "$work/log"
        return
    fi
    row=$(awk -F'\t' -v r="$5" '$2 == r' "$work/results" | head -n 1)
    told=$(echo "$row" | while IFS='	' read -r test result words log; do
        show_failure "$test" "$result" "$words" "$log" "$lab" "$work/results"
    done)
    why=
    # What needs the function cannot be right, unless its end was no accident.
    free=$(awk -F'\t' -v id="$8" 'BEGIN { while ((getline line < "labs/needs") > 0) {split(line, w, " "); if (w[1] == id) need[w[2]] = 1} }
        $2 == "right" && ($1 in need) {print $1}' "$work/results")
    [ "$5" = wrong ] || [ -z "$free" ] || why="passed: $free"
    [ -n "$row" ] || why="no test is told as $5"
    case $told in *"$6"*) ;; *) why=${why:-"it does not say: $6"} ;; esac
    case $5-$1 in
    crash-kill | crash-closes) ;; # nothing is left that could say where
    crash-* | loop-*) case $told in *"  $8 "*"$2:"*"$3()"*) ;; *) why=${why:-'not the line of their code, or not its hole'} ;; esac ;;
    esac
    [ $(($(date +%s) - began)) -lt 450 ] || why=${why:-'took too long'}
    if [ -z "$why" ]; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    echo "FAIL: $1: $why"
    cut -f1-3 "$work/results" | head -n 3
    echo "$told"
}

text() { # NAME RESULT WORDS BODY : in a unit test
    case " $wanted " in "  " | *" $1 "*) ;; *) return ;; esac
    try "$1" reference/mqtt/topic.c mqtt_topic_name_valid u:mqtt/topic "$2" "$3" "$4 return true;" L4.2
}

broker() { # NAME RESULT WORDS BODY : in the broker of a scenario
    case " $wanted " in "  " | *" $1 "*) ;; *) return ;; esac
    try "$1" reference/broker/conn.c conn_keep_alive "s:ping/keep-alive/[sl]*-*" "$2" "$3" "$4" L3.6
}

wanted=$*
# what it is  result  what is said                what they wrote
text null     crash   'null pointer'              'if (name.ptr) *(volatile int *)0 = 1;'
text wild     crash   'points nowhere'            '*(volatile char *)(0x5a5a5a5a5a5aull + name.len) = 1;'
text bounds   crash   'beyond the end'            'volatile char *p = malloc(8); p[8 + name.len % 2] = 1; free((void *)p);'
text freed    crash   'after it was freed'        'volatile char *p = malloc(8); free((void *)p); p[name.len % 8] = 1;'
text twice    crash   'freed it twice'            'char *volatile p = malloc(8 + name.len); free(p); free(p);'
text leak     crash   'did not free'              'char *volatile p = malloc(40); p[0] = 1; p = 0; return name.len > 0 && !has_nul(name) && !mqtt_topic_has_wildcard(name);'
text stack    crash   'called itself'             'volatile char a[4096]; a[name.len % 9] = 1; if (mqtt_topic_name_valid(name)) return a[1];'
text abort    crash   'abort'                     'if (name.len < 1000000) abort();'
text exit     crash   'exit()'                    'if (name.len < 1000000) exit(0);'
text kill     crash   'without a result'          'kill(getpid(), 9);'
text fork     crash   'processes without end'     'for (;;) fork();'
text loop     loop    'still computing'           'for (volatile unsigned i = 0; ; i++) ;'
text waits    loop     'never comes'              'for (;;) pause();'
text prints   wrong   ''                          'puts("ok 1 - mqtt/topic_test.c:all:x: Passed"); puts("1..1");'
text empty    wrong   'name_valid(text)'          ''
text closes   crash   'without a result'                         'for (int i = 0; i < 1024; i++) close(i);'
text memory   crash   'memory'                    'char *volatile p = malloc(3ul << 30); p[name.len] = 1;'
text bomb     crash   'memory'                    'for (;;) { char *volatile p = malloc(100000); memset(p, (int)name.len, 100000); }'
text crumbs   crash   'memory'                    'for (;;) { char *volatile p = malloc(16); p[name.len % 9] = 1; }'
text undefined crash  'Undefined behaviour'       'volatile int n = 2147483647; n = n + 1 + (int)name.len;'

broker null-there  crash 'null pointer'           'c->keep_alive_ms = *(volatile uint16_t *)(uintptr_t)(seconds & 0);'
broker exit-there  crash 'exit()'                 'exit(c->keep_alive_ms & seconds & 0);'
broker loop-there  loop  'still computing'        'for (volatile unsigned i = 0; ; i++) ;'
broker leak-there  crash 'did not free'           'c->keep_alive_ms = seconds; char *volatile p = malloc(40); p[0] = 1; p = 0;'
broker bomb-there  crash 'memory'                 'c->keep_alive_ms = seconds; for (;;) { char *volatile p = malloc(100000); memset(p, 1, 100000); }'
broker fork-there  crash 'processes without end'  'for (;;) fork();'
broker closes-there wrong ''                      'for (int i = 0; i < 1024; i++) close(i);'
broker prints-there wrong ''                      'puts("1..1"); puts("ok 1 - ping/ping/answered 5.0 over tcp");'
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
