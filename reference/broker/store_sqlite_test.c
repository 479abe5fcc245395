/* store_sqlite_test.c - what was committed is there after a crash, and only one
 * clear error when that cannot be.
 * SPDX-License-Identifier: MIT
 *
 * A crash is a broker that is thrown away after a commit. The next one begins
 * with another clock, so that only wall time can tell it what is due.        */
#include <sys/stat.h>
#include <unistd.h>

#include "broker/store_sqlite.h"
#include "broker/store_sqlite_state.h"
#include "broker/subtree.h"
#include "broker/testkit.h"

static struct kit k;
static struct store *store;
static struct store_sqlite_options options;
static char folder[64], path[96];
static uint64_t wall_ms;

static void
open_store(void)
{
    struct error err;
    store = store_sqlite_open(path, &options, &err);
    ck_assert_msg(store != NULL, "%s", err.text);
    ck_assert_msg(broker_use_store(kit_broker(&k), store, wall_ms, &err) == 0,
                  "%s", err.text);
    kit_pump(&k);
}

static void
begin(void)
{
    strcpy(folder, "/tmp/store_test.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store", folder);
    options = (struct store_sqlite_options){0};
    wall_ms = 1700000000000;
    kit_begin(&k);
    open_store();
}

static int
commit(struct error *err)
{
    return broker_commit(k.broker, wall_ms, err);
}

/* The broker is killed after the turn; down for so long. */
static void
kill_broker(uint64_t down_ms)
{
    struct error err = {""};
    ck_assert_msg(commit(&err) == 0, "%s", err.text);
    broker_free(k.broker);
    store->call->close(store);
    store = NULL;
    k.broker = NULL;
    for (size_t i = 0; i < k.conn_count; i++)
        k.conns[i].conn = NULL;
    wall_ms += down_ms;
    k.now_ms = 7;
}

static void
restart(uint64_t down_ms)
{
    kill_broker(down_ms);
    open_store();
}

static void
pass(uint64_t ms)
{
    kit_advance(&k, ms);
    wall_ms += ms;
}

static void
end(void)
{
    kit_end(&k);
    if (store)
        store->call->close(store);
    char name[128];
    static const char *const endings[] = {"", "-wal", "-journal", "-shm"};
    for (size_t i = 0; i < TEST_COUNT(endings); i++) {
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        unlink(name);
    }
    rmdir(folder);
}

static sqlite3 *
db(void)
{
    return ((struct store_sqlite *)store)->db;
}

static void
sql(const char *text)
{
    ck_assert_int_eq(sqlite3_exec(db(), text, NULL, NULL, NULL), SQLITE_OK);
}

static int
count(const char *table)
{
    sqlite3_stmt *row;
    char text[80];
    snprintf(text, sizeof text, "SELECT count(*) FROM %s", table);
    ck_assert_int_eq(sqlite3_prepare_v2(db(), text, -1, &row, NULL),
                     SQLITE_OK);
    sqlite3_step(row);
    int n = sqlite3_column_int(row, 0);
    sqlite3_finalize(row);
    return n;
}

/* No record is left behind. */
static void
expect_empty(void)
{
    static const char *const tables[] = {"message",   "session",  "subscription",
                                         "delivery",  "receiving", "retained",
                                         "will"};
    for (size_t i = 0; i < TEST_COUNT(tables); i++)
        ck_assert_msg(count(tables[i]) == 0, "%s has %d rows", tables[i],
                      count(tables[i]));
}

static struct kit_conn *
client(const char *words)
{
    return kit_client(&k, MQTT_50, words);
}

static struct kit_conn *
back(const char *words)
{
    return kit_client_session(&k, MQTT_50, words, true);
}

#define FOR_EVER " session_expiry_interval=4294967295"

/* --- each kind ------------------------------------------------------------ */

