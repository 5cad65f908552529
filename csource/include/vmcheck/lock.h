/* Locks, for environment files. All zero is free. */
#ifndef VMCHECK_LOCK_H
#define VMCHECK_LOCK_H
#ifndef VMCHECK_ENVIRONMENT
#error "vmcheck/lock.h is for environment files: in sources a lock would be taken in several steps"
#endif
#include <vmcheck.h>

typedef struct {
    unsigned char held;
    /* Thread that holds it, plus one. */
    unsigned char owner;
} vmcheck_spinlock;

static inline void vmcheck_spin_lock(vmcheck_spinlock *lock)
{
    if (lock->held && lock->owner == vmcheck_thread() + 1)
        vmcheck_fail("a thread takes a lock that it holds");
    while (lock->held)
        vmcheck_wait();
    lock->held = 1;
    lock->owner = (unsigned char)(vmcheck_thread() + 1);
}

static inline int vmcheck_spin_trylock(vmcheck_spinlock *lock)
{
    if (lock->held)
        return 0;
    lock->held = 1;
    lock->owner = (unsigned char)(vmcheck_thread() + 1);
    return 1;
}

static inline void vmcheck_spin_unlock(vmcheck_spinlock *lock)
{
    if (!lock->held)
        vmcheck_fail("a lock is released that nobody holds");
    if (lock->owner != vmcheck_thread() + 1)
        vmcheck_fail("a lock is released by a thread that does not hold it");
    lock->held = 0;
    lock->owner = 0;
}

/* Readers or one writer. A thread that comes while it is free gets it: writers may starve. */
typedef struct {
    unsigned char readers;
    unsigned char writer;
} vmcheck_rwlock;

static inline void vmcheck_read_lock(vmcheck_rwlock *lock)
{
    while (lock->writer)
        vmcheck_wait();
    lock->readers++;
}

static inline void vmcheck_read_unlock(vmcheck_rwlock *lock)
{
    if (!lock->readers)
        vmcheck_fail("a read lock is released that nobody holds");
    lock->readers--;
}

static inline void vmcheck_write_lock(vmcheck_rwlock *lock)
{
    while (lock->writer || lock->readers)
        vmcheck_wait();
    lock->writer = 1;
}

static inline void vmcheck_write_unlock(vmcheck_rwlock *lock)
{
    if (!lock->writer)
        vmcheck_fail("a write lock is released that nobody holds");
    lock->writer = 0;
}
#endif
