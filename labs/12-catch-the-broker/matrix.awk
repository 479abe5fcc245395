# matrix.awk - scenarios against brokers, as text. Reads $at/lengths (which has every
# scenario); `at` is the folder of ids, caught and of-BROKER, what was played there;
# `brokers` the correct ones.

function bugs(what, scenario,    b, row) {
    for (b = 1; b <= 20; b++)
        row = row (b == 9 || b == 17 ? "   " : " ") cell(what, scenario, b, sprintf("bug-%02d", b))
    return row
}
function cell(what, scenario, b, name) {
    if (what == "tens") return b < 10 ? " " : int(b / 10)
    if (what == "ones") return b % 10
    if (what == "all") return name in best ? best[name] : "-"
    return (scenario, name) in mark ? mark[scenario, name] : "."
}
BEGIN {
    n = split(brokers, broker, " ")
    while ((getline < (at "/ids")) > 0) counts[$1] = 1
    while ((getline < (at "/caught")) > 0) {
        mark[$3, $1] = $2 == "precise" ? "#" : "o"
        if (best[$1] != "#") best[$1] = mark[$3, $1]
    }
    for (i = 1; i <= n; i++)
        while ((getline line < (at "/of-" broker[i])) > 0) {
            split(line, f, "\t")
            played[f[1], i] = 1
            if (f[3] ~ /^(fail|unstable|error)$/) fails[f[1], i] = 1
        }
    printf "%-26s %6s %s\n", "", "", bugs("tens")
    printf "%-26s %6s %s\n", "", "RABCDE", bugs("ones")
}
{
    row = ""
    for (i = 1; i <= n; i++)
        row = row (($1, i) in fails ? "X" : ($1, i) in played ? "." : " ")
    name = length($1) > 26 ? "..." substr($1, length($1) - 22) : $1
    printf "%-26s %s %s\n", name, row, $1 in counts ? bugs("row", $1) : ""
}
END { printf "%-26s %6s %s\n", "", "", bugs("all") }
