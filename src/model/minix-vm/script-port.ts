/**
 * The port through which a script drives the operations that the search explores: which action
 * comes next, which allocation of it fails, and what is written down while it runs. Counters are
 * those of one request; nothing here is part of a state.
 */

/** Which allocation of a request fails. */
export interface Failure {
  readonly point: string;
  /** The m-th time that the point is reached. */
  readonly occasion: number;
  readonly persistent: boolean;
}

export class ScriptPort {
  /** Index into the actions of the scope. */
  next = 0;
  /** Point that fails, when it is reached for the `occasion`-th time. */
  point: string | undefined;
  occasion = 1;
  /** Every later allocation of an object fails too. */
  persistent = false;
  reached = false;
  failing = false;

  result = 0;
  value: number | undefined;
  events: string[] = [];
  done = false;

  /** Index of the next record that the kernel makes. */
  record = 0;

  fills = -1;
  copies = -1;
  round = -1;
  entries = -1;
  /** Object allocations tried. */
  tries = 0;
  private readonly reported = new Set<string>();

  begin(next: number, failure: Failure | undefined): void {
    this.next = next;
    this.point = failure?.point;
    this.occasion = failure?.occasion ?? 1;
    this.persistent = failure?.persistent ?? false;
    this.reached = false;
    this.failing = false;
    this.result = 0;
    this.value = undefined;
    this.events = [];
    this.done = false;
    this.fills = -1;
    this.copies = -1;
    this.round = -1;
    this.entries = -1;
    this.tries = 0;
    this.reported.clear();
  }

  fails(point: string, object: boolean): boolean {
    if (object) this.tries += 1;
    if (object && this.failing) return true;
    if (this.reached || point !== this.point) return false;
    this.occasion -= 1;
    if (this.occasion > 0) return false;
    this.reached = true;
    this.failing = this.persistent;
    return true;
  }

  /** True the first time in this request. */
  first(what: string): boolean {
    if (this.reported.has(what)) return false;
    this.reported.add(what);
    return true;
  }
}
