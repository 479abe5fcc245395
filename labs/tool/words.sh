# shellcheck shell=sh
# words.sh - what the tool says, in the language asked for (labs/messages).
# Read by labs/lab.

say() { # KEY WORDS...
    format=$(awk -F'|' -v k="$1" -v l="$lang" '$1 == k {print l == "zh" ? $3 : $2}' "$project/labs/messages")
    shift
    # shellcheck disable=SC2059
    printf "$format\n" "$@"
}

die() {
    say "$@" >&2
    exit 2
}
