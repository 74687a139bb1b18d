/* Who connects, into which room, and what they say. */
#include "people.h"

#include "load.h"
#include "protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE 16

static char **lines_of(const char *name, size_t *count);
static char *with_line_ends(char *text);
static void read_person(char *line, struct person *person);
static struct room *room_of(const char *id);

void read_people(void) {
    char **lines = lines_of(load.options.people, &load.people_count);
    load.people = grown(NULL, load.people_count * sizeof *load.people);
    for (size_t i = 0; i < load.people_count; i++) read_person(lines[i], &load.people[i]);

    size_t count = load.options.connections;
    load.connections = grown(NULL, count * sizeof *load.connections);
    memset(load.connections, 0, count * sizeof *load.connections);
    for (size_t i = 0; i < count; i++) {
        load.connections[i].fd = -1;
        load.connections[i].index = (unsigned)i;
        load.connections[i].port = load.options.ports[i % load.options.ports_count];
        load.connections[i].person = &load.people[i % load.people_count];
    }
    for (size_t i = 0; i < SAMPLE; i++) load.connections[i * count / SAMPLE].sampled = true;

    if (load.options.texts) {
        load.texts = lines_of(load.options.texts, &load.texts_count);
        for (size_t i = 0; i < load.texts_count; i++) load.texts[i] = protocol->quoted(with_line_ends(load.texts[i]));
    }
}

/* The lines that are not empty; a file without any is a mistake. */
static char **lines_of(const char *name, size_t *count) {
    FILE *file = fopen(name, "r");
    if (!file) give_up("cannot open", name);
    char **lines = NULL;
    char *line = NULL;
    size_t capacity = 0;
    *count = 0;
    for (ssize_t length; (length = getline(&line, &capacity, file)) != -1;) {
        line[strcspn(line, "\n")] = 0;
        if (!*line) continue;
        lines = grown(lines, (*count + 1) * sizeof *lines);
        lines[(*count)++] = strdup(line);
    }
    free(line);
    fclose(file);
    if (!*count) give_up("nothing in", name);
    return lines;
}

/* A text is a line of its file, so the ends of lines within it are written \n there. Changes it in place. */
static char *with_line_ends(char *text) {
    char *to = text;
    for (const char *from = text; *from; from++) {
        bool end = from[0] == '\\' && from[1] == 'n';
        *to++ = end ? '\n' : *from;
        from += end;
    }
    *to = 0;
    return text;
}

static void read_person(char *line, struct person *person) {
    char *rest = line;
    person->user = strsep(&rest, " ");
    person->session = strsep(&rest, " ");
    char *room = strsep(&rest, " ");
    if (!room) give_up("a person needs a user id, a session key and a room id", line);
    person->room = room_of(room);
}

static struct room *room_of(const char *id) {
    static struct room **rooms;
    static size_t count;
    /* Backwards, because the lines of a room usually follow each other. */
    for (size_t i = count; i-- > 0;)
        if (!strcmp(rooms[i]->id, id)) return rooms[i];
    rooms = grown(rooms, (count + 1) * sizeof *rooms);
    rooms[count] = grown(NULL, sizeof **rooms);
    *rooms[count] = (struct room){.id = strdup(id)};
    return rooms[count++];
}
