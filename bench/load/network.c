#define _GNU_SOURCE
#include "network.h"

#include "clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Few at a time, so that sending stays punctual while much arrives. */
#define EVENTS_AT_ONCE 32
#define FIRST_CAPACITY 4096
#define LARGEST_READ (256 * 1024)

struct events on;
static int queue = -1;
static struct sockaddr_in server = {.sin_family = AF_INET};

static void happened(struct connection *connection, uint32_t what);
static void receive(struct connection *connection);
static void flush(struct connection *connection);
static void watch(struct connection *connection, int operation);
static void end(struct connection *connection);
static void make_room(struct buffer *buffer, size_t count);

void network_start(void) {
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < load.options.connections + 16) give_up("too few files allowed", "ulimit -n");
    queue = epoll_create1(EPOLL_CLOEXEC);
    if (queue < 0) give_up("epoll", strerror(errno));
}

void network_open(struct connection *connection) {
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection->fd < 0) give_up("socket", strerror(errno));
    int yes = 1;
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connection->state = CONNECTING;
    connection->in.start = connection->in.end = connection->out.start = connection->out.end = 0;
    connection->wants_to_write = true;
    server.sin_port = htons((uint16_t)connection->port);
    if (connect(connection->fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS &&
        errno != ECONNREFUSED)
        give_up("connect", strerror(errno));
    watch(connection, EPOLL_CTL_ADD);
}

void network_send(struct connection *connection, const char *bytes, size_t count) {
    struct buffer *out = &connection->out;
    make_room(out, count);
    memcpy(out->bytes + out->end, bytes, count);
    out->end += count;
    flush(connection);
}

/* Ends the connection with a reset, as a client does whose network vanishes; nobody is told. */
void network_cut(struct connection *connection) {
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    end(connection);
}

void network_wait(uint64_t until) {
    struct epoll_event events[EVENTS_AT_ONCE];
    int count = epoll_wait(queue, events, EVENTS_AT_ONCE, 0);
    if (!count) {
        /* epoll_wait() knows milliseconds only, which would send in bursts. */
        uint64_t now = now_us(), left = until > now ? until - now : 0;
        struct timespec patience = {.tv_sec = (time_t)(left / SECOND), .tv_nsec = (long)(left % SECOND) * 1000};
        struct pollfd ready = {.fd = queue, .events = POLLIN};
        if (left && ppoll(&ready, 1, &patience, NULL) > 0) count = epoll_wait(queue, events, EVENTS_AT_ONCE, 0);
    }
    for (int i = 0; i < count; i++) happened(events[i].data.ptr, events[i].events);
}

static void happened(struct connection *connection, uint32_t what) {
    /* An earlier event of the same handful may have closed it. */
    if (connection->fd < 0) return;
    if (connection->state == CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        /* A refusal that connect() itself has told is no error of the socket any more, but it hung up. */
        if (error || what & EPOLLHUP) {
            end(connection);
            on.closed(connection);
            return;
        }
        connection->wants_to_write = false;
        watch(connection, EPOLL_CTL_MOD);
        on.connected(connection);
        return;
    }
    if (what & EPOLLOUT) flush(connection);
    if (what & ~(uint32_t)EPOLLOUT) receive(connection);
}

static void receive(struct connection *connection) {
    struct buffer *in = &connection->in;
    make_room(in, FIRST_CAPACITY / 2);
    ssize_t count = recv(connection->fd, in->bytes + in->end, in->capacity - in->end, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        end(connection);
        on.closed(connection);
        return;
    }
    in->end += (size_t)count;
    /* A full buffer means that more is waiting than it holds: larger reads are cheaper. */
    if (in->end == in->capacity && in->capacity < LARGEST_READ) make_room(in, in->capacity);
    on.received(connection);
}

static void flush(struct connection *connection) {
    struct buffer *out = &connection->out;
    while (out->start < out->end) {
        ssize_t count = send(connection->fd, out->bytes + out->start, out->end - out->start, 0);
        if (count < 0) break; /* It is full, or dead: then reading will say so. */
        out->start += (size_t)count;
    }
    if (connection->wants_to_write == (out->start < out->end)) return;
    connection->wants_to_write = out->start < out->end;
    watch(connection, EPOLL_CTL_MOD);
}

static void watch(struct connection *connection, int operation) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (connection->wants_to_write) event.events |= EPOLLOUT;
    if (epoll_ctl(queue, operation, connection->fd, &event) < 0) give_up("epoll_ctl", strerror(errno));
}

static void end(struct connection *connection) {
    close(connection->fd);
    connection->fd = -1;
}

/* Room for `count` more bytes at the end of the buffer. */
static void make_room(struct buffer *buffer, size_t count) {
    if (buffer->start == buffer->end) buffer->start = buffer->end = 0;
    if (buffer->capacity - buffer->end >= count) return;
    if (buffer->start) {
        memmove(buffer->bytes, buffer->bytes + buffer->start, buffer->end - buffer->start);
        buffer->end -= buffer->start;
        buffer->start = 0;
    }
    size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
    while (capacity - buffer->end < count) capacity *= 2;
    if (capacity != buffer->capacity) {
        buffer->bytes = grown(buffer->bytes, capacity);
        buffer->capacity = capacity;
    }
}
