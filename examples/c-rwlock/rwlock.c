/*
 * A reader-writer lock of the kernel's own, on atomic operations, and a table that it protects. As
 * written, readers are let in while a writer waits, so that it can be overtaken without end; and
 * `upgrade` waits for readers to leave while it is one of them: two of them wait for each other.
 * FAIR lets a writer that waits keep new readers out; NO_UPGRADE releases before it locks again.
 */
#include "rwlock.h"

struct rwlock table_lock;
int entries[2];

static int load(int *word) { return __atomic_load_n(word, __ATOMIC_SEQ_CST); }

static int swap_if(int *word, int old, int new)
{
    return __atomic_compare_exchange_n(word, &old, new, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

void read_lock(struct rwlock *lock)
{
    for (;;) {
        int state = load(&lock->state);
#ifdef FAIR
        if (load(&lock->waiting)) {
            relax();
            continue;
        }
#endif
        if (state >= 0 && swap_if(&lock->state, state, state + 1))
            return;
        relax();
    }
}

void read_unlock(struct rwlock *lock)
{
    __atomic_fetch_sub(&lock->state, 1, __ATOMIC_SEQ_CST);
}

void write_lock(struct rwlock *lock)
{
    __atomic_fetch_add(&lock->waiting, 1, __ATOMIC_SEQ_CST);
    while (!swap_if(&lock->state, 0, WRITER))
        relax();
    __atomic_fetch_sub(&lock->waiting, 1, __ATOMIC_SEQ_CST);
}

void write_unlock(struct rwlock *lock)
{
    __atomic_store_n(&lock->state, 0, __ATOMIC_SEQ_CST);
}

/* From reader to writer. */
void upgrade(struct rwlock *lock)
{
#ifdef NO_UPGRADE
    read_unlock(lock);
    write_lock(lock);
#else
    while (!swap_if(&lock->state, 1, WRITER))
        relax();
#endif
}

int look_up(int i)
{
    read_lock(&table_lock);
    entered_as_reader();
    int found = entries[i];
    left_as_reader();
    read_unlock(&table_lock);
    return found;
}

void update(int i, int value)
{
    write_lock(&table_lock);
    entered_as_writer();
    entries[i] = value;
    left_as_writer();
    write_unlock(&table_lock);
}

void increment(int i)
{
    read_lock(&table_lock);
    int old = entries[i];
    upgrade(&table_lock);
    entered_as_writer();
    entries[i] = old + 1;
    left_as_writer();
    write_unlock(&table_lock);
}