START_TEST(subscriptions_with_all_options)
{
    begin();
    struct kit_conn *c = client("client_id=c user_name=eve" FOR_EVER);
    kit_subscribe(c, "filter=a/+ qos=2 no_local=1 retain_as_published=1 "
                     "subscription_identifier=268435455");
    kit_subscribe(c, "filter=gone");
    kit_subscribe(c, "filter=$share/s/b qos=1");
    kit_send(c, "UNSUBSCRIBE packet_id=1 filter=gone");
    restart(0);
    struct session *s = kit_session(&k, "c");
    ck_assert(slice_is(buf_slice(&s->user_name), "eve"));
    ck_assert_uint_eq(s->by_filter.count, 2);
    const struct subscription *sub = subtree_find(s, slice_str("a/+"));
    ck_assert(sub->qos == 2 && sub->no_local && sub->retain_as_published &&
              sub->id == 268435455 && !sub->share);
    sub = subtree_find(s, slice_str("$share/s/b"));
    ck_assert(sub->qos == 1 && !sub->no_local && !sub->retain_as_published &&
              sub->id == 0 && sub->share);
    kit_client_session(&k, MQTT_50, "client_id=c clean_start=1", false);
    restart(0); /* it was begun anew, and ended with its connection */
    ck_assert_ptr_null(kit_session(&k, "c"));
    expect_empty();
    end();
}
END_TEST

START_TEST(messages_in_flight_and_waiting) /* [MQTT-4.4.0-1] */
{
    begin();
    struct kit_conn *c = client("client_id=c receive_maximum=3" FOR_EVER);
    kit_subscribe(c, "filter=# qos=2 subscription_identifier=5");
    kit_subscribe(c, "filter=t/# qos=2 subscription_identifier=6");
    struct kit_conn *p = client("client_id=p");
    kit_send(p, "PUBLISH topic=t/1 qos=1 packet_id=1 payload=1");
    kit_send(p, "PUBLISH topic=t/2 qos=2 packet_id=2 payload=2 content_type=x");
    kit_send(p, "PUBLISH topic=t/3 qos=2 packet_id=3 payload=3");
    kit_send(p, "PUBLISH topic=4 qos=1 packet_id=4 payload=4");
    kit_send(c, "PUBREC packet_id=3");
    restart(1000);
    c = back("client_id=c" FOR_EVER);
    kit_expect(c, "PUBLISH dup=1 qos=1 topic='t/1' packet_id=1 "
                  "subscription_identifier=5 subscription_identifier=6 "
                  "payload='1'");
    kit_expect(c, "PUBLISH dup=1 qos=2 topic='t/2' packet_id=2 "
                  "content_type='x' subscription_identifier=5 "
                  "subscription_identifier=6 payload='2'");
    kit_expect(c, "PUBREL packet_id=3");
    kit_expect(c, "PUBLISH qos=1 topic='4' packet_id=4 "
                  "subscription_identifier=5 payload='4'");
    kit_send(c, "PUBACK packet_id=1");
    kit_send(c, "PUBREC packet_id=2");
    kit_expect(c, "PUBREL packet_id=2");
    kit_send(c, "PUBCOMP packet_id=2");
    kit_send(c, "PUBCOMP packet_id=3");
    kit_send(c, "PUBACK packet_id=4");
    kit_silent(c);
    kit_send(c, "DISCONNECT session_expiry_interval=0");
    restart(0);
    expect_empty();
    end();
}
END_TEST

START_TEST(identifiers_of_the_client) /* [MQTT-4.3.3-10] */
{
    begin();
    struct kit_conn *p = client("client_id=p" FOR_EVER);
    struct kit_conn *c = client("client_id=c" FOR_EVER);
    kit_subscribe(c, "filter=#");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=7 payload=1");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=8 payload=2");
    kit_send(p, "PUBREL packet_id=8");
    restart(0);
    p = back("client_id=p" FOR_EVER);
    c = back("client_id=c" FOR_EVER);
    kit_send(p, "PUBLISH dup=1 topic=t qos=2 packet_id=7 payload=1");
    kit_expect(p, "PUBREC packet_id=7");
    kit_silent(c); /* it was delivered before */
    kit_send(p, "PUBREL packet_id=7");
    kit_expect(p, "PUBCOMP packet_id=7");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=8 payload=3");
    kit_expect(c, "PUBLISH topic='t' payload='3'");
    end();
}
END_TEST

START_TEST(messages_held_until_pubrel)
{
    begin();
    k.broker->config.variant.qos2_delivery = QOS2_ON_PUBREL;
    struct kit_conn *p = client("client_id=p" FOR_EVER);
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=7 payload=1 retain=1");
    ck_assert_int_eq(count("message"), 1);
    restart(0);
    k.broker->config.variant.qos2_delivery = QOS2_ON_PUBREL;
    ck_assert_int_eq(count("retained"), 0);
    p = back("client_id=p");
    kit_send(p, "PUBREL packet_id=7");
    ck_assert_int_eq(count("retained"), 1);
    end();
}
END_TEST

