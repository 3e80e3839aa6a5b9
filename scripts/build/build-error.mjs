/** What is wrong with the source, told in full by its message. */
export class BuildError extends Error {}
