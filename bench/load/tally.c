#define _GNU_SOURCE
#include "tally.h"

#include "clock.h"
#include "protocol.h"

#include <stdio.h>
#include <string.h>

#define ERRORS 5

struct tally tally;
static char *errors[ERRORS];

void tally_restart(void) {
    struct times seen = tally.seen;
    seen.count = 0;
    tally = (struct tally){
        .sent = tally.sent - tally.acknowledged - tally.refused,
        .expected = tally.expected - tally.deliveries,
        .closed = tally.closed,
        .since = now_us(),
        .seen = seen};
    if (!protocol->acknowledges) tally.sent = 0;
}

unsigned tally_seen(const struct connection *connection, const char *text, size_t length) {
    size_t size = strlen(protocol->marker);
    const char *end = text + length;
    unsigned count = 0;
    uint64_t now = connection->sampled ? now_us() : 0;
    for (; (text = memmem(text, (size_t)(end - text), protocol->marker, size)); count++) {
        text += size;
        if (!connection->sampled) continue;
        uint64_t sent = 0;
        for (; text < end && *text >= '0' && *text <= '9'; text++) sent = sent * 10 + (uint64_t)(*text - '0');
        if (sent >= tally.since && sent <= now) times_add(&tally.seen, now - sent);
    }
    return count;
}

void tally_error(const char *text, size_t length) {
    char *text_kept = strndup(text, length < 300 ? length : 300);
    for (size_t i = 0; i < ERRORS; i++) {
        if (!errors[i]) {
            errors[i] = quoted_for_json(text_kept);
            return;
        }
    }
}

void tally_print_errors(void) {
    printf("[");
    for (size_t i = 0; i < ERRORS && errors[i]; i++) printf("%s\"%s\"", i ? ", " : "", errors[i]);
    printf("]");
}
