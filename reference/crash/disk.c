/* disk.c - a disk in memory that forgets what was not synced.
 * SPDX-License-Identifier: MIT */
#include "crash/disk.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

enum { FILES = 4, NAME_LEN = 64 };

/* A write that was not synced: len bytes at `at`, which lie in the file's
 * `bytes`. A cut is one too, with is_cut. */
struct pending {
    size_t at, len;     /* is_cut: the new length is `at` */
    size_t bytes;       /* where they begin */
    bool is_cut;
};

struct disk_file {
    char name[NAME_LEN]; /* "": free */
    struct buf now;      /* as seen */
    struct buf synced;   /* as it would be after the worst crash */
    bool is_durable;     /* it would be there at all */
    struct pending *pending; /* owned: since the last sync, in order */
    size_t pending_count, pending_cap;
    struct buf bytes;    /* what they write */
};

/* What SQLite holds of an open file. */
struct handle {
    sqlite3_file base;
    struct disk_file *file;
};

static struct {
    struct disk_file files[FILES];
    uint64_t operations; /* that change something, so far */
    uint64_t crash_at;   /* the one at which the power fails; 0: none */
    bool has_crashed;
} disk;

/* --- files ---------------------------------------------------------------- */

static void
forget_pending(struct disk_file *f)
{
    f->pending_count = 0;
    buf_clear(&f->bytes);
}

static void
file_release(struct disk_file *f)
{
    buf_release(&f->now);
    buf_release(&f->synced);
    buf_release(&f->bytes);
    free(f->pending);
    *f = (struct disk_file){.name = ""};
}

static struct disk_file *
find(const char *name)
{
    for (int i = 0; i < FILES; i++)
        if (strcmp(disk.files[i].name, name) == 0)
            return &disk.files[i];
    return NULL;
}

static void
resize(struct buf *b, size_t len)
{
    if (len > b->len)
        buf_add_fill(b, 0, len - b->len);
    b->len = len;
}

static void
put(struct buf *b, size_t at, struct slice bytes)
{
    if (at + bytes.len > b->len)
        resize(b, at + bytes.len);
    if (bytes.len)
        memcpy(b->data + at, bytes.ptr, bytes.len);
}

static void
remember(struct disk_file *f, struct pending p, struct slice bytes)
{
    p.bytes = f->bytes.len;
    buf_add(&f->bytes, bytes);
    f->pending = xgrow(f->pending, &f->pending_cap, f->pending_count + 1,
                       sizeof *f->pending);
    f->pending[f->pending_count++] = p;
}

/* One more operation that changes something. False: the power is gone. */
static bool
goes_on(void)
{
    if (!disk.has_crashed && ++disk.operations == disk.crash_at)
        disk.has_crashed = true;
    return !disk.has_crashed;
}

/* --- what SQLite asks of an open file ------------------------------------- */

static struct disk_file *
of(sqlite3_file *h)
{
    return ((struct handle *)(void *)h)->file;
}

static int
x_close(sqlite3_file *h)
{
    (void)h;
    return SQLITE_OK;
}

