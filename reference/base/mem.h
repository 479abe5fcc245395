/* mem.h - allocation that does not fail.
 * SPDX-License-Identifier: MIT
 *
 * Running out of memory aborts. That is only acceptable because every size a
 * peer controls is bounded by configuration before anything is allocated, so
 * a peer cannot get here; it removes a class of branches nobody ever tests. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed memory for count items of size bytes; never NULL. Caller frees. */
void *xcalloc(size_t count, size_t size);

/* As realloc; never NULL for size > 0. */
void *xrealloc(void *old, size_t size);

/* Grows an array so that it holds at least `need` items: doubles *cap.
 * Returns the (moved) array. */
void *xgrow(void *array, size_t *cap, size_t need, size_t item_size);

/* A copy of a C string. Caller frees. */
char *xstrdup(const char *text);

/* A formatted C string. Caller frees. */
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A bug of ours: says where, and aborts. Never compiled out. */
#define BUG(text) mem_bug(__FILE__, __LINE__, text)
_Noreturn void mem_bug(const char *file, int line, const char *text);

/* Bytes that this process has from the heap, as the C library counts them; 0
 * where it does not tell. */
uint64_t mem_in_use(void);

#endif
