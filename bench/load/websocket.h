/* RFC 6455, the client's side: what arrives and leaves as whole text messages. */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include "load.h"

/* Sends the upgrade request; the protocol says for which address and subprotocol. */
void websocket_ask(struct connection *connection);

/* Hands every whole message that has arrived to the protocol. */
void websocket_received(struct connection *connection);

/* Sends a text message, written as printf does. */
void websocket_say(struct connection *connection, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
