/* CPUs with a TLB each, frames, and user code that reads and writes. */
#include "unmap.h"

#define VMCHECK_CPUS CPUS
#define VMCHECK_PAGES PAGES
#define VMCHECK_FRAMES FRAMES
#include <vmcheck/frames.h>
#include <vmcheck/lock.h>
#include <vmcheck/tlb.h>

static vmcheck_spinlock lock;

static int vmcheck_walk(int cpu, int page, int *frame, int *writable)
{
    (void)cpu;
    *frame = table[page].frame;
    *writable = table[page].writable;
    return table[page].present;
}

void table_lock(void) { vmcheck_spin_lock(&lock); }
void table_unlock(void) { vmcheck_spin_unlock(&lock); }
void flush_local(int cpu, int page) { vmcheck_tlb_flush(cpu, page); }
void flush_remote(int cpu, int page) { vmcheck_tlb_flush(cpu, page); }
int alloc_frame(void) { return vmcheck_frame_alloc(); }
void free_frame(int frame) { vmcheck_frame_free(frame); }

/* An instruction of user code. */
static void touch(int cpu, int page, int write)
{
    int frame = vmcheck_translate(cpu, page, write);
    if (frame >= 0 && !vmcheck_frame_used(frame))
        vmcheck_fail("user code reaches a frame that is free");
}

void setup(void)
{
    vmcheck_frames_init(0);
    map(0);
}

void kernel_thread(int cpu)
{
    unmap(cpu, 0);
    map(0);
}

void user_thread(int cpu)
{
    touch(cpu, 0, 0);
    touch(cpu, 0, 1);
}

int no_stale_entry(void)
{
    for (int cpu = 0; cpu < CPUS; cpu++) {
        for (int frame = 0; frame < FRAMES; frame++) {
            if (!vmcheck_frame_used(frame) && vmcheck_tlb_reaches(cpu, frame)) {
                vmcheck_because("the TLB of CPU %d still reaches frame %d, which is free",
                                cpu, frame, 0);
                return 0;
            }
        }
    }
    return 1;
}
