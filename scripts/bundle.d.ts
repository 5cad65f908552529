/** Modules of `src`, without `.ts`, that threads import by URL. */
export declare const threads: readonly string[];

/** Bundles modules of the folder `from` into `to`; all are named from there, without `.ts`. */
export declare function bundle(what: {
  readonly from: string;
  readonly to: string;
  /** Programs that can be run in place. */
  readonly programs: readonly string[];
  /** Keep the names of their exports. */
  readonly modules: readonly string[];
}): Promise<void>;
