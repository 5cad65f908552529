// Address spaces: fork shares the pages, a write copies one, exit lets go of all.

#include "defs.h"

// The child shares every page with its parent until one of them writes.
int
fork(struct proc *p)
{
  struct proc *np = allocproc();

  if(np == 0)
    return -1;
  for(int i = 0; i < NPAGES; i++){
    p->pt[i] = (p->pt[i] & ~PTE_W) | PTE_COW;
    kdup(PA(p->pt[i]));
    np->pt[i] = p->pt[i];
  }
  np->state = RUNNABLE;
  return 0;
}

// A write to a shared page: the process gets a copy. -1 if there is no memory for one.
int
cowfault(struct proc *p, int i)
{
  void *pa = PA(p->pt[i]);
  void *mem;

  if(krefs(pa) == 1){ // nobody else has it
    p->pt[i] |= PTE_W;
    return 0;
  }
  mem = kalloc();
  if(mem == 0)
    return -1;
  memmove(mem, pa, PGSIZE);
  p->pt[i] = PTE(mem) | PTE_W;
  kfree(pa);
  return 0;
}

void
exit(struct proc *p)
{
  for(int i = 0; i < NPAGES; i++){
    void *pa = PA(p->pt[i]);

    p->pt[i] = 0;
    kfree(pa);
  }
  p->state = ZOMBIE;
}
