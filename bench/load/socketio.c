/* Socket.IO: Engine.IO 4 over a WebSocket from the start. The room goes into the address. */
#include "crowd.h"
#include "protocol.h"
#include "tally.h"
#include "websocket.h"

#include <stdio.h>
#include <string.h>

static bool begins(const char *text, size_t length, const char *with);

static void address(struct connection *connection, char *address, size_t size) {
    snprintf(address, size, "%s?EIO=4&transport=websocket&room=%s", load.options.path, connection->person->room->id);
}

/* The server speaks first. */
static void opened(struct connection *connection) { (void)connection; }

static void received(struct connection *connection, const char *text, size_t length) {
    if (begins(text, length, "42")) tally.deliveries += tally_seen(connection, text, length);
    else if (begins(text, length, "2")) websocket_say(connection, "3");
    else if (begins(text, length, "40")) crowd_joined(connection);
    else if (begins(text, length, "0")) websocket_say(connection, "40");
    else tally_error(text, length);
}

static void post(struct connection *connection, const char *body) {
    websocket_say(connection, "42[\"message\",{\"text\":\"%s\"}]", body);
}

static bool begins(const char *text, size_t length, const char *with) {
    size_t needed = strlen(with);
    return length >= needed && !memcmp(text, with, needed);
}

const struct protocol socketio = {
    .name = "socketio",
    .path = "/socket.io/",
    .marker = "\"text\":\"%",
    .address = address,
    .opened = opened,
    .received = received,
    .post = post,
    .quoted = quoted_for_json,
};
