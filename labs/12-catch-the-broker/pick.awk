# pick.awk - which twenty faults of `pool` does this seed give? 8 easy, 8 medium,
# 4 hard, one per line: bug-NN|level|fault|statements too|in Chinese.
# Park and Miller's generator, so that every awk picks the same.

BEGIN {
    FS = OFS = "|"
    state = seed % 2147483646 + 1
    wanted["easy"] = wanted["medium"] = 8
    wanted["hard"] = 4
}
/^(easy|medium|hard)[|]/ { line[$1, ++count[$1]] = $0 }
function random(n) {
    state = state * 16807 % 2147483647
    return state % n
}
function pick(level,    i, j, swap) {
    for (i = 1; i <= wanted[level]; i++) {
        j = i + random(count[level] - i + 1)
        swap = line[level, i]
        line[level, i] = line[level, j]
        line[level, j] = swap
        printf "bug-%02d|%s\n", ++number, line[level, i]
    }
}
END {
    for (i = 0; i < 20; i++) random(2)
    pick("easy")
    pick("medium")
    pick("hard")
}
