# page.awk - what cmark-gfm made of a hand-out, made into the body of a page.
#
# Variables: lang (en or zh), project (its root), at (the folder of the hand-out,
# below it), terms (lines "id TAB en TAB zh TAB section"), missing (a file that gets
# one line per picture or link that leads nowhere). Run with LC_ALL=C: a Chinese
# character is three bytes, which the patterns below count on.
#
# - A line break between two Chinese characters, or at a full-width mark, is none.
# - Headings have the same anchors in both languages: L5.1, else s1, s2 ...
# - A picture is put in as the SVG that it is, without a size of its own.
# - The first use of a term of the glossary in a page leads there.

BEGIN {
    CJK = "[\343-\351\357][\200-\277][\200-\277]"
    while ((getline line < terms) > 0) {
        split(line, w, "\t")
        add_terms(w[lang == "zh" ? 3 : 2], w[1], w[lang == "zh" ? 2 : 3], w[4])
    }
}

function add_terms(words, id, other, section,  list, n, i, t) {
    gsub(/（[^）]*）/, "", words)
    gsub(/ *\([^)]*\)/, "", words)
    n = split(words, list, /, |，简称|，写作 |；/)
    for (i = 1; i <= n && i <= 2; i++) {
        t = list[i]
        sub(/^ +/, "", t); sub(/ +$/, "", t)
        if (length(t) < 4 || t == "message" || t == "packet") continue
        term[++term_count] = t
        term_id[term_count] = id
        term_title[term_count] = other (section != "" ? ", " section : "")
    }
}

# --- pictures and links -----------------------------------------------------------
function normal(path,  part, n, i, out, k) { # a/../b is b
    n = split(path, part, "/")
    k = 0
    for (i = 1; i <= n; i++)
        if (part[i] == ".." && k > 0) k--
        else if (part[i] != "." && part[i] != "") out[++k] = part[i]
    path = ""
    for (i = 1; i <= k; i++) path = path (i > 1 ? "/" : "") out[i]
    return path
}

function exists(path,  line, r) {
    r = (getline line < (project "/" path))
    close(project "/" path)
    return r >= 0
}

function svg(path,  line, out, on, width, size) {
    while ((getline line < (project "/" path)) > 0) {
        if (!on && line ~ /<svg/) on = 1
        if (!on || line ~ /^<!--.*-->$/) continue
        out = out line "\n"
    }
    close(project "/" path)
    match(out, /viewBox="[^"]*"/)
    split(substr(out, RSTART + 9, RLENGTH - 10), size, " ")
    width = drawing_width = int(size[3])
    gsub(/ id="[^"]*"/, "", out)
    sub(/width="[^"]*"/, "", out)
    sub(/height="[^"]*"/, "", out)
    gsub(/<a xlink:title="[^"]*">/, "<a>", out)
    gsub(/<title>[^<]*<\/title>\n?/, "", out)
    # As large as the page, but never smaller than can be read.
    sub(/<svg /, "<svg role=\"img\" style=\"width:" (width > 760 ? "max(100%," int(width * 0.86) "px)" : "min(100%," int(width * 1.25) "px);min-width:" int(width * 0.8) "px") "\" ", out)
    return out
}

