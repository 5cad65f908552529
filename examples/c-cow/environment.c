/* What stands for the rest of the kernel: locks, the page allocator, threads and what must hold. */
#include "cow.h"
#include <vmcheck.h>

void spin_lock(struct spinlock *lock)
{
    while (lock->held)
        vmcheck_wait();
    lock->held = 1;
}

void spin_unlock(struct spinlock *lock)
{
    lock->held = 0;
}

struct page *alloc_page(void)
{
    for (int i = 0; i < PAGES; i++) {
        if (pages[i].free) {
            pages[i].free = 0;
            pages[i].refcount = 1;
            return &pages[i];
        }
    }
    return 0;
}

void free_page(struct page *page)
{
    if (page->free)
        vmcheck_fail("a page is freed twice");
    page->free = 1;
}

void setup(void)
{
    for (int i = 1; i < PAGES; i++)
        pages[i].free = 1;
    pages[0].refcount = 2;
    pages[0].data = 7;
    table[0].page = table[1].page = &pages[0];
}

void process(int space)
{
    store(space, 100 + space);
    exit_space(space);
}

int no_free_page_mapped(void)
{
    for (int i = 0; i < SPACES; i++) {
        if (table[i].page && table[i].page->free) {
            vmcheck_because("space %d maps page %d, which is free", i, table[i].page - pages, 0);
            return 0;
        }
    }
    return 1;
}

int no_shared_page_writable(void)
{
    if (table[0].page == 0 || table[0].page != table[1].page)
        return 1;
    return !table[0].writable && !table[1].writable;
}

int no_page_lost(void)
{
    for (int i = 0; i < PAGES; i++) {
        if (!pages[i].free) {
            vmcheck_because("page %d is not free, and nobody has it", i, 0, 0);
            return 0;
        }
    }
    return 1;
}
