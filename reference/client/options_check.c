/* options_check.c - what only makes sense together, and what follows from it.
 * SPDX-License-Identifier: MIT */
#include "client/option_value.h"
#include "client/options.h"
#include "mqtt/property.h"
#include "mqtt/scram.h"

/* Does the command line speak of TLS? */
static bool
wants_tls(const struct options *o)
{
    const struct tls_config *t = &o->tls;
    return t->ca || t->certificate || t->key || t->alpn || t->is_insecure;
}

static int
check_tls(const struct options *o, struct error *err)
{
    if (wants_tls(o) && !uri_is_tls(&o->where))
        return error_set(err, "--url: --cafile, --cert, --key, --insecure and "
                              "--tls-alpn need mqtts:// or wss://");
    if (!o->tls.certificate != !o->tls.key)
        return error_set(err, "--cert and --key go together");
    return 0;
}

static int
complete_where(struct options *o, struct error *err)
{
    if (o->has_url && (o->host || o->port))
        return error_set(err, "either --url or -h and -p");
    if (!o->has_url) {
        bool is_tls = wants_tls(o);
        o->where = (struct uri){.scheme = is_tls ? URI_MQTTS : URI_MQTT};
        o->where.port = o->port ? o->port : is_tls ? 8883 : 1883;
        if (o->host && strlen(o->host) >= sizeof o->where.host)
            return error_set(err, "-h: longer than any host name");
        strcpy(o->where.host, o->host ? o->host : "127.0.0.1");
    }
    if (!uri_is_websocket(&o->where) && o->where.path.len > 1)
        return error_set(err, "--url: %s:// takes no path; name the topic "
                              "with -t", uri_scheme_name(o->where.scheme));
    if (o->where.has_user && !o->user)
        o->user = buf_cstr(&o->where.user);
    if (o->where.has_password && !o->password)
        o->password = buf_cstr(&o->where.password);
    return 0;
}

static int
complete_session(struct options *o, struct error *err)
{
    struct buf *connect = &o->properties[MQTT_CONNECT];
    struct mqtt_property unused;
    if (o->keeps_session && !o->id)
        return error_set(err, "-c needs -i: a session is kept under a Client "
                              "Identifier");
    if (o->auth_method && (o->version != MQTT_50 || !o->user || !o->password ||
                           !mqtt_scram_is_prepared(slice_str(o->user))))
        return error_set(err, "--auth-method needs MQTT 5, -u (printable "
                              "ASCII) and -P or --password-file");
    if (o->version != MQTT_50 && o->password && !o->user)
        return error_set(err, "-P needs -u before MQTT 5 [MQTT311-3.1.2-22]");
    if (o->version == MQTT_31 && (!o->id || !*o->id || strlen(o->id) > 23))
        return error_set(err, "MQTT 3.1 needs -i with 1 to 23 characters");
    if (o->keeps_session && o->version == MQTT_50 &&
        !mqtt_property_find(buf_slice(connect),
                            MQTT_P_session_expiry_interval, &unused))
        mqtt_property_add_number(connect, MQTT_P_session_expiry_interval,
                                 UINT32_MAX);
    return 0;
}

static int
check_v5(const struct options *o, struct error *err)
{
    if (o->version == MQTT_50)
        return 0;
    for (size_t i = 0; i <= MQTT_TYPES; i++)
        if (o->properties[i].len > 0)
            return error_set(err, "-D and -x need MQTT 5, not %s",
                             mqtt_version_name(o->version));
    if (o->no_local || o->as_published || o->retain_handling)
        return error_set(err, "--no-local, --retain-as-published and "
                              "--retain-handling need MQTT 5, not %s",
                         mqtt_version_name(o->version));
    return 0;
}

static int
check_will(const struct options *o, struct error *err)
{
    if (!o->will_topic && (o->will_payload || o->will_qos || o->will_retain ||
                           o->properties[MQTT_WILL].len > 0))
        return error_set(err, "a will needs --will-topic");
    if (o->will_topic && value_check_name(o->will_topic, err))
        return error_prefix(err, "--will-topic");
    if (o->will_payload && value_check_len(strlen(o->will_payload), err))
        return error_prefix(err, "--will-payload");
    return 0;
}

static int
check_command(const struct options *o, struct error *err)
{
    struct mqtt_property alias;
    if (o->command & (CMD_REQUEST | CMD_RESPOND) && o->version != MQTT_50)
        return error_set(err, "requests and answers need MQTT 5, not %s",
                         mqtt_version_name(o->version));
    if (o->run && o->source != SOURCE_NONE)
        return error_set(err, "only one of -m and --run");
    if (o->format && o->shape != SHAPE_TEXT)
        return error_set(err, "only one of -F and --output");
    if (o->command & CMD_LISTENS) {
        if (o->topics.count + o->leaves.count == 0)
            return error_set(err, "nothing to subscribe to: -t FILTER");
        return 0;
    }
    if (o->topics.count != 1)
        return error_set(err, "exactly one -t TOPIC says where to publish");
    if (!*o->topics.list[0] &&
        !mqtt_property_find(buf_slice(&o->properties[MQTT_PUBLISH]),
                            MQTT_P_topic_alias, &alias))
        return error_set(err, "-t: an empty topic");
    if (o->source == SOURCE_NONE)
        return error_set(err, "nothing to publish: one of -m, -n, -f, -s, -l");
    if (o->repeat > 1 && o->source == SOURCE_LINES)
        return error_set(err, "--repeat and -l do not go together");
    return 0;
}

/* So that the broker may say where answers can go [MQTT-3.1.2-28]. */
static void
ask_for_response_information(struct options *o)
{
    struct buf *connect = &o->properties[MQTT_CONNECT];
    struct mqtt_property given;
    if (o->command == CMD_REQUEST && o->version == MQTT_50 &&
        !o->response_topic &&
        !mqtt_property_find(buf_slice(connect),
                            MQTT_P_request_response_information, &given))
        mqtt_property_add_number(connect, MQTT_P_request_response_information,
                                 1);
}

int
options_check(struct options *o, struct error *err)
{
    if (complete_where(o, err) || check_tls(o, err) ||
        complete_session(o, err) || check_v5(o, err) || check_will(o, err))
        return -1;
    ask_for_response_information(o);
    return check_command(o, err);
}
