/**
 * Writes docs/, the reference of what src/index.ts exports, from its doc comments: `npm run docs`. Exits with 1 where
 * something has none, or a link leads nowhere. `node scripts/build/docs.mjs FOLDER` writes there.
 */

import { register } from 'node:module';
import { join, resolve } from 'node:path';

// TypeDoc asks the compiler about types by an interface that TypeScript 7 does not have: it gets an older compiler.
register(
  `data:text/javascript,${encodeURIComponent(
    "export const resolve = (name, ...rest) => rest[1](name === 'typescript' ? 'typescript-api' : name, rest[0]);",
  )}`,
  import.meta.url,
);
const { Application } = await import('typedoc');

const root = join(import.meta.dirname, '../..');
const app = await Application.bootstrap({
  entryPoints: [join(root, 'src/index.ts')],
  tsconfig: join(root, 'tsconfig.json'),
  name: '@stream-sea/node-red',
  readme: 'none',
  excludeInternal: true,
  excludePrivate: true,
  skipErrorChecking: true,
  validation: { notExported: true, notDocumented: true, invalidLink: true },
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Function', 'Variable', 'Method'],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  logLevel: 'Warn',
});
const project = await app.convert();
if (project === undefined) process.exit(1);
app.validate(project);
await app.generateDocs(project, resolve(process.argv[2] ?? join(root, 'docs')));
process.exitCode = app.logger.hasErrors() || app.logger.hasWarnings() ? 1 : 0;
