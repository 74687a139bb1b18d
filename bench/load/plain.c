/* The consumer of the Channels tutorial: `{"message": "..."}` both ways; the room ends the path. */
#include "crowd.h"
#include "protocol.h"
#include "tally.h"
#include "websocket.h"

#include <stdio.h>

static void address(struct connection *connection, char *address, size_t size) {
    snprintf(address, size, "%s%s/", load.options.path, connection->person->room->id);
}

/* There is no greeting: who is connected is in the room. */
static void opened(struct connection *connection) { crowd_joined(connection); }

static void received(struct connection *connection, const char *text, size_t length) {
    tally.deliveries += tally_seen(connection, text, length);
}

static void post(struct connection *connection, const char *body) {
    websocket_say(connection, "{\"message\": \"%s\"}", body);
}

const struct protocol plain = {
    .name = "plain",
    .path = "/ws/chat/",
    .marker = "\"message\": \"%",
    .address = address,
    .opened = opened,
    .received = received,
    .post = post,
    .quoted = quoted_for_json,
};
