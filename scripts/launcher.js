// How programs start that a build has made: as shell scripts, which set the allocator of glibc and
// then become Node, on the same file. That costs no process, only the shell's millisecond or two.

/**
 * Settings for machines where the first write to a page is dear: large pages where they help, and
 * small memory that was let go of stays with the process, as the compilers of V8 ask for it again
 * soon after. Pieces above `returned` bytes are given back, and threads share one heap.
 * docs/performance.md has figures.
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

/** Tables are given back. */
export const ALLOCATOR = settings(2 ** 20);

/** So are pieces of states and parents, or moving them to the disk would not make room. */
export const SPILLING = settings(2 ** 17);

/**
 * Node reserves address space when it starts, and ends with a crash of its own where there is too
 * little (740,000 KB for Node 20, and more to search). So the shell looks first, without a process
 * more; Linux tells the limit.
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
 * The first lines of such a program. For the shell, the second one begins with a command that does
 * nothing; for Node, it is a string and a comment. What the user has set, even
 * to nothing, is left alone.
 */
export const header = `#!/bin/sh\n":" //; ${enough}; ${writable}; ${start}`;
