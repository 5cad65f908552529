// A frame that several processes share: the last one to let go of it frees it.

struct spinlock {
  int locked;
};

struct frame {
  struct frame *next;
  int refs;
};

struct {
  struct spinlock lock;
  struct frame *freelist;
} kmem;

void acquire(struct spinlock *);
void release(struct spinlock *);

void
kfree(struct frame *f)
{
  acquire(&kmem.lock);
  f->refs--;
  release(&kmem.lock);
  if(f->refs > 0)
    return;

  acquire(&kmem.lock);
  f->next = kmem.freelist;
  kmem.freelist = f;
  release(&kmem.lock);
}
