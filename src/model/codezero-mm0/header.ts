/** The constants of vm_area.h, lines 24 to 52, under their C names. Flags are numbers, as in C. */

export const VM_NONE = 1;
export const VM_READ = 2;
export const VM_WRITE = 4;
export const VM_EXEC = 8;
export const VM_PROT_MASK = VM_READ | VM_WRITE | VM_EXEC;

export const VMA_SHARED = 16;
export const VMA_ANONYMOUS = 32;
export const VMA_PRIVATE = 64;
export const VMA_FIXED = 128;

/**
 * Of pages; from a2d2574 of objects too, whose own bits, 256 and 512 before, then moved (Scope).
 */
export const VM_DIRTY = 256;

export const VM_FILE_DEVZERO = 1;
export const VM_FILE_VFS = 2;
export const VM_FILE_BOOTFILE = 3;
export const VM_FILE_SHM = 4;

/**
 * Bytes of a page. Any number does that cannot be taken for a page number: offsets in the wrong
 * unit must not look right by accident. Small, so that they fit into few bits.
 */
export const PAGE_SIZE = 16;

/** npages of devzero: a number that no cache reaches. */
export const HUGE = 31;
