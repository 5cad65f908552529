/** JSON files are imported as unknown data; the code that reads them validates them. */
declare module '*.json' {
  const content: unknown;
  export default content;
}
