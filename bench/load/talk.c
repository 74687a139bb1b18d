/* Messages at a steady rate, and when they are seen. */
#define _GNU_SOURCE
#include "clock.h"
#include "crowd.h"
#include "modes.h"
#include "network.h"
#include "protocol.h"
#include "tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

/* What the generator itself is late with is caught up with up to here; the rest is not sent, and `late` tells. */
#define MOST_BEHIND (SECOND / 10)
/* Twelve times what is in time; each rate that is too much waits for it twice. */
#define PATIENCE (3 * SECOND)
/* The site closes a connection on which more than 100 commands wait. */
#define MOST_WAITING 50
#define MOST_UNSENT (64 * 1024)

static void offer(double seconds);
static void say(void);
static bool may_send(const struct connection *connection);
static void wait_for_the_rest(void);
static double used(void);

int talk(void) {
    if (!load.texts) give_up("needed to talk", "--texts");
    crowd_connect();
    if (load.options.warmup > 0) {
        offer(load.options.warmup);
        wait_for_the_rest();
    }
    tally_restart();

    double used_before = used();
    uint64_t begin = now_us();
    offer(load.options.seconds);
    double seconds = (double)(now_us() - begin) / SECOND, share = (used() - used_before) / seconds;
    uint64_t deliveries = tally.deliveries;
    wait_for_the_rest();

    times_sort(&tally.seen);
    printf("{\"mode\": \"talk\", \"protocol\": \"%s\", \"connections\": %u, ", protocol->name, crowd.ready);
    printf("\"sent\": %llu, \"late\": %llu, ", (unsigned long long)tally.sent, (unsigned long long)tally.late);
    /* What a protocol does not tell is null, never 0. */
    if (protocol->acknowledges) printf("\"acknowledged\": %llu, ", (unsigned long long)tally.acknowledged);
    else printf("\"acknowledged\": null, ");
    printf("\"refused\": %llu, \"deliveries\": %llu, \"expected\": %llu, \"gaps\": %llu, \"closed\": %llu, ",
           (unsigned long long)tally.refused, (unsigned long long)tally.deliveries, (unsigned long long)tally.expected,
           (unsigned long long)tally.gaps, (unsigned long long)tally.closed);
    printf("\"seconds\": %.3f, \"deliveries_per_second\": %.1f, ", seconds, (double)deliveries / seconds);
    printf("\"p50_ms\": %.3f, \"p90_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f, ", times_at(&tally.seen, 0.5),
           times_at(&tally.seen, 0.9), times_at(&tally.seen, 0.99), times_at(&tally.seen, 1));
    printf("\"own_cpu_share\": %.3f, \"errors\": ", share);
    tally_print_errors();
    printf("}\n");
    return 0;
}

static void offer(double seconds) {
    double interval = SECOND / load.options.rate;
    uint64_t begin = now_us(), end = begin + (uint64_t)(seconds * SECOND);
    double due = (double)begin;
    for (uint64_t now = begin; due < (double)end; now = now_us()) {
        double until = now < end ? (double)now : (double)end;
        for (; due < until && due + MOST_BEHIND < (double)now; due += interval) tally.late++;
        for (; due < until; due += interval) say();
        network_wait(due < (double)end ? (uint64_t)due : end);
    }
    while (now_us() < end) network_wait(end);
}

/* The next sender says the next text; one that is busy is passed over, and if all are, nothing is said. */
static void say(void) {
    static uint64_t turn, said;
    struct connection *sender;
    unsigned senders = load.options.senders, tried = 0;
    do {
        if (tried++ == senders) return;
        sender = &load.connections[turn++ % senders * (uint64_t)load.options.connections / senders];
    } while (!may_send(sender));

    char *body;
    // Not with "#", a heading: no text would take the short way that most of a chat takes.
    if (asprintf(&body, "%%%llu %s", (unsigned long long)now_us(), load.texts[said++ % load.texts_count]) < 0)
        give_up("no memory", "say");
    tally.sent++;
    tally.expected += sender->person->room->members;
    sender->waiting++;
    protocol->post(sender, body);
    free(body);
}

static bool may_send(const struct connection *connection) {
    return connection->state == READY && connection->out.end - connection->out.start < MOST_UNSENT &&
           (!protocol->acknowledges || connection->waiting < MOST_WAITING);
}

static void wait_for_the_rest(void) {
    uint64_t end = now_us() + PATIENCE;
    while (now_us() < end && (tally.deliveries < tally.expected ||
                              (protocol->acknowledges && tally.acknowledged + tally.refused < tally.sent)))
        network_wait(end);
}

/* Seconds of CPU this process has used. */
static double used(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / SECOND;
}
