/** The rules of mm0 in which the revisions under check differ, and what each may be. */

/** Every difference between revisions. Numbers are those of docs/codezero-mm0.md. */
export interface Rules {
  /** 1: is munmap there? Without, it is a stub that answers success. */
  readonly munmaps: boolean;
  /** 1: is exit there? */
  readonly exits: boolean;
  /** 1: is clone there? */
  readonly clones: boolean;
  /** 5.3 step 8: mmap and munmap answer their caller, mmap with the address. */
  readonly mmapAnswers: boolean;
  /**
   * 8: at an open the file server calls mm0, or mm0 asks the server at the first use (510852b), or
   * both are one (6fa4884).
   */
  readonly openCalls: 'server-calls' | 'mm0-asks' | 'one-server';
  /**
   * 8: a close of a slot without a file follows the pointer that is not there, is a success, or is
   * refused; a file that mm0 has not asked for yet is closed by its server.
   */
  readonly unusedClose: 'follows' | 'accepted' | 'refused';
  /** 5.3 step 2: the check of a descriptor lets one pass that is behind the table. */
  readonly fdCheck: 'lets-32-pass' | 'exact';
  /** 5.1 step 5: what open puts into the file list; an object's node is never found again. */
  readonly openLists: 'object-node' | 'file-node';
  /** 5.1 step 2: an open finds no free descriptor: a check fails, or it is refused. */
  readonly fullTable: 'stop' | 'refused';
  /**
   * 5.1 step 4b: an open without memory leaves the number of the file, or its descriptor, taken.
   */
  readonly failedOpen: 'leaves-number' | 'leaves-descriptor' | 'no-trace';
  /**
   * 5.2 step 1: a close asks the server for each dirty page and for the rest, and passes over what
   * fails of the pages, or notices it; or it asks for dirty pages only.
   */
  readonly closeAsks: 'pages-unnoticed' | 'pages-noticed' | 'pages-alone';
  /**
   * 5.2: a close deletes the file never, if `openers` is 0 after it, mapped or not, or only if it
   * is not mapped, or if `openers` was 0 before it.
   */
  readonly closeDeletes: 'never' | 'mapped-too' | 'after' | 'before';
  /** 11: file i/o goes to the page that the chain shows, or faults the buffer in first. */
  readonly buffer: 'view' | 'faulted-in';
  /** 11: a read asks whether its buffer may be read, or written. */
  readonly bufferCheck: 'readable' | 'by-use';
  /** 11: a write to a file marks its page dirty. */
  readonly ioMarks: boolean;
  /**
   * 11: after the first page, the next one of the cache is taken for the next of the file, and
   * checked; or pages are taken in the order of the cache, whichever they are.
   */
  readonly ioWalk: 'next-checked' | 'cache-order';
  /** 5.2 step 1: a file that is longer than what was written of it has blocks there, or none. */
  readonly grownBlocks: 'made' | 'missing';
  /** 5.7 step 2: a page that the server has not filled shows what the memory held, or zero. */
  readonly unfilled: 'as-allocated' | 'zeroed';
  /** 5.4 step 1: a mapping of a file without a file is a stop, or refused. */
  readonly noFile: 'stop' | 'refused';
  /** 5.3 step 7, 5.4 step 2: unit in which an offset is compared with the length of the file. */
  readonly offsetCompared: 'bytes' | 'pages';
  /** 5.4 step 6: unit in which the vma keeps it. */
  readonly offsetKept: 'bytes' | 'pages';
  /** 5.3: address 0 is refused, or means "choose". */
  readonly addressZero: 'refused' | 'choose';
  /** 5.3 step 3: a mapping outside of the range of tasks is refused, if anybody looks. */
  readonly range: 'start-checked' | 'unchecked' | 'checked';
  /** 5.4 step 5a: a mapping asked for with MAP_FIXED where none may be goes elsewhere. */
  readonly fixed: 'elsewhere' | 'refused';
  /** 5.4 step 5a: no address is left: refused, or, as 0 is taken for a success, mapped there. */
  readonly noAddress: 'page-0' | 'refused';
  /** 5.3: MAP_ANON with MAP_SHARED maps devzero alone, or a new segment. */
  readonly anonShared: 'devzero' | 'segment';
  /** 5.5: a private mapping is acceptable above the start or below the end, or between them. */
  readonly acceptPrivate: 'or' | 'and';
  /** 5.5: the overlap test of R0, or an intersection. */
  readonly overlapTest: 'r0' | 'intersection';
  /** 5.4 step 5b: an overlap is a stop, or is unmapped first. */
  readonly overlap: 'stop' | 'unmap';
  /** 5.5: where a mapping goes that has no acceptable address. */
  readonly choose: 'head-to-head' | 'lowest-gap';
  /** 5.5: where a shared mapping without an address goes: segments alone have to be in the pool. */
  readonly sharedFrom: 'task' | 'pool' | 'by-kind';
  /** 5.4 step 10: in front, or sorted; 6fa4884 puts what belongs in front of two in between. */
  readonly vmaOrder: 'front' | 'inserted' | 'sorted';
  /** 5.4 steps 7 and 9, 5.12 step 3, 5.9 step 2a: what a failed small allocation leads to. */
  readonly outOfMemory: 'unchecked' | 'undone';
  /** 5.1 step 4b: the private data of a file are allocated by themselves, and nobody looks. */
  readonly fileData: 'unchecked' | 'embedded';
  /** 5.12 step 2: a task that could not be made is followed, or its error answered. */
  readonly newTask: 'unexamined' | 'examined';
  /** 5.6 step 3: an access that no vma allows stops the pager, or kills the thread. */
  readonly illegal: 'stop' | 'kill';
  /** 9 point 2: faults look at the current entry first. */
  readonly currentPte: boolean;
  /** 9 point 3: the first touch of an anonymous shared page, read or write, gives it a page. */
  readonly touchPopulates: boolean;
  /** 5.8: a shared write marks page and object dirty. */
  readonly marksDirty: boolean;
  /** 5.9 step 2b: a target that has the page already answers with it. */
  readonly cowLooksFirst: boolean;
  /** 5.9 step 4: no page for a copy. */
  readonly noPage: 'wild' | 'stop' | 'fails';
  /** 5.10: where a page goes in a cache. */
  readonly insertion: 'r0' | 'dec08' | 'ascending';
  /** 6.5: a released page keeps poisoned list pointers. */
  readonly releasePoisons: boolean;
  /** 6.1, 6.3, 6.6: when a link goes, and what becomes of its object. */
  readonly drop: 'D1' | 'D2' | 'D3' | 'REF';
  /** 6.5: the check that a file deleted has left the list of files finds it there, or not. */
  readonly fileNode: 'still-listed' | 'taken-out';
  /** 6.5: a segment whose address is of no pool cannot be deleted. */
  readonly strayAddress: 'stop' | 'no-matter';
  /** 6.6: a file that is deleted has its dirty pages written back. */
  readonly writesBack: boolean;
  /** 5.2 step 1: does a flush take a page for clean that a task still maps writable? */
  readonly flush: 'cleans-all' | 'spares-writable';
  /** 5.11 step 3: which entries a freeze makes read-only. */
  readonly freeze: 'ignores-offset' | 'cached-pages' | 'writable-entries';
  /** 5.12 step 5: a fork counts its descriptors as openers. */
  readonly forkOpens: boolean;
  /** 5.12 step 4: areas are appended, added in front, or each put in its place. */
  readonly forkOrder: 'same' | 'reversed' | 'inserted';
  /**
   * 5.13: a clone without shared memory runs on the same page table, is refused by the kernel
   * (6fa4884 asks it for no kind of space), or is a fork.
   */
  readonly cloneApart: 'same-table' | 'refused' | 'forks';
  /** 5.18 step 1: an exit closes descriptors that other threads still use. */
  readonly exitCloses: 'always' | 'last-user';
  /** 5.15. */
  readonly shmat: 'r0' | 'oct08' | 'reference';
  /** 6.5: a segment is deleted after its page count has gone to 0, and returns that many pages. */
  readonly returnsAddress: 'nothing' | 'range';
  /** 5.16: shmdt answers EINVAL in any case. */
  readonly shmdtAnswer: 'always-error' | 'success';
  /** 5.17 step 3a: a split gives the upper part no objects, or the same. */
  readonly split: 'no-objects' | 'copies-links';
  /** 5.17 step 3c: a destroyed vma stays in the list with an empty chain. */
  readonly destroyed: 'stays' | 'leaves';
  /**
   * 5.17 step 2: which object is looked at for dirty pages; the tests of its flags are as wrong.
   */
  readonly flushObject: 'next-area' | 'first-object' | 'none';
  /** 5.17 step 4: which entries an unmap removes. */
  readonly unmap: 'first-page' | 'per-vma' | 'exact';
}