START_TEST(retained_messages_and_their_expiry) /* [MQTT-3.3.2-6] */
{
    begin();
    struct kit_conn *p = client("client_id=p");
    kit_send(p, "PUBLISH topic=a retain=1 payload=old");
    kit_send(p, "PUBLISH topic=a retain=1 payload=new qos=1 packet_id=1");
    kit_send(p, "PUBLISH topic=b retain=1 payload=x");
    kit_send(p, "PUBLISH topic=b retain=1");
    kit_send(p, "PUBLISH topic=c retain=1 payload=x "
                "message_expiry_interval=100");
    kit_send(p, "PUBLISH topic=d retain=1 payload=x "
                "message_expiry_interval=40");
    pass(10000);
    restart(30000);
    pass(5000);
    struct kit_conn *c = client("client_id=c");
    kit_subscribe(c, "filter=a qos=2");
    kit_expect(c, "PUBLISH qos=1 retain=1 topic='a' packet_id=1 "
                  "payload='new'");
    kit_subscribe(c, "filter=c");
    kit_expect(c, "PUBLISH retain=1 topic='c' message_expiry_interval=55 "
                  "payload='x'");
    kit_subscribe(c, "filter=d");
    kit_subscribe(c, "filter=b");
    kit_silent(c);
    ck_assert_int_eq(count("message"), 3); /* d is not looked for yet */
    end();
}
END_TEST

START_TEST(a_message_to_many_is_stored_once)
{
    begin();
    for (int i = 0; i < 10; i++) {
        char words[64];
        snprintf(words, sizeof words, "client_id=c%d" FOR_EVER, i);
        struct kit_conn *c = client(words);
        kit_subscribe(c, "filter=# qos=1");
        if (i % 2)
            kit_cut(c);
    }
    struct kit_conn *p = client("client_id=p");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1 payload=1 retain=1");
    ck_assert_int_eq(count("message"), 1);
    ck_assert_int_eq(count("delivery"), 10);
    restart(0);
    for (int i = 0; i < 10; i++) {
        char words[64];
        snprintf(words, sizeof words, "client_id=c%d", i);
        struct kit_conn *c = back(words);
        kit_expect_words(c, "PUBLISH payload='1'");
        kit_send(c, "PUBACK packet_id=1");
        kit_send(c, "DISCONNECT");
    }
    ck_assert_int_eq(count("message"), 1); /* retained */
    ck_assert_int_eq(count("session"), 0);
    end();
}
END_TEST

START_TEST(qos0_is_kept_when_asked_for)
{
    begin();
    k.broker->config.queue_qos0_offline = true;
    struct kit_conn *c = client("client_id=c" FOR_EVER);
    kit_subscribe(c, "filter=#");
    kit_cut(c);
    struct kit_conn *p = client("client_id=p");
    kit_send(p, "PUBLISH topic=t payload=1");
    restart(0);
    c = back("client_id=c" FOR_EVER);
    kit_expect(c, "PUBLISH topic='t' payload='1'");
    ck_assert_int_eq(count("delivery"), 0);
    end();
}
END_TEST

/* --- deadlines ------------------------------------------------------------ */

START_TEST(sessions_expire_by_the_wall) /* [MQTT-4.1.0-2] */
{
    begin();
    kit_cut(client("client_id=short session_expiry_interval=50"));
    kit_cut(client("client_id=long session_expiry_interval=70"));
    client("client_id=there session_expiry_interval=20");
    kit_cut(client("client_id=ever" FOR_EVER));
    client("client_id=none");
    pass(10000);
    restart(45000);
    ck_assert_ptr_null(kit_session(&k, "short"));
    ck_assert_ptr_null(kit_session(&k, "none"));
    ck_assert_ptr_nonnull(kit_session(&k, "ever"));
    pass(14999);
    ck_assert_ptr_nonnull(kit_session(&k, "long"));
    pass(1);
    ck_assert_ptr_null(kit_session(&k, "long"));
    /* The connection of this one was lost when the server came back. */
    pass(4999);
    ck_assert_ptr_nonnull(kit_session(&k, "there"));
    restart(0); /* and another crash does not put that off */
    pass(1);
    ck_assert_ptr_null(kit_session(&k, "there"));
    end();
}
END_TEST

