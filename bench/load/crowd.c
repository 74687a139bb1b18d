#include "crowd.h"

#include "clock.h"
#include "network.h"
#include "tally.h"
#include "websocket.h"

#define PATIENCE (60 * SECOND)

struct crowd crowd;

static void left(struct connection *connection);

double crowd_connect(void) {
    on = (struct events){.connected = websocket_ask, .received = websocket_received, .closed = left};
    uint64_t begin = now_us(), progress = begin;
    unsigned opened = 0, total = load.options.connections;
    for (unsigned done = 0, before = 0; done < total; before = done) {
        while (opened < total && opened - done < load.options.batch) network_open(&load.connections[opened++]);
        network_wait(now_us() + SECOND / 10);
        done = crowd.ready + crowd.lost;
        if (done > before) progress = now_us();
        if (now_us() - progress > PATIENCE) give_up("the server does not answer", load.options.mode);
    }
    return (double)(now_us() - begin) / SECOND;
}

void crowd_joined(struct connection *connection) {
    connection->state = READY;
    connection->person->room->members++;
    crowd.ready++;
}

static void left(struct connection *connection) {
    if (connection->state == READY) {
        connection->person->room->members--;
        crowd.ready--;
    }
    connection->state = CLOSED;
    crowd.lost++;
    tally.closed++;
}
