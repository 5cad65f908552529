/**
 * The distinct defects found, each with the counterexample that shows it. Those that the author of
 * mm0 acknowledges in the commit log are marked; profiles are those whose model has the defect.
 *
 * Lines are those of the files of mm0 at the revision named, below `tasks/mm0/src` and at 6fa4884
 * below `conts/posix/mm0/mm`; a list goes on in the same files and functions.
 */

import type { Defect, OptionValue, Showing } from '../../system.ts';
import type { Profile } from './options.ts';

interface Row extends Omit<Defect, 'shown' | 'needs'> {
  /** Absent: nothing. */
  readonly needs?: Defect['needs'];
  /** Those that have the defect; its trace is told of the first. */
  readonly profiles: readonly [Profile, ...Profile[]];
  readonly scenario: string;
  readonly invariant: string;
  /** Those in which other defects hide it: shown with all fixes but its own. */
  readonly hiddenIn?: readonly Profile[];
  /** Searches in which it shows in another way, or in a profile that has no way to the first. */
  readonly elsewhere?: readonly (Pick<Row, 'scenario' | 'invariant'> & { profile: Profile })[];
  /** Options but the profile. */
  readonly options?: Readonly<Record<string, OptionValue>>;
}

const aug: Profile = 'written-aug08';
const oct: Profile = 'written-oct08';
const nov: Profile = 'written-nov08';
const later: Profile = 'later';

/** The files have the names under which `explore --save` writes them. */
function defect(row: Row): Defect {
  const { profiles, needs = 'nothing', hiddenIn = [], elsewhere = [], ...rest } = row;
  const { options: more = {}, scenario: usual, invariant: first, ...told } = rest;
  const showing = (profile: Profile, scenario = usual, invariant = first): Showing => {
    const options = profile === nov ? more : { profile, ...more };
    const changed = Object.entries(options).map(([name, value]) => `.${name}=${value}`);
    const hidden = hiddenIn.includes(profile);
    return {
      counterexample: `${invariant}.${scenario}${hidden ? `.${row.name}` : ''}${changed.join('')}`,
      scenario,
      invariant,
      options: { profile, ...more },
      ...(hidden ? { fixes: 'all but its own' as const } : {}),
    };
  };
  const [main, ...others] = profiles;
  const shown = others.map((profile) => showing(profile));
  const also = elsewhere.map((one) => showing(one.profile, one.scenario, one.invariant));
  return { ...told, needs, shown: [showing(main), ...shown, ...also] };
}

