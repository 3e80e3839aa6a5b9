/** What an embedded server offers to other programs, ready to copy; and a secret drawn for them. */

import { reasonFor, t, wordsFor } from '../../shared/editor/dialog.editor';
import { button, element } from '../../shared/editor/dom.editor';
import { lifetimeOf } from '../../shared/editor/lifetime.editor';
import { isDeployed } from '../../shared/editor/target.editor';
import type { Offer } from '../../shared/wire/api';
import { addressHere } from './address.editor';
import { getOffer } from './server-api.editor';

const SECRET_BYTES = 24;

const LOCAL = /^(localhost|127\..*|\[::1\])$/;

/** Shows what the server offers as it runs now. */
export function attachOffer(id: string, place: JQuery): void {
  const lifetime = lifetimeOf(place);
  if (!isDeployed(id)) {
    show(place, [hint(t('hint.offer.deploy'))]);
    return;
  }
  getOffer(id, lifetime).then(
    (offer) => show(place, lines(offer)),
    (error: unknown) => {
      if (!lifetime.aborted) show(place, [hint(reasonFor(error))]);
    },
  );
}

/** A button that draws a secret, and shows it this once: nobody, not even the editor, sees it again once saved. */
export function attachSecretDraw(draw: JQuery, secret: JQuery, place: JQuery): void {
  draw.on('click', () => {
    const drawn = drawSecret();
    secret.val(drawn).trigger('change');
    place
      .empty()
      .append(
        element(
          'div',
          { class: 'stream-sea-copy-row' },
          element('code', {}, drawn),
          copyButton(drawn, t('label.clientSecret')),
        ),
        hint(t('hint.drawn')),
      );
  });
  secret.on('input', () => place.empty());
}

function lines(offer: Offer): HTMLElement[] {
  if (offer.problem !== undefined) return [hint(wordsFor(offer.problem))];
  const { inside } = offer;
  if (offer.clientId === null)
    return [hint(inside ? t('hint.offer.privateInside') : t('hint.offer.private'))];
  const rows = [
    ...(inside ? urlsInside(offer.urls, inside) : offer.urls).map((url) => row(t('label.address'), url)),
    row(t('label.clientId'), offer.clientId),
    element('dt', {}, t('label.clientSecret')),
    element('dd', {}, element('span', {}, t('hint.offer.secret'))),
  ].flat();
  // Whom Node-RED listens for is for its own settings to say.
  const local = offer.local && !inside ? [hint(t('hint.offer.local'))] : [];
  return [element('dl', {}, ...rows), ...local];
}

/** The way that leads here does so for others too, through whatever is in front of Node-RED; unless this is its own machine. */
function urlsInside(urls: readonly string[], { path, adminRoot }: NonNullable<Offer['inside']>): string[] {
  const here = addressHere(location, path, adminRoot);
  return LOCAL.test(location.hostname) ? [...new Set([here, ...urls])] : [here];
}

function row(label: string, value: string): HTMLElement[] {
  return [
    element('dt', {}, label),
    element('dd', { class: 'stream-sea-copy-row' }, element('code', {}, value), copyButton(value, label)),
  ];
}

export function copyButton(value: string, label: string): HTMLButtonElement {
  const copy = button({
    icon: 'clipboard',
    title: t('label.copy', { what: label }),
    onPress: () => RED.clipboard.copyText(value, $(copy), 'clipboard.copyMessageValue'),
  });
  return copy;
}

function show(place: JQuery, content: readonly HTMLElement[]): void {
  place.empty().append(element('div', { class: 'stream-sea-offer-title' }, t('label.offer')), ...content);
}

function hint(text: string): HTMLElement {
  return element('div', { class: 'stream-sea-hint' }, text);
}

/** In letters that need no escaping anywhere. */
function drawSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}
