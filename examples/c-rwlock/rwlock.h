#ifndef RWLOCK_H
#define RWLOCK_H

#define WRITER (-1)

struct rwlock {
    int state; /* readers, or WRITER */
    int waiting; /* writers */
};

extern struct rwlock table_lock;
extern int entries[2];

int look_up(int i);
void update(int i, int value);
void increment(int i);

void relax(void);
void entered_as_reader(void);
void left_as_reader(void);
void entered_as_writer(void);
void left_as_writer(void);

#endif
