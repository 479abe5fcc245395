/* proxy.h - the PROXY protocol header that a load balancer puts first.
 * SPDX-License-Identifier: MIT
 *
 *     PROXY TCP4 192.0.2.7 192.0.2.1 51234 1883\r\n                version 1
 *     0d0a0d0a000d0a515549540a 21 11 000c <addresses and ports>    version 2
 *
 * It says for whom the connection was opened; MQTT begins behind it.         */
#ifndef TRACE_UNWRAP_PROXY_H
#define TRACE_UNWRAP_PROXY_H

#include "base/buf.h"

enum proxy_status { PROXY_DONE, PROXY_NEED_MORE, PROXY_BAD };

/* Looks at the start of `in`. DONE: *len bytes are the header, and whom it
 * speaks for is appended to `source` ("192.0.2.7:51234"; nothing when the
 * header does not say). */
enum proxy_status proxy_parse(struct slice in, size_t *len,
                              struct buf *source);

#endif
