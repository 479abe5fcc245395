# shellcheck shell=sh
# manifest.sh - what labs/manifest says of the holes.
# Read by labs/lab.

holes() { awk '/^L/ && $4 != "-"' "$manifest"; } # those with code
field() { awk -v id="$1" -v n="$2" '$1 == id {print $n}' "$manifest"; }
files() { holes | awk '{print $4}' | sort -u; }

triples() { # FILE LAST_LAB : the holes of FILE in labs after LAST_LAB
    holes | awk -v f="$1" -v n="$2" '$4 == f {split($1, a, "[L.]"); if (a[2] > n) print $1, $3, $5}'
}

folder_of() { awk -v n="$1" '$1 == n {print $2}' "$project/labs/list"; } # of a lab
