// The small bundle has no types of its own; it exports what the package's types say.
declare module 'hash-wasm/dist/argon2.umd.min.js' {
  interface Options {
    readonly password: Uint8Array;
    readonly salt: Uint8Array;
    readonly iterations: number;
    readonly parallelism: number;
    readonly memorySize: number;
    readonly hashLength: number;
    readonly outputType: 'binary';
  }
  type Derive = (options: Options) => Promise<Uint8Array>;
  const argon2: { readonly argon2id: Derive; readonly argon2i: Derive; readonly argon2d: Derive };
  export = argon2;
}