function figure(tag,  src, alt, path, drawing) {
    match(tag, /src="[^"]*"/); src = substr(tag, RSTART + 5, RLENGTH - 6)
    alt = ""
    if (match(tag, /alt="[^"]*"/)) alt = substr(tag, RSTART + 5, RLENGTH - 6)
    path = normal(at "/" src)
    if (!exists(path)) { print at ": no picture " src >missing; return "" }
    drawing = svg(path)
    return "<figure><div class=\"wide" (drawing_width > 700 ? " big" : "") "\">" drawing "</div><figcaption>" alt "</figcaption></figure>"
}

function link(tag,  href, path, n) { # <a href="...">
    match(tag, /href="[^"]*"/); href = substr(tag, RSTART + 6, RLENGTH - 7)
    if (href ~ /^(https?:|#|mailto:)/) return tag
    path = href; sub(/#.*/, "", path)
    path = normal(at "/" path)
    if (path ~ /^labs\/[0-9][0-9]-[^\/]*\/handout\.(en|zh)\.md$/) {
        n = substr(path, 6, 2)
        return "<a href=\"" n "." (path ~ /zh\.md$/ ? "zh" : "en") ".html\">"
    }
    if (path == "labs/glossary.md") return "<a href=\"glossary." lang ".html\">"
    if (!exists(path)) print at ": a link that leads nowhere: " href >missing
    return "<a href=\"../../" path "\">"
}

# --- words ------------------------------------------------------------------------
function linked(text,  i, where, before, after, low) { # the first use of each term
    for (i = 1; i <= term_count; i++) {
        if (used[term_id[i]]) continue
        low = lang == "zh" ? text : tolower(text)
        where = index(low, lang == "zh" ? term[i] : tolower(term[i]))
        if (!where) continue
        before = substr(text, where - 1, 1)
        after = substr(text, where + length(term[i]), 1)
        if (lang != "zh" && ((where > 1 && before ~ /[A-Za-z]/) || after ~ /[A-Za-z]/)) continue
        if (index(substr(text, 1, where), "\001")) continue # one in a piece of text
        used[term_id[i]] = 1
        return linked(substr(text, 1, where - 1)) "<a class=\"term\" href=\"glossary." lang ".html#" term_id[i] "\" title=\"" term_title[i] "\">" \
            substr(text, where, length(term[i])) "</a>" linked(substr(text, where + length(term[i])))
    }
    return text
}

function joined(a, b) { # what stands between two lines of a paragraph
    if (a ~ /(\343\200[\201-\277]|\357\274[\200-\277]|\342\200[\224-\246])$/ || b ~ /^(\343\200[\201-\277]|\357\274[\200-\277]|\342\200[\224-\246])/) return ""
    if (a ~ (CJK "$") && b ~ ("^" CJK)) return ""
    return " "
}

function anchored(line,  id, hole) { # <h2>, <h3>
    if (match(line, /L[0-9]+\.[0-9]+/)) id = substr(line, RSTART, RLENGTH)
    else id = "s" (++sections)
    return substr(line, 1, 3) " id=\"" id "\"><a href=\"#" id "\">" substr(line, 5, length(line) - 9) "</a>" substr(line, length(line) - 4)
}

function body(text,  out, tag, n, quiet) { # tags as they are, terms linked between
    while (match(text, /<[^>]*>/)) {
        tag = substr(text, RSTART, RLENGTH)
        n = RSTART
        out = out (quiet || RSTART == 1 ? substr(text, 1, n - 1) : linked(substr(text, 1, n - 1)))
        text = substr(text, n + length(tag))
        if (tag ~ /^<(code|a|pre|th|h[1-6])[ >]/) quiet++
        if (tag ~ /^<\/(code|a|pre|th|h[1-6])>/) quiet--
        if (tag ~ /^<img /) tag = figure(tag)
        if (tag ~ /^<a href/) tag = link(tag)
        out = out tag
    }
    return out (quiet ? text : linked(text))
}

# A block of prose is put together before anything is looked for in it.
function flush() {
    if (held == "") return
    held = body(held)
    if (held ~ /^<p><figure>.*<\/figure><\/p>$/) held = substr(held, 4, length(held) - 7)
    print held
    held = ""
}

/^<pre/ { flush(); on = 1 }
on { print; if (/<\/pre>/) on = 0; next }
/^<h[23]>/ { flush(); print anchored($0); next }
/^<(table|\/table|thead|tbody)/ {
    flush()
    if (/^<table/) print "<div class=\"wide\">"
    print
    if (/^<\/table/) print "</div>"
    next
}
{
    if (held == "") held = $0
    else if (held ~ />$/ && /^</) { flush(); held = $0 }
    else held = held joined(held, $0) $0
    if (/<\/(p|li|h1|td|tr|ul|ol)>$/) flush()
}
END { flush() }
