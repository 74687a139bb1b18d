/* What is counted while people talk. */
#ifndef TALLY_H
#define TALLY_H

#include "load.h"
#include "statistics.h"

struct tally {
    uint64_t sent, acknowledged, refused, deliveries, expected, gaps, closed;
    uint64_t late; /* messages that were not offered, because the generator itself was held up */
    uint64_t since; /* messages sent before are not timed */
    struct times seen;
};

extern struct tally tally;

/* Forgets all but what is still to arrive. */
void tally_restart(void);

/* Times every message in `text` (of a connection in the sample), and counts them for protocols without ticks. */
unsigned tally_seen(const struct connection *connection, const char *text, size_t length);

/* Keeps the first few texts of what went wrong. */
void tally_error(const char *text, size_t length);
void tally_print_errors(void);

#endif
