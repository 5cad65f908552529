#ifndef COW_H
#define COW_H

#define PAGES 3
#define SPACES 2

struct spinlock {
    int held;
};

struct page {
    int refcount;
    struct spinlock lock;
    int data;
    _Bool free;
};

struct pte {
    struct page *page;
    _Bool writable;
};

extern struct page pages[PAGES];
extern struct pte table[SPACES];

void store(int space, int value);
void exit_space(int space);

void spin_lock(struct spinlock *lock);
void spin_unlock(struct spinlock *lock);
struct page *alloc_page(void);
void free_page(struct page *page);

#endif
