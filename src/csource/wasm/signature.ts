/** Types of values of WebAssembly, and of functions. */

export type WasmType = 'i32' | 'i64' | 'f32' | 'f64';

export interface Signature {
  readonly parameters: readonly WasmType[];
  readonly results: readonly WasmType[];
}

export const TYPE_CODES: Readonly<Record<WasmType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
};
