/* Just enough of HTTP/1.1 to know where a response ends. */
#define _GNU_SOURCE
#include "http.h"

#include "load.h"

#include <stdlib.h>
#include <string.h>

static const char *header(const char *head, const char *end, const char *name);
static size_t chunked(const char *body, const char *end);

size_t http_response(const char *bytes, size_t count, struct response *response) {
    const char *end = memmem(bytes, count, "\r\n\r\n", 4);
    if (!end) return 0;
    const char *body = end + 4;
    response->status = (unsigned)atoi(bytes + strlen("HTTP/1.1 "));
    const char *connection = header(bytes, end, "connection");
    response->last = connection && !strncasecmp(connection, "close", 5);

    size_t size = (size_t)(body - bytes);
    const char *length = header(bytes, end, "content-length");
    if (length) {
        size += strtoull(length, NULL, 10);
        return size <= count ? size : 0;
    }
    if (response->status == 204 || response->status == 304) return size;
    if (!header(bytes, end, "transfer-encoding")) give_up("not understood", "a response without a length");
    size_t rest = chunked(body, bytes + count);
    return rest ? size + rest : 0;
}

static const char *header(const char *head, const char *end, const char *name) {
    size_t length = strlen(name);
    for (const char *line = head; line && line < end; line = memmem(line, (size_t)(end - line), "\r\n", 2)) {
        if (*line == '\r') line += 2;
        if (strncasecmp(line, name, length) || line[length] != ':') continue;
        const char *value = line + length + 1;
        return value + strspn(value, " ");
    }
    return NULL;
}

static size_t chunked(const char *body, const char *end) {
    const char *chunk = body;
    for (;;) {
        const char *line = memmem(chunk, (size_t)(end - chunk), "\r\n", 2);
        if (!line) return 0;
        size_t size = strtoul(chunk, NULL, 16);
        if ((size_t)(end - line) < size + 4) return 0;
        chunk = line + 2 + size + 2;
        if (!size) return (size_t)(chunk - body);
    }
}
