// Built programs start as shell scripts, which set the allocator of glibc and then exec Node on the
// same file. This costs no process, only one or two milliseconds of the shell.

/**
 * Settings for machines on which the first write to a page is expensive: huge pages where they
 * help; small freed blocks stay with the process, because the compilers of V8 soon allocate them
 * again; blocks above `returned` bytes are returned; threads share one heap.
 * docs/adr/0005-allocator-settings.md has figures.
 */
function settings(returned) {
  return [
    'glibc.malloc.hugetlb=1',
    'glibc.malloc.trim_threshold=1073741824',
    `glibc.malloc.mmap_threshold=${returned}`,
    'glibc.malloc.top_pad=4194304',
    'glibc.malloc.arena_max=1',
  ].join(':');
}

/** Hash tables are returned to the system. */
export const ALLOCATOR = settings(2 ** 20);

/**
 * Chunks of states and parents are returned as well; otherwise moving them to disk would not free
 * memory.
 */
export const SPILLING = settings(2 ** 17);

/**
 * Node reserves address space at start and crashes if there is too little (740,000 KB for Node 20,
 * and more to search). So the shell checks the limit first, without another process; Linux reports
 * the limit.
 */
const NEEDED_KB = 900000;
const enough = [
  'l=unlimited',
  'if [ -r /proc/self/limits ]',
  'then while read -r a b c d e; do case "$a $b $c" in "Max address space") l=$d ;; esac; ' +
    'done < /proc/self/limits',
  'fi',
  `if [ "$l" != unlimited ] && [ "$l" -lt ${1024 * NEEDED_KB} ]`,
  `then echo "vmcheck: Node needs ${NEEDED_KB} KB of address space to start, ` +
    'and may have $((l / 1024)): raise the limit (ulimit -v)" >&2',
  'exit 64',
  'fi',
].join('; ');

/**
 * Node opens /dev/null in place of a standard output that is closed, and then everything it writes
 * is lost without an error. Only the shell can tell: a closed descriptor cannot be duplicated.
 */
const writable =
  '{ true 3>&1; } 2>/dev/null || { echo "vmcheck: standard output is closed: ' +
  'leave it open, or redirect it to a file" >&2; exit 64; }';

const start = [
  `case " $*" in *" --spill"*) a=${SPILLING} ;; *) a=${ALLOCATOR} ;; esac`,
  'export GLIBC_TUNABLES="${GLIBC_TUNABLES-$a}"',
  'exec node "$0" "$@"',
].join('; ');

/**
 * The first lines of such a program. For the shell, the second line begins with a command that does
 * nothing; for Node, it is a string and a comment. A value that the user has set, even an empty
 * one, is kept.
 */
export const header = `#!/bin/sh\n":" //; ${enough}; ${writable}; ${start}`;
