# known.awk - which known mistake does a hole's failure look like?
#
#   awk -F'\t' -v hole=L5.4 -v needs=labs/needs [-v known=labs/mistakes.tsv] -f known.awk RESULTS
#
# RESULTS is what labs/tool/grade writes. A failed test that needs the hole becomes a
# word, test#said: `said` is four characters made of how it failed, without places and
# addresses; of a scenario only whether it was wrong or crashed. Without `known` prints these words. With it, the mistakes of that hole
# whose words are most like them: likeness (1: the same), tab, name. Half the weight
# have the tests alone, so that a mistake is known by other values too.
BEGIN {
    for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i
    while ((getline line < needs) > 0) {
        split(line, w, " ")
        if (w[1] == hole) need[w[2]] = 1
    }
    if (words != "") # as recorded, instead of RESULTS
        while ((getline line < words) > 0) {
            split(line, w, "\t")
            seen[w[1]] = w[2]
            order[++count] = w[1]
        }
}

function said(text,   h, i) {
    gsub(/[^ ]*:[0-9]+: /, "", text)
    gsub(/0x[0-9a-f]+|[0-9]+(\.[0-9]+)? m?s/, "", text)
    h = 7
    for (i = 1; i <= length(text); i++) h = (h * 131 + code[substr(text, i, 1)]) % 1679609
    return sprintf("%04x", h % 65521)
}

$1 in need && $2 != "right" && $2 != "blank" {
    if ($1 in seen) next
    seen[$1] = said($2 ($1 ~ /^s:/ ? "" : " " $3))
    order[++count] = $1
}

END {
    if (count == 0) exit
    if (known == "") {
        for (i = 1; i <= count; i++) printf "%s%s#%s", (i > 1 ? " " : ""), order[i], seen[order[i]]
        print ""
        exit
    }
    best = 0.5 # less alike is not known
    while ((getline line < known) > 0) {
        split(line, f, "\t")
        if (f[1] != hole) continue
        n = split(f[3], w, " ")
        tests = same = 0
        for (i = 1; i <= n; i++) {
            split(w[i], part, "#")
            if (!(part[1] in seen)) continue
            tests++
            same += seen[part[1]] == part[2]
        }
        if (n == 1 && same == 0) continue # one test fails for many reasons
        like = (tests / (n + count - tests) + same / (n + count - same)) / 2
        if (like < best - 0.0001) continue
        if (like > best + 0.0001) found = ""
        best = like
        found = found sprintf("%.2f\t%s\n", like, f[2])
    }
    printf "%s", found
}
