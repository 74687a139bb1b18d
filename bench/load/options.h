#ifndef OPTIONS_H
#define OPTIONS_H

void read_options(int count, char **words);

#endif
