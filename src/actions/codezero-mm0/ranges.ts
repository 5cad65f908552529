/**
 * Functions of mm0 in the C of each revision, where its requests are taken up,
 * and how lines are cited.
 */

import type { Source } from '../../machine/vocabulary.ts';
import { profileNames } from '../../model/codezero-mm0/profiles.ts';
import type { Profile } from '../../model/codezero-mm0/profiles.ts';

type Line = number | `${string}:${number}`;

/** A file, and its line in each revision; 0 where that has none, with the file if it is another. */
export type Row = readonly [file: string, aug: Line, oct: Line, nov: Line, later: Line];

/**
 * The line in the C of this profile; undefined if there is none, and in
 * `reference`, which has no C.
 */
export function sourceIn(row: Row | undefined, profile: Profile): Source | undefined {
  const at = profileNames.indexOf(profile);
  if (row === undefined || at === profileNames.indexOf('reference')) return undefined;
  const [usual, ...lines] = row;
  const line = lines[at];
  if (line === 0) return undefined;
  if (typeof line === 'number') return { file: usual, line };
  const [file, number] = line.split(':');
  return { file, line: Number(number) };
}

/** The revision of each profile that has one. */
const revisions: Readonly<Partial<Record<Profile, string>>> = {
  'written-aug08': '63e9d05',
  'written-oct08': 'b20fda9',
  'written-nov08': '61751a8',
  later: '6fa4884',
};

/** The function in each revision that has it: `['63e9d05', 'file.c:155-191']`. */
export function rangesOf(operation: string): readonly (readonly [string, string])[] {
  const found = ranges[operation] ?? [];
  return Object.values(revisions).flatMap((revision, i) =>
    found[i] === undefined || found[i] === '' ? [] : [[revision, found[i]] as const],
  );
}

/** First and last line of each function, in the same order; empty where a revision lacks it. */
export const ranges: Readonly<Record<string, readonly [string, string, string, string]>> = {
  page_in: ['pagers.c:113-167', 'pagers.c:113-167', 'pagers.c:114-168', 'pagers.c:104-152'],
  insert_page_olist: ['file.c:155-191', 'file.c:194-230', 'file.c:189-226', 'file.c:233-270'],
  vm_object_delete: [
    'vm_object.c:116-142',
    'vm_object.c:116-149',
    'vm_object.c:170-210',
    'vm_object.c:167-207',
  ],
  vma_drop_merge_delete: [
    'fault.c:254-302',
    'fault.c:301-377',
    'fault.c:326-412',
    'fault.c:345-431',
  ],
  vma_merge_object: ['fault.c:131-187', 'fault.c:130-187', 'fault.c:146-203', 'fault.c:152-209'],
  page_fault_handler: ['fault.c:664-696', 'fault.c:805-832', 'fault.c:828-855', 'fault.c:900-919'],
  page_read_fault: ['fault.c:452-537', 'fault.c:593-678', 'fault.c:610-701', 'fault.c:642-673'],
  page_write_fault: ['fault.c:452-537', 'fault.c:593-678', 'fault.c:610-701', 'fault.c:675-727'],
  copy_on_write: ['fault.c:317-433', 'fault.c:453-574', 'fault.c:466-589', 'fault.c:485-620'],
  vm_freeze_shadows: ['fault.c:544-596', 'fault.c:685-737', 'fault.c:708-760', 'fault.c:785-837'],
  do_munmap: ['mmap.c:334-337', 'mmap.c:336-339', 'munmap.c:129-158', 'munmap.c:184-210'],
  sys_mmap: ['mmap.c:575-634', 'mmap.c:594-652', 'mmap.c:255-305', 'mmap.c:377-447'],
  do_mmap: ['mmap.c:473-572', 'mmap.c:487-591', 'mmap.c:145-252', 'mmap.c:272-374'],
  find_unmapped_area: ['mmap.c:385-432', 'mmap.c:385-432', 'mmap.c:42-90', 'mmap.c:118-143'],
  sys_shmget: ['shm.c:243-297', 'shm.c:263-311', 'shm.c:269-321', 'shm.c:244-296'],
  do_shmat: ['shm.c:54-105', 'shm.c:74-130', 'shm.c:72-128', 'shm.c:82-138'],
  shm_new_address: ['', 'shm.c:40-43', 'shm.c:38-41', 'shm.c:45-48'],
  sys_shmdt: ['shm.c:158-175', 'shm.c:157-172', 'shm.c:156-172', 'shm.c:166-176'],
  vfs_receive_sys_open: ['file.c:89-148', 'file.c:124-168', 'file.c:122-163', 'file.c:886-958'],
  file_open: ['', 'file.c:170-188', 'file.c:165-183', ''],
  sys_close: ['file.c:378-395', 'file.c:415-425', 'file.c:425-435', 'file.c:457-467'],
  sys_fork: ['clone.c:123-172', 'clone.c:53-110', 'clone.c:53-98', 'clone.c:19-60'],
  sys_clone: ['', '', 'clone.c:103-153', 'clone.c:62-102'],
  sys_exit: ['', 'exit.c:68-101', 'exit.c:68-101', 'exit.c:94-127'],
  sys_read: ['file.c:559-637', 'file.c:589-649', 'file.c:600-660', 'file.c:576-633'],
};

/** Where a request is taken up, and a fault. */
export const requests: Readonly<Record<string, Row>> = {
  open: ['file.c', 89, 0, 0, 886],
  close: ['file.c', 378, 415, 425, 457],
  mmap: ['mmap.c', 575, 594, 307, 449],
  readFile: ['file.c', 559, 589, 600, 576],
  writeFile: ['file.c', 645, 657, 668, 641],
  fork: ['clone.c', 174, 53, 53, 19],
  clone: ['clone.c', 0, 0, 156, 105],
  shmget: ['shm.c', 243, 263, 269, 244],
  shmat: ['shm.c', 107, 132, 130, 140],
  shmdt: ['shm.c', 158, 157, 156, 166],
  munmap: ['mmap.c', 339, 341, 'munmap.c:160', 'munmap.c:212'],
  exit: ['exit.c', 0, 68, 68, 129],
  fault: ['fault.c', 664, 805, 828, 900],
};
