/** Data is imported as it lies there: the code that reads it says what it has to be. */
declare module '*.json' {
  const content: unknown;
  export default content;
}
