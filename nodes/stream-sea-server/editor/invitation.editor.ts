/** The invitation of an embedded server to other programs, ready to copy. */

import { copyRow } from '../../shared/editor/copy-row.editor';
import { reasonFor, t, wordsFor } from '../../shared/editor/dialog.editor';
import { div, element, hint } from '../../shared/editor/dom.editor';
import { lifetimeOf } from '../../shared/editor/lifetime.editor';
import { whyAway } from '../../shared/editor/target.editor';
import type { Invitation } from '../../shared/wire/api';
import { addressHere } from './address.editor';
import { getInvitation } from './server-api.editor';

const LOCAL = /^(localhost|127\..*|\[::1\])$/;

/** Shows what the server offers as it runs now. */
export function attachInvitation(id: string, place: JQuery): void {
  const lifetime = lifetimeOf(place);
  const why = whyAway(id, 'hint.invitation.deploy');
  if (why) {
    show(place, [hint(why)]);
    return;
  }
  getInvitation(id, lifetime).then(
    (invitation) => show(place, lines(invitation)),
    (error: unknown) => {
      if (!lifetime.aborted) show(place, [hint(reasonFor(error))]);
    },
  );
}

function lines(invitation: Invitation): HTMLElement[] {
  if (invitation.problem !== undefined) return [hint(wordsFor(invitation.problem))];
  const { inside } = invitation;
  if (invitation.clientId === null)
    return [hint(inside ? t('hint.invitation.privateInside') : t('hint.invitation.private'))];
  const rows = [
    ...(inside ? urlsInside(invitation.urls, inside) : invitation.urls).map((url) =>
      row(t('label.address'), url),
    ),
    row(t('label.clientId'), invitation.clientId),
    element('dt', {}, t('label.clientSecret')),
    element('dd', {}, element('span', {}, t('hint.invitation.secret'))),
  ].flat();
  // Whom Node-RED listens for is for its own settings to say.
  const local = invitation.local && !inside ? [hint(t('hint.invitation.local'))] : [];
  return [element('dl', {}, ...rows), ...local];
}

/** The way that leads here does so for others too, through whatever is in front of Node-RED; unless this is its own machine. */
function urlsInside(
  urls: readonly string[],
  { path, adminRoot }: NonNullable<Invitation['inside']>,
): string[] {
  const here = addressHere(location, path, adminRoot);
  return LOCAL.test(location.hostname) ? [...new Set([here, ...urls])] : [here];
}

function row(label: string, value: string): HTMLElement[] {
  return [element('dt', {}, label), copyRow(value, label, { tag: 'dd' })];
}

function show(place: JQuery, content: readonly HTMLElement[]): void {
  place.empty().append(div('sea-invitation-title', t('label.invitation')), ...content);
}
