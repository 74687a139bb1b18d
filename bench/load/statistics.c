#include "statistics.h"

#include "load.h"

#include <stdlib.h>

static int compare(const void *left, const void *right);

void times_add(struct times *times, uint64_t value) {
    if (times->count == times->capacity) {
        times->capacity = times->capacity ? 2 * times->capacity : 1024;
        times->values = grown(times->values, times->capacity * sizeof *times->values);
    }
    times->values[times->count++] = value;
}

void times_sort(struct times *times) {
    if (times->count) qsort(times->values, times->count, sizeof *times->values, compare);
}

static int compare(const void *left, const void *right) {
    uint64_t one = *(const uint64_t *)left, other = *(const uint64_t *)right;
    return (one > other) - (one < other);
}

double times_at(const struct times *times, double share) {
    if (!times->count) return 0;
    double rank = share * (double)times->count;
    size_t whole = (size_t)rank;
    /* The rank is rounded up and counts from 1. */
    if (whole && (double)whole == rank) whole--;
    return (double)times->values[whole] / 1000;
}
