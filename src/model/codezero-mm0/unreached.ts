/** Places that no scenario passes in any profile, with reasons: mostly checks that never fail. */

export const unreached: readonly (readonly [place: string, why: string])[] = [
  ['user waits for an answer', 'no step runs there: a program without an answer waits forever'],
  ['user the program is at its end', 'no step runs there either'],
  ['vm_object_delete 6.5 a cached page is in use: stop', 'a page never has a second user (7)'],
  [
    'vma_merge_object 6.4 links and shadows are not one each: stop',
    'its caller has just tested the same',
  ],
  [
    'vma_merge_object 6.4/1 the list of shadows is empty: wild',
    'shadows is 1 only if the list has a member',
  ],
  [
    'vma_merge_object 6.4/3 others shadow it too: stop',
    'shadows is 1 only if the list has no other member',
  ],
  [
    'page_write_fault 5.8 shared, not anonymous, and no page: stop',
    'the read fault before it has loaded the page, and nothing removes it',
  ],
  [
    'copy_on_write 5.9/2b no second object, or a writable one: stop',
    'behind a writable top there is a frozen object or devzero',
  ],
  [
    'sys_close 5.2 nobody had it open before, either: deleted',
    'at a close, 6fa4884 deletes only files without openers',
  ],
];
