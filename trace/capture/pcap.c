/* pcap.c - pcap files, read by libpcap.
 * SPDX-License-Identifier: MIT
 *
 * libpcap gives nanoseconds, both byte orders and the odd record headers of old
 * Linux kernels; what it does not give is the offset of a broken record, so
 * that is counted here.                                                      */
#include <pcap/pcap.h>
#include <stdlib.h>

#include "base/mem.h"
#include "trace/capture/pcap_frame.h"
#include "trace/capture/source.h"

#define FILE_HEADER_LEN 24
#define RECORD_HEADER_LEN 16
/* Kuznetzov's patch (magic a1b2cd34) was for x86, so its first byte tells. */
#define PATCHED_FIRST_BYTE_LE 0x34
#define PATCHED_RECORD_HEADER_LEN 24

struct pcap_source {
    struct source base;     /* first */
    pcap_t *pcap;           /* owned, with the file */
    uint32_t link_type;     /* one for the whole file */
    uint64_t record_at;     /* offset of the next record */
    uint32_t record_header; /* bytes in front of each frame */
};

static int
next_frame(struct source *s, struct capture_frame *out, struct error *err)
{
    struct pcap_source *p = (struct pcap_source *)s;
    struct pcap_pkthdr *header;
    const u_char *bytes;

    int got = pcap_next_ex(p->pcap, &header, &bytes);
    if (got == PCAP_ERROR_BREAK)
        return 0;
    if (got != 1)
        return error_set(err, "frame %llu, at offset %llu: %s",
                         (unsigned long long)out->number,
                         (unsigned long long)p->record_at,
                         pcap_geterr(p->pcap));
    p->record_at += p->record_header + header->caplen;
    pcap_frame(out, p->link_type, header, bytes);
    return 1;
}

static void
close_pcap(struct source *s)
{
    struct pcap_source *p = (struct pcap_source *)s;
    pcap_close(p->pcap);
    free(p);
}

struct source *
source_open_pcap(FILE *file, struct error *err)
{
    char why[PCAP_ERRBUF_SIZE];
    int first = getc(file);
    ungetc(first, file); /* one byte back always works */

    pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(
        file, PCAP_TSTAMP_PRECISION_NANO, why);
    if (!pcap) {
        error_set(err, "not a whole pcap file: %s", why);
        return NULL;
    }
    struct pcap_source *p = xcalloc(1, sizeof *p);
    p->base = (struct source){.next = next_frame, .close = close_pcap};
    p->pcap = pcap;
    p->link_type = (uint32_t)pcap_datalink(pcap);
    p->record_at = FILE_HEADER_LEN;
    p->record_header = first == PATCHED_FIRST_BYTE_LE
                           ? PATCHED_RECORD_HEADER_LEN
                           : RECORD_HEADER_LEN;
    return &p->base;
}
