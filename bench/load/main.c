/* Many clients of a chat server in one process, thread and core: `load MODE --port P ...`, see options.c. */
#include "load.h"
#include "modes.h"
#include "network.h"
#include "options.h"
#include "people.h"
#include "protocol.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct load load;

int main(int count, char **words) {
    signal(SIGPIPE, SIG_IGN);
    read_options(count, words);
    choose_protocol(load.options.protocol);
    if (!load.options.path) load.options.path = protocol->path;
    read_people();
    network_start();
    static const struct { const char *name; int (*run)(void); } modes[] = {
        {"talk", talk}, {"hold", hold}, {"storm", storm}, {"pages", pages}};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (!strcmp(modes[i].name, load.options.mode)) return modes[i].run();
    give_up("unknown mode", load.options.mode);
}

void give_up(const char *reason, const char *detail) {
    fprintf(stderr, "load: %s: %s\n", reason, detail);
    exit(2);
}

void *grown(void *memory, size_t size) {
    void *result = realloc(memory, size);
    if (!result) give_up("no memory", "realloc");
    return result;
}
