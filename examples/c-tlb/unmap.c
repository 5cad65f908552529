/*
 * Unmapping a page that another CPU may still have in its TLB. As written, the frame is freed
 * before other CPUs have forgotten the page; with FIXED they are told first.
 */
#include "unmap.h"

struct pte table[PAGES];

void unmap(int cpu, int page)
{
    struct pte *entry = &table[page];

    table_lock();
    if (!entry->present) {
        table_unlock();
        return;
    }
    int frame = entry->frame;
    entry->present = 0;
    flush_local(cpu, page);
#ifdef FIXED
    for (int other = 0; other < CPUS; other++)
        if (other != cpu)
            flush_remote(other, page);
#endif
    table_unlock();
    free_frame(frame);
}

int map(int page)
{
    int frame = alloc_frame();
    if (frame < 0)
        return -1;
    table_lock();
    table[page].frame = frame;
    table[page].writable = 1;
    table[page].present = 1;
    table_unlock();
    return 0;
}