START_TEST(wills_go_out_when_they_must) /* [MQTT-3.1.2-8] */
{
    begin();
    struct kit_conn *c = client("client_id=c" FOR_EVER);
    kit_subscribe(c, "filter=# qos=1");
#define WILL " will_flag=1 will_qos=1 will_payload=x will_topic="
    client("client_id=now" WILL "now");
    client("client_id=later session_expiry_interval=99 "
           "will.will_delay_interval=10" WILL "later");
    kit_cut(client("client_id=begun session_expiry_interval=99 "
                   "will.will_delay_interval=10" WILL "begun"));
    client("client_id=ended session_expiry_interval=5 "
           "will.will_delay_interval=10" WILL "ended");
    struct kit_conn *good = client("client_id=good" WILL "good");
    kit_send(good, "DISCONNECT");
    pass(3000);
    restart(4000);
    c = back("client_id=c" FOR_EVER);
    kit_expect_words(c, "PUBLISH topic='now'");
    kit_silent(c);
    pass(2999);
    kit_silent(c);
    pass(1);
    kit_expect_words(c, "PUBLISH topic='begun'"); /* 3 + 4 + 3 seconds */
    pass(2000);
    kit_expect_words(c, "PUBLISH topic='ended'"); /* with its session */
    restart(0);
    c = back("client_id=c" FOR_EVER);
    for (int i = 0; i < 3; i++)
        kit_expect_words(c, "PUBLISH dup=1");
    pass(4999);
    kit_silent(c);
    pass(1);
    kit_expect_words(c, "PUBLISH topic='later'");
    ck_assert_int_eq(count("will"), 0);
    end();
}
END_TEST

START_TEST(a_will_is_dropped_when_its_client_is_back) /* [MQTT-3.1.3-9] */
{
    begin();
    struct kit_conn *c = client("client_id=c" FOR_EVER);
    kit_subscribe(c, "filter=# qos=1");
    client("client_id=w session_expiry_interval=99 "
           "will.will_delay_interval=10" WILL "w");
    restart(4000);
    back("client_id=w session_expiry_interval=99");
    c = back("client_id=c" FOR_EVER);
    pass(20000);
    kit_silent(c);
    ck_assert_int_eq(count("message"), 0);
    end();
}
END_TEST

/* --- what can go wrong ---------------------------------------------------- */

/* Opening it, or loading from it, fails and says this. */
static void
expect_error(const char *words)
{
    struct error err = {""};
    kit_broker(&k);
    store = store_sqlite_open(path, &options, &err);
    int result = store ? broker_use_store(k.broker, store, wall_ms, &err) : -1;
    ck_assert_int_eq(result, -1);
    ck_assert_msg(strstr(err.text, words) && strstr(err.text, path),
                  "'%s' is not in: %s", words, err.text);
    if (store)
        store->call->close(store);
    store = NULL;
    broker_free(k.broker);
    k.broker = NULL;
}

static void
write_file(const char *bytes, size_t len, long at)
{
    FILE *f = fopen(path, at < 0 ? "w" : "r+");
    ck_assert_ptr_nonnull(f);
    fseek(f, at < 0 ? 0 : at, SEEK_SET);
    ck_assert_uint_eq(fwrite(bytes, 1, len, f), len);
    fclose(f);
}

START_TEST(a_file_that_is_no_store)
{
    begin();
    kill_broker(0);
    write_file("this is a letter, and not a short one either, my dear", 53,
               -1);
    expect_error("no store");
    end();
}
END_TEST

START_TEST(a_database_of_somebody_else)
{
    begin();
    sql("PRAGMA application_id = 5");
    kill_broker(0);
    expect_error("another program");
    end();
}
END_TEST

START_TEST(a_layout_of_another_version)
{
    begin();
    sql("PRAGMA user_version = 99");
    kill_broker(0);
    expect_error("layout 99");
    end();
}
END_TEST

START_TEST(a_damaged_file)
{
    begin();
    struct kit_conn *p = client("client_id=p");
    char rubbish[4096];
    memset(rubbish, 0xa5, sizeof rubbish);
    for (int i = 0; i < 200; i++) {
        char text[64];
        snprintf(text, sizeof text, "PUBLISH topic=t/%d retain=1 payload=x",
                 i);
        kit_send(p, text);
    }
    kill_broker(0);
    write_file(rubbish, sizeof rubbish, 4096);
    expect_error("damaged");
    end();
}
END_TEST

