# man.awk - a man page from what --help prints, which comes from the tables.
#
# Input: help texts, each behind a line "@@ NAME COMMAND" ("-" for the program
# itself). Sections that several commands share, word for word, are printed once.
# Variables: page (name), about (one line), date.

function escape(text) {
    gsub(/\\/, "\\e", text); gsub(/-/, "\\-", text); sub(/^\./, "\\\\\\&.", text)
    sub(/^'/, "\\(aq", text)
    return text
}
# A block: kind h (heading), o (option: term, text), p (paragraph), x (as it is).
function add(kind, term, text) {
    n++; kinds[n] = kind; terms[n] = term; texts[n] = text; of[n] = command
    if (kind == "h") head = term
    heads[n] = head
}
function join(text) { texts[n] = texts[n] (texts[n] == "" ? "" : " ") text }
function key(i) { return kinds[i] SUBSEP heads[i] SUBSEP terms[i] SUBSEP texts[i] }
function print_block(i) {
    if (kinds[i] == "h") { printf ".SS %s\n", escape(terms[i]); return }
    if (kinds[i] == "o") { printf ".TP\n\\fB%s\\fR\n%s\n", escape(terms[i]), escape(texts[i]); return }
    if (kinds[i] == "x") { printf ".RS 4\n.nf\n%s\n.fi\n.RE\n", escape(texts[i]); return }
    printf ".PP\n%s\n", escape(texts[i])
}
# Prints those blocks of a command for which shared(...) is as wanted.
function print_blocks(which, wanted,    i, pending) {
    pending = 0
    for (i = 1; i <= n; i++) {
        if (of[i] != which) continue
        if (kinds[i] == "h") { pending = i; continue }
        if ((most > 1 && seen[key(i)] == most) != wanted) continue
        if (pending) { print_block(pending); pending = 0 }
        print_block(i)
    }
}
/^@@ / { command = $3; names[++count] = command; if (command != "-") commands++
         open = 0; head = ""; first = 1; next }
first && / - / { first = 0; next }                      # "plumb-x - what it is"
{ first = 0 }
/^$/ { open = 0; next }
/^usage:/ { sub(/^usage: */, ""); usage[command] = $0; open = 0; next }
/^[^ ]/ {
    if (/^[A-Z].*[^.]:$/ || /^[a-z -]+:$/ || /^settings.*:$/) { sub(/:$/, ""); add("h", $0, ""); open = 0 }
    else if (open == "p") join($0)
    else { add("p", "", $0); open = "p" }
    next
}
{
    indent = match($0, /[^ ]/) - 1
    line = substr($0, indent + 1)
    if (indent >= 20 && open == "o") { join(line); next }
    at = match(line, /  +[^ ]/)
    if (at && line !~ /^plumb-[a-z]+ [a-z]+ -/) { add("o", substr(line, 1, at - 1), ""); sub(/^ */, "", line)
              rest = substr(line, at); sub(/^ +/, "", rest); join(rest); open = "o" }
    else if (line ~ /^-/) { add("o", line, ""); open = "o" }
    else { add("x", "", line); open = "x" }
}
END {
    for (i = 1; i <= n; i++) if (of[i] != "-" && !(key(i) SUBSEP of[i] in had)) { had[key(i) SUBSEP of[i]]; if (kinds[i] != "h" && ++seen[key(i)] > most) most = seen[key(i)] }
    printf ".\\\" Made by ci/docs from --help; do not edit.\n"
    printf ".TH %s 1 \"\" \"Plumbline\" \"Plumbline\"\n.SH NAME\n%s \\- %s\n.SH SYNOPSIS\n", toupper(page), page, escape(about)
    if (commands == 0) printf "%s\n", escape(usage["-"] == "" ? page " [options]" : usage["-"])
    for (c = 1; c <= count; c++) {
        if (names[c] == "-") continue
        u = usage[names[c]] == "" ? page " " names[c] " [options]" : usage[names[c]]
        printf "%s.br\n", escape(u) "\n"
    }
    print ".SH DESCRIPTION"
    print_blocks("-", 0)
    for (i = n; i >= 1; i--) if (most > 1 && seen[key(i)] == most && !(of[i] in shares)) {
        shares[of[i]]; owner = of[i]; list = of[i] (list == "" ? "" : ", ") list
    }
    if (most > 1) { printf ".SH OPTIONS OF %s\n", toupper(list); print_blocks(owner, 1) }
    for (c = 1; c <= count; c++) {
        if (names[c] == "-") continue
        printf ".SH %s\n", toupper(page " " names[c])
        print_blocks(names[c], 0)
    }
    printf ".SH SEE ALSO\n"
    split("plumb-broker plumb-client plumb-check plumb-trace", all, " ")
    for (i = 1; i <= 4; i++) if (all[i] != page) others = others (others ? ", " : "") "\\fB" escape(all[i]) "\\fR(1)"
    print others
}
