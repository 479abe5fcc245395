# verdicts.awk - a report of plumb-check (JSON, as it lays it out), one line per play:
# id, version, verdict, statements that failed, file:line, source, what came, separated
# by tabs. What the lint found is not a scenario's doing and is left out.

function value(line) {
    sub(/^ *"[a-z]*": /, "", line)
    sub(/,$/, "", line)
    gsub(/^"|"$/, "", line)
    gsub(/\\"/, "\"", line)
    gsub(/\\\\/, "\\", line)
    return line
}
/^  "scenarios": \[/ { on = 1 }
/^  "[a-z]*": / && !/^  "scenarios"/ { on = 0 }
!on { next }
/^    \{/ { id = version = verdict = failed = file = line = source = got = why = "" }
/^      "id":/ { id = value($0) }
/^      "version":/ { version = value($0) }
/^      "verdict":/ { verdict = value($0) }
/^      "file":/ { file = value($0) }
/^      "line":/ { line = value($0) }
/^      "source":/ { source = value($0) }
/^      "got":/ { got = value($0) }
/^      "reason":/ { why = value($0) }
/^          "id":/ { statement = value($0) }
/^          "verdict": "(fail|unstable)"/ { failed = failed (failed ? " " : "") statement }
/^    \}/ && id !~ /^lint\// {
    printf "%s\t%s\t%s\t%s\t%s:%s\t%s\t%s\n", id, version, verdict, failed ? failed : "-",
        file, line, source ? source : "-", got ? got : why ? why : "-"
}
