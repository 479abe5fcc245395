/* listening.c - one place where the broker listens.
 * SPDX-License-Identifier: MIT */
#include "broker/listening.h"

#include <arpa/inet.h>

#include "mqtt/frame.h"
#include "net/tcp.h"

/* The registered names: "mqtt" for MQTT over TLS; a WebSocket is HTTP to those
 * who look at the handshake only. */
static const char *
alpn_of(const struct uri *where)
{
    return uri_is_websocket(where) ? "http/1.1" : "mqtt";
}

static int
open_tls(struct listening *l, const struct tls_config *tls, struct error *err)
{
    struct tls_config config = *tls;
    if (!uri_is_tls(&l->where))
        return 0;
    if (!tls->certificate || !tls->key)
        return error_set(err, "%s:// needs --tls-cert and --tls-key",
                         uri_scheme_name(l->where.scheme));
    config.alpn = alpn_of(&l->where);
    l->tls = tls_server_context(&config, err);
    return l->tls ? 0 : -1;
}

int
listening_open(struct listening *l, struct uri *where,
               const struct tls_config *tls, struct error *err)
{
    *l = (struct listening){.where = *where};
    *where = (struct uri){0};
    int opened = open_tls(l, tls, err);
    if (opened == 0)
        opened = listen_open_all(l->listeners, LISTENING_ADDRESSES,
                                 l->where.host, l->where.port, err);
    if (opened > 0) {
        l->listener_count = (size_t)opened;
        l->where.port = listen_port(&l->listeners[0]);
        return 0;
    }
    tls_context_free(l->tls);
    uri_release(&l->where);
    return -1;
}

void
listening_close(struct listening *l)
{
    for (size_t i = 0; i < l->listener_count; i++)
        listen_close(&l->listeners[i]);
    tls_context_free(l->tls);
    uri_release(&l->where);
}

struct transport *
listening_accept(struct listening *l, struct listener *from, bool *failed,
                 struct error *err)
{
    int fd = listen_accept(from, err);
    *failed = fd == LISTEN_FAILED;
    if (fd < 0)
        return NULL;
    return layers_server(tcp_adopt(fd), &l->where, l->tls, mqtt_frame_len);
}

/* By address, not by how it begins: a name may begin with 127 and be
 * anywhere. */
bool
listening_is_local(const char *address)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, address, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, address, &v6) == 1)
        return IN6_IS_ADDR_LOOPBACK(&v6);
    return strcmp(address, "localhost") == 0;
}
