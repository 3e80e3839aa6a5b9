/** A look at a stream's messages as they come, while its dialog is open. Nothing is deployed, nothing is left behind. */

import { isRecord } from '../../src/protocol/json';
import type { PeekAnswer } from '../shared/api.config';
import { ask, listIn, unexpected } from '../shared/api.editor';
import { catalogue, reasonFor, wordsFor } from '../shared/dialog.editor';
import { element } from '../shared/dom.editor';
import { lifetimeOf, poll } from '../shared/lifetime.editor';
import { parseSaid } from '../shared/sentence.config';
import { currentTarget, type Target } from '../shared/target.editor';

const t = catalogue('stream-sea-in');

/** Milliseconds between two questions. */
const INTERVAL = 700;

/** Messages shown, the newest first. */
const MAX_SHOWN = 20;

/** @param place becomes the panel with the messages. */
export function attachPeek(place: JQuery, toggle: JQuery): void {
  const lifetime = lifetimeOf(place);
  const line = element('div', { class: 'stream-sea-peek-line', role: 'status' });
  const list = element('div', {
    class: 'stream-sea-peek-messages',
    role: 'log',
    'aria-live': 'off',
    tabindex: '0',
    'aria-label': t('label.peek'),
  });
  place.append(line, list).hide();
  let looking: AbortController | undefined;

  function stop(): void {
    looking?.abort();
    looking = undefined;
    toggle.attr('aria-expanded', 'false').find('span').text(t('label.peek'));
  }

  function start(): void {
    const target = currentTarget();
    list.replaceChildren();
    place.show();
    if (target.kind !== 'known') {
      say(t(`hint.peek.${target.kind}`), true);
      return;
    }
    looking = new AbortController();
    toggle.attr('aria-expanded', 'true').find('span').text(t('label.stop'));
    say(t('hint.peek.connecting'), false);
    void look(target, looking.signal);
  }

  async function look(
    { server, stream }: Extract<Target, { kind: 'known' }>,
    signal: AbortSignal,
  ): Promise<void> {
    const id = crypto.getRandomValues(new Uint32Array(3)).join('-');
    let after = 0;
    await poll(INTERVAL, signal, async () => {
      try {
        const answer = await peek(server, stream, { id, after }, signal);
        for (const message of answer.messages) {
          after = Math.max(after, message.number);
          show(message);
        }
        sayState(answer);
        return true;
      } catch (error) {
        if (!signal.aborted) say(reasonFor(error), true);
        return false;
      }
    });
    // Nobody waits for the answer: a look that is not ended expires.
    $.ajax({ method: 'DELETE', url: `stream-sea/${encodeURIComponent(server)}/peeks/${id}` });
  }

  function sayState({ state, count, problem }: PeekAnswer): void {
    if (state === 'failed') say(problem === undefined ? '' : wordsFor(problem), true);
    else if (state === 'connecting') say(t('hint.peek.connecting'), false);
    else say(count === 0 ? t('hint.peek.nothing') : t('hint.peek.count', { count: countText(count) }), false);
  }

  function say(text: string, wrong: boolean): void {
    if (line.textContent !== text) line.textContent = text;
    line.classList.toggle('stream-sea-problem-text', wrong);
  }

  function show({ at, value, format }: PeekAnswer['messages'][number]): void {
    const drawn = RED.utils.createObjectElement(RED.utils.decodeObject(value, format), {
      key: null,
      typeHint: format,
      hideKey: false,
      path: 'payload',
      rootPath: 'payload',
      sourceId: 'stream-sea-peek',
    });
    const time = new Date(at).toLocaleTimeString(RED.i18n.lang());
    const row = element('div', { class: 'stream-sea-peek-message' }, element('time', {}, time));
    $(row).append(drawn);
    list.prepend(row);
    // The panel has just grown below the edge of a small dialog.
    if (list.children.length === 1) list.scrollIntoView({ block: 'nearest' });
    while (list.children.length > MAX_SHOWN) list.lastElementChild?.remove();
  }

  toggle.attr('aria-expanded', 'false').on('click', () => {
    if (looking === undefined) start();
    else stop();
  });
  // Another stream, or another server: what is shown is no longer what the fields say.
  $('#node-input-stream, #node-input-server').on('change', stop);
  lifetime.addEventListener('abort', stop);
}

function countText(count: number): string {
  return count.toLocaleString(RED.i18n.lang());
}

async function peek(
  server: string,
  stream: string,
  { id, after }: { id: string; after: number },
  signal: AbortSignal,
): Promise<PeekAnswer> {
  const path = ['stream-sea', server, 'streams', stream, 'peek'];
  const reply = await ask('GET', path, signal, { query: `id=${id}&after=${after}` });
  const messages = listIn(reply, 'messages').map((message) => {
    if (!isRecord(message)) throw unexpected('messages');
    const { number, at, value, format } = message;
    return { number: Number(number), at: Number(at), value: String(value), format: String(format) };
  });
  if (!isRecord(reply)) throw unexpected('state');
  const state = reply.state === 'subscribed' || reply.state === 'failed' ? reply.state : 'connecting';
  const problem = parseSaid(reply.problem);
  return { messages, count: Number(reply.count), state, ...(problem && { problem }) };
}
