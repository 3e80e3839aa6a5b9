/** When a token ends that people have given to a server: the one that is being typed, or else the one in use. */

import { isRecord } from '../../../src/protocol/json';
import { t } from '../../shared/editor/dialog.editor';
import { statusLine } from '../../shared/editor/dom.editor';
import { lifetimeOf } from '../../shared/editor/lifetime.editor';
import { whyAway } from '../../shared/editor/target.editor';
import { getReport } from './server-api.editor';

/** In words, below the field. */
export function attachTokenEnd(id: string, field: JQuery): void {
  const place = $(statusLine('sea-hint sea-token-end'));
  field.parent().append(place);
  const lifetime = lifetimeOf(place);
  const show = (endsAt: number | undefined): void => {
    place.text(endsAt === undefined ? '' : tokenText(endsAt));
  };
  let isTyped = false;
  field.on('input', () => {
    isTyped = true;
    show(endOf(String(field.val())));
  });
  if (whyAway(id)) return;
  // The editor never has the saved one: the runtime tells of it.
  getReport(lifetime).then(
    ({ servers }) => {
      const found = servers.find((each) => each.id === id || each.place?.node === id);
      if (!isTyped && !lifetime.aborted) show(found?.token?.endsAt);
    },
    // Nothing hangs on it.
    () => {},
  );
}

export function tokenText(endsAt: number): string {
  const date = new Date(endsAt).toLocaleString(RED.i18n.lang());
  return t(endsAt > Date.now() ? 'hint.token.ends' : 'hint.token.ended', { date });
}

/** In milliseconds since 1970; nothing, while it is no token yet. */
function endOf(jwt: string): number | undefined {
  try {
    const [, payload = ''] = jwt.split('.');
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    return isRecord(claims) && typeof claims.exp === 'number' ? claims.exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
