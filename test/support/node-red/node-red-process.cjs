/**
 * Loads the process of node-red.ts, and leaves all that Node-RED loads to Node.js alone: it is no TypeScript, and to look at
 * each of its thousand files for some took a third of the time until it has started.
 */

const { register } = require('tsx/cjs/api');

const unregister = register();
require('./node-red-process.ts');
unregister();
