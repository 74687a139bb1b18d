/* XMPP over a WebSocket (RFC 7395): anonymous sign-in, then a room of a conference (XEP-0045). */
#define _GNU_SOURCE
#include "crowd.h"
#include "protocol.h"
#include "tally.h"
#include "websocket.h"

#include <stdio.h>
#include <string.h>

#define DOMAIN "localhost"
#define OPEN "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='" DOMAIN "' version='1.0'/>"
#define AUTH "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
#define BIND "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"

/* What is answered to what, in this order; the last answer is the way into the room. */
static const struct { const char *awaited, *answer; } greeting[] = {
    {"ANONYMOUS", AUTH}, {"<success", OPEN}, {"xmpp-bind", BIND}, {"id='bind'", NULL}, {"code='110'", NULL}};
enum { BOUND = 3, JOINED };

static void greet(struct connection *connection, const char *text, size_t length);
static void join(struct connection *connection);
static bool has(const char *text, size_t length, const char *what);

static void address(struct connection *connection, char *address, size_t size) {
    (void)connection;
    snprintf(address, size, "%s", load.options.path);
}

static void opened(struct connection *connection) { websocket_say(connection, "%s", OPEN); }

static void received(struct connection *connection, const char *text, size_t length) {
    if (connection->state == GREETING) greet(connection, text, length);
    else if (has(text, length, "type='error'") || has(text, length, "<stream:error")) tally_error(text, length);
    else tally.deliveries += tally_seen(connection, text, length);
}

static void greet(struct connection *connection, const char *text, size_t length) {
    if (has(text, length, "<failure") || has(text, length, "type='error'") || has(text, length, "<stream:error"))
        give_up("the XMPP server refused", text);
    if (!has(text, length, greeting[connection->step].awaited)) return;
    const char *answer = greeting[connection->step].answer;
    if (connection->step == BOUND) join(connection);
    else if (connection->step == JOINED) crowd_joined(connection);
    else websocket_say(connection, "%s", answer);
    connection->step++;
}

static void join(struct connection *connection) {
    websocket_say(connection,
                  "<presence to='room%s@conference." DOMAIN "/c%u'><x xmlns='http://jabber.org/protocol/muc'>"
                  "<history maxstanzas='0'/></x></presence>",
                  connection->person->room->id, connection->index);
}

static void post(struct connection *connection, const char *body) {
    static unsigned long long count;
    websocket_say(connection,
                  "<message to='room%s@conference." DOMAIN "' type='groupchat' id='m%llu'><body>%s</body>"
                  "</message>",
                  connection->person->room->id, count++, body);
}

static bool has(const char *text, size_t length, const char *what) {
    return memmem(text, length, what, strlen(what));
}

const struct protocol xmpp = {
    .name = "xmpp",
    .path = "/ws",
    .subprotocol = "xmpp",
    .marker = "<body>%",
    .address = address,
    .opened = opened,
    .received = received,
    .post = post,
    .quoted = quoted_for_xml,
};
