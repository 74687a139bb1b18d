/* All connections together: how they come, and how they go. */
#ifndef CROWD_H
#define CROWD_H

#include "load.h"

struct crowd {
    unsigned ready, lost; /* lost: closed by the server, before or after the greeting */
};

extern struct crowd crowd;

/* Connects all, a few at a time, until each is ready or was refused. */
void crowd_connect(void);

/* The greeting of a connection is over: it is one of those that send and count. */
void crowd_joined(struct connection *connection);

#endif
