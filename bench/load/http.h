#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>

struct response {
    unsigned status;
    bool last; /* the server closes the connection after it */
};

/* Bytes of the response to a GET that `bytes` begins with, or 0 while some are missing. */
size_t http_response(const char *bytes, size_t count, struct response *response);

#endif
