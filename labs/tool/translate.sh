# shellcheck shell=sh
# translate.sh - what plumb-check says, in the language asked for: labs/zh/say.awk.
# Read by labs/lab and the judge of lab 12.

# Standard input, as `plumb-check run --steps` and labs/tool/grade write it.
translate() {
    case $lang in
    zh) LC_ALL=C awk -v at="$project/labs/zh" -f "$project/labs/zh/say.awk" ;;
    *) cat ;;
    esac
}

# One sentence per line: of the decoder, or of the runner.
translate_sentence() {
    case $lang in
    zh) LC_ALL=C awk -v at="$project/labs/zh" -v mode=sentence -f "$project/labs/zh/say.awk" ;;
    *) cat ;;
    esac
}

# Errors in a scenario file, as `plumb-check list` tells them.
translate_errors() {
    case $lang in
    zh) LC_ALL=C awk -v at="$project/labs/zh" -v mode=script -f "$project/labs/zh/say.awk" ;;
    *) cat ;;
    esac
}

# Lines of at most 100 columns, or COLUMNS, as they are indented.
fold_lines() { # [COLUMNS]
    LC_ALL=C awk -v at="$project/labs/zh" -v mode=fold -v columns="${1:-100}" -f "$project/labs/zh/say.awk"
}

# All that is known of a statement: `plumb-check explain`. How the runner sees it, why
# nothing does, and where a choice is left is said in English alone, and left out.
translate_rule() {
    case $lang in
    zh) sed "/^leaves a choice in$/,\$d" | LC_ALL=C awk -v at="$project/labs/zh" -v mode=rule -f "$project/labs/zh/say.awk" ;;
    *) cat ;;
    esac
}

# A part of a hand-out, set for a terminal, with LEAD in front of each line.
set_page() { # LEAD
    LC_ALL=C awk -v at="$project/labs/zh" -v mode=page -v lead="$1" -f "$project/labs/zh/say.awk"
}
