/*
 * One TLB for each CPU, for environment files, and user accesses that go through it. Define before:
 * VMCHECK_CPUS, VMCHECK_PAGES (virtual), and the walk of the page table
 *
 *     static int vmcheck_walk(int cpu, int page, int *frame, int *writable);
 *
 * which answers whether the page is mapped. With VMCHECK_TLB_COHERENT a TLB never holds what the page
 * table does not; otherwise entries stay until they are flushed, as real ones do.
 */
#ifndef VMCHECK_TLB_H
#define VMCHECK_TLB_H
#ifndef VMCHECK_ENVIRONMENT
#error "vmcheck/tlb.h is for environment files"
#endif
#include <vmcheck.h>

static int vmcheck_walk(int cpu, int page, int *frame, int *writable);

static struct {
    signed char frame;
    unsigned char valid, writable;
} vmcheck_tlb[VMCHECK_CPUS][VMCHECK_PAGES];

static inline void vmcheck_tlb_flush(int cpu, int page)
{
    vmcheck_tlb[cpu][page].valid = 0;
    vmcheck_tlb[cpu][page].writable = 0;
    vmcheck_tlb[cpu][page].frame = 0;
}

static inline void vmcheck_tlb_flush_all(int cpu)
{
    for (int page = 0; page < VMCHECK_PAGES; page++)
        vmcheck_tlb_flush(cpu, page);
}

/* The frame that an access of user code reaches; -1: it faults. One step of the hardware. */
static inline int vmcheck_translate(int cpu, int page, int write)
{
    int frame = 0, writable = 0;
#ifndef VMCHECK_TLB_COHERENT
    if (vmcheck_tlb[cpu][page].valid && (!write || vmcheck_tlb[cpu][page].writable))
        return vmcheck_tlb[cpu][page].frame;
#endif
    if (!vmcheck_walk(cpu, page, &frame, &writable) || (write && !writable))
        return -1;
#ifndef VMCHECK_TLB_COHERENT
    vmcheck_tlb[cpu][page].valid = 1;
    vmcheck_tlb[cpu][page].frame = (signed char)frame;
    vmcheck_tlb[cpu][page].writable = (unsigned char)writable;
#endif
    return frame;
}

/* For invariants: does the TLB of a CPU let it reach this frame? */
static inline int vmcheck_tlb_reaches(int cpu, int frame)
{
    for (int page = 0; page < VMCHECK_PAGES; page++)
        if (vmcheck_tlb[cpu][page].valid && vmcheck_tlb[cpu][page].frame == frame)
            return 1;
    return 0;
}
#endif
