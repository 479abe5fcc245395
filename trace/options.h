/* options.h - what plumb-trace can be asked for.
 * SPDX-License-Identifier: MIT */
#ifndef TRACE_OPTIONS_H
#define TRACE_OPTIONS_H

#include "base/error.h"
#include "trace/capture/live.h"
#include "trace/render/view.h"

struct options {
    struct view_options view;
    bool has_view;        /* one was asked for */
    bool lints;           /* findings instead of packets */
    int format;           /* enum lint_format; -1: not asked for */
    uint64_t number;      /* what --follow, --at and --exercise are about */
    bool is_json;         /* --at: JSON instead of text */
    bool tells_answers;   /* --exercise: the answers, not the questions */
    const char *redact_path; /* where to write the redacted capture */
    const char *explain;  /* a statement to explain; NULL: none */
    bool has_width;       /* view.width was asked for */
    bool ascii;           /* diagrams without box-drawing characters */
    bool is_joined;       /* all files are one capture */
    struct unwrap_options unwrap; /* ports; keys are set by main.c */
    const char *keylog;   /* file with TLS secrets; NULL: none */
    const char *filter;   /* capture filter; NULL: none */
    struct live_options live;     /* interface; not set: files are read */
    const char *dot_path; /* where to write the diagram as DOT; NULL: nowhere */
    const char *svg_path; /* as SVG */
    const char *png_path; /* as PNG */
    int file_count;
    char **files;
};

/* Fills a zeroed *o; moves the file names to the front of argv, where o->files
 * points. Prints and ends the program for --help and --version. */
int options_parse(struct options *o, int argc, char **argv,
                  struct error *err);

#endif
