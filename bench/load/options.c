/* The command line: a mode, then long options, each with a value. */
#include "options.h"

#include "load.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: load talk|hold|storm|pages --port P --people FILE [options]\n"
    "  --port P[,P...]      of 127.0.0.1: connection i goes to port i, modulo ports\n"
    "  --protocol NAME      chatsite, socketio, plain or xmpp\n"
    "  --people FILE        a person a line: user id, session key, room id\n"
    "  --texts FILE         a message text a line, \\n for an end of line within it (talk)\n"
    "  --connections N      connection i is the person of line i, modulo lines\n"
    "  --senders K          how many of them send (talk)\n"
    "  --rate R             messages a second (talk)\n"
    "  --seconds S          how long to measure (talk, pages)\n"
    "  --warmup S           how long to run uncounted before (talk)\n"
    "  --origin URL         the Origin header; default http://127.0.0.1:PORT\n"
    "  --path PATH          of the socket or the page; default is the protocol's\n";

enum { PORT = 1, PROTOCOL, PEOPLE, TEXTS, CONNECTIONS, SENDERS, RATE, SECONDS, WARMUP, ORIGIN, PATH };

static const struct option known[] = {
    {"port", required_argument, NULL, PORT},
    {"protocol", required_argument, NULL, PROTOCOL},
    {"people", required_argument, NULL, PEOPLE},
    {"texts", required_argument, NULL, TEXTS},
    {"connections", required_argument, NULL, CONNECTIONS},
    {"senders", required_argument, NULL, SENDERS},
    {"rate", required_argument, NULL, RATE},
    {"seconds", required_argument, NULL, SECONDS},
    {"warmup", required_argument, NULL, WARMUP},
    {"origin", required_argument, NULL, ORIGIN},
    {"path", required_argument, NULL, PATH},
    {0},
};

static void read_ports(char *text);
static double number(const char *text);
static unsigned whole(const char *text);
static _Noreturn void explain(void);

void read_options(int count, char **words) {
    struct options *options = &load.options;
    *options = (struct options){
        .protocol = "chatsite", .connections = 1, .senders = 1, .rate = 1, .seconds = 1};
    for (int which; (which = getopt_long(count, words, "", known, NULL)) != -1;) {
        switch (which) {
        case PORT: read_ports(optarg); break;
        case PROTOCOL: options->protocol = optarg; break;
        case PEOPLE: options->people = optarg; break;
        case TEXTS: options->texts = optarg; break;
        case CONNECTIONS: options->connections = whole(optarg); break;
        case SENDERS: options->senders = whole(optarg); break;
        case RATE: options->rate = number(optarg); break;
        case SECONDS: options->seconds = number(optarg); break;
        case WARMUP: options->warmup = number(optarg); break;
        case ORIGIN: options->origin = optarg; break;
        case PATH: options->path = optarg; break;
        default: explain();
        }
    }
    if (optind != count - 1 || !options->ports_count || !options->people) explain();
    options->mode = words[optind];
    if (options->senders > options->connections) give_up("more senders than connections", "--senders");
    if (!options->origin) {
        static char origin[300];
        snprintf(origin, sizeof origin, "http://127.0.0.1:%u", options->ports[0]);
        options->origin = origin;
    }
}

static void read_ports(char *text) {
    for (char *port; (port = strsep(&text, ","));) {
        if (load.options.ports_count == MOST_PORTS) give_up("too many ports", port);
        load.options.ports[load.options.ports_count++] = whole(port);
    }
}

static double number(const char *text) {
    char *end;
    double value = strtod(text, &end);
    if (*end || !(value >= 0)) give_up("not a number", text);
    return value;
}

static unsigned whole(const char *text) {
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*end || !value || value > 1000000) give_up("not a whole number from 1 to 1,000,000", text);
    return (unsigned)value;
}

static void explain(void) {
    fputs(usage, stderr);
    exit(2);
}
