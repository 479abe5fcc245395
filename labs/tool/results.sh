# shellcheck shell=sh
# results.sh - what the last checks found, for machines: JSON, CSV, Gradescope,
# Autolab, JUnit. Read by labs/lab.

# One line per hole, separated by tabs: id lab name result right tests points maximum
# borrowed; holes of labs that were not checked are "unchecked".
hole_rows() {
    awk -v work="$work/.lab/judged-" -v told="$work/progress.tsv" '
        BEGIN { while ((getline line < told) > 0) {split(line, w, "\t"); if (w[2] == "borrow") borrowed[w[3]] = 1} }
        /^L/ {
            split($1, a, "[L.]"); lab = a[2]
            if (!(lab in read_it)) {
                read_it[lab] = 1
                while ((getline line < (work lab)) > 0) {split(line, w, " "); row[w[1]] = line}
            }
            r = "unchecked"; right = tests = points = 0
            if ($1 in row) {split(row[$1], w, " "); r = w[2]; right = w[3]; tests = w[4]; points = w[5]}
            printf "%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%s\n", $1, lab, $5, r, right, tests, points, $2, ($1 in borrowed) ? "yes" : "no"
        }' "$manifest"
}

# One line per test: id lab hole result words. The hole is the first that needs it.
test_rows() {
    for f in "$work"/.lab/results-[0-9]*; do
        [ -e "$f" ] || continue
        awk -F'\t' -v lab="${f##*-}" -v needs="$project/labs/needs" '
            BEGIN { while ((getline line < needs) > 0) {split(line, w, " "); split(w[1], a, "[L.]"); if (a[2] == lab && !(w[2] in hole)) hole[w[2]] = w[1]} }
            {printf "%s\t%s\t%s\t%s\t%s\n", $1, lab, ($1 in hole) ? hole[$1] : "", $2, $3}' "$f"
    done
}

hints_opened() { awk -F'\t' '$2 == "hint" && !($3 in seen) {seen[$3] = 1; print $3}' "$work/progress.tsv" 2>/dev/null; }

# Text for JSON and for XML: what is no ASCII is left out of messages of tests.
JSON_TEXT='function json(s) { gsub(/[^ -~]/, "?", s); gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return "\"" s "\"" }'
XML_TEXT='function xml(s) { gsub(/[^ -~]/, "?", s); gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s); gsub(/"/, "\\&quot;", s); return s }'

suite_version() { git -C "$project" describe --tags --always --dirty 2>/dev/null || echo unknown; }
starter_hash() { git -C "$work" rev-list --max-parents=0 HEAD 2>/dev/null | cut -c1-12 | head -n 1; }
seed_of() { cat "$work/.lab/seed"; }

results_json() {
    { hole_rows | sed 's/^/H\t/'; test_rows | shorten | sed 's/^/T\t/'; hints_opened | sed 's/^/O\t/'
      for n in 1 2 3 4 5 6 7 8 9 10 11 12; do told_of $n | awk -v n=$n '$2 != "-" {print "U\t" n "\t" $2}'; done; } |
        LC_ALL=C awk -F'\t' -v suite="$(suite_version)" -v starter="$(starter_hash)" -v seed="$(seed_of)" "$JSON_TEXT"'
        $1 == "H" { h[++hn] = sprintf("{\"id\":%s,\"lab\":%d,\"name\":%s,\"status\":%s,\"right\":%d,\"tests\":%d,\"points\":%d,\"max\":%d,\"borrowed\":%s}",
            json($2), $3, json($4), json($5), $6, $7, $8, $9, $10 == "yes" ? "true" : "false"); points += $8; max += $9
            if ($10 == "yes") b[++bn] = json($2) }
        $1 == "T" { t[++tn] = sprintf("{\"id\":%s,\"lab\":%d,\"hole\":%s,\"status\":%s,\"words\":%s}", json($2), $3, $4 == "" ? "null" : json($4), json($5), json($6)) }
        $1 == "O" { o[++on] = json($2) }
        $1 == "U" { u[++un] = json($2) ":" $3 }
        function list(a, n,  i, s) { for (i = 1; i <= n; i++) s = s (i > 1 ? "," : "") "\n  " a[i]; return s }
        END {
            printf "{\"suite\":%s,\"starter\":%s,\"seed\":%s,\"points\":%d,\"max\":%d,\n\"hours\":{", json(suite), json(starter), json(seed), points, max
            for (i = 1; i <= un; i++) printf "%s%s", (i > 1 ? "," : ""), u[i]
            printf "},\n\"hints\":[%s],\n\"borrowed\":[%s],\n\"holes\":[%s],\n\"tests\":[%s]}\n", list(o, on), list(b, bn), list(h, hn), list(t, tn)
        }'
}

