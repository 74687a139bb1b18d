#include "protocol.h"

#include <stdio.h>
#include <string.h>

const struct protocol *protocol;

void choose_protocol(const char *name) {
    static const struct protocol *const all[] = {&chatsite, &socketio, &plain, &xmpp};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i]->name, name)) protocol = all[i];
    if (!protocol) give_up("unknown protocol", name);
}

char *quoted_for_json(const char *text) {
    char *result = grown(NULL, 6 * strlen(text) + 1), *to = result;
    for (; *text; text++) {
        if ((unsigned char)*text < ' ') {
            to += sprintf(to, "\\u%04x", *text);
            continue;
        }
        if (*text == '"' || *text == '\\') *to++ = '\\';
        *to++ = *text;
    }
    *to = 0;
    return result;
}

char *quoted_for_xml(const char *text) {
    char *result = grown(NULL, 6 * strlen(text) + 1), *to = result;
    for (; *text; text++) {
        if (*text == '<' || *text == '&') to += sprintf(to, *text == '<' ? "&lt;" : "&amp;");
        else *to++ = *text;
    }
    *to = 0;
    return result;
}
