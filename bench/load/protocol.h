/* What differs from one server to the next. */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include "load.h"

struct protocol {
    const char *name;
    const char *path; /* where its socket is, unless --path says otherwise */
    const char *subprotocol;
    const char *marker; /* what stands right before the text of a message that arrives */
    bool acknowledges;
    void (*address)(struct connection *connection, char *address, size_t size);
    void (*opened)(struct connection *connection);
    void (*received)(struct connection *connection, const char *text, size_t length);
    /* Sends `body`, which is quoted already. */
    void (*post)(struct connection *connection, const char *body);
    char *(*quoted)(const char *text);
};

extern const struct protocol *protocol;
extern const struct protocol chatsite, socketio, plain, xmpp;

void choose_protocol(const char *name);

/* The text as it stands within a JSON string, or in XML. The caller owns it. */
char *quoted_for_json(const char *text);
char *quoted_for_xml(const char *text);

#endif
