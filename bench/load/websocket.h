/* RFC 6455, the client's side: what arrives and leaves as whole text messages. */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include "load.h"

/* Sends the upgrade request; the protocol says for which address and subprotocol. */
void websocket_ask(struct connection *connection);

/* Hands every whole message that has arrived to the protocol. */
void websocket_received(struct connection *connection);

void websocket_send(struct connection *connection, const char *text, size_t length);

#endif
