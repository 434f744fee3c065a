/** What is used of the package, which brings no types. */
declare module 'fs-native-extensions' {
  /** Asks for an exclusive lock on an open file; false where another open file has it. */
  export function tryLock(descriptor: number): boolean;
}
