#define _GNU_SOURCE
#include "websocket.h"

#include "network.h"
#include "protocol.h"
#include "tally.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONTINUATION, TEXT, BINARY, CLOSE = 8, PING, PONG, FINAL = 0x80, MASKED = 0x80 };

struct frame {
    unsigned opcode;
    char *payload;
    size_t length;
};

static bool upgraded(struct connection *connection);
static bool next_frame(struct connection *connection, struct frame *frame);
static void handle(struct connection *connection, const struct frame *frame);
static void send_frame(struct connection *connection, unsigned opcode, const char *payload, size_t length);

void websocket_ask(struct connection *connection) {
    char address[600], request[2000], subprotocol[100] = "";
    protocol->address(connection, address, sizeof address);
    if (protocol->subprotocol)
        snprintf(subprotocol, sizeof subprotocol, "Sec-WebSocket-Protocol: %s\r\n", protocol->subprotocol);
    /* The key stays the same and its answer is not checked: that guards against caches, and here is none. */
    int length = snprintf(
        request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s"
        "Origin: %s\r\nCookie: sessionid=%s\r\n\r\n",
        address, connection->port, subprotocol, load.options.origin, connection->person->session);
    if (length >= (int)sizeof request) give_up("too long a request", address);
    connection->state = UPGRADING;
    network_send(connection, request, (size_t)length);
}

void websocket_received(struct connection *connection) {
    if (connection->state == UPGRADING && !upgraded(connection)) return;
    struct frame frame;
    while (connection->fd >= 0 && next_frame(connection, &frame)) handle(connection, &frame);
}

static bool upgraded(struct connection *connection) {
    struct buffer *in = &connection->in;
    char *head = in->bytes + in->start;
    char *end = memmem(head, in->end - in->start, "\r\n\r\n", 4);
    if (!end) return false;
    in->start += (size_t)(end + 4 - head);
    if (strncmp(head, "HTTP/1.1 101", 12)) {
        tally_error(head, (size_t)(strchr(head, '\r') - head));
        network_cut(connection);
        on.closed(connection);
        return false;
    }
    connection->state = GREETING;
    connection->step = connection->waiting = 0;
    connection->received = connection->reported = 0;
    protocol->opened(connection);
    return true;
}

/* Takes one whole frame from what has arrived; its payload stays where it is until the next read. */
static bool next_frame(struct connection *connection, struct frame *frame) {
    struct buffer *in = &connection->in;
    unsigned char *bytes = (unsigned char *)in->bytes + in->start;
    size_t there = in->end - in->start, head = 2;
    if (there < head) return false;
    uint64_t length = bytes[1] & 0x7f;
    if (length >= 126) {
        size_t digits = length == 126 ? 2 : 8;
        head += digits;
        if (there < head) return false;
        length = 0;
        for (size_t i = 2; i < head; i++) length = length << 8 | bytes[i];
    }
    if (bytes[1] & MASKED) give_up("the server sent", "a masked frame");
    if (there - head < length) return false;
    if (!(bytes[0] & FINAL) || !(bytes[0] & 0x0f)) give_up("not understood", "a message in several frames");
    *frame = (struct frame){.opcode = bytes[0] & 0x0f, .payload = (char *)bytes + head, .length = length};
    in->start += head + length;
    return true;
}

static void handle(struct connection *connection, const struct frame *frame) {
    switch (frame->opcode) {
    case TEXT:
        connection->received += frame->length;
        protocol->received(connection, frame->payload, frame->length);
        break;
    case PING: send_frame(connection, PONG, frame->payload, frame->length); break;
    case CLOSE: {
        char reason[200];
        unsigned code = frame->length < 2 ? 1005
                                          : (unsigned)(unsigned char)frame->payload[0] << 8 |
                                                (unsigned char)frame->payload[1];
        int length = snprintf(reason, sizeof reason, "closed with %u", code);
        tally_error(reason, (size_t)length);
        network_cut(connection);
        on.closed(connection);
        break;
    }
    default: break;
    }
}

void websocket_say(struct connection *connection, const char *format, ...) {
    char *text;
    va_list values;
    va_start(values, format);
    int length = vasprintf(&text, format, values);
    va_end(values);
    if (length < 0) give_up("no memory", "say");
    send_frame(connection, TEXT, text, (size_t)length);
    free(text);
}

static void send_frame(struct connection *connection, unsigned opcode, const char *payload, size_t length) {
    static char *frame;
    static size_t capacity;
    if (capacity < length + 14) frame = grown(frame, capacity = length + 14);
    size_t head = 0;
    frame[head++] = (char)(FINAL | opcode);
    if (length < 126) {
        frame[head++] = (char)(MASKED | length);
    } else {
        size_t digits = length < 65536 ? 2 : 8;
        frame[head++] = (char)(MASKED | (digits == 2 ? 126 : 127));
        for (size_t i = digits; i-- > 0;) frame[head++] = (char)((uint64_t)length >> (8 * i));
    }
    uint32_t mask = (uint32_t)random();
    memcpy(frame + head, &mask, 4);
    const char *key = frame + head;
    head += 4;
    for (size_t i = 0; i < length; i++) frame[head + i] = payload[i] ^ key[i & 3];
    network_send(connection, frame, head + length);
}
