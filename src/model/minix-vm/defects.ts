/**
 * The distinct defects found, each with its smallest counterexample and the fix that removes it.
 * They are told apart by what they need: nothing but well-behaved callers, an allocation that
 * fails, or a caller that does what the guard of the scenario names.
 */

import type { Defect, OptionValue } from '../../system.ts';

interface Row extends Omit<Defect, 'shown'> {
  readonly scenario: string;
  readonly invariant: string;
  /** Fixes applied so that no other defect is in front of it. */
  readonly behind?: readonly string[];
  readonly options?: Readonly<Record<string, OptionValue>>;
}

/** The file has the name under which `explore --save` writes it. */
function defect({ scenario, invariant, behind = [], options = {}, ...row }: Row): Defect {
  const fixes = behind.length === 0 ? '' : `.with-${behind.join('+')}`;
  const changed = Object.entries(options).map(([name, value]) => `.${name}=${value}`);
  const counterexample = `${invariant}.${scenario}${fixes}${changed.join('')}`;
  return { ...row, shown: [{ counterexample, scenario, invariant, fixes: behind, options }] };
}

const rows: readonly Row[] = [
  {
    name: 'source-page-stays-read-only',
    needs: 'nothing',
    consequence:
      'A page that is read-only for a while, because it was shared copy-on-write and is not any ' +
      'more, is mapped to another process. Its owner can never write it again as long as the ' +
      'mapping stays: the fault ends in SIGSEGV.',
    lines: 'map_mem.c:201-206',
    scenario: 'map-own-child',
    invariant: 'legit-write-succeeds',
    fix: 'map-restores-source-rights',
  },
  {
    name: 'kernel-check-severs-mapping',
    needs: 'nothing',
    consequence:
      'A system call that copies into or out of mapped memory, and makes the kernel ask VM to ' +
      'check it, gives that process a copy of its own: the mapping is gone, and nobody is told. ' +
      'The unmap that comes later copies from a block that it has just given back.',
    lines: 'region.c:914-916',
    scenario: 'kernel-check',
    invariant: 'smap-visibility',
    fix: 'check-keeps-mappings',
  },
  {
    name: 'revoke-stops-at-the-first',
    needs: 'nothing',
    consequence:
      'Memory that was mapped to one process, and by that one to another, stays readable for ' +
      'the last one after its owner has revoked it: only the one in the middle gets a copy, ' +
      'which also cuts it off from the last one. The data store is such a one in the middle.',
    lines: 'map_mem.c:295-304',
    scenario: 'chain-of-maps',
    invariant: 'revoke-reaches-the-chain',
    fix: 'revoke-follows-the-chain',
  },
  {
    name: 'unmap-ignores-its-source',
    needs: 'nothing',
    consequence:
      'An unmap detaches whatever the destination has there now, also what it shares with ' +
      'somebody else than the source on record: here the first owner, after the one between ' +
      'them has left the chain.',
    lines: 'map_mem.c:267-304',
    scenario: 'chain-of-maps',
    invariant: 'smap-visibility',
    fix: 'unmap-knows-its-source',
  },
  {
    name: 'munmap-severs-shared-region',
    needs: 'nothing',
    consequence:
      'A process gives back the first page of a SHARED region that it has together with its ' +
      'child. What is left of the block is copied, although it is shared for good: from then on ' +
      'neither sees what the other writes.',
    lines: 'region.c:509-513',
    scenario: 'shared-region',
    invariant: 'smap-visibility',
    fix: 'munmap-splits-first',
  },
  {
    name: 'map-severs-shared-region',
    needs: 'nothing',
    consequence:
      'A fork marks the blocks of a SHARED region as COW like all others. A map of such a page ' +
      'copies it for the source first, so that parent and child have different memory in a ' +
      'region that they share.',
    lines: 'map_mem.c:165-169',
    scenario: 'shared-region',
    invariant: 'smap-visibility',
    behind: ['munmap-splits-first'],
    fix: 'map-keeps-shared-regions',
  },
  {
    name: 'remap-leaves-the-list-alone',
    needs: 'nothing',
    consequence:
      'A remap counts the new user of a block and does not put it on its list. A map that cuts ' +
      'the block afterwards cuts it for those on the list only: the other one still maps the ' +
      'second half, and counts are wrong for ever.',
    lines: 'region.c:1386-1395',
    scenario: 'remap',
    invariant: 'pte-never-free-frame',
    fix: 'remap-links-the-entry',
  },
  {
    name: 'failed-fill-panics',
    needs: 'a failing allocation',
    consequence:
      'If the first page of the source is a hole and there is no memory to fill it, VM panics, ' +
      'and with it the system.',
    lines: 'map_mem.c:251 and 145-148',
    scenario: 'map-fails',
    invariant: 'no-panic',
    fix: 'map-reports-failed-fill',
  },
  {
    name: 'failed-fill-maps-half',
    needs: 'a failing allocation',
    consequence: 'If a later page is such a hole, the map ends early and says OK.',
    lines: 'map_mem.c:251 and 159',
    scenario: 'map-fails',
    invariant: 'ok-means-complete',
    fix: 'map-reports-failed-fill',
  },
  {
    name: 'failed-map-leaves-stale-entries',
    needs: 'a failing allocation',
    consequence:
      'The old memory of the destination is dropped before the new entry is allocated. If that ' +
      'fails, its page table still maps the frames that were given back: it reads and writes ' +
      'what other processes are given next.',
    lines: 'map_mem.c:256 and 172-173',
    scenario: 'map-of-shared-fails',
    invariant: 'pte-never-free-frame',
    fix: 'map-prepares-first',
  },
  {
    name: 'failed-page-table-write-unnoticed',
    needs: 'a failing allocation',
    consequence:
      'With the option pteWriteMayFail: if the page table of the destination needs a page that ' +
      'cannot be had, its entries stay as they were, and map the frames that were given back.',
    lines: 'map_mem.c:205-206',
    scenario: 'map-fails',
    invariant: 'pte-never-free-frame',
    behind: ['map-reports-failed-fill', 'map-prepares-first'],
    options: { pteWriteMayFail: true },
    fix: 'map-makes-page-tables-first',
  },
  {
    name: 'failed-source-copy-shares-with-child',
    needs: 'a failing allocation',
    consequence:
      'If the block that the source shares copy-on-write with its child cannot be copied, the ' +
      'map goes on with the shared one: the child shares memory with the destination.',
    lines: 'map_mem.c:167-168',
    scenario: 'map-of-shared-fails',
    invariant: 'smap-only-as-agreed',
    behind: ['fork-reports-failed-copy'],
    fix: 'map-prepares-first',
  },
  {
    name: 'failed-destination-copy-shares',
    needs: 'a failing allocation',
    consequence:
      'A copy-on-write map (flag -1) of memory that is mapped to somebody else gives the ' +
      'destination a copy. If that cannot be had, VM says OK, and the destination shares the ' +
      'memory itself.',
    lines: 'map_mem.c:188-190',
    scenario: 'cowmap-fails',
    invariant: 'smap-only-as-agreed',
    fix: 'map-prepares-first',
  },
  {
    name: 'failed-split-never-ends',
    needs: 'a failing allocation',
    consequence:
      'If no object can be had to cut a block, and none can be had later, clean_phys_regions ' +
      'tries again for ever: VM hangs, and with it the system.',
    lines: 'map_mem.c:114-115 and 120-121',
    scenario: 'cut-fails',
    invariant: 'request-terminates',
    fix: 'clean-reports-failure',
  },
  {
    name: 'half-a-split',
    needs: 'a failing allocation',
    consequence:
      'If an entry cannot be had in the middle of a cut, the block is shorter already and the ' +
      'rest of its pages hangs on nothing: frames leak, page tables map what no entry covers, ' +
      'and two lists run into each other.',
    lines: 'map_mem.c:40-47',
    scenario: 'cut-fails',
    invariant: 'refcount-equals-tree-references',
    fix: 'split-all-or-nothing',
  },
  {
    name: 'failed-unmap-says-ok',
    needs: 'a failing allocation',
    consequence:
      'If there is no memory for the copy, the unmap says OK and the two processes go on sharing ' +
      'the page, though the kernel has forgotten the mapping.',
    lines: 'map_mem.c:300',
    scenario: 'unmap-fails',
    invariant: 'unmap-severs',
    fix: 'unmap-all-or-nothing',
  },
  {
    name: 'unmap-of-failed-map-panics',
    needs: 'a failing allocation',
    consequence:
      'The kernel keeps its record of a map that failed. Its unmap finds a hole, and VM panics.',
    lines: 'map_mem.c:288-291',
    scenario: 'unmap-fails',
    invariant: 'no-panic',
    behind: ['map-reports-failed-fill'],
    fix: 'unmap-knows-its-source',
  },
  {
    name: 'failed-fork-frees-parents-pages',
    needs: 'a failing allocation',
    consequence:
      'A fork that runs out of memory takes off counts that it never added: pages of the parent ' +
      'are given back while it goes on using them.',
    lines: 'region.c:1025',
    scenario: 'fork-fails',
    invariant: 'no-access-to-free-frame',
    fix: 'fork-forgets-the-uncounted',
  },
  {
    name: 'failed-copy-at-fork',
    needs: 'a failing allocation',
    consequence:
      'If mapped memory cannot be copied for a child, the fork says OK, and the child shares the ' +
      'page with both sides of the mapping, without a page-table entry: its writes end in SIGSEGV.',
    lines: 'region.c:1130',
    scenario: 'fork-of-mapped-fails',
    invariant: 'phys-region-has-pte',
    fix: 'fork-reports-failed-copy',
  },
  {
    name: 'failed-munmap-shifts-entries',
    needs: 'a failing allocation',
    consequence:
      'If a block that crosses the end of what is unmapped cannot be copied, its offset wraps ' +
      'below 0 and its tree is out of order; munmap says OK.',
    lines: 'region.c:1300-1312',
    scenario: 'munmap-fails',
    invariant: 'phys-region-in-region',
    fix: 'munmap-splits-first',
  },
  {
    name: 'munmap-without-page-table-panics',
    needs: 'a failing allocation',
    consequence:
      'With the option pteWriteMayFail: munmap clears the entries of what it unmaps, and makes a ' +
      'page table for that where there is none. If that cannot be had, VM panics.',
    lines: 'region.c:1319-1323 and mmap.c:382-383',
    scenario: 'munmap-fails',
    invariant: 'no-panic',
    options: { pteWriteMayFail: true },
    fix: 'munmap-makes-no-page-tables',
  },
  {
    name: 'failed-exec-unmaps-mapped-memory',
    needs: 'a failing allocation',
    consequence:
      'An exec that fails makes a new page table for the old memory, and leaves out what is ' +
      'shared as SMAP: the process goes on, and its next access to memory that is mapped, on ' +
      'either side, ends in SIGSEGV.',
    lines: 'exec.c:228, 288; region.c:1063',
    scenario: 'exec-of-mapped-fails',
    invariant: 'legit-read-succeeds',
    fix: 'exec-makes-its-image-first',
  },
  {
    name: 'exec-without-stack-panics',
    needs: 'a failing allocation',
    consequence:
      'VM stops, and with it the system, when there is no object for the stack region of a new ' +
      'image; for its data the same failure is an error.',
    lines: 'exec.c:474-477',
    scenario: 'exec-fails',
    invariant: 'no-panic',
    fix: 'exec-reports-failed-stack',
  },
  {
    name: 'child-without-page-table',
    needs: 'a failing allocation',
    consequence:
      'With the option pteWriteMayFail: if there is no memory for a page table of the child, the ' +
      'fork says OK, and the memory of the child is not present: reading it breaks an assertion.',
    lines: 'region.c:1143-1144',
    scenario: 'fork-fails',
    invariant: 'phys-region-has-pte',
    options: { pteWriteMayFail: true },
    fix: 'fork-makes-page-tables-first',
  },
  {
    name: 'read-only-mapping-passed-on-writable',
    needs: 'an odd caller',
    consequence:
      'Who may only read what is mapped to it can grant it to a third process, which maps it ' +
      'writable and writes the memory of the owner. The data store does what is needed for it.',
    lines: 'map_mem.c:154-155 and 205-206',
    scenario: 'rights-of-others',
    invariant: 'no-rights-gained',
    fix: 'map-grants-what-it-has',
  },
  {
    name: 'unmap-after-munmap-panics',
    needs: 'an odd caller',
    consequence:
      'A process that unmaps all its memory, while the kernel has a mapping of it on record, ' +
      'makes VM panic when that mapping is revoked.',
    lines: 'map_mem.c:283 and region.c:590-591',
    scenario: 'stale-records',
    invariant: 'no-panic',
    fix: 'unmap-knows-its-source',
  },
  {
    name: 'stale-unmap-severs-new-mapping',
    needs: 'an odd caller',
    consequence:
      'A range that is mapped over keeps its first record: revoking that one detaches the second ' +
      'mapping.',
    lines: 'map_mem.c:295-304',
    scenario: 'stale-records',
    invariant: 'smap-visibility',
    fix: 'unmap-knows-its-source',
  },
  {
    name: 'munmap-severs-the-rest',
    needs: 'an odd caller',
    consequence:
      'munmap of the first pages of a mapped block copies the whole block: the pages that stay ' +
      'are not mapped any more.',
    lines: 'region.c:509-514',
    scenario: 'munmap-of-mapped',
    invariant: 'smap-visibility',
    fix: 'munmap-splits-first',
  },
  {
    name: 'unmap-of-cut-region-crashes',
    needs: 'an odd caller',
    consequence:
      'After munmap of its first page a mapping is revoked: the default build follows a null ' +
      'pointer.',
    lines: 'map_mem.c:283-287',
    scenario: 'munmap-of-mapped',
    invariant: 'no-crash',
    fix: 'unmap-knows-its-source',
  },
  {
    name: 'remap-of-less-maps-all',
    needs: 'an odd caller',
    consequence:
      'A remap that names fewer pages than the region has makes a region of that size and maps ' +
      'all pages into it: those beyond its end go over whatever region lies there.',
    lines: 'region.c:1364-1373, 1386-1395',
    scenario: 'remap-of-another-size',
    invariant: 'cow-isolation',
    fix: 'remap-takes-whole-regions',
  },
  {
    name: 'map-of-no-region-crashes',
    needs: 'an odd caller',
    consequence:
      'The kernel compares a map with the segment of a process, not with its regions: where ' +
      'there is no region, VM follows a null pointer, and where the process has none at all, it ' +
      'panics.',
    lines: 'map_mem.c:239-246',
    scenario: 'map-of-no-region',
    invariant: 'no-crash',
    fix: 'map-checks-its-ranges',
  },
  {
    name: 'map-onto-itself-panics',
    needs: 'an odd caller',
    consequence:
      'A range that is mapped onto one that overlaps it is dropped before it is mapped: VM panics.',
    lines: 'map_mem.c:256 and 145-148',
    scenario: 'map-onto-itself',
    invariant: 'no-panic',
    fix: 'map-refuses-overlap',
  },
  {
    name: 'iterator-moves-under-insertion',
    needs: 'an odd caller',
    consequence:
      'One part of a region is mapped onto another part: the insertion of an entry turns the ' +
      'tree, the iterator skips a block, and the next page is mapped to a wrong one.',
    lines: 'map_mem.c:181 and 209',
    scenario: 'map-within-a-region',
    invariant: 'ok-means-complete',
    fix: 'map-seeks-again',
  },
  {
    name: 'read-only-region-mapped-writable',
    needs: 'an odd caller',
    consequence: 'A page of a region that is not WRITABLE becomes writable by mapping over it.',
    lines: 'map_mem.c:205-206',
    scenario: 'map-of-read-only-region',
    invariant: 'pte-writable-region',
    fix: 'map-respects-read-only-regions',
  },
  {
    name: 'map-beyond-the-region',
    needs: 'an odd caller',
    consequence:
      'Nobody compares a range with the length of its region (the kernel checks segments): pages ' +
      'where the process has no region are mapped, and stay so when everything is given back.',
    lines: 'map_mem.c:245-246',
    scenario: 'beyond-the-region',
    invariant: 'pte-never-free-frame',
    fix: 'map-checks-its-ranges',
  },
  {
    name: 'half-a-page-faults-for-ever',
    needs: 'an odd caller',
    consequence:
      'Nobody checks that a map is of whole pages. A map of half a page makes blocks of half a ' +
      'page, for which no page-table entry is ever written: a fault there is answered, and ' +
      'happens again, for ever; and frames are lost.',
    lines: 'map_mem.c:219-259 and region.c:638-643',
    scenario: 'half-a-page',
    invariant: 'request-terminates',
    fix: 'requests-are-of-whole-pages',
  },
  {
    name: 'device-memory-given-back',
    needs: 'an odd caller',
    consequence:
      'Memory of a device is mapped to a process. If that process is the last to let go of it, ' +
      'the memory of the device is handed out to others as if it were free.',
    lines: 'map_mem.c:239-242 and region.c:452-454',
    scenario: 'map-of-device',
    invariant: 'no-double-free',
    fix: 'map-refuses-devices',
  },
  {
    name: 'request-of-the-gone-panics',
    needs: 'an odd caller',
    consequence:
      'A process that exits while its request waits for VM, or while a mapping of it can still ' +
      'be revoked, makes VM panic.',
    lines: 'map_mem.c:232-237 and 279-280',
    scenario: 'endpoints-gone',
    invariant: 'no-panic',
    fix: 'requests-check-endpoints',
  },
  {
    name: 'undoing-a-cow-map-crashes',
    needs: 'an odd caller',
    consequence:
      'A safemap with flag -1 is on record like any other, but its pages are shared ' +
      'copy-on-write: after a write they are private, and to undo the map copies from a block ' +
      'that was just given back.',
    lines: 'map_mem.c:295-300',
    scenario: 'safemap-flag-minus-one',
    invariant: 'no-crash',
    fix: 'unmap-knows-its-source',
  },
  {
    name: 'unmap-of-private-memory',
    needs: 'an odd caller',
    consequence:
      'An unmap of memory that is not shared gives its block back, and then copies from it.',
    lines: 'map_mem.c:297-300 and region.c:730-744',
    scenario: 'unrecorded-unmaps',
    invariant: 'no-crash',
    fix: 'unmap-knows-its-source',
  },
];

export const defects: readonly Defect[] = rows.map(defect);
