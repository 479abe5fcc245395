/* roundtrip.c - Paho's C client subscribes and publishes at every QoS.
 * SPDX-License-Identifier: MIT
 *
 *     roundtrip URL [CAFILE [CERT KEY]]      tcp:// ssl:// ws:// wss://
 *
 * In 3.1, 3.1.1 and 5.0, from one client to another and from one to itself,
 * who gets PUBLISH and PUBACK in one go; prints "N passed, N failed". Over
 * WebSocket Paho 1.3.12 takes one packet per frame and leaves a second one in
 * its buffer until another frame comes: that is why net/ws.h has ws_set_unit. */
#include <MQTTClient.h>
#include <stdio.h>
#include <string.h>

struct peer {
    const char *url;         /* of the broker */
    const char *ca;          /* whom to trust, or NULL */
    const char *certificate; /* our own, or NULL */
    const char *key;         /* its private key, or NULL */
};

static const int versions[] = {MQTTVERSION_3_1, MQTTVERSION_3_1_1,
                               MQTTVERSION_5};
static const char *const names[] = {"3.1", "3.1.1", "5.0"};

static int
log_in(MQTTClient client, const struct peer *peer, int version)
{
    MQTTClient_SSLOptions tls = MQTTClient_SSLOptions_initializer;
    MQTTClient_connectOptions v3 = MQTTClient_connectOptions_initializer;
    MQTTClient_connectOptions v5 = MQTTClient_connectOptions_initializer5;
    MQTTClient_connectOptions options = version == MQTTVERSION_5 ? v5 : v3;
    options.MQTTVersion = version;
    options.connectTimeout = 10;
    if (peer->ca) {
        tls.trustStore = peer->ca;
        tls.keyStore = peer->certificate;
        tls.privateKey = peer->key;
        tls.verify = 1;
        options.ssl = &tls;
    }
    if (version != MQTTVERSION_5)
        return MQTTClient_connect(client, &options);
    MQTTResponse r = MQTTClient_connect5(client, &options, NULL, NULL);
    int failed = r.reasonCode;
    MQTTResponse_free(r);
    return failed;
}

/* Content Type and two User Properties, in that order. */
static void
add_properties(MQTTProperties *properties)
{
    static char type[] = "text/plain", key[] = "b", value[] = "2";
    MQTTProperty p = {.identifier = MQTTPROPERTY_CODE_CONTENT_TYPE};
    p.value.data.data = type;
    p.value.data.len = (int)strlen(type);
    MQTTProperties_add(properties, &p);
    p = (MQTTProperty){.identifier = MQTTPROPERTY_CODE_USER_PROPERTY};
    p.value.data.data = key;
    p.value.data.len = 1;
    p.value.value.data = value;
    p.value.value.len = 1;
    MQTTProperties_add(properties, &p);
}

static int
say(MQTTClient client, int version, int qos, const char *topic)
{
    MQTTClient_message m = MQTTClient_message_initializer;
    MQTTClient_deliveryToken token = 0;
    m.payload = "hello";
    m.payloadlen = 5;
    m.qos = qos;
    int failed;
    if (version == MQTTVERSION_5) {
        add_properties(&m.properties);
        MQTTResponse r = MQTTClient_publishMessage5(client, topic, &m, &token);
        failed = r.reasonCode;
        MQTTResponse_free(r);
        MQTTProperties_free(&m.properties);
    } else {
        failed = MQTTClient_publishMessage(client, topic, &m, &token);
    }
    return failed || (qos > 0 && MQTTClient_waitForCompletion(client, token,
                                                              10000));
}

static int
ask(MQTTClient client, int version, int qos, const char *filter)
{
    if (version != MQTTVERSION_5)
        return MQTTClient_subscribe(client, filter, qos);
    MQTTResponse r = MQTTClient_subscribe5(client, filter, qos, NULL, NULL);
    int failed = (int)r.reasonCode != qos;
    MQTTResponse_free(r);
    return failed;
}

/* NULL, or what is wrong. */
static const char *
hear(MQTTClient client, int version, int qos, const char *topic)
{
    MQTTClient_message *m = NULL;
    char *name = NULL;
    int len = 0;
    const char *wrong = NULL;
    int status = MQTTClient_receive(client, &name, &len, &m, 10000);
    if (status != MQTTCLIENT_SUCCESS || !m)
        return "no message came";
    if (strcmp(name, topic))
        wrong = "another topic came";
    else if (m->payloadlen != 5 || memcmp(m->payload, "hello", 5))
        wrong = "another payload came";
    else if (m->qos != qos)
        wrong = "it came with another QoS";
    else if (version == MQTTVERSION_5 &&
             (m->properties.count != 2 ||
              MQTTProperties_hasProperty(&m->properties,
                                         MQTTPROPERTY_CODE_CONTENT_TYPE) != 1))
        wrong = "it came without its properties";
    MQTTClient_freeMessage(&m);
    MQTTClient_free(name);
    return wrong;
}

/* Connected, or NULL. */
static MQTTClient
come(const struct peer *peer, int version, const char *id)
{
    MQTTClient client;
    MQTTClient_createOptions options = MQTTClient_createOptions_initializer;
    options.MQTTVersion = version;
    if (MQTTClient_createWithOptions(&client, peer->url, id,
                                     MQTTCLIENT_PERSISTENCE_NONE, NULL,
                                     &options))
        return NULL;
    if (log_in(client, peer, version))
        MQTTClient_destroy(&client); /* which makes it NULL */
    return client;
}

static void
go(MQTTClient client, int version)
{
    if (!client)
        return;
    if (version == MQTTVERSION_5)
        MQTTClient_disconnect5(client, 1000, MQTTREASONCODE_SUCCESS, NULL);
    else
        MQTTClient_disconnect(client, 1000);
    MQTTClient_destroy(&client);
}

/* NULL, or what is wrong. */
static const char *
exchange(const struct peer *peer, int version, int qos, int is_alone)
{
    char topic[64];
    const char *wrong = NULL;
    snprintf(topic, sizeof topic, "paho/%d/%d", version, qos);
    MQTTClient listener = come(peer, version, "paho-listener");
    MQTTClient speaker =
        is_alone ? listener : come(peer, version, "paho-speaker");
    if (!listener || !speaker)
        wrong = "not connected";
    else if (ask(listener, version, qos, topic))
        wrong = "not subscribed";
    else if (say(speaker, version, qos, topic))
        wrong = "not published";
    else
        wrong = hear(listener, version, qos, topic);
    go(listener, version);
    if (!is_alone)
        go(speaker, version);
    return wrong;
}

int
main(int argc, char **argv)
{
    int passed = 0, failed = 0;
    if (argc < 2) {
        fputs("usage: roundtrip URL [CAFILE [CERT KEY]]\n", stderr);
        return 2;
    }
    struct peer peer = {.url = argv[1],
                        .ca = argc > 2 ? argv[2] : NULL,
                        .certificate = argc > 4 ? argv[3] : NULL,
                        .key = argc > 4 ? argv[4] : NULL};
    for (int v = 0; v < 3; v++)
        for (int i = 0; i < 6; i++) {
            int qos = i % 3, is_alone = i / 3;
            const char *wrong = exchange(&peer, versions[v], qos, is_alone);
            if (wrong)
                printf("FAIL Paho C %s QoS %d%s: %s\n", names[v], qos,
                       is_alone ? " to itself" : "", wrong);
            wrong ? failed++ : passed++;
        }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
