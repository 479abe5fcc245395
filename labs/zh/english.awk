# english.awk - the English that labs/zh/ translates, read from the sources. Run with
# LC_ALL=C and -v what=
#
#   titles      scenario files: id TAB title
#   statements  statements-*.def: id TAB words
#   reasons     tables of rules: what the decoder says, behind a Reason Code
#   watched     tables of the lint: what is wrong
#   phrases     C: every string of two words or more, formats as they are
#   strings     C: every string

# Text without comments and characters, so that each " begins or ends a string.
function bare(text,    out, at) {
    gsub(/'"'/, "0", text)
    while ((at = index(text, "/*"))) {
        out = out substr(text, 1, at - 1)
        text = substr(text, at)
        at = index(text, "*/")
        text = at ? substr(text, at + 2) : ""
    }
    return out text
}

what == "titles" && /^scenario / { name = $2; next }
what == "titles" && name != "" && /^ +"/ {
    title = $0
    while (title !~ /"$/ && (getline line) > 0) title = title " " line
    gsub(/^ +"|"$/, "", title)
    gsub(/  +/, " ", title)
    file = FILENAME
    gsub(/^scenarios\/|[.]scn$/, "", file)
    print file "/" name "\t" title
    name = ""
}
what != "titles" { text = text $0 "\n" }

END {
    if (what == "titles") exit
    text = bare(text)
    gsub(/"[ \n\t]*PRI[a-z0-9]+[ \n\t]*"/, "u", text)
    gsub(/"[ \n\t]+"/, "", text)
    if (what == "statements")
        while ((at = index(text, "STATEMENT("))) {
            text = substr(text, at)
            split(text, f, "\"") # id, section, needs, words
            print f[2] "\t" f[8]
            text = substr(text, 10)
        }
    else if (what == "reasons")
        while (match(text, /(0x[89][0-9a-f]|MQTT_RC_[A-Z_]+),[ \n]*"[^"]*"/)) {
            split(substr(text, RSTART, RLENGTH), f, "\"")
            if (!seen[f[2]]++) print f[2]
            text = substr(text, RSTART + RLENGTH)
        }
    else if (what == "watched")
        while (match(text, /WATCH_[A-Z]+,[ \n]*"[^"]*"|"[A-Z0-9a-z ]* without answer"/)) {
            split(substr(text, RSTART, RLENGTH), f, "\"")
            if (!seen[f[2]]++) print f[2]
            text = substr(text, RSTART + RLENGTH)
        }
    else
        while (match(text, /"([^"\\]|\\.)*"/)) {
            found = substr(text, RSTART + 1, RLENGTH - 2)
            text = substr(text, RSTART + RLENGTH)
            if ((what == "strings" || found ~ /[a-z][a-z].* .*[a-z]/) && !seen[found]++) print found
        }
}
