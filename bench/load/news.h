/* What the storm waits for. */
#ifndef NEWS_H
#define NEWS_H

#include "load.h"

struct news {
    uint64_t last;    /* microseconds: when something other than a heartbeat arrived */
    unsigned resumed; /* connections that have all of their room again */
};

extern struct news news;

void news_arrived(void);
void news_resumed(struct connection *connection);

#endif
