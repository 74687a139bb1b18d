/* What the generator can be asked to do. Each returns the exit status. */
#ifndef MODES_H
#define MODES_H

int talk(void);
int hold(void);
int storm(void);
int pages(void);

#endif
