#ifndef PEOPLE_H
#define PEOPLE_H

/* Reads the files of people and of texts, and lays out the connections among them. */
void read_people(void);

#endif
