/**
 * What lets a Node.js that tests start run TypeScript: the same as mocha's own. `import tsx` would run all that it loads
 * through a second thread besides, for modules that are none of CommonJS, which costs as much as Node.js itself.
 */
export const TYPESCRIPT: readonly string[] = ['--require', require.resolve('tsx/cjs')];
