#include "news.h"

#include "clock.h"

struct news news;

void news_arrived(void) { news.last = now_us(); }

void news_resumed(struct connection *connection) {
    connection->resumes = false;
    connection->moment = now_us();
    news.resumed++;
}
