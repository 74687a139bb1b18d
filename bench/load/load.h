/* What every part of the load generator knows: the command line, the people, the connections, the counts. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOST_PORTS 16

struct room {
    char *id;
    unsigned members; /* connections of it that are ready */
};

struct person {
    char *user, *session;
    struct room *room;
};

struct options {
    const char *mode, *protocol, *people, *texts, *origin, *path;
    unsigned ports[MOST_PORTS], ports_count;
    unsigned connections, senders;
    double rate, seconds, warmup;
};

enum state { CLOSED, CONNECTING, UPGRADING, GREETING, READY };

struct buffer {
    char *bytes;
    size_t start, end, capacity;
};

struct connection {
    int fd;
    enum state state;
    bool wants_to_write;
    bool sampled; /* its deliveries are timed */
    bool resumes; /* it was here before, and has yet to get what it missed */
    unsigned index, port;
    struct person *person;
    struct buffer in, out;
    unsigned step;    /* of the protocol's greeting */
    unsigned waiting; /* messages sent without an acknowledgement yet */
    uint64_t received, reported; /* payload bytes, and what of them the server was told */
    uint64_t cursor;             /* the last tick seen of the room */
    uint64_t moment;             /* microseconds: when a request left, or when to connect again */
};

struct load {
    struct options options;
    struct person *people;
    char **texts;
    size_t people_count, texts_count;
    struct connection *connections;
};

extern struct load load;

/* Prints the reason and ends the program: a benchmark with a wrong setting must not give a figure. */
_Noreturn void give_up(const char *reason, const char *detail);

void *grown(void *memory, size_t size);

#endif