START_TEST(records_that_cannot_be)
{
    static const char *const rows[] = {
        "UPDATE delivery SET session = 999",
        "UPDATE delivery SET message = 999",
        "UPDATE delivery SET message = NULL",
        "UPDATE delivery SET packet_id = 0",
        "UPDATE delivery SET state = 77",
        "UPDATE delivery SET qos = 3",
        "UPDATE message SET topic = x'2b'",
        "UPDATE message SET qos = 9",
        "UPDATE subscription SET filter = x'612b'",
        "UPDATE subscription SET session = 999",
        "UPDATE session SET expiry_interval = 0",
        "UPDATE will SET message = 999",
        "UPDATE retained SET message = 999",
        "UPDATE receiving SET packet_id = 0",
        "UPDATE receiving SET session = 999",
        "INSERT INTO session SELECT id + 1000, client_id, user_name,"
        " expiry_interval, ends_at_ms FROM session",
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        begin();
        struct kit_conn *c = client("client_id=c" FOR_EVER WILL "w");
        kit_subscribe(c, "filter=# qos=2");
        kit_send(c, "PUBLISH topic=t retain=1 qos=2 packet_id=1 payload=1");
        struct error err;
        ck_assert_int_eq(commit(&err), 0);
        sql(rows[i]);
        kill_broker(0);
        expect_error("damaged");
        end();
    }
}
END_TEST

START_TEST(two_brokers_on_one_file)
{
    struct error err;
    begin();
    ck_assert_ptr_null(store_sqlite_open(path, NULL, &err));
    ck_assert_msg(strstr(err.text, "in use by another broker"), "%s",
                  err.text);
    end();
}
END_TEST

START_TEST(a_folder_that_is_not_there)
{
    begin();
    kill_broker(0);
    strcat(path, "/in/no/folder");
    expect_error("cannot be opened");
    *strstr(path, "/in/no") = '\0';
    end();
}
END_TEST

START_TEST(a_file_that_may_only_be_read)
{
    begin();
    kill_broker(0);
    chmod(path, 0444);
    chmod(folder, 0555);
    if (access(path, W_OK) != 0) /* root may write all the same */
        expect_error("cannot be written");
    chmod(folder, 0755);
    end();
}
END_TEST

START_TEST(a_full_disk_loses_nothing_that_was_stored)
{
    struct error err = {""};
    char text[600];
    int stored = 0;
    begin();
    kill_broker(0);
    options.maximum_pages = 30;
    open_store();
    struct kit_conn *p = client("client_id=p");
    while (commit(&err) == 0 && stored < 1000) {
        snprintf(text, sizeof text, "PUBLISH topic=t/%d retain=1 payload=%0500d",
                 stored++, 0);
        kit_send(p, text);
    }
    ck_assert_int_gt(stored, 20);
    ck_assert_int_lt(stored, 1000);
    ck_assert_msg(strstr(err.text, "the disk is full"), "%s", err.text);
    /* It takes nothing any more, though there may be room now. */
    kit_send(p, "PUBLISH topic=t/1 retain=1");
    ck_assert_int_eq(commit(&err), -1);
    broker_free(k.broker);
    store->call->close(store);
    k.broker = NULL;
    options.maximum_pages = 0;
    open_store();
    ck_assert_int_eq(count("retained"), stored - 1);
    ck_assert_uint_eq(k.broker->retained_count, (size_t)stored - 1);
    for (size_t i = 0; i < k.conn_count; i++)
        k.conns[i].conn = NULL;
    end();
}
END_TEST

TEST_MAIN(subscriptions_with_all_options, messages_in_flight_and_waiting,
          identifiers_of_the_client, messages_held_until_pubrel,
          retained_messages_and_their_expiry, a_message_to_many_is_stored_once,
          qos0_is_kept_when_asked_for, sessions_expire_by_the_wall,
          wills_go_out_when_they_must,
          a_will_is_dropped_when_its_client_is_back, a_file_that_is_no_store,
          a_database_of_somebody_else, a_layout_of_another_version,
          a_damaged_file, records_that_cannot_be, two_brokers_on_one_file,
          a_folder_that_is_not_there, a_file_that_may_only_be_read,
          a_full_disk_loses_nothing_that_was_stored)
