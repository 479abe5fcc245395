# shellcheck shell=sh
# unit.sh - the unit tests of a lab, all in one program.
# Read by labs/tool/grade.
#
# Those that were right last time run first, together and in one process: when it ends
# well, with nothing leaked, they are right again. Any others, and all of them when it
# does not, run as Check does it: a process for each test.

# The layers whose objects a unit test can have in it (the order of LAYERS).
layers_of() { # broker/tree
    case $1 in
    base/*) echo 'reference/base/' ;;
    mqtt/*) echo 'reference/(base|mqtt)/' ;;
    net/*) echo 'reference/(base|mqtt|net)/' ;;
    client/*) echo 'reference/(base|mqtt|net|client)/' ;;
    *) echo 'reference/' ;;
    esac
}

main_of() { echo "main_$(echo "$1" | tr / _)"; }

# A program that runs the tests named by its argument.
link_units() { # NAMES...
    {
        echo '#include <string.h>'
        for t; do echo "int $(main_of "$t")(void);"; done
        echo 'int main(int n, char **a) { (void)n;'
        for t; do echo "if (!strcmp(a[1], \"$t\")) return $(main_of "$t")();"; done
        echo 'return 2; }'
    } >"$work/units.c"
    cc -c -o "$work/units.o" "$work/units.c" 2>"$work/link.log" || return 1
    # shellcheck disable=SC2046,SC2086
    $link -Wl,--wrap=_mark_point,--wrap=_ck_assert_failed -o "$work/units" "$work/units.o" \
        $(for t; do echo "$san/labs/${t}_test.o"; done) @"$work/objects" $libs >"$work/link.log" 2>&1
}

# The test of the loop has the loop in it, and so is a program of its own.
link_loop() {
    # shellcheck disable=SC2086
    $compile -I"$tree" -I"$tree/reference" -I. -Ireference -include labs/tool/student.h \
        -c -o "$work/loop_test.o" reference/net/loop_test.c >"$work/link.log" 2>&1 || return 1
    # shellcheck disable=SC2086
    $link -Wl,--wrap=_mark_point,--wrap=_ck_assert_failed -o "$work/loop" "$work/loop_test.o" \
        @"$work/loop-objects" $libs >"$work/link.log" 2>&1
}

# One suite: program, its argument. Results are in NAME.tap.
run_suite() { # TEST FORK
    name=$work/$(echo "$1" | tr / -)_test
    program=$work/units
    [ "$1" != net/loop ] || program=$work/loop
    rm -f "$name.tap"
    CK_FORK=$2 CK_TAP_LOG_FILE_NAME="$name.tap" CK_VERBOSITY=normal CK_TIMEOUT_MULTIPLIER=2 limited "$program" "$1" >"$name.log" 2>&1
}

# In one process: right are all or, as far as this is concerned, none.
together() { # TEST
    run_suite "$1" no || return 1
    sed -nE 's/^(ok|not ok) [0-9]+ - [^:]*:all:([^:]*): .*$/\1\t\2/p' "$name.tap" 2>/dev/null >"$name.list"
    [ -s "$name.list" ] && ! grep -q '^not' "$name.list" &&
        [ "$(grep '^1\.\.' "$name.tap")" = "1..$(wc -l <"$name.list" | tr -d ' ')" ] || return 1
    : >"$name.none"
    while IFS='	' read -r _ id; do
        tell "u:$1/$id" right '' "$name.none"
    done <"$name.list"
}

apart() { # TEST
    name=$work/$(echo "$1" | tr / -)_test
    rm -f "$name".log.*
    LAB_LOG=$name.log run_suite "$1" yes
    # What each test wrote itself is in $name.log.1, 2, ...: in the order of the TAP.
    sed -nE 's/^(ok|not ok) [0-9]+ - [^:]*:all:([^:]*): (.*)$/\1\t\2\t\3/p' "$name.tap" 2>/dev/null >"$name.list"
    [ -s "$name.list" ] || { tell "u:$1" crash "$(kind_of_crash "$name.log")" "$name.log"; return; }
    number=0 loops=0
    while IFS='	' read -r ok id words; do
        number=$((number + 1))
        unit_result "u:$1/$id" "$ok" "$words" "$name.log.$number"
    done <"$name.list"
}

unit_result() { # TEST OK WORDS LOG
    [ -e "$4" ] || : >"$4"
    [ "$2" != ok ] || { tell "$1" right '' "$4"; return; }
    # Check's own report, not the TAP, says where a test gave up, and that it did (F)
    # rather than ended (E), whatever the words are.
    line=$(sed -nE "s/^([^ :]+:[0-9]+):F:all:${1##*/}:.*/\1/p" "$name.log" | head -n 1)
    [ -z "$line" ] || { tell "$1" wrong "$line: $3" "$4"; return; }
    case $3 in
    *'return value 77'*) tell "$1" blank "$(sed -n '/^not written/{p;q}' "$4")" "$4" ;;
    *'return value 78'* | *imeout*) tell "$1" loop '' "$4" ;;
    *) tell "$1" crash "$(kind_of_crash "$4")" "$4" ;;
    esac
}

right_last_time() { # FILE
    [ -z "${LAB_VERBOSE:-}" ] && [ -e "$work/done/$1" ] && [ ! -e "$work/done/$1.apart" ] && ! grep -q '	blank	' "$work/done/$1"
}

suite() { # TEST
    file=u-$(echo "$1" | tr / -)
    key=$(key "$(layers_of "$1")")
    again "$file" "$key" && return
    ready_units
    [ "$linked_units" = yes ] || { tell "u:$1" wrong 'does not link' "$work/link.log"; return; }
    first=$(next_line)
    if right_last_time "$file" && together "$1"; then :
    else
        apart "$1"
        # Right after all: it is not for one process.
        ! right_last_time "$file" || tail -n +"$first" "$out" | grep -vq '	right	' || : >"$work/done/$file.apart"
    fi
    keep "$file" "$key" "$first"
}

# Once per call, and only if something is to be run.
ready_units() {
    [ -z "${linked_units:-}" ] || return 0
    linked_units=no
    all=$(echo "$wanted_units ${LAB_LINK:-}" | tr ' ' '\n' | sed 's/^u://' | awk 'NF && $1 != "net/loop" && !seen[$1]++' | sort)
    made=$(key reference/; echo "$all" | cksum)
    if [ "$(cat "$work/units.key" 2>/dev/null)" != "$made" ]; then
        rm -f "$work/units.key"
        # shellcheck disable=SC2086
        [ -z "$all" ] || link_units $all || return 0
        case " $wanted_units " in *' net/loop '*) link_loop || return 0 ;; esac
        echo "$made" >"$work/units.key"
    fi
    linked_units=yes
}

units() { # NAMES...
    wanted_units=$*
    for t; do suite "$t"; done
}
