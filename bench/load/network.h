/* TCP sockets over epoll. Who uses them says in `on` what to do when something happens. */
#ifndef NETWORK_H
#define NETWORK_H

#include "load.h"

struct events {
    void (*connected)(struct connection *connection);
    void (*received)(struct connection *connection); /* new bytes in `connection->in`, to be consumed */
    void (*closed)(struct connection *connection);   /* by the other side; also when it refused to connect */
};

extern struct events on;

void network_start(void);
void network_open(struct connection *connection);
void network_send(struct connection *connection, const char *bytes, size_t count);
void network_cut(struct connection *connection);

/* Handles what happens until the moment given (microseconds), and returns after each handful of events. */
void network_wait(uint64_t until);

#endif
