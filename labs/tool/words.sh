# shellcheck shell=sh
# words.sh - what the tool says, in the language asked for (labs/messages).
# Read by labs/lab.

say() { # KEY WORDS...
    format=$(awk -F'|' -v k="$1" -v l="$lang" '$1 == k {print l == "zh" ? $3 : $2}' "$project/labs/messages")
    shift
    # shellcheck disable=SC2059
    printf "$format\n" "$@"
}

# TEXT and spaces to WIDTH columns: a Chinese character takes two, and three bytes.
pad() { # TEXT WIDTH
    printf '%s' "$1" | LC_ALL=C awk -v width="$2" '{
        text = $0
        wide = gsub(/[\340-\367]/, "&")
        columns = length(text) - gsub(/[\200-\277]/, "&") + wide
        printf "%s%*s", text, columns < width ? width - columns : 0, "" }'
}

die() {
    say "$@" >&2
    exit 2
}
