/* filter.c - capture filters, as pcap-filter(7) writes them.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/capture/filter.h"

#include <pcap/pcap.h>
#include <stdlib.h>

#include "base/mem.h"
#include "trace/capture/link.h"
#include "trace/capture/pcap_frame.h"

#define LINKS_MAX 8 /* link types in one run; frames of others do not pass */

struct program {
    uint32_t link_type;
    bool is_usable;
    struct bpf_program code; /* when usable */
};

struct filter {
    char *expression;        /* owned */
    struct program programs[LINKS_MAX];
    size_t count;
};

static bool
compile(const char *expression, uint32_t link_type, struct bpf_program *out,
        char why[PCAP_ERRBUF_SIZE])
{
    pcap_t *dead = pcap_open_dead((int)link_type, PCAP_SNAPLEN);
    if (!dead)
        return false;
    bool is_good =
        pcap_compile(dead, out, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
    if (!is_good)
        snprintf(why, PCAP_ERRBUF_SIZE, "%s", pcap_geterr(dead));
    pcap_close(dead);
    return is_good;
}

struct filter *
filter_new(const char *expression, struct error *err)
{
    struct bpf_program code;
    char why[PCAP_ERRBUF_SIZE] = "";
    if (!compile(expression, LINK_ETHERNET, &code, why)) {
        error_set(err, "capture filter '%s': %s; see pcap-filter(7)",
                  expression, why);
        return NULL;
    }
    pcap_freecode(&code);
    struct filter *f = xcalloc(1, sizeof *f);
    f->expression = xstrdup(expression);
    return f;
}

void
filter_free(struct filter *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->count; i++)
        if (f->programs[i].is_usable)
            pcap_freecode(&f->programs[i].code);
    free(f->expression);
    free(f);
}

static struct program *
program_for(struct filter *f, uint32_t link_type)
{
    char why[PCAP_ERRBUF_SIZE];
    for (size_t i = 0; i < f->count; i++)
        if (f->programs[i].link_type == link_type)
            return &f->programs[i];
    if (f->count == LINKS_MAX)
        return NULL;
    struct program *p = &f->programs[f->count++];
    p->link_type = link_type;
    p->is_usable = compile(f->expression, link_type, &p->code, why);
    return p;
}

bool
filter_passes(struct filter *f, const struct capture_frame *frame)
{
    struct program *p = program_for(f, frame->link_type);
    struct pcap_pkthdr header = {.caplen = (bpf_u_int32)frame->bytes.len,
                                 .len = frame->wire_len};
    return p && p->is_usable &&
           pcap_offline_filter(&p->code, &header, frame->bytes.ptr) > 0;
}
