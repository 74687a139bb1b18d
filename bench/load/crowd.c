#include "crowd.h"

#include "clock.h"
#include "network.h"
#include "tally.h"
#include "websocket.h"

/* Less than the backlog of any server that listens. */
#define AT_ONCE 50
#define PATIENCE (60 * SECOND)

struct crowd crowd;

static void left(struct connection *connection);

void crowd_connect(void) {
    on = (struct events){.connected = websocket_ask, .received = websocket_received, .closed = left};
    uint64_t progress = now_us();
    unsigned opened = 0, total = load.options.connections;
    for (unsigned done = 0, before = 0; done < total; before = done) {
        while (opened < total && opened - done < AT_ONCE) network_open(&load.connections[opened++]);
        network_wait(now_us() + SECOND / 10);
        done = crowd.ready + crowd.lost;
        if (done > before) progress = now_us();
        if (now_us() - progress > PATIENCE) give_up("the server does not answer", load.options.mode);
    }
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
