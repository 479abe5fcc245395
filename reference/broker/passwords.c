/* passwords.c - who may log in.
 * SPDX-License-Identifier: MIT */
#include "broker/passwords.h"

#include <stdlib.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/utf8.h"

enum {
    SALT_LEN = 16,
    HASH_LEN = 32,
    FIELDS_MAX = 7,
    LOG_N = 15, /* 32 MB and about 80 ms for each password */
    BLOCK_R = 8,
    LANES_P = 1
};

struct passwords_entry {
    struct slice user;                      /* in text */
    const struct mqtt_scram_method *method; /* NULL: scrypt */
    struct mqtt_scram_keys keys;            /* scrypt: salt, and the hash
                                               as stored_key */
    unsigned log_n, r, p;                   /* of scrypt */
};

struct passwords {
    struct buf text;                 /* owned */
    struct passwords_entry *entries; /* owned array, in order */
    size_t count, cap;
};

/* --- the file ------------------------------------------------------------- */

const char *
passwords_bad_user(struct slice user)
{
    if (user.len == 0 || user.len > PASSWORDS_NAME_MAX)
        return "a user name has 1 to 255 bytes";
    if (!utf8_valid(user))
        return "a user name is UTF-8";
    for (size_t i = 0; i < user.len; i++)
        if (user.ptr[i] < ' ' || user.ptr[i] == 0x7f || user.ptr[i] == ':')
            return "a user name has no ':' and no control characters";
    return user.ptr[0] == '#' ? "a user name does not begin with #" : NULL;
}

const char *
passwords_bad_password(struct slice password, bool for_scram)
{
    if (password.len == 0 || password.len > PASSWORDS_TEXT_MAX)
        return "a password has 1 to 1024 bytes";
    if (for_scram && !mqtt_scram_is_prepared(password))
        return "a password for SCRAM is of printable ASCII characters";
    return NULL;
}

/* Splits a line at its colons; how many fields there are. */
static size_t
split(struct slice line, struct slice fields[FIELDS_MAX + 1])
{
    size_t n = 0;
    for (;;) {
        const uint8_t *colon =
            line.len ? memchr(line.ptr, ':', line.len) : NULL;
        size_t len = colon ? (size_t)(colon - line.ptr) : line.len;
        fields[n++] = slice_first(line, len);
        if (!colon || n > FIELDS_MAX)
            return n;
        line = slice_from(line, len + 1);
    }
}

static bool
number(struct slice text, uint32_t min, uint32_t max, uint32_t *out)
{
    uint32_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || i > 7)
            return false;
        n = n * 10 + (uint32_t)(text.ptr[i] - '0');
    }
    *out = n;
    return text.len > 0 && n >= min && n <= max;
}

/* Bytes in base64, at most max; 0: they are not. */
static size_t
bytes_of(uint8_t *out, size_t max, struct slice text)
{
    struct buf bytes = {0};
    size_t len = 0;
    if (base64_decode(&bytes, text) && bytes.len <= max) {
        len = bytes.len;
        if (len > 0)
            memcpy(out, bytes.data, len);
    }
    secret_release(&bytes);
    return len;
}

static bool
parse_scrypt(struct passwords_entry *e, const struct slice *f, size_t count)
{
    uint32_t log_n, r, p;
    if (count != 7 || !number(f[2], 1, 20, &log_n) ||
        !number(f[3], 1, 32, &r) || !number(f[4], 1, 16, &p))
        return false;
    e->log_n = log_n;
    e->r = r;
    e->p = p;
    e->keys.salt_len = bytes_of(e->keys.salt, SCRAM_SALT_MAX, f[5]);
    return e->keys.salt_len > 0 &&
           bytes_of(e->keys.stored_key, HASH_LEN, f[6]) == HASH_LEN;
}

static bool
parse_scram(struct passwords_entry *e, const struct slice *f, size_t count)
{
    struct mqtt_scram_keys *k = &e->keys;
    size_t len = e->method->len;
    if (count != 6 || !number(f[2], 1, SCRAM_ITERATIONS_MAX, &k->iterations))
        return false;
    k->salt_len = bytes_of(k->salt, SCRAM_SALT_MAX, f[3]);
    return k->salt_len > 0 && bytes_of(k->stored_key, len, f[4]) == len &&
           bytes_of(k->server_key, len, f[5]) == len;
}

static int
parse_entry(struct passwords_entry *e, struct slice line, struct error *err)
{
    struct slice f[FIELDS_MAX + 1];
    size_t count = split(line, f);
    if (count < 2)
        return error_set(err, "an entry is USER:METHOD:...; "
                              "plumb-broker passwd makes them");
    const char *bad = passwords_bad_user(f[0]);
    if (bad)
        return error_set(err, "%s", bad);
    *e = (struct passwords_entry){.user = f[0]};
    e->method = mqtt_scram_method(f[1]);
    if (!e->method && !slice_is(f[1], "scrypt"))
        return error_set(err, "'%.*s' is not scrypt, SCRAM-SHA-256 or "
                              "SCRAM-SHA-512", (int)(f[1].len % 64),
                         (const char *)f[1].ptr);
    bool good = e->method ? parse_scram(e, f, count)
                          : parse_scrypt(e, f, count);
    return good ? 0
                : error_set(err, "the entry of '%.*s' is damaged; plumb-broker "
                                 "passwd makes a new one", SLICE_ARG(e->user));
}

static const struct passwords_entry *
find(const struct passwords *p, const struct mqtt_scram_method *method,
     struct slice user)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct passwords_entry *e = &p->entries[i];
        if (e->method == method &&
            (user.len == 0 || slice_equal(e->user, user)))
            return e;
    }
    return NULL;
}

