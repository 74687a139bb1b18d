/* Connections that stay and say nothing, until stdin closes: for what an idle one costs the server. */
#include "clock.h"
#include "crowd.h"
#include "modes.h"
#include "network.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

static bool closed(int file);

int hold(void) {
    crowd_connect();
    printf("{\"mode\": \"hold\", \"connections\": %u}\n", crowd.ready);
    fflush(stdout);
    while (!closed(STDIN_FILENO)) network_wait(now_us() + SECOND / 5);
    return 0;
}

static bool closed(int file) {
    struct pollfd ready = {.fd = file, .events = POLLIN};
    char ignored[64];
    return poll(&ready, 1, 0) > 0 && read(file, ignored, sizeof ignored) <= 0;
}
