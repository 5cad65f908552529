/* Who is inside, how often a waiting writer was overtaken, and threads. */
#include "rwlock.h"
#include <vmcheck.h>

/* A writer that waits may be overtaken by as many readers as came before it could be seen. */
#define PATIENCE 2

static int readers, writers, overtaken;

/* A hint to the processor. */
void relax(void) {}

void entered_as_reader(void)
{
    readers++;
    if (table_lock.waiting && overtaken <= PATIENCE)
        overtaken++;
}

void left_as_reader(void) { readers--; }

void entered_as_writer(void)
{
    writers++;
    overtaken = 0;
}

void left_as_writer(void) { writers--; }

void reader(int i)
{
    for (;;)
        look_up(i & 1);
}

void writer(int i) { update(0, i); }

void upgrader(int i)
{
    (void)i;
    increment(0);
}

int exclusive(void)
{
    if (writers > 1 || (writers && readers)) {
        vmcheck_because("%d writers and %d readers are inside", writers, readers, 0);
        return 0;
    }
    return 1;
}

int no_writer_starves(void)
{
    return overtaken <= PATIENCE;
}

