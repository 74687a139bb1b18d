/* Each connection asks for the same page again as soon as it has it. */
#include "clock.h"
#include "http.h"
#include "modes.h"
#include "network.h"
#include "statistics.h"

#include <stdio.h>

#define CLOSED_BY_SERVER 0
#define STATUSES 600

static unsigned long long statuses[STATUSES];
static struct times times;

static void ask(struct connection *connection);
static void received(struct connection *connection);
static void again(struct connection *connection);

int pages(void) {
    on = (struct events){.connected = ask, .received = received, .closed = again};
    uint64_t begin = now_us(), end = begin + (uint64_t)(load.options.seconds * SECOND);
    for (unsigned i = 0; i < load.options.connections; i++) network_open(&load.connections[i]);
    while (now_us() < end) network_wait(end);
    double seconds = (double)(now_us() - begin) / SECOND;

    times_sort(&times);
    printf("{\"mode\": \"pages\", \"path\": \"%s\", \"requests_per_second\": %.1f, ", load.options.path,
           (double)times.count / seconds);
    printf("\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"statuses\": {", times_at(&times, 0.5), times_at(&times, 0.99));
    const char *separator = "";
    for (unsigned i = 0; i < STATUSES; i++) {
        if (!statuses[i]) continue;
        if (i == CLOSED_BY_SERVER) printf("%s\"closed\": %llu", separator, statuses[i]);
        else printf("%s\"%u\": %llu", separator, i, statuses[i]);
        separator = ", ";
    }
    printf("}}\n");
    return 0;
}

static void ask(struct connection *connection) {
    char request[2000];
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nCookie: sessionid=%s\r\n\r\n",
                          load.options.path, connection->port, connection->person->session);
    if (length >= (int)sizeof request) give_up("too long a request", load.options.path);
    connection->state = READY;
    connection->moment = now_us();
    network_send(connection, request, (size_t)length);
}

static void received(struct connection *connection) {
    struct buffer *in = &connection->in;
    struct response response;
    size_t size = http_response(in->bytes + in->start, in->end - in->start, &response);
    if (!size) return;
    in->start += size;
    if (response.status >= STATUSES) give_up("no HTTP response from", load.options.path);
    times_add(&times, now_us() - connection->moment);
    statuses[response.status]++;
    if (response.last) {
        network_cut(connection);
        network_open(connection);
    } else ask(connection);
}

static void again(struct connection *connection) {
    statuses[CLOSED_BY_SERVER]++;
    network_open(connection);
}
