// What the two files share. Compile with -ffreestanding -fno-builtin.

#define NFRAMES 64
#define NPAGES 16
#define PGSIZE 4096

#define PTE_W 1   // user programs may write
#define PTE_COW 2 // shared until it is written

// The address of a frame, and the bits above; 0 maps nothing.
typedef unsigned long pte_t;
#define PA(pte) ((void *)((pte) & -PGSIZE))
#define PTE(pa) ((pte_t)(pa))

struct spinlock {
  int locked;
};

enum procstate { UNUSED, USED, RUNNABLE, ZOMBIE };

struct proc {
  enum procstate state;
  pte_t pt[NPAGES];
};

void acquire(struct spinlock *);
void release(struct spinlock *);
void *memmove(void *, const void *, unsigned long);
struct proc *allocproc(void);

void *kalloc(void);
void kdup(void *);
int krefs(void *);
void kfree(void *);
