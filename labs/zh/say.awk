# say.awk - what plumb-check --steps says, in Chinese. Run with LC_ALL=C, -v at=labs/zh.
#
# Whole sentences are looked up: the title by the id of the scenario, the rule by its
# number, what the decoder says by its English. What the runner says is made of parts
# (phrases.tsv). Packets, ids, names of fields and bytes stay as they are. What the
# runner broke into lines is joined first, and broken again where Chinese may be.

function read_table(name, into, key, value,    line, f) {
    while ((getline line < (at "/" name)) > 0)
        if (line !~ /^#/ && split(line, f, "\t") >= value) into[f[key]] = f[value]
    close(at "/" name)
}

# --- width ------------------------------------------------------------------------
# The character at i of s: a byte, or the two to four of UTF-8.
function char_at(s, i,    c) {
    c = substr(s, i, 1)
    if (c < "\300") return c
    return substr(s, i, c < "\340" ? 2 : c < "\360" ? 3 : 4)
}
function width(s,    wide) { # a Chinese character takes two columns, and three bytes
    wide = gsub(/[\340-\367]/, "&", s)
    return length(s) - gsub(/[\200-\277]/, "&", s) + wide
}
# Text in lines of `columns`, `first` in front of the first, `indent` spaces in
# front of the others. A line may end at a space, and beside a Chinese character, but
# none begins with a mark that closes something.
function wrap(first, text, indent,    out, line, word, c, i, n, gap) {
    line = first
    sub(/^ +/, "", text)
    n = length(text)
    word = gap = ""
    for (i = 1; i <= n + 1; i += length(c)) {
        c = i > n ? " " : char_at(text, i)
        if (c == " " && word == "") { gap = gap c; continue }
        if (c != " " && !(length(c) > 2 && c !~ closing) && !(word != "" && length(char_before) > 2 && c !~ closing)) {
            word = word c; char_before = c
            continue
        }
        if (word != "" && width(line gap word) > columns && line ~ /[^ ]/) {
            out = out line "\n"
            line = sprintf("%*s", indent, "")
            gap = ""
        }
        line = line gap word
        gap = c == " " ? c : ""
        word = c == " " ? "" : c
        char_before = c
    }
    return out line
}

# --- parts ------------------------------------------------------------------------
function is_number(s) { return s ~ /^[0-9.]+$/ }

# English with %s and %d for what varies: part[1] literal[1] part[2] ... of the first
# place in text where it fits; 0 when there is none. begin and end: where it was.
function fits(text, english,    rest, piece, kind, n, p, from, k) {
    n = 0
    rest = english
    while (match(rest, /%[.*]*[0-9]*l*z*[sdufx]/)) {
        piece[n] = substr(rest, 1, RSTART - 1)
        kind[++n] = substr(rest, RSTART + RLENGTH - 1, 1)
        rest = substr(rest, RSTART + RLENGTH)
    }
    piece[n] = rest
    if (piece[0] == "" && kind[1] == "s") begin = p = 1
    else if (piece[0] == "") {
        if (!match(text, /[0-9]/)) return 0
        begin = p = RSTART
    } else {
        begin = index(text, piece[0])
        if (!begin) return 0
        p = begin + length(piece[0])
    }
    for (k = 1; k <= n; k++) {
        from = p
        if (kind[k] == "x") {
            if (!match(substr(text, p), /^[0-9a-f]+/)) return 0
            p += RLENGTH
        } else if (kind[k] != "s") {
            if (!match(substr(text, p), /^[0-9]+([.][0-9]+)?/)) return 0
            p += RLENGTH
        } else if (piece[k] == "") p = length(text) + 1
        else if (index(substr(text, p), piece[k])) p += index(substr(text, p), piece[k]) - 1
        else return 0
        part[k] = substr(text, from, p - from)
        if (substr(text, p, length(piece[k])) != piece[k]) return 0
        p += length(piece[k])
    }
    end = p
    return 1
}

function filled(chinese,    out, at, k) {
    out = ""
    while ((at = match(chinese, /%[1-9]/))) {
        k = substr(chinese, at + 1, 1)
        out = out substr(chinese, 1, at - 1) (part[k] in exact ? exact[part[k]] : told(part[k]))
        chinese = substr(chinese, at + 2)
    }
    return out chinese
}

function phrase(text,    i) {
    for (i = 1; i <= phrases; i++)
        if (fits(text, english[i]))
            text = substr(text, 1, begin - 1) filled(chinese[i]) substr(text, end)
    while (match(text, /[\200-\277], /)) # of Chinese, no comma of ASCII
        text = substr(text, 1, RSTART) "，" substr(text, RSTART + 3)
    gsub(/： /, "：", text)
    return text
}

function decoded(text) { return text in reason ? reason[text] : phrase(text) }

# --- what was broken into lines ---------------------------------------------------
function flush(    t, after, m, comma) {
    if (kind == "") return
    t = held
    if (kind == "head") {
        if (id in title && index(t, title_en[id]) == 1) {
            print wrap("   ", title[id], 3)
            t = substr(t, length(title_en[id]) + 2)
        } else if (match(t, / \[(MQTT|should )/)) {
            comma = RSTART
            print wrap("   ", phrase(substr(t, 1, comma - 1)), 3)
            t = substr(t, comma + 1)
        }
        if (match(t, /^\[MQTT[-.0-9]+\] section [0-9.]+: /)) {
            m = substr(t, 2, index(t, "]") - 2)
            after = substr(t, RLENGTH + 1)
            split(t, section, " ")
            if (m in rule && index(after, rule_en[m]) == 1) {
                sub(/:$/, "", section[3])
                print wrap("   ", "[" m "] 第 " section[3] " 节：" rule[m], 3)
                t = substr(after, length(rule_en[m]) + 2)
            }
        } else if (match(t, /^\[should [0-9.]+\] ?/)) {
            print "   [第 " substr(t, 9, index(t, "]") - 9) " 节的建议]"
            t = substr(t, RLENGTH + 1)
        }
        if (t != "") print wrap("   ", phrase(t), 3)
    } else if (kind == "expected") {
        m = "期望："
        if (sub(/^<== expected /, "", t)) m = "期望："
        else if (sub(/^<== not allowed: /, "", t)) m = "不允许："
        else if (sub(/^<== here: /, "", t)) m = "此处："
        if ((comma = index(t, ", got ")) && m == "期望：")
            t = phrase(substr(t, 1, comma - 1)) "，实际 " phrase(substr(t, comma + 6))
        else t = decoded(t)
        print wrap(sprintf("%15s<== ", "") m, t, 19)
    } else if (kind == "got") {
        print wrap(sprintf("%19s实际：", ""), phrase(substr(t, 5)), 23)
    } else if (kind == "blame") {
        after = ""
        if (match(t, / \(section [0-9.]+\)$/)) {
            after = "（第 " substr(t, RSTART + 10, RLENGTH - 11) " 节）"
            t = substr(t, 1, RSTART - 1)
        }
        if (t ~ /^type [0-9]+ is [A-Z]+: not allowed here$/) {
            sub(/^type /, "类型 ", t); sub(/ is /, " 是 ", t); sub(/: not allowed here$/, "：此处不允许", t)
        } else if (t ~ /^type [0-9]+ is [A-Z]+; [A-Z]+ was expected$/) {
            sub(/^type /, "类型 ", t); sub(/ is /, " 是 ", t); sub(/; /, "；应为 ", t); sub(/ was expected$/, "", t)
        } else if ((comma = index(t, ": "))) t = substr(t, 1, comma - 1) "：" decoded(substr(t, comma + 2))
        else t = decoded(t)
        print wrap(sprintf("%15s", ""), t after, 15)
    }
    kind = ""
}
function hold(what, text) { flush(); kind = what; held = text }

function phrase_or(text) { return text in exact ? exact[text] : text ~ /^none in / ? substr(text, 9) " 中没有" : text }
function padded(name) { return name sprintf("%*s", 13 - width(name), "") }

function event(line,    i, n) { # a remark stands behind the packet
    for (i = 1; i <= phrases; i++)
        if (english[i] ~ /WebSocket|bytes? at a time|split after/ && match(line, /  [^ ]/) && fits(line, english[i]))
            line = substr(line, 1, begin - 1) filled(chinese[i]) substr(line, end)
    if (match(line, /-- [A-Za-z0-9_]+: link cut --/)) sub(/: link cut --/, "：断开 --", line)
    sub(/: link reset --/, "：复位断开 --", line)
    sub(/-- the broker closes --/, "-- 服务端关闭 --", line)
    sub(/-- the broker resets --/, "-- 服务端复位 --", line)
    if (line ~ /^ +[0-9]+  [A-Za-z0-9_]+ opens/) sub(/ opens/, " 打开连接", line)
    return line
}

BEGIN {
    n = split("says 规定 level 级别 binds 约束 seen 观察 needs 需要 also-said-by 相同 judged-by 评判", f, " ")
    for (i = 1; i < n; i += 2) { gsub(/-/, " ", f[i]); name_of[f[i]] = f[i + 1] }
    if (!columns) columns = 100
    closing = "^(，|。|；|：|！|？|、|）|”|……)$"
    read_table("titles.tsv", title, 1, 3)
    read_table("titles.tsv", title_en, 1, 2)
    read_table("statements.tsv", rule, 1, 3)
    read_table("statements.tsv", rule_en, 1, 2)
    read_table("reasons.tsv", reason, 1, 2)
    while ((getline line < (at "/phrases.tsv")) > 0) {
        if (line ~ /^#/ || split(line, f, "\t") < 2 || f[2] == "-") continue
        exact[f[1]] = f[2]
        if (f[1] !~ /[ %]/) continue # a word alone may be anybody's
        english[++phrases] = f[1]
        chinese[phrases] = f[2]
    }
    while (mode == "script" && (getline line < (at "/script.tsv")) > 0) {
        if (line ~ /^#/ || split(line, f, "\t") < 2 || f[2] == "-") continue
        gsub(/\\"/, "\"", f[1]) # as the string is, not as C writes it
        gsub(/\\\\/, "\\", f[1])
        if (f[1] !~ /%/) noun[f[1]] = f[2]
        error_en[++errors] = f[1]
        error_zh[errors] = f[2]
    }
    kind = ""
    fail_word = "未通过"
}
# --- a statement, as `plumb-check explain` tells it --------------------------------
mode == "rule" && /^[!-~]+  MQTT [0-9.]+, section / {
    now = $1
    sub(/,$/, "", $3)
    print $1 "  MQTT " $3 "，第 " $5 " 节"
    next
}
mode == "rule" && /^There is no statement / {
    sub(/^There is no statement /, "没有条文 ")
    sub(/[.] That section has /, "。这一节有：")
    sub(/[.] Ids look like.*/, "。编号的写法是 MQTT-4.3.3-10 (5.0) 或 MQTT311-4.3.3-2 (3.1.1)。")
    print wrap("", $0, 0)
    next
}
mode == "rule" && /^  [a-z]/ {
    field = substr($0, 3, 13)
    sub(/ +$/, "", field)
    text = substr($0, 16)
    if (field == "says" && now in rule) print wrap("  " padded(name_of[field]), rule[now], 15)
    else if (field in name_of) print "  " padded(name_of[field]) phrase_or(text)
    shown = field in name_of && !(field == "says" && now in rule)
    next
}
mode == "rule" { if (shown || /^$/) print; next }
# --- an error in a scenario file, as `plumb-check list` tells it --------------------
function told(piece,    tail) { # what stands for a %s
    if (piece in noun) return noun[piece]
    if (match(piece, /^; did you mean `.*`\?$/)) return "；是不是 `" substr(piece, 17, length(piece) - 18) "`？"
    return piece
}
function script_error(text,    i, at_tail, tail) {
    if ((at_tail = match(text, /; did you mean `[^`]*`\?$/))) tail = told(substr(text, at_tail))
    for (i = 1; i <= errors; i++)
        if (fits(text, error_en[i]) && begin == 1 && end == length(text) + 1) return filled(error_zh[i])
    if (at_tail) return script_error(substr(text, 1, at_tail - 1)) tail
    return text
}
mode == "script" && match($0, /^[^ ]*:[0-9]+:[0-9]+: /) {
    print wrap(substr($0, 1, RLENGTH), script_error(substr($0, RLENGTH + 1)), 4)
    next
}
mode == "script" && /^plumb-check list: [0-9]+ errors? in scenario files$/ {
    print "plumb-check list：场景文件中有 " $3 " 处错误"
    next
}
mode == "script" { print; next }

# A page of Markdown for a terminal: paragraphs set anew, the rest as it is.
function page_end() {
    if (paragraph != "") print wrap(lead, paragraph, length(lead) + hang)
    paragraph = ""
}
mode == "page" {
    line = $0
    sub(/^ +/, "", line)
    if (line ~ /^```/) { page_end(); code = !code; print lead $0; next }
    if (code || line == "" || line ~ /^[#|]/) { page_end(); print ($0 == "" ? "" : lead $0); next }
    if (line ~ /^([-*]|[0-9]+[.]) /) { page_end(); hang = 2 }
    else if (paragraph == "") hang = 0
    # Chinese is set without spaces, unless Latin letters meet there.
    glue = paragraph == "" ? "" : paragraph ~ /[!-~]$/ || line ~ /^[!-~]/ ? " " : ""
    paragraph = paragraph glue line
    next
}
mode == "fold" {
    if (width($0) <= columns) { print; next }
    match($0, /^ */)
    print wrap(substr($0, 1, RLENGTH), substr($0, RLENGTH + 1), RLENGTH)
    next
}
mode == "sentence" {
    said = decoded($0)
    sub(/^ /, "", said)
    print said
    next
}


/^(FAIL|ERROR|INCONCLUSIVE|UNSTABLE)  / {
    flush()
    id = $2
    sub(/^[A-Z]+/, fail_word)
    print
    kind = "head"
    held = ""
    next
}
/^ +# +ms  direction/ { # from here on: steps
    flush()
    steps = 1
    sub(/direction/, "方向     ")
    sub(/packet/, "报文")
    print
    next
}
/^ +script: / { flush(); sub(/script: /, "脚本："); print; next }
/^ +capture: / { flush(); sub(/capture: /, "抓包："); print; next }
/^$/ { flush(); steps = 0; print; next }
/^               <== (expected|not allowed:|here:) / { hold("expected", substr($0, 16)); next }
/^                   got / { hold("got", substr($0, 20)); next }
/^               [.][.][.] [0-9]+ (before|after) these/ {
    flush()
    print "               ……之" ($4 == "after" || $3 == "after" ? "后" : "前") "还有 " $2 " 步"
    next
}
/^               [0-9a-f][0-9a-f]( [0-9a-f][0-9a-f])*( ...)?$/ || /^ *\^[\^ ]*$/ { flush(); print; next }
steps && /^               [^ ]/ {
    if (kind == "blame") held = held " " substr($0, 16)
    else hold("blame", substr($0, 16))
    next
}
kind == "head" || ((kind == "expected" || kind == "got") && /^                   /) {
    line = $0
    sub(/^ +/, "", line)
    held = held (held == "" ? "" : " ") line
    next
}
# What labs/tool/tcp.sh and labs/tool/grade say.
/^   expected '.*', status [0-9]+; got '.*', status [0-9]+$/ {
    sub(/expected /, "期望 ")
    gsub(/, status /, "，状态 ")
    sub(/; got /, "；实际 ")
}
/^   expected: .*, and status [0-9]+$/ || /^   got:      .*, and status [0-9]+$/ {
    sub(/expected: /, "期望：")
    sub(/got:      /, "实际：")
    sub(/：nothing, and/, "：什么也没有, and")
    sub(/, and status /, "，状态 ")
}
/^   does not link$/ { sub(/does not link/, "无法链接") }
{ flush(); print event($0) }
END {
    flush()
    page_end()
}
