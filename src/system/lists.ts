/** What a system names, for specs and for `vmcheck list`. */

/** An entry of `vmcheck list`: a name and a sentence. */
export interface Named {
  readonly name: string;
  readonly sentence: string;
}

/** An invariant, as `vmcheck list` shows it. */
export interface InvariantInfo extends Named {
  /** When it applies: always, when no operation is under way, at a certain step ... */
  readonly when: string;
  /**
   * frames, ptes, lists, control, content, ... : `--invariant GROUP` selects the whole group. The
   * group `discipline` is for how something is done, such as under which lock: where a scenario
   * does not say what it is about, its violations end no search and are reported last.
   */
  readonly group: string;
}

/** A modelled C function, and where it stands. */
export interface OperationInfo extends Named {
  readonly file: string;
  /** First and last line of the function in `file`. */
  readonly lines: readonly [number, number];
  /** Its place in each of several revisions, instead of the above: `file.c:155-191`. */
  readonly revisions?: readonly (readonly [revision: string, place: string])[];
}

/** A semantic choice that the sources do not show, with its default. */
export interface OptionInfo extends Named {
  readonly values: readonly OptionValue[];
  readonly default: OptionValue;
}

/** The value of an option. */
export type OptionValue = string | number | boolean;

/** A named change of the source under check. */
export interface FixInfo extends Named {
  /** The diff that one would send to the maintainer. */
  readonly diff?: string;
}

/** A machine that the kernel can be put on. */
export interface HardwareInfo extends Named {
  /** Fixes of what the source lacks on this machine only: elsewhere they are not to be had. */
  readonly fixes?: readonly FixInfo[];
}
