# slow-link.awk - every PUBLISH at QoS 1 needs a second segment, a quarter of a second
# later; what follows is that much later too.
{ $1 += late; print }
$4 ~ /^32/ && ++n != 3 { late += 218000 + 7000 * n; print $1 + 218000 + 7000 * n, $2, "retransmit" }