static int
add_line(struct passwords *p, struct slice line, struct error *err)
{
    struct passwords_entry e;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    if (line.len == 0 || line.ptr[0] == '#')
        return 0;
    if (parse_entry(&e, line, err) < 0)
        return -1;
    if (find(p, e.method, e.user))
        return error_set(err, "'%.*s' has two entries of this kind",
                         SLICE_ARG(e.user));
    p->entries = xgrow(p->entries, &p->cap, p->count + 1, sizeof e);
    p->entries[p->count++] = e;
    return 0;
}

/* The next line without its end; false when there is none. */
static bool
next_line(struct slice *rest, struct slice *line)
{
    if (rest->len == 0)
        return false;
    const uint8_t *end = memchr(rest->ptr, '\n', rest->len);
    size_t n = end ? (size_t)(end - rest->ptr) : rest->len;
    *line = slice_first(*rest, n);
    *rest = slice_from(*rest, n + 1);
    return true;
}

struct passwords *
passwords_parse(struct slice text, const char *name, struct error *err)
{
    struct passwords *p = xcalloc(1, sizeof *p);
    size_t number_of_line = 0;
    struct slice line;
    buf_add(&p->text, text);
    struct slice rest = buf_slice(&p->text);
    while (next_line(&rest, &line)) {
        number_of_line++;
        if (add_line(p, line, err) < 0) {
            error_prefix(err, "%s:%zu", name, number_of_line);
            passwords_free(p);
            return NULL;
        }
    }
    return p;
}

struct passwords *
passwords_load(const char *path, struct error *err)
{
    struct buf text = {0};
    struct passwords *p = NULL;
    if (file_read(&text, path, err) == 0)
        p = passwords_parse(buf_slice(&text), path, err);
    secret_release(&text);
    return p;
}

void
passwords_free(struct passwords *p)
{
    if (!p)
        return;
    secret_release(&p->text);
    if (p->entries)
        secret_wipe(p->entries, p->cap * sizeof *p->entries);
    free(p->entries);
    free(p);
}

/* --- who is it ------------------------------------------------------------ */

/* Nobody's entry: what it costs to find out that a name does not exist. */
static const struct passwords_entry nobody = {
    .log_n = LOG_N, .r = BLOCK_R, .p = LANES_P,
    .keys = {.salt_len = SALT_LEN}};

bool
passwords_verify(const struct passwords *p, struct slice user,
                 struct slice password)
{
    uint8_t hash[HASH_LEN];
    const struct passwords_entry *e =
        user.len > 0 ? find(p, NULL, user) : NULL;
    bool is_known = e != NULL && password.len <= PASSWORDS_TEXT_MAX;
    if (!e) /* what the others cost, if their numbers are not ours */
        e = p->count > 0 && !p->entries[0].method ? &p->entries[0] : &nobody;
    bool is_right =
        digest_scrypt(slice_first(password, PASSWORDS_TEXT_MAX),
                      slice_of(e->keys.salt, e->keys.salt_len), e->log_n,
                      e->r, e->p, hash, sizeof hash) &&
        secret_equal(hash, e->keys.stored_key, HASH_LEN);
    secret_wipe(hash, sizeof hash);
    return is_known && is_right;
}

const struct mqtt_scram_keys *
passwords_scram(const struct passwords *p, const struct mqtt_scram_method *m,
                struct slice user)
{
    const struct passwords_entry *e = find(p, m, user);
    return e ? &e->keys : NULL;
}

/* --- changing a file ------------------------------------------------------ */

static void
add_bytes(struct buf *out, const uint8_t *bytes, size_t len)
{
    buf_add_byte(out, ':');
    base64_encode(out, slice_of(bytes, len));
}

static void
add_scrypt(struct buf *out, struct slice user, struct slice password)
{
    uint8_t salt[SALT_LEN], hash[HASH_LEN];
    random_secret(salt, sizeof salt);
    if (!digest_scrypt(password, slice_of(salt, sizeof salt), LOG_N, BLOCK_R,
                       LANES_P, hash, sizeof hash))
        BUG("the digest library refused to work");
    buf_add(out, user);
    buf_printf(out, ":scrypt:%d:%d:%d", LOG_N, BLOCK_R, LANES_P);
    add_bytes(out, salt, sizeof salt);
    add_bytes(out, hash, sizeof hash);
    buf_add_byte(out, '\n');
}

static void
add_scram(struct buf *out, struct slice user, struct slice password,
          const struct mqtt_scram_method *m, uint32_t iterations)
{
    struct mqtt_scram_keys keys = {.iterations = iterations,
                                   .salt_len = SALT_LEN};
    random_secret(keys.salt, keys.salt_len);
    mqtt_scram_derive(&keys, m, password);
    buf_add(out, user);
    buf_printf(out, ":%s:%u", m->name, (unsigned)iterations);
    add_bytes(out, keys.salt, keys.salt_len);
    add_bytes(out, keys.stored_key, m->len);
    add_bytes(out, keys.server_key, m->len);
    buf_add_byte(out, '\n');
    secret_wipe(&keys, sizeof keys);
}

void
passwords_add(struct buf *out, struct slice user, struct slice password,
              uint32_t iterations)
{
    const struct mqtt_scram_method *m;
    add_scrypt(out, user, password);
    for (size_t i = 0; iterations > 0 && (m = mqtt_scram_method_at(i)); i++)
        add_scram(out, user, password, m, iterations);
}

size_t
passwords_without(struct buf *out, struct slice text, struct slice user)
{
    struct slice line, fields[FIELDS_MAX + 1];
    size_t found = 0;
    while (next_line(&text, &line)) {
        if (split(line, fields) > 1 && slice_equal(fields[0], user)) {
            found++;
            continue;
        }
        buf_add(out, line);
        buf_add_byte(out, '\n');
    }
    return found;
}
