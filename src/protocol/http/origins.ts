/** Web pages by their origins, as CORS goes by them: which may speak to a server from a browser. */

import { SettingError } from '../../errors';
import { quoted, say } from '../../sentences';

/** `*` for all pages, or the origins of some: `https://plant.example:8443`. */
export type Origins = '*' | readonly string[];

/** From a list, or as people write them: by commas, a star for all pages, blank for none. @throws SettingError for an origin that is none. */
export function parseOrigins(given: string | readonly string[]): Origins {
  if (typeof given !== 'string') return given.map(checkedOrigin);
  const origins = given
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  return origins.length === 1 && origins[0] === '*' ? '*' : origins.map(checkedOrigin);
}

/** In the letters that browsers send. */
function checkedOrigin(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : undefined;
  // Browsers send it without a slash at its end; people copy it with one.
  if (origin !== undefined && origin === text.toLowerCase().replace(/\/$/, '')) return origin;
  throw new SettingError(
    say('listen.origin', { origin: quoted(text), example: 'https://plant.example:8443' }),
  );
}
