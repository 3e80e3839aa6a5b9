/** Which web pages may speak to the server from a browser (CORS): none, unless it is told. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { methodsAt } from '../../protocol/http/operations';
import { parseOrigins } from '../../protocol/http/origins';

/** Origins such as `https://plant.example:8443`, in a list or by commas; `*` for all pages. */
export type CorsOption = string | readonly string[];

/** Seconds that a browser may go by an answer; none takes it for longer than a day. */
const MAX_AGE = 86_400;

export class Cors {
  readonly #origins: '*' | ReadonlySet<string>;

  /** @throws SettingError for an origin that is none. */
  constructor(option: CorsOption = []) {
    const origins = parseOrigins(option);
    this.#origins = origins === '*' ? origins : new Set(origins);
  }

  /**
   * To be called for each request, before it is looked at: its answer, whatever it will be, says whether the page may
   * read it.
   *
   * @returns true when that was all: a browser has asked beforehand.
   */
  answers(request: IncomingMessage, response: ServerResponse): boolean {
    const origins = this.#origins;
    if (origins !== '*' && origins.size === 0) return false;
    // Caches must not give one page the answer that another one got.
    if (origins !== '*') response.setHeader('Vary', 'Origin');
    const { origin } = request.headers;
    const isAllowed = origin !== undefined && (origins === '*' || origins.has(origin));
    if (isAllowed) {
      response.setHeader('Access-Control-Allow-Origin', origins === '*' ? '*' : origin);
      response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
    }
    const methods = methodsAt(request.url ?? '');
    if (request.method !== 'OPTIONS' || methods.length === 0) return false;
    response.setHeader('Allow', ['OPTIONS', ...methods].join(', '));
    if (isAllowed) {
      response.setHeader('Access-Control-Allow-Methods', methods.join(', '));
      // Named, as a star would not stand for Authorization.
      response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, Content-Encoding');
      response.setHeader('Access-Control-Max-Age', MAX_AGE);
    }
    response.writeHead(204).end();
    return true;
  }
}
