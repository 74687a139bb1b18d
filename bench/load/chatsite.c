/* The site itself: see docs/protocol.md. Objects are found by their `"type":"`, which cannot stand within a string. */
#define _GNU_SOURCE
#include "clock.h"
#include "crowd.h"
#include "network.h"
#include "news.h"
#include "protocol.h"
#include "tally.h"
#include "websocket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE "\"type\":\""
/* An eighth of the window; the contract asks for a quarter at the latest. */
#define REPORT_AFTER (64 * 1024)

struct part {
    const char *bytes, *end;
};

static void take(struct connection *connection, struct part object);
static void welcome(struct connection *connection, struct part object);
static void events(struct connection *connection, struct part object);
static void delta(struct connection *connection, struct part object);
static void acknowledged(struct connection *connection);
static void refused(struct connection *connection, struct part object);
static void move(struct connection *connection, uint64_t before, uint64_t to);
static bool of_its_room(const struct connection *connection, struct part object);
static bool is(struct part object, const char *type);
static const char *after(struct part part, const char *key);
static uint64_t number(struct part part, const char *key);
static void report(struct connection *connection);

static void address(struct connection *connection, char *address, size_t size) {
    (void)connection;
    snprintf(address, size, "%s", load.options.path);
}

static void opened(struct connection *connection) {
    char cursor[100] = "";
    if (connection->resumes)
        snprintf(cursor, sizeof cursor, "\"%s\":%llu", connection->person->room->id,
                 (unsigned long long)connection->cursor);
    websocket_say(connection, "{\"type\":\"hello\",\"ref\":\"hello\",\"cursors\":{%s}}", cursor);
}

static void post(struct connection *connection, const char *body) {
    static unsigned long long first, count;
    if (!first) first = (unsigned long long)time(NULL) << 20 | ((unsigned long long)now_us() & 0xfffff);
    websocket_say(connection, "{\"type\":\"post\",\"ref\":\"%llx-%llx\",\"room\":%s,\"text\":\"%s\"}", first, count++,
                  connection->person->room->id, body);
}

static void received(struct connection *connection, const char *text, size_t length) {
    struct part frame = {text, text + length};
    const char *object = after(frame, TYPE);
    while (object) {
        const char *next = after((struct part){object, frame.end}, TYPE);
        take(connection, (struct part){object, next ? next : frame.end});
        object = next;
    }
    if (connection->sampled) tally_seen(connection, text, length);
    report(connection);
}

static void take(struct connection *connection, struct part object) {
    if (is(object, "heartbeat")) return;
    news_arrived();
    if (is(object, "events")) events(connection, object);
    else if (is(object, "ok")) acknowledged(connection);
    else if (is(object, "delta")) delta(connection, object);
    else if (is(object, "welcome")) welcome(connection, object);
    else if (is(object, "error")) refused(connection, object);
}

/* A connection that resumes keeps its cursor, the others start at the room's clock. */
static void welcome(struct connection *connection, struct part object) {
    if (connection->resumes) return;
    char key[100];
    snprintf(key, sizeof key, "{\"id\":%s,\"kind\":", connection->person->room->id);
    const char *room = after(object, key);
    if (!room) give_up("a person is not in the room of its line", connection->person->user);
    connection->cursor = number((struct part){room, object.end}, "\"clock\":");
}

static void events(struct connection *connection, struct part object) {
    if (!of_its_room(connection, object)) return;
    uint64_t first = number(object, "\"first\":"), last = number(object, "\"last\":");
    move(connection, first - 1, last);
    tally.deliveries += last - first + 1;
}

static void delta(struct connection *connection, struct part object) {
    if (!of_its_room(connection, object)) return;
    bool more = after(object, "\"more\":true");
    uint64_t last = number(object, "\"clock\":");
    const char *change = object.bytes;
    while ((change = after((struct part){change, object.end}, "{\"tick\":"))) {
        tally.deliveries++;
        if (more) last = strtoull(change, NULL, 10);
    }
    move(connection, number(object, "\"since\":"), last);
    if (!more && connection->resumes) news_resumed(connection);
}

static void acknowledged(struct connection *connection) {
    if (connection->state == GREETING) {
        crowd_joined(connection);
        return;
    }
    connection->waiting--;
    tally.acknowledged++;
}

static void refused(struct connection *connection, struct part object) {
    if (connection->state == GREETING) give_up("the greeting was refused", object.bytes);
    connection->waiting--;
    tally.refused++;
    tally_error(object.bytes, (size_t)(object.end - object.bytes));
}

static void move(struct connection *connection, uint64_t before, uint64_t to) {
    if (before != connection->cursor) {
        char text[150];
        int length = snprintf(text, sizeof text, "gap: after tick %llu came %llu",
                              (unsigned long long)connection->cursor, (unsigned long long)before + 1);
        tally.gaps++;
        tally_error(text, (size_t)length);
    }
    connection->cursor = to;
}

static bool of_its_room(const struct connection *connection, struct part object) {
    const char *id = after(object, "\"room\":"), *expected = connection->person->room->id;
    size_t length = strlen(expected);
    return id && !strncmp(id, expected, length) && id[length] == ',';
}

static bool is(struct part object, const char *type) {
    size_t length = strlen(type);
    return (size_t)(object.end - object.bytes) > length && !memcmp(object.bytes, type, length) &&
           object.bytes[length] == '"';
}

/* What follows the first `key`, or NULL. */
static const char *after(struct part part, const char *key) {
    size_t length = strlen(key);
    const char *found = memmem(part.bytes, (size_t)(part.end - part.bytes), key, length);
    return found ? found + length : NULL;
}

static uint64_t number(struct part part, const char *key) {
    const char *digits = after(part, key);
    if (!digits) give_up("a frame lacks", key);
    return strtoull(digits, NULL, 10);
}

static void report(struct connection *connection) {
    if (connection->received - connection->reported < REPORT_AFTER) return;
    connection->reported = connection->received;
    websocket_say(connection, "{\"type\":\"got\",\"bytes\":%llu}", (unsigned long long)connection->received);
}

const struct protocol chatsite = {
    .name = "chatsite",
    .path = "/ws/",
    .subprotocol = "chat.v1.json",
    .marker = "\"text\":\"%",
    .acknowledges = true,
    .address = address,
    .opened = opened,
    .received = received,
    .post = post,
    .quoted = quoted_for_json,
};
