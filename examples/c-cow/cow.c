/*
 * A page that two address spaces share until one of them writes: reference count, lock, fault
 * handler, exit. Compiled with FIXED, the count is lowered under the lock, and only after the page
 * table entry points elsewhere.
 */
#include "cow.h"

struct page pages[PAGES];
struct pte table[SPACES];

void cow_fault(int space)
{
    struct pte *entry = &table[space];
    struct page *old = entry->page;

    if (old->refcount == 1) { /* the last owner keeps the page */
        entry->writable = 1;
        return;
    }
    struct page *copy = alloc_page();
    if (copy == 0)
        return;
    copy->data = old->data;
#ifdef FIXED
    entry->page = copy;
    entry->writable = 1;
    spin_lock(&old->lock);
    int last = --old->refcount == 0;
    spin_unlock(&old->lock);
    if (last)
        free_page(old);
#else
    old->refcount--; /* read, subtract, write back: not atomic */
    if (old->refcount == 0)
        free_page(old);
    entry->page = copy;
    entry->writable = 1;
#endif
}

void store(int space, int value)
{
    if (!table[space].writable)
        cow_fault(space);
    if (table[space].writable)
        table[space].page->data = value;
}

void exit_space(int space)
{
    struct page *page = table[space].page;

    table[space].page = 0;
    table[space].writable = 0;
    spin_lock(&page->lock);
    int last = --page->refcount == 0;
    spin_unlock(&page->lock);
    if (last)
        free_page(page);
}
