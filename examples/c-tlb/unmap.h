#ifndef UNMAP_H
#define UNMAP_H

#define PAGES 1
#define FRAMES 2
#define CPUS 2

struct pte {
    unsigned present : 1;
    unsigned writable : 1;
    unsigned frame : 6;
};

extern struct pte table[PAGES];

void unmap(int cpu, int page);
int map(int page);

void table_lock(void);
void table_unlock(void);
void flush_local(int cpu, int page);
void flush_remote(int cpu, int page);
int alloc_frame(void);
void free_frame(int frame);

#endif
