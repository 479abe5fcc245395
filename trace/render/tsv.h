/* tsv.h - packets as a table: tab separated, one row each, for comparison.
 * SPDX-License-Identifier: MIT
 *
 * The columns are those of the tables in trace/testdata, which another
 * dissector made; ci/agreement compares. Control characters are written \xNN,
 * text that is not UTF-8 and binary data "hex:..".
 *
 *     frame pdu time stream dir src sport dst dport type name remlen hdr dup
 *     qos retain pid topics payload_len payload_sha1_12 ver proto clientid
 *     keepalive conflags username password_hex willtopic willmsg_hex ack_flags
 *     codes suboptions props willprops notes
 *
 * pdu: 1, 2, ... within a frame. time: seconds since the first frame. dir: c>s
 * or s>c. topics: Topic Name or Filters, " , " between; in parentheses when it
 * stands for an alias. codes, flags, suboptions: hexadecimal. props: id=value
 * in wire order. notes: marks and violations, "; " between.                  */
#ifndef TRACE_RENDER_TSV_H
#define TRACE_RENDER_TSV_H

#include "base/buf.h"
#include "trace/model/model_packet.h"

struct tsv {
    int64_t start_ns;    /* time of the first frame of the file */
    bool secrets;        /* show passwords and authentication data */
    uint64_t last_frame; /* private: of the row before */
    unsigned pdu;        /* private: its number within that frame */
};

/* Appends the line of column names. */
void tsv_header(struct buf *out);

/* Appends the row of p, newline included. */
void tsv_row(struct tsv *t, struct buf *out, const struct model_packet *p);

#endif
