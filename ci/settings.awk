# settings.awk - settings.def as the table of docs/SETTINGS.md.

function trim(text) { gsub(/^[ \t]+|[ \t]+$/, "", text); return text }
/^SETTING\(/ { row = "" ; inside = 1 }
inside { row = row " " trim($0) }
inside && /"\)$/ {
    inside = 0
    help = row; sub(/^[^"]*"/, "", help); sub(/"\)$/, "", help); gsub(/" +"/, "", help); gsub(/\|/, "\\|", help)
    sub(/^ *SETTING\(/, "", row); split(row, f, /, */)
    name = trim(f[1]); gsub(/_/, "-", name)
    if (f[2] == "bool") { values = "0, 1"; f[3] = f[3] == "true" ? 1 : 0 }
    else values = f[4] " to " f[5]
    gsub(/0xffffffff/, "4294967295", values); sub(/0xffffffff/, "4294967295", f[3])
    printf "| `--%s` | %s | %s | %s |\n", name, f[3], values, help
}
