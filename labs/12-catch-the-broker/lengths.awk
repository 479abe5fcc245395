# lengths.awk - how long are the scenarios of a chapter? CHAPTER is its id. One line
# each: id, lines. Counted is what stands behind the header, without comments, blank
# lines and closing braces; what a define holds is counted at each call.

{ sub(/#.*/, ""); sub(/^ +/, ""); sub(/ +$/, "") }
$1 == "scenario" { now = chapter "/" $2; order[++n] = now; next }
$1 == "define" { now = $2; sub(/\(.*/, "", now); next }
$1 == "end" && NF == 1 { now = ""; next }
now == "" || $0 == "" || $0 == "}" { next }
/^"/ || $1 == "for" && $2 != "each" || $1 == "needs" || $1 == "since" { next }
($1 == "alone" || $1 == "slow") && NF == 1 { next }
{
    lines[now]++
    if (match($0, /^(v[0-9]*: +)?[a-z][a-z0-9_-]*\(/)) {
        name = substr($0, 1, RLENGTH - 1)
        sub(/^v[0-9]*: +/, "", name)
        calls[now] = calls[now] " " name
    }
}
function all(name, depth,    sum, list, i, k) {
    sum = lines[name]
    k = split(calls[name], list, " ")
    for (i = 1; i <= k && depth < 8; i++)
        sum += all(list[i], depth + 1) - 1
    return sum
}
END { for (i = 1; i <= n; i++) print order[i] "\t" all(order[i], 0) }
