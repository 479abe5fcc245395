/* store_sqlite_error_test.c - one clear error, and nothing lost, when a store
 * cannot be opened, read or written.
 * SPDX-License-Identifier: MIT */
#include "broker/store_testkit.h"

#include <sys/stat.h>

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
        "INSERT INTO session VALUES (1000, x'63', x'', 1, 0)", /* c again */
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

TEST_MAIN(a_file_that_is_no_store, a_database_of_somebody_else,
          a_layout_of_another_version, a_damaged_file, records_that_cannot_be,
          two_brokers_on_one_file, a_folder_that_is_not_there,
          a_file_that_may_only_be_read,
          a_full_disk_loses_nothing_that_was_stored)
