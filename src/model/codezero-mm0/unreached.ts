/** Places that no scenario passes in any profile, and why: mostly checks that no run makes fail. */

export const unreached: readonly (readonly [place: string, why: string])[] = [
  ['user waits for an answer', 'nothing runs there: who is not answered waits for ever'],
  ['user the program is at its end', 'nothing runs there either'],
  ['vm_object_delete 6.5 a cached page is in use: stop', 'a page never has a second user (7)'],
  [
    'vma_merge_object 6.4 links and shadows are not one each: stop',
    'its caller has tested the same just before',
  ],
  [
    'vma_merge_object 6.4/1 the list of shadows is empty: wild',
    'shadows is 1 only where somebody is in the list',
  ],
  [
    'vma_merge_object 6.4/3 others shadow it too: stop',
    'shadows is 1 only where nobody else is in the list',
  ],
  [
    'page_write_fault 5.8 shared, not anonymous, and no page: stop',
    'the read fault that comes first has loaded the page, and nothing takes it away',
  ],
  [
    'copy_on_write 5.9/2b no second object, or a writable one: stop',
    'a writable top stands in front of a frozen object, or of devzero',
  ],
  [
    'sys_close 5.2 nobody had it open before, either: deleted',
    '6fa4884 deletes at a close only what nobody had open',
  ],
];
