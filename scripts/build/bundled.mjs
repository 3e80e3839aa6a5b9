/** What esbuild makes of one entry, as a text. */

import { build } from 'esbuild';
import { BuildError } from './build-error.mjs';

export async function bundled(name, options) {
  const result = await build({
    bundle: true,
    write: false,
    platform: 'browser',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    ...options,
  }).catch((error) => {
    throw new BuildError(error.message);
  });
  if (result.warnings.length > 0) throw new BuildError(`${name}: ${result.warnings[0].text}`);
  return result.outputFiles[0].text;
}
