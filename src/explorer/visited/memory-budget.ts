/**
 * Memory for states, columns and the hash table, within a limit. Where the limit leaves no room,
 * what is in use has to go first: the caller evicts it, chunk by chunk.
 */

export interface MemoryLimits {
  /** In bytes. */
  readonly memoryLimit?: number | undefined;
  /** More than 1: memory is shared between threads. */
  readonly workers?: number | undefined;
  /** Collects garbage, so that released memory, which the limit counts as free, is free at once. */
  readonly collect?: (() => void) | undefined;
}

/** Hands over a chunk in use, if possible of so many words; undefined if none can be spared. */
type Evict = (words: number) => Int32Array | undefined;

/** Bytes that may be released before they have to be collected. */
const MOST_GARBAGE = 2 ** 22;

export class MemoryBudget {
  /** In use. */
  bytes = 0;
  readonly limit: number;

  private readonly shared: boolean;
  private readonly collect: (() => void) | undefined;
  /** Bytes released since the last collection. */
  private garbage = 0;
  /** Chunks that were given back; they still count. */
  private readonly spare: Int32Array[] = [];

  constructor({ memoryLimit = Infinity, workers = 1, collect }: MemoryLimits) {
    this.limit = memoryLimit;
    this.shared = workers > 1;
    this.collect = collect;
  }

  /** Words that are all 0; undefined if there is no room for them. */
  allocate(words: number, evict: Evict): Int32Array | undefined {
    const { spare, limit } = this;
    while (this.bytes + 4 * words > limit && spare[0]?.length !== words) {
      const chunk = spare.pop() ?? evict(words);
      if (chunk === undefined) return undefined;
      if (chunk.length === words) return chunk.fill(0);
      this.release(chunk);
    }
    this.collectGarbage();
    const reused = spare[0]?.length === words ? spare.pop() : undefined;
    return reused?.fill(0) ?? this.create(words);
  }

  /** Takes back chunks of equal size, to be used again. */
  reuse(chunks: readonly Int32Array[]): void {
    this.spare.push(...chunks);
  }

  /** The words are not used any more. */
  release(words: Int32Array): void {
    this.bytes -= words.byteLength;
    this.garbage += words.byteLength;
  }

  private create(words: number): Int32Array | undefined {
    try {
      const chunk = this.shared
        ? new Int32Array(new SharedArrayBuffer(4 * words))
        : new Int32Array(words);
      this.bytes += chunk.byteLength;
      return chunk;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  /** Released memory is collected only if there is a limit, as it might otherwise stay for long. */
  private collectGarbage(): void {
    if (this.garbage < MOST_GARBAGE || this.limit === Infinity) return;
    this.garbage = 0;
    this.collect?.();
  }
}
