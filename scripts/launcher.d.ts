/** Value of GLIBC_TUNABLES for programs that search. */
export declare const ALLOCATOR: string;
/** The same for searches with `--spill`. */
export declare const SPILLING: string;
/** First lines of a module that is a shell script, too, and sets it. */
export declare const header: string;
