/**
 * Where a thread stands in its program: the statements of `user` have labels, as they have no
 * lines.
 */

export const PROGRAM = 1;
export const FAULT = 2;
export const COW = 3;
export const RETRY = 4;
export const EXCEPTION = 4.1;
export const FORK = 5;
export const FORK_RPC = 5.1;
export const MUNMAP = 6;
export const MUNMAP_RPC = 6.1;
export const MMAP = 7;
export const MMAP_RPC = 7.1;
export const EXIT = 8;
export const DESTROY = 9;
export const UNLINK = 9.1;

/** For a fix: munmap is done, and asked of another cluster. */
export const placesOfMunmap = { munmap: MUNMAP, munmapByRpc: MUNMAP_RPC } as const;

/** For a fix: a copy is destroyed, and unlinked. */
export const placesOfExit = { destroy: DESTROY, unlink: UNLINK } as const;

export const CREATE = 10;
export const CREATE_RPC = 10.1;
export const CREATED = 11;
export const LEAVE = 12;
export const LEFT = 13;
export const EXEC = 14;
export const RESET = 15;
export const USERINIT = 16;
export const LOAD = 17;
export const STACK = 18;
