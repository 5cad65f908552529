/**
 * Where in the nest of blocks of WebAssembly code is being emitted. A branch names its target by
 * the number of blocks between. From the outside to the inside there are: the block that is left by
 * what does not return, the loop, a block for each piece, and the conditions that are open.
 */
export class Nesting {
  /** The piece whose code is being emitted. */
  piece = 0;
  /** How many conditions are open in it. */
  conditions = 0;
  private readonly pieces: number;

  constructor(pieces: number) {
    this.pieces = pieces;
  }

  enter(piece: number): void {
    this.piece = piece;
    this.conditions = 0;
  }

  /** Depth of the label that leaves the function without a result. */
  get leaving(): number {
    return this.pieces - this.piece + this.conditions;
  }

  /** Depth of the loop, which goes on with whatever piece comes next. */
  get loop(): number {
    return this.leaving - 1;
  }

  /** Depth of the end of the block behind which a later piece begins. */
  later(piece: number): number {
    return piece - this.piece - 1 + this.conditions;
  }

  /** Does a piece begin right here? */
  isNext(piece: number): boolean {
    return piece === this.piece + 1 && this.conditions === 0;
  }
}