static int
x_read(sqlite3_file *h, void *out, int len, sqlite3_int64 at)
{
    struct slice from =
        slice_first(slice_from(buf_slice(&of(h)->now), (size_t)at),
                    (size_t)len);
    if (disk.has_crashed)
        return SQLITE_IOERR_READ;
    memset(out, 0, (size_t)len);
    if (from.len)
        memcpy(out, from.ptr, from.len);
    return from.len == (size_t)len ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int
x_write(sqlite3_file *h, const void *from, int len, sqlite3_int64 at)
{
    struct slice bytes = slice_of(from, (size_t)len);
    if (disk.has_crashed)
        return SQLITE_IOERR_WRITE;
    /* The write at which it fails may have reached the disk in part. */
    remember(of(h), (struct pending){.at = (size_t)at, .len = bytes.len},
             bytes);
    put(&of(h)->now, (size_t)at, bytes);
    return goes_on() ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

static int
x_truncate(sqlite3_file *h, sqlite3_int64 len)
{
    if (disk.has_crashed)
        return SQLITE_IOERR_TRUNCATE;
    remember(of(h), (struct pending){.at = (size_t)len, .is_cut = true},
             slice_of(NULL, 0));
    resize(&of(h)->now, (size_t)len);
    return goes_on() ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

static int
x_sync(sqlite3_file *h, int flags)
{
    struct disk_file *f = of(h);
    (void)flags;
    if (!goes_on())
        return SQLITE_IOERR_FSYNC;
    buf_clear(&f->synced);
    buf_add(&f->synced, buf_slice(&f->now));
    f->is_durable = true;
    forget_pending(f);
    return SQLITE_OK;
}

static int
x_size(sqlite3_file *h, sqlite3_int64 *len)
{
    *len = (sqlite3_int64)of(h)->now.len;
    return disk.has_crashed ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

static int
x_lock(sqlite3_file *h, int level)
{
    (void)h, (void)level;
    return SQLITE_OK;
}

static int
x_check_lock(sqlite3_file *h, int *is_locked)
{
    (void)h;
    *is_locked = 0;
    return SQLITE_OK;
}

static int
x_control(sqlite3_file *h, int op, void *arg)
{
    (void)h, (void)op, (void)arg;
    return SQLITE_NOTFOUND;
}

static int
x_sector(sqlite3_file *h)
{
    (void)h;
    return DISK_SECTOR;
}

static int
x_traits(sqlite3_file *h)
{
    (void)h;
    return 0; /* promises nothing */
}

/* Version 1: no shared memory, which a store held by one broker needs not. */
static const sqlite3_io_methods methods = {
    1,       x_close, x_read,       x_write,   x_truncate, x_sync,  x_size,
    x_lock,  x_lock,  x_check_lock, x_control, x_sector,   x_traits,
    NULL,    NULL,    NULL,         NULL,      NULL,       NULL};

/* --- what SQLite asks of a file system ------------------------------------ */

static int
x_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *out, int flags,
       int *out_flags)
{
    struct handle *h = (struct handle *)(void *)out;
    (void)vfs;
    h->base.pMethods = NULL;
    if (disk.has_crashed || !name)
        return SQLITE_CANTOPEN;
    h->file = find(name);
    if (!h->file && (flags & SQLITE_OPEN_CREATE)) {
        h->file = find("");
        if (h->file)
            strncpy(h->file->name, name, NAME_LEN - 1);
    }
    if (!h->file)
        return SQLITE_CANTOPEN;
    h->base.pMethods = &methods;
    if (out_flags)
        *out_flags = flags;
    return SQLITE_OK;
}

static int
x_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    struct disk_file *f = find(name);
    (void)vfs, (void)sync_folder;
    if (!goes_on())
        return SQLITE_IOERR_DELETE;
    if (f)
        file_release(f);
    return SQLITE_OK;
}

static int
x_access(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
    (void)vfs, (void)flags;
    *result = find(name) != NULL;
    return SQLITE_OK;
}

static int
x_full_name(sqlite3_vfs *vfs, const char *name, int len, char *out)
{
    (void)vfs;
    sqlite3_snprintf(len, out, "%s", name);
    return SQLITE_OK;
}

static int
x_randomness(sqlite3_vfs *vfs, int len, char *out)
{
    (void)vfs;
    memset(out, 4, (size_t)len); /* the same run after run */
    return len;
}

static int
x_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return us;
}

static int
x_time(sqlite3_vfs *vfs, double *julian)
{
    (void)vfs;
    *julian = 2460000.5;
    return SQLITE_OK;
}

static int
x_last_error(sqlite3_vfs *vfs, int len, char *out)
{
    (void)vfs, (void)len, (void)out;
    return 0;
}

/* --- power ---------------------------------------------------------------- */

void
disk_init(void)
{
    static sqlite3_vfs vfs = {
        .iVersion = 1,
        .szOsFile = sizeof(struct handle),
        .mxPathname = NAME_LEN,
        .zName = DISK_VFS,
        .xOpen = x_open,
        .xDelete = x_delete,
        .xAccess = x_access,
        .xFullPathname = x_full_name,
        .xRandomness = x_randomness,
        .xSleep = x_sleep,
        .xCurrentTime = x_time,
        .xGetLastError = x_last_error,
    };
    sqlite3_vfs_register(&vfs, 0);
    for (int i = 0; i < FILES; i++)
        file_release(&disk.files[i]);
    disk.operations = disk.crash_at = 0;
    disk.has_crashed = false;
}

void
disk_crash_in(uint64_t n)
{
    disk.crash_at = n ? disk.operations + n : 0;
}

bool
disk_has_crashed(void)
{
    return disk.has_crashed;
}

uint64_t
disk_operations(void)
{
    return disk.operations;
}

/* Which sectors of it made it to the disk is a matter of chance. */
static void
settle(struct disk_file *f, const struct pending *p, enum disk_loss loss,
       struct random *r)
{
    bool keeps = loss == DISK_LOSES_NONE;
    if (p->is_cut) {
        if (keeps || (loss == DISK_LOSES_SOME && random_below(r, 2)))
            resize(&f->synced, p->at);
        return;
    }
    for (size_t at = 0, len; at < p->len; at += len) {
        size_t place = p->at + at;
        len = DISK_SECTOR - place % DISK_SECTOR;
        if (len > p->len - at)
            len = p->len - at;
        if (keeps || (loss == DISK_LOSES_SOME && random_below(r, 2)))
            put(&f->synced, place,
                slice_of(f->bytes.data + p->bytes + at, len));
    }
}

void
disk_recover(enum disk_loss loss, struct random *r)
{
    for (int i = 0; i < FILES; i++) {
        struct disk_file *f = &disk.files[i];
        for (size_t n = 0; n < f->pending_count; n++)
            settle(f, &f->pending[n], loss, r);
        if (!f->is_durable && f->synced.len == 0) {
            file_release(f);
            continue;
        }
        f->is_durable = true;
        forget_pending(f);
        buf_clear(&f->now);
        buf_add(&f->now, buf_slice(&f->synced));
    }
    disk.crash_at = 0;
    disk.has_crashed = false;
}
