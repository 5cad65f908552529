// Physical memory: a list of the free frames, and how many page tables map each frame.

#include "defs.h"

extern char memory[NFRAMES * PGSIZE];
#define FRAME(pa) (((char *)(pa) - memory) / PGSIZE)

struct run {
  struct run *next;
};

struct {
  struct spinlock lock;
  struct run *freelist;
  int refs[NFRAMES];
} kmem;

// A frame with one reference, or 0 if all are in use.
void *
kalloc(void)
{
  struct run *r;

  acquire(&kmem.lock);
  r = kmem.freelist;
  if(r){
    kmem.freelist = r->next;
    kmem.refs[FRAME(r)] = 1;
  }
  release(&kmem.lock);
  return r;
}

// One more page table maps the frame.
void
kdup(void *pa)
{
  acquire(&kmem.lock);
  kmem.refs[FRAME(pa)]++;
  release(&kmem.lock);
}

int
krefs(void *pa)
{
  return kmem.refs[FRAME(pa)];
}

// One page table fewer maps the frame, and the last one frees it.
void
kfree(void *pa)
{
  struct run *r = pa;

  acquire(&kmem.lock);
  kmem.refs[FRAME(pa)]--;
  release(&kmem.lock);
  if(kmem.refs[FRAME(pa)] > 0)
    return;

  acquire(&kmem.lock);
  r->next = kmem.freelist;
  kmem.freelist = r;
  release(&kmem.lock);
}
