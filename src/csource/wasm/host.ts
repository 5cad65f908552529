/**
 * The part of the WebAssembly interface that is used: the libraries of
 * TypeScript leave it to browsers.
 */

export interface WasmModule {
  readonly wasmModule?: never;
}

interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface WasmApi {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: object) => WasmInstance;
  readonly RuntimeError: new (message: string) => Error;
}

const api = (globalThis as unknown as { readonly WebAssembly: WasmApi }).WebAssembly;

export function compileWasm(bytes: Uint8Array<ArrayBuffer>): WasmModule {
  return new api.Module(bytes);
}

export function instantiateWasm(module: WasmModule): Readonly<Record<string, unknown>> {
  return new api.Instance(module, {}).exports;
}

/**
 * What WebAssembly says of an execution that it has ended: division by zero, a call through a wrong
 * pointer, no stack. Other errors are thrown again.
 */
export function trapOf(error: unknown): string {
  if (error instanceof api.RuntimeError || error instanceof RangeError) return error.message;
  throw error;
}
