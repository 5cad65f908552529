/*
 * What the C around a kernel may ask of vmcheck. See docs/your-c-code.md.
 *
 * Functions of environment files are steps of the system: from the first access to memory that some
 * thread writes, to their end, nobody else runs, unless they say so themselves. Functions of sources,
 * and those that threads begin with, may be interrupted before every access.
 */
#ifndef VMCHECK_H
#define VMCHECK_H

/* Another thread may run here. */
void vmcheck_yield(void);

/*
 * Nothing can be done until another thread has done something. In a loop that asks again:
 * `while (lock->held) vmcheck_wait();`. It is no progress, and a state in which nobody can move is
 * a deadlock.
 */
void vmcheck_wait(void);

/* One of 0 .. count - 1; each is explored. `count` is at most 31. */
int vmcheck_choose(int count);

/* The thread that runs: 0, 1, ... in the order of the harness file; -1 outside of threads. */
int vmcheck_thread(void);

/* The thread has ended. */
void vmcheck_end_thread(void) __attribute__((noreturn));

/* Something is wrong: a violation of `assertion` (of `panic`), with this text. */
void vmcheck_fail(const char *text) __attribute__((noreturn));
void vmcheck_panic(const char *text) __attribute__((noreturn));

/* In an invariant, before it answers no: why, with at most three numbers (%d, %u, %x). */
void vmcheck_because(const char *text, int a, int b, int c);

#define VMCHECK_TEXT_(x) #x
#define VMCHECK_TEXT(x) VMCHECK_TEXT_(x)
#define vmcheck_assert(condition) \
    ((condition) ? (void)0 : vmcheck_fail(#condition))

/* Names that invariants and threads of a harness file have must be functions with external linkage. */
#endif