results_csv() {
    echo hole,lab,name,result,right,tests,points,maximum,borrowed
    hole_rows | awk -F'\t' '{gsub(/\t/, ","); print}' | tr '\t' ','
}

# A test per hole; what failed of it is its output. Only labs that were checked.
results_gradescope() {
    { test_rows | shorten | awk -F'\t' '$4 != "right" && $3 != ""' | sed 's/^/T\t/'; hole_rows | sed 's/^/H\t/'; } |
        LC_ALL=C awk -F'\t' "$JSON_TEXT"'
        $1 == "T" { if (n[$4]++ < 5) said[$4] = said[$4] "\n" $2 ": " $5 ($6 != "-" ? ": " $6 : ""); next }
        $5 == "unchecked" { next }
        {
            text = $5 ": " $6 " of " $7 " tests" ($10 == "yes" ? ", borrowed" : "")
            list = list sprintf("%s\n  {\"number\":%s,\"name\":%s,\"score\":%d,\"max_score\":%d,\"status\":%s,\"visibility\":\"visible\",\"tags\":[%s],\"output\":%s}",
                k++ ? "," : "", json(substr($2, 2)), json($2 " " $4), $8, $9, $8 == $9 ? "\"passed\"" : "\"failed\"", json("lab" $3), text_of(text said[$2]))
            points += $8
        }
        function text_of(s,  a, m, i, out) { # with its line breaks
            m = split(s, a, "\n")
            for (i = 1; i <= m; i++) out = out (i > 1 ? "\\n" : "") substr(json(a[i]), 2, length(json(a[i])) - 2)
            return "\"" out "\""
        }
        END { printf "{\"score\":%d,\"stdout_visibility\":\"after_published\",\"tests\":[%s]}\n", points, list }'
}

# Autolab takes the last line: a score per problem, the problems being lab1 to lab12.
results_autolab() {
    hole_rows | awk -F'\t' '
        { p[$2] += $7; if ($4 != "unchecked") seen[$2] = 1; if ($2 > most) most = $2 }
        END { printf "{\"scores\":{"
            for (n = 1; n <= 12; n++) if (n in seen) printf "%s\"lab%d\":%d", k++ ? "," : "", n, p[n]
            print "}}" }'
}

results_junit() {
    test_rows | shorten | LC_ALL=C awk -F'\t' "$XML_TEXT"'
        { lab = $2; tests[lab]++
          row = sprintf("    <testcase classname=\"%s\" name=\"%s\"", xml($3 == "" ? "lab" lab : $3), xml($1))
          if ($4 == "right") row = row "/>"
          else if ($4 == "blank") {skipped[lab]++; row = row "><skipped message=\"not written\"/></testcase>"}
          else {failed[lab]++; row = row sprintf("><failure type=\"%s\" message=\"%s\"/></testcase>", $4, xml($5))}
          rows[lab] = rows[lab] row "\n" }
        END { print "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>"
            for (n = 1; n <= 12; n++) if (n in tests) printf "  <testsuite name=\"lab %d\" tests=\"%d\" failures=\"%d\" skipped=\"%d\">\n%s  </testsuite>\n", n, tests[n], failed[n], skipped[n], rows[n]
            print "</testsuites>" }'
}

results() { # [--csv | --gradescope | --autolab | --junit]
    need_tree
    case ${1:-} in
    '' | --json) results_json ;;
    --csv) results_csv ;;
    --gradescope) results_gradescope ;;
    --autolab) results_autolab ;;
    --junit) results_junit ;;
    *) die usage ;;
    esac
}
