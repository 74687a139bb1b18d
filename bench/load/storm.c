/* All connections vanish at one moment and come back at once: how long until all have what they missed. */
#include "clock.h"
#include "crowd.h"
#include "modes.h"
#include "network.h"
#include "news.h"
#include "protocol.h"
#include "statistics.h"

#include <stdio.h>
#include <stdlib.h>

#define QUIET SECOND
#define PATIENCE (120 * SECOND)

static unsigned refused;

static void wait_for_quiet(void);
static void refused_or_closed(struct connection *connection);
static void connect_again(void);

int storm(void) {
    if (protocol != &chatsite) give_up("only the site resumes", load.options.protocol);
    crowd_connect();
    wait_for_quiet();

    unsigned total = load.options.connections;
    on.closed = refused_or_closed;
    for (unsigned i = 0; i < total; i++)
        if (load.connections[i].state == READY) network_cut(&load.connections[i]);
    uint64_t begin = now_us();
    for (unsigned i = 0; i < total; i++) {
        load.connections[i].resumes = true;
        network_open(&load.connections[i]);
    }
    uint64_t end = begin + PATIENCE;
    while (news.resumed < total && now_us() < end) {
        network_wait(now_us() + SECOND / 100);
        connect_again();
    }

    struct times times = {0};
    for (unsigned i = 0; i < total; i++)
        if (!load.connections[i].resumes) times_add(&times, load.connections[i].moment - begin);
    times_sort(&times);
    printf("{\"mode\": \"storm\", \"connections\": %u, \"resumed\": %u, \"seconds\": %.3f, ", total, news.resumed,
           times_at(&times, 1) / 1000);
    printf("\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"refused_connects\": %u}\n", times_at(&times, 0.5),
           times_at(&times, 0.99), refused);
    return 0;
}

/* People who come online are news for all others, gathered for a second. */
static void wait_for_quiet(void) {
    uint64_t end = now_us() + 10 * SECOND;
    news_arrived();
    while (now_us() < news.last + QUIET && now_us() < end) network_wait(news.last + QUIET);
}

static void refused_or_closed(struct connection *connection) {
    connection->state = CLOSED;
    if (!connection->resumes) return;
    refused++;
    connection->moment = now_us() + (uint64_t)random() % SECOND;
}

static void connect_again(void) {
    uint64_t now = now_us();
    static uint64_t last;
    if (!refused || now - last < SECOND / 100) return;
    last = now;
    for (unsigned i = 0; i < load.options.connections; i++) {
        struct connection *connection = &load.connections[i];
        if (connection->state == CLOSED && connection->resumes && connection->moment <= now) network_open(connection);
    }
}