const rows: readonly Row[] = [
  {
    name: 'split-forgets-objects',
    consequence: 'After a munmap in the middle, touching the part above it stops the pager.',
    lines: 'munmap.c:20-37 vma_split (61751a8)',
    fix: 'split-areas',
    profiles: [nov],
    acknowledged: 'a split gave the new area no objects (61751a8)',
    scenario: 'munmap-split',
    invariant: 'split-keeps-objects',
  },
  {
    name: 'offset-kept-in-bytes',
    consequence: 'A file mapped from its second page on shows what lies far beyond its end.',
    lines: 'mmap.c:629 sys_mmap, 528 do_mmap (63e9d05); 651, 540 (b20fda9); 303, 201 (61751a8)',
    fix: 'offset-in-pages',
    profiles: [nov, aug, oct],
    acknowledged: 'the byte offset was kept where pages are expected (0ddb8ea)',
    scenario: 'file-offset',
    invariant: 'private-content-isolated',
  },
  {
    name: 'offset-compared-in-bytes',
    consequence: 'A mapping that reaches beyond the end of its file is granted.',
    lines: 'mmap.c:292 do_mmap (6fa4884); 493 (63e9d05); 507 (b20fda9); 165 (61751a8)',
    fix: 'offset-in-pages',
    profiles: [later, aug, oct, nov],
    scenario: 'file-end',
    invariant: 'offset-in-pages',
  },
  {
    name: 'duplicate-fault-stops-pager',
    consequence: 'Two threads that write to one page at the same time stop the whole system.',
    lines: 'fault.c:535, 565 copy_on_write, file.c:212, 222 insert_page_olist (61751a8)',
    fix: 'current-entry',
    profiles: [nov],
    acknowledged: 'cloned threads may fault on one page, and each fault is handled (cada0f8)',
    scenario: 'clone',
    invariant: 'pager-never-stops',
  },
  {
    name: 'read-fault-takes-write-away',
    consequence: 'A read fault handled late makes a page read-only that was writable by then.',
    lines: 'fault.c:737-738, 772 __do_page_fault (6fa4884); 621, 692 (61751a8)',
    fix: 'current-entry',
    profiles: [later, nov],
    acknowledged: 'the same (cada0f8); the workaround b1b3b59 is about writes',
    scenario: 'clone',
    invariant: 'read-never-downgrades',
  },
  {
    name: 'second-attach-stops-pager',
    consequence: 'The second task that attaches a segment without naming its address stops mm0.',
    lines: 'shm.c:127 do_shmat (b20fda9); 125 (61751a8); 135 (6fa4884)',
    fix: 'segment-address',
    profiles: [nov, oct, later],
    acknowledged: 'one unique address per segment, the same for all (b20fda9)',
    scenario: 'shm',
    invariant: 'pager-never-stops',
  },
  {
    name: 'exit-after-munmap-stops-pager',
    consequence: 'A task that has unmapped an area cannot exit: an area without objects stops mm0.',
    lines: 'munmap.c:80 vma_unmap, fault.c:444 vma_drop_merge_delete_all (61751a8)',
    fix: 'split-areas',
    profiles: [nov],
    acknowledged: 'objects need to be deleted properly after exit (b20fda9)',
    scenario: 'munmap-exit',
    invariant: 'pager-never-stops',
  },
  {
    name: 'file-delete-stops-pager',
    consequence:
      'An exit that gives up the last link of a segment, or of a closed file, stops mm0.',
    lines: 'vm_object.c:136 vm_object_delete (b20fda9)',
    fix: 'close-deletes',
    profiles: [oct],
    acknowledged: 'the same, at b20fda9 itself',
    scenario: 'shm-task-address',
    invariant: 'pager-never-stops',
  },
  {
    name: 'unmapped-area-stays',
    consequence: 'An area that was unmapped whole stays in the list, and faults in it stop mm0.',
    lines: 'munmap.c:80 vma_unmap (61751a8)',
    fix: 'split-areas',
    profiles: [nov],
    scenario: 'munmap-exit',
    invariant: 'munmap-removes-access',
  },
  {
    name: 'shared-anonymous-writes-devzero',
    consequence: 'A write to anonymous shared memory goes to the zero page: everybody reads it.',
    lines:
      'mmap.c:485-486 do_mmap, fault.c:497 __do_page_fault (63e9d05); 499-500, 638 ' +
      '(b20fda9); 157-158, 655 (61751a8)',
    fix: 'anonymous-segment',
    profiles: [nov, aug, oct],
    acknowledged: 'it should be a shm file with devzero behind it (b369ff6, 2bd26ce)',
    scenario: 'anon-shared',
    invariant: 'zero-page-stays-zero',
  },
  {
    name: 'overlap-test-wrong',
    needs: 'an odd caller',
    consequence: 'A mapping inside another one is granted: two areas claim the same page.',
    lines: 'mmap.c:371-379 vma_intersect (63e9d05); 373-381 (b20fda9)',
    fix: 'unmap-overlap',
    profiles: [aug, oct],
    acknowledged: 'the intersection routine was wrong (61751a8)',
    scenario: 'overlap',
    invariant: 'vmas-disjoint',
  },
  {
    name: 'overlap-stops-pager',
    needs: 'an odd caller',
    consequence: 'A task that asks for a range which it uses already stops the whole system.',
    lines: 'mmap.c:518-524 do_mmap (63e9d05); 530-536 (b20fda9); 190-197 (61751a8)',
    fix: 'unmap-overlap',
    profiles: [nov, aug, oct],
    scenario: 'overlap',
    invariant: 'pager-never-stops',
  },
  {
    name: 'unmap-of-absent-entry-stops-kernel',
    consequence: 'A munmap of a page never touched, or of two pages, stops the kernel.',
    lines:
      'munmap.c:155 do_munmap, of the kernel src/api/space.c:60-61 sys_unmap and ' +
      'src/arch/arm/v5/mm.c:290-292 __remove_mapping (61751a8)',
    fix: 'unmap-exactly',
    profiles: [nov],
    acknowledged: 'mm0 unmaps only what areas cover; the kernel reports the rest (94daebd)',
    scenario: 'munmap',
    invariant: 'pager-never-stops',
  },
  {
    name: 'partial-unmap-stops-pager',
    consequence: 'Cutting an area stops mm0 if the last page cut was never touched.',
    lines:
      'munmap.c:50 vma_split, 82 vma_shrink, of the kernel src/api/map.c:74-81 sys_unmap (6fa4884)',
    fix: 'unmap-exactly',
    profiles: [later],
    acknowledged: 'the kernel answers -1 for ranges mapped in part (94daebd)',
    scenario: 'munmap',
    invariant: 'pager-never-stops',
  },
  {
    name: 'chosen-address-in-use',
    consequence: 'A mapping placed by mm0 overlaps with one that the task has already.',
    lines: 'mmap.c:62-77 find_unmapped_area (61751a8)',
    fix: 'choose-address',
    profiles: [nov],
    scenario: 'choose',
    invariant: 'chosen-address-is-free',
  },
  {
    name: 'file-takes-segment-address',
    consequence: 'A shared file mapped without an address takes one of the segments, for ever.',
    lines: 'mmap.c:131-132 mmap_new_address (61751a8); 251-252 (6fa4884)',
    fix: 'choose-address',
    profiles: [nov, later],
    scenario: 'choose-shared',
    invariant: 'shm-address-returned',
  },
  {
    name: 'full-table-stops-pager',
    needs: 'an odd caller',
    consequence:
      'A task that opens more files than it has descriptors stops mm0, or the file server.',
    lines:
      'file.c:921 sys_open (6fa4884); of the file server, tasks/fs0/src/syscalls.c:168 sys_open ' +
      '(63e9d05); 169 (b20fda9, 61751a8)',
    fix: 'check-descriptors',
    profiles: [later, aug, oct, nov],
    scenario: 'open-too-many',
    invariant: 'pager-never-stops',
  },
  {
    name: 'collapse-by-page-count',
    consequence: 'A shadow with as many but other pages replaces an object: its pages read zero.',
    lines: 'fault.c:113 vm_object_is_droppable (b20fda9); 115 (61751a8); 121 (6fa4884)',
    fix: 'drop-links',
    profiles: [nov, oct, later],
    scenario: 'fork-twice',
    invariant: 'private-content-isolated',
  },
  {
    name: 'freed-page-stays-mapped',
    consequence: 'The pages of an object collapsed so are freed while a task still maps them.',
    lines: 'fault.c:402 vma_drop_merge_delete (61751a8); 421 (6fa4884)',
    fix: 'drop-links',
    profiles: [nov, later],
    scenario: 'fork-twice',
    invariant: 'pte-names-live-page',
  },
  {
    name: 'collapse-in-one-part-of-a-split',
    consequence: 'One part of a split area drops an object that the other has: chains differ.',
    lines: 'fault.c:380 vma_drop_merge_delete (6fa4884)',
    fix: 'drop-links',
    profiles: [later],
    scenario: 'split-shadow',
    invariant: 'chain-follows-orig',
  },
  {
    name: 'file-link-dropped',
    consequence: 'A task that has written one page of a file loses sight of its other pages.',
    lines: 'fault.c:258-267 vma_drop_merge_delete (63e9d05)',
    fix: 'drop-links',
    profiles: [aug],
    scenario: 'file-cow',
    invariant: 'collapse-preserves-view',
  },
  {
    name: 'collapse-leaves-orig-obj',
    consequence: 'After a collapse a shadow names an object that it no longer shadows.',
    lines: 'fault.c:78-88 vma_drop_link (63e9d05)',
    fix: 'drop-links',
    profiles: [aug],
    scenario: 'cow-3',
    invariant: 'shdw-list-agrees-with-orig',
  },
  {
    name: 'merge-follows-nothing',
    consequence: 'A merge or a delete after a collapse runs into freed or poisoned memory.',
    lines:
      'fault.c:147-172 vma_merge_object, 286-293 vma_drop_merge_delete (63e9d05); ' +
      '146-171, 353 (b20fda9)',
    fix: 'drop-links',
    profiles: [aug, oct],
    scenario: 'cow-3',
    invariant: 'no-wild-access',
  },
  {
    name: 'file-in-memory-twice',
    consequence: 'Two tasks that open one file share nothing of what they write to it.',
    lines: 'file.c:144 vfs_receive_sys_open (63e9d05)',
    fix: 'find-open-files',
    profiles: [aug],
    acknowledged:
      'vfs files need a list of their own, and vfs_receive_sys_open is to be fixed (4b1abc6)',
    scenario: 'reopen',
    invariant: 'shared-writes-visible',
  },
  {
    name: 'fork-opens-nothing',
    consequence: 'A file inherited by a child counts as closed while the child has it open.',
    lines: 'clone.c:84-85 copy_tcb (63e9d05); task.c:218 (b20fda9)',
    fix: 'count-openers',
    profiles: [aug, oct],
    scenario: 'files',
    invariant: 'openers-match-descriptors',
  },
  {
    name: 'closed-file-stays',
    consequence: 'A file that nobody has open or mapped is never freed.',
    lines: 'file.c:369-373 fd_close (63e9d05); file.c:415-419 vm_file_put (6fa4884)',
    fix: 'close-deletes',
    profiles: [later, aug],
    scenario: 'shared-left',
    invariant: 'object-reachable-or-freed',
  },
  {
    name: 'exit-closes-for-others',
    consequence: 'A thread that exits closes the files of the threads that go on.',
    lines: 'exit.c:57-59 task_close_files (513d5aa); 28-30, 103 do_exit (6fa4884)',
    fix: 'count-openers',
    profiles: [nov, later],
    scenario: 'clone-files',
    invariant: 'exit-closes-own-descriptors',
  },
  {
    name: 'cache-out-of-order',
    consequence:
      'A read() or write() of several pages stops mm0; at 6fa4884 it takes other pages of the file ' +
      'than were asked for, or stops mm0.',
    lines:
      'file.c:170-175 insert_page_olist, 473-478 write_cache_pages, 535-540 read_cache_pages ' +
      '(63e9d05); 209-214, 503-508, 565-570 (b20fda9); 205-210, 514-519, 576-581 (61751a8); ' +
      '251-254, 537-541 copy_cache_pages (6fa4884)',
    fix: 'ordered-cache',
    profiles: [nov, aug, oct],
    scenario: 'file-io-pages',
    invariant: 'no-wild-access',
    elsewhere: [
      { profile: later, scenario: 'file-io-pages', invariant: 'private-content-isolated' },
      { profile: nov, scenario: 'cache-order', invariant: 'page-cache-ordered' },
    ],
  },
  {
    name: 'unfilled-page-shown',
    consequence:
      'What lies between the old end of a file and what was written behind it reads as whatever ' +
      'the memory held before: data of other tasks.',
    lines:
      'pagers.c:131-140 file_page_in, file.c:708-722 sys_write (63e9d05); 131-140, 704-718 ' +
      '(b20fda9); 132-141, 715-729 (61751a8); 122-131, 690-704 (6fa4884)',
    fix: 'zero-unfilled',
    profiles: [later, aug, oct, nov],
    scenario: 'file-grow',
    invariant: 'private-content-isolated',
  },
  {
    name: 'hole-read-from-nowhere',
    consequence:
      'A close tells the file system a length for which it has no blocks: reading a page between ' +
      'makes mm0 copy from address 0.',
    lines:
      'file.c:335 vfs_update_file_stats, fs/memfs/file.c:90-92 memfs_file_read_write (6fa4884)',
    fix: 'write-back',
    profiles: [later],
    scenario: 'file-grow',
    invariant: 'no-wild-access',
  },
  {
    name: 'zero-page-in-shared-area',
    consequence: 'A task that reads first never sees what others write to the shared page.',
    lines:
      'fault.c:462-485 __do_page_fault (63e9d05); 603-626 (b20fda9); 620-643 ' +
      '(61751a8); 659-670 page_read_fault (6fa4884)',
    fix: 'populate-shared',
    profiles: [nov, aug, oct, later],
    scenario: 'shm',
    invariant: 'shared-writes-visible',
  },
  {
    name: 'freeze-ignores-offset',
    consequence:
      'After a fork, pages of an area that does not begin with its file, as one cut at its start, ' +
      'are mapped at wrong addresses.',
    lines: 'fault.c:27 vma_page_to_virtual (61751a8); 25 (63e9d05, b20fda9)',
    fix: 'freeze-entries',
    profiles: [nov],
    scenario: 'munmap-file',
    invariant: 'private-content-isolated',
    elsewhere: [
      { profile: aug, scenario: 'file-offset', invariant: 'unmapped-stays-unmapped' },
      { profile: oct, scenario: 'file-offset', invariant: 'unmapped-stays-unmapped' },
    ],
  },
  {
    name: 'freeze-below-area-stops-pager',
    consequence: 'A fork after a munmap of the start of an area, or out of its middle, stops mm0.',
    lines: 'fault.c:28-33 vma_page_to_virtual (6fa4884)',
    fix: 'freeze-entries',
    profiles: [later],
    scenario: 'munmap-file',
    invariant: 'pager-never-stops',
  },
  {
    name: 'cut-page-comes-back',
    consequence:
      'After a fork, a page that was cut off the end of an area is mapped again, in parent and ' +
      'child, and stays so when its memory has been freed.',
    lines: 'fault.c:747-756 vm_freeze_shadows (61751a8); 824-833 (6fa4884)',
    fix: 'freeze-entries',
    profiles: [nov, later],
    scenario: 'munmap-fork',
    invariant: 'unmapped-stays-unmapped',
  },
  {
    name: 'clone-shares-page-table',
    consequence: 'A clone without shared memory sees, and overwrites, the memory of its parent.',
    lines: 'clone.c:118 do_clone (44c3402)',
    fix: 'clone-apart',
    profiles: [nov],
    scenario: 'clone-apart',
    invariant: 'private-content-isolated',
  },
  {
    name: 'illegal-access-stops-pager',
    needs: 'an odd caller',
    consequence: 'Any task can stop the whole system with one access to memory that it has not.',
    lines:
      'fault.c:642-653 do_page_fault (63e9d05); 783-794 (b20fda9); 806-817 (61751a8); ' +
      '883-894, arch/arm/mm.c:31 fault_handle_error (6fa4884)',
    fix: 'kill-not-stop',
    profiles: [nov, aug, oct, later],
    scenario: 'wrong-access',
    invariant: 'pager-never-stops',
  },
  {
    name: 'failed-allocation-unchecked',
    needs: 'a failing allocation',
    consequence: 'An open, mmap, shmget or fork without memory follows an error as a pointer.',
    lines:
      'mmap.c:532-538 do_mmap, clone.c:30-39 copy_vmas, shm.c:289 sys_shmget, vm_object.c:109 ' +
      'vfs_file_create (63e9d05); 544-550, task.c:132-141, 305, 109 (b20fda9); 205-211, ' +
      'task.c:137-146, 315, 163 (61751a8); 327-333, fault.c:270 vma_copy_links, 290 (6fa4884)',
    fix: 'undo-on-failure',
    profiles: [nov, aug, oct, later],
    scenario: 'mmap-out-of-memory',
    invariant: 'no-wild-access',
  },
  {
    name: 'failed-fork-freezes-parent',
    consequence: 'A fork that finds no memory for the child has made the parent read-only.',
    lines: 'clone.c:66-74 sys_fork (b20fda9); 65-73 (61751a8); 27-36 (6fa4884)',
    needs: 'a failing allocation',
    fix: 'undo-on-failure',
    profiles: [nov, oct, later],
    scenario: 'fork-out-of-memory',
    invariant: 'failed-call-leaves-no-trace',
  },
  {
    name: 'fault-without-memory-stops-pager',
    needs: 'a failing allocation',
    consequence: 'A fault that finds no memory, or no server, stops mm0.',
    lines:
      'fault.c:482, 492 __do_page_fault (63e9d05); 623, 633, 230 copy_to_new_page (b20fda9); 640, ' +
      '650, 246 (61751a8); 667 page_read_fault, 685 page_write_fault, 251 (6fa4884)',
    fix: 'undo-on-failure',
    profiles: [nov, aug, oct, later],
    hiddenIn: [aug],
    scenario: 'fault-out-of-memory',
    invariant: 'pager-never-stops',
  },
  {
    name: 'failed-mmap-unmaps',
    needs: 'a failing allocation',
    consequence: 'A mapping in place of another that finds no memory has unmapped what was there.',
    lines: 'mmap.c:318-324 do_mmap (6fa4884)',
    fix: 'undo-on-failure',
    profiles: [later],
    scenario: 'overlap-out-of-memory',
    invariant: 'failed-call-leaves-no-trace',
  },
  {
    name: 'given-address-not-reserved',
    consequence:
      'Two segments get the same address: a task that attaches both stops mm0, and at 6fa4884 it ' +
      'loses the first.',
    lines:
      'shm.c:87 do_shmat (63e9d05); 124-125 (b20fda9); 122-123 (61751a8); 132-133 ' + '(6fa4884)',
    fix: 'segment-address',
    profiles: [nov, aug, oct, later],
    scenario: 'shm-address',
    invariant: 'shm-address-unique',
  },
  {
    name: 'exhausted-pool-unnoticed',
    consequence: 'When no address is left, a segment is mapped where nobody knows, as if at 0.',
    lines: 'shm.c:89-90, 104 do_shmat (63e9d05)',
    fix: 'segment-address',
    profiles: [aug],
    scenario: 'shm-exhausted',
    invariant: 'shm-address-stable',
  },
  {
    name: 'address-never-returned',
    consequence: 'The pool of addresses of segments runs dry.',
    lines:
      'vm_object.c:177 vm_object_delete, shm.c:189-190 shm_destroy_priv_data ' +
      '(61751a8); 174, 188-189 (6fa4884)',
    fix: 'segment-address',
    profiles: [nov, later],
    scenario: 'shm-reuse',
    invariant: 'shm-address-returned',
  },
  {
    name: 'attached-twice-stops-pager',
    needs: 'an odd caller',
    consequence: 'A task that attaches a segment which it has already stops mm0.',
    lines:
      'shm.c:98 do_shmat, mmap.c:523 do_mmap (63e9d05); 127, 535 (b20fda9); 125, 195 (61751a8); ' +
      '135 (6fa4884)',
    fix: 'segment-address',
    profiles: [nov, aug, oct, later],
    scenario: 'shm-twice',
    invariant: 'pager-never-stops',
  },
  {
    name: 'attached-over-itself',
    needs: 'an odd caller',
    consequence: 'A segment attached at its own address again is deleted, then linked to.',
    lines: 'mmap.c:318-333 do_mmap (6fa4884)',
    fix: 'segment-address',
    profiles: [later],
    scenario: 'shm-twice',
    invariant: 'no-wild-access',
  },
  {
    name: 'detach-reports-failure',
    consequence: 'shmdt answers EINVAL although it has detached.',
    lines: 'shm.c:167-171 sys_shmdt (61751a8)',
    fix: 'segment-address',
    profiles: [nov],
    scenario: 'shm-reuse',
    invariant: 'failed-call-leaves-no-trace',
  },
  {
    name: 'munmap-does-nothing',
    consequence: 'munmap succeeds, at 63e9d05 without a word, and the memory stays mapped.',
    lines: 'mmap.c:334-337 do_munmap (63e9d05); 336-339 (b20fda9)',
    fix: 'whole-system',
    profiles: [aug, oct],
    scenario: 'munmap-exit',
    invariant: 'munmap-removes-access',
  },
  {
    name: 'written-data-lost',
    consequence: 'What was written to a shared file after its close never reaches the server.',
    lines:
      'vm_object.c:177 vm_object_delete, munmap.c:102, 109-111 vma_flush_pages (61751a8); ' +
      '174, 161-163 (6fa4884)',
    fix: 'write-back',
    profiles: [nov, later],
    scenario: 'write-back',
    invariant: 'dirty-data-not-lost',
  },
  {
    name: 'flush-follows-next-area',
    consequence:
      'A munmap looks for dirty pages in what is no object: the area behind it in the list, or the ' +
      'head of the list.',
    lines: 'munmap.c:101-105 vma_flush_pages (61751a8)',
    fix: 'write-back',
    profiles: [nov],
    scenario: 'munmap-exit',
    invariant: 'no-wild-access',
    options: { flushReads: 'wild' },
  },
  {
    name: 'shared-write-not-marked',
    consequence: 'What is written to a file through a mapping is lost when mm0 gives the file up.',
    lines: 'fault.c:643-662 __do_page_fault, file.c:405-406 do_close (b20fda9)',
    fix: 'write-back',
    profiles: [oct],
    scenario: 'shared-left',
    invariant: 'dirty-data-not-lost',
  },
  {
    name: 'failed-write-back-unnoticed',
    needs: 'a failing allocation',
    consequence: 'A close of a file whose pages could not be written succeeds, and they are lost.',
    lines: 'file.c:363-367 flush_file_pages (b20fda9)',
    fix: 'undo-on-failure',
    profiles: [oct],
    scenario: 'close-unwritten',
    invariant: 'dirty-data-not-lost',
  },
  {
    name: 'exit-leaves-descriptor-open',
    needs: 'a failing allocation',
    consequence:
      'If a page cannot be written at an exit, or, before 6fa4884, the server fails, this file and ' +
      'those after it count as open for ever.',
    lines: 'exit.c:59-63 task_close_files (513d5aa); 30-34 (6fa4884)',
    fix: 'undo-on-failure',
    profiles: [nov, later, oct],
    scenario: 'close-unwritten',
    invariant: 'openers-match-descriptors',
  },
  {
    name: 'failed-open-stops-pager',
    consequence:
      'An open file for which mm0 finds no memory at its first use leaves its number in the slot: ' +
      'the second use stops mm0.',
    lines: 'file.c:129, 133-134 do_open (b20fda9); 127, 131 (61751a8)',
    needs: 'a failing allocation',
    fix: 'undo-on-failure',
    profiles: [nov, oct],
    scenario: 'open-out-of-memory',
    invariant: 'pager-never-stops',
  },
  {
    name: 'failed-open-keeps-descriptor',
    consequence: 'An open that finds no memory keeps its descriptor: nobody can close it.',
    lines: 'file.c:921, 938-940 sys_open (6fa4884)',
    needs: 'a failing allocation',
    fix: 'undo-on-failure',
    profiles: [later],
    scenario: 'open-out-of-memory',
    invariant: 'failed-call-leaves-no-trace',
  },
  {
    name: 'shadow-unlisted-while-linked',
    consequence: 'An object that other tasks still use leaves the shadows of the one behind it.',
    lines: 'fault.c:330-333 vma_drop_merge_delete (b20fda9)',
    fix: 'drop-links',
    profiles: [oct],
    scenario: 'cow-3',
    invariant: 'shdw-list-agrees-with-orig',
  },
  {
    name: 'close-of-mapped-file-stops-pager',
    consequence: 'The last close of a file that is still mapped stops mm0.',
    lines: 'file.c:405-406 do_close (b20fda9)',
    fix: 'close-deletes',
    profiles: [oct],
    scenario: 'write-back',
    invariant: 'pager-never-stops',
  },
  {
    name: 'segment-outside-pool-stops-pager',
    consequence: 'A segment attached in the range of a task stops mm0 when it is given up.',
    lines: 'shm.c:192 shm_destroy_priv_data (61751a8); 188-189 (6fa4884)',
    needs: 'an odd caller',
    fix: 'segment-address',
    profiles: [nov, later],
    scenario: 'shm-task-address',
    invariant: 'pager-never-stops',
  },
  {
    name: 'read-into-shared-page',
    consequence: 'read() puts the file into the zero page, or into a page that a child shares.',
    lines: 'file.c:529 read_cache_pages (63e9d05); 559 (b20fda9); 570 (61751a8)',
    fix: 'fault-buffers-in',
    profiles: [nov, aug, oct],
    scenario: 'file-io',
    invariant: 'private-content-isolated',
  },
  {
    name: 'read-into-read-only-memory',
    consequence: 'read() writes to memory that its caller may only read; write() refuses it.',
    lines:
      'file.c:585 sys_read, 673 sys_write (63e9d05); 609, 679 (b20fda9); 620, 690 ' +
      '(61751a8); 596, 662 (6fa4884)',
    needs: 'an odd caller',
    fix: 'fault-buffers-in',
    profiles: [later, aug, oct, nov],
    scenario: 'read-only',
    invariant: 'private-content-isolated',
  },
  {
    name: 'written-page-not-marked',
    consequence: 'What write() puts into a file never reaches the file server.',
    lines: 'file.c:558 copy_cache_pages (6fa4884)',
    fix: 'write-back',
    profiles: [later],
    scenario: 'file-io-shared',
    invariant: 'dirty-data-not-lost',
  },
  {
    name: 'descriptor-behind-the-table',
    consequence:
      'Descriptor 32 is taken in mmap, close, read and write, and what lies behind the table for a ' +
      'slot.',
    lines:
      'mmap.c:587 sys_mmap, file.c:343 fsync_common, 570 sys_read, 658 sys_write (63e9d05); 605, ' +
      '376, 597, 667 (b20fda9); 264, 383, 608, 678 (61751a8); 385, 388, 584, 651 (6fa4884)',
    needs: 'an odd caller',
    fix: 'check-descriptors',
    profiles: [nov, aug, oct, later],
    scenario: 'descriptor-32',
    invariant: 'no-wild-access',
  },
  {
    name: 'close-of-unused-file',
    consequence:
      'A close of a file that was opened and never used, or of none at all: mm0 follows a null ' +
      'pointer.',
    lines: 'file.c:405 do_close (b20fda9); 412 (61751a8)',
    fix: 'check-descriptors',
    profiles: [nov, oct],
    scenario: 'open-while-faulting',
    invariant: 'no-wild-access',
  },
  {
    name: 'mmap-of-empty-slot-stops-pager',
    consequence: 'A mapping of a descriptor that is not open stops mm0.',
    lines: 'mmap.c:487-488 do_mmap (63e9d05)',
    needs: 'an odd caller',
    fix: 'check-descriptors',
    profiles: [aug],
    scenario: 'empty-descriptor',
    invariant: 'pager-never-stops',
  },
  {
    name: 'mmap-not-answered',
    consequence: 'A task that maps memory is never answered, and waits for ever.',
    lines: 'mmap.c:629-633 sys_mmap, 345 sys_munmap (63e9d05)',
    fix: 'answer-mmap',
    profiles: [aug],
    acknowledged: 'mmap did not return the mapped address (fc51512, df2317e)',
    scenario: 'munmap-exit',
    invariant: 'request-is-answered',
    options: { mmapReply: 'as-written' },
  },
  {
    name: 'server-and-pager-wait-for-each-other',
    consequence: 'An open while mm0 asks the file server for another task stops both servers.',
    lines: 'file.c:89-148 vfs_receive_sys_open, 67 and 255: the calls to the server (63e9d05)',
    fix: 'ask-the-server',
    profiles: [aug],
    acknowledged: 'file server and pager called each other until both waited (510852b)',
    scenario: 'open-while-faulting',
    invariant: 'pager-never-stops',
    options: { openSteps: 2 },
  },
];

export const defects: readonly Defect[] = rows.map(defect);

/** What the log acknowledges and no counterexample shows, with the reason. */
export const notShown: readonly (readonly [problem: string, why: string])[] = [
  [
    'allocation and free came from two different allocators (46937ea)',
    'the internals of the allocator are not part of the model',
  ],
  ['each clone maps the UTCB again (cada0f8)', 'the UTCB is not part of the model'],
  [
    'a forked child starts with an incorrect return value (df2317e)',
    'what a child finds in its registers is not part of the model',
  ],
  [
    'a test for errors evaluated its argument twice (35d2d27)',
    'repaired before the first of the revisions here',
  ],
];
