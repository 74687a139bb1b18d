#ifndef STATISTICS_H
#define STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* Durations in microseconds. */
struct times {
    uint64_t *values;
    size_t count, capacity;
};

void times_add(struct times *times, uint64_t value);

/* Sorts, so that `times_at` can answer. */
void times_sort(struct times *times);

/* Milliseconds below which the share (0 … 1) of all lies, by the nearest rank; 0 when there are none. */
double times_at(const struct times *times, double share);

#endif
