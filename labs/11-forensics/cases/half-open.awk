# half-open.awk - the device (connection 0) is heard for the first second only.
!($2 == 0 && ($3 == "c" || $3 ~ /-/) && $1 > 1000000) { print }
