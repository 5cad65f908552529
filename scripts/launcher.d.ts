/** Value of GLIBC_TUNABLES for programs that search. */
export declare const ALLOCATOR: string;
/** The same for searches with `--spill`. */
export declare const SPILLING: string;
/** The first lines of a module that is also a shell script and sets it. */
export declare const header: string;
