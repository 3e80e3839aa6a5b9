/** A look at a stream's messages as they come, while its dialog is open. Nothing is deployed, nothing is left behind. */

import { storedDefinition } from '../shared/editor/api.editor';
import { catalogue, hasEnvironment, wordsFor } from '../shared/editor/dialog.editor';
import { bringIntoView, div, element, statusLine, write } from '../shared/editor/dom.editor';
import { later } from '../shared/editor/later.editor';
import { lifetimeOf } from '../shared/editor/lifetime.editor';
import { currentTarget, type Target, typedStream } from '../shared/editor/target.editor';
import { drawnMessage } from '../shared/editor/values/drawn-message.editor';
import { look } from '../shared/editor/values/look.editor';
import type { ValueChart } from '../shared/editor/values/value-chart.editor';
import type { PeekAnswer } from '../shared/wire/api';

const t = catalogue('stream-sea-in');

/** Messages shown, the newest first. */
const MAX_SHOWN = 20;

/**
 * @param place becomes the panel with the picture and the messages.
 * @param further names of other streams of the node's.
 */
export function attachPeek(place: JQuery, toggle: JQuery, further: () => readonly string[]): void {
  const lifetime = lifetimeOf(place);
  const choice = element('select', {
    class: 'sea-peek-choice',
    'aria-label': `${t('label.peek')}: ${t('label.stream')}`,
  });
  const line = statusLine('sea-peek-line');
  const picture = element('div', {});
  const list = element('div', {
    class: 'sea-peek-messages',
    role: 'log',
    'aria-live': 'off',
    tabindex: '0',
    'aria-label': t('label.peek'),
  });
  place.append(choice, line, picture, list).hide();
  let looking: AbortController | undefined;
  let chart: ValueChart | undefined;
  /** What is being looked at, also while the picture stands still. */
  let target: Exclude<Target, { problem: string }> | undefined;

  function stop(): void {
    looking?.abort();
    looking = undefined;
    target = undefined;
    toggle.attr('aria-expanded', 'false').find('span').text(t('label.peek'));
  }

  function end(): void {
    stop();
    chart?.close();
  }

  function start(): void {
    const streams = streamsNow();
    const wanted = currentTarget(streams[0]);
    list.replaceChildren();
    picture.replaceChildren();
    chart?.close();
    chart = undefined;
    place.show();
    choice.hidden = 'problem' in wanted || streams.length < 2;
    if ('problem' in wanted) {
      say(wanted.problem, true);
      return;
    }
    fillChoice(streams);
    const { server } = wanted;
    const stream = choice.value;
    target = { ...wanted, stream };
    const part = later<typeof import('../shared/editor/values/value-chart.editor')>('value-chart');
    chart = new part.ValueChart(stream, storedDefinition(server, stream, lifetime), (paused) => {
      looking?.abort();
      if (!paused && target !== undefined) begin();
    });
    picture.append(chart.element);
    toggle.attr('aria-expanded', 'true').find('span').text(t('label.stop'));
    say(t('hint.peek.connecting'), false);
    // Below the edge of a small dialog nobody would see it.
    bringIntoView(place.get(0));
    begin();
  }

  /** Of those that are named here. */
  function streamsNow(): string[] {
    const names = [typedStream(), ...further()];
    return [...new Set(names)].filter((name) => name !== '' && !hasEnvironment(name));
  }

  function fillChoice(streams: readonly string[]): void {
    const before = choice.value;
    choice.replaceChildren(...streams.map((stream) => element('option', { value: stream }, stream)));
    if (streams.includes(before)) choice.value = before;
  }

  function begin(): void {
    if (target === undefined || chart === undefined) return;
    const shown = chart;
    looking = new AbortController();
    const looked = {
      choice: () => shown.choice(),
      answered: (answer: PeekAnswer) => {
        for (const message of answer.messages) show(message);
        shown.show(answer);
        sayState(answer);
      },
      failed: (reason: string) => say(reason, true),
    };
    void look(target.server, target.stream, looked, looking.signal);
  }

  function sayState({ state, count, problem }: PeekAnswer): void {
    if (state === 'failed') say(wordsFor(problem), true);
    else if (state === 'connecting') say(t('hint.peek.connecting'), false);
    else say(count === 0 ? t('hint.peek.nothing') : t('hint.peek.count', { count: countText(count) }), false);
  }

  function say(text: string, wrong: boolean): void {
    write(line, text);
    line.classList.toggle('sea-problem-text', wrong);
  }

  function show(message: PeekAnswer['messages'][number]): void {
    const time = new Date(message.at).toLocaleTimeString(RED.i18n.lang());
    const row = div('sea-peek-message', element('time', {}, time));
    $(row).append(drawnMessage(message, 'sea-peek'));
    list.prepend(row);
    // The panel has just grown below the edge of a small dialog.
    if (list.children.length === 1) bringIntoView(list);
    while (list.children.length > MAX_SHOWN) list.lastElementChild?.remove();
  }

  toggle.attr('aria-expanded', 'false').on('click', () => {
    if (target === undefined) start();
    else stop();
  });
  choice.addEventListener('change', () => {
    stop();
    start();
  });
  // Another stream, or another server: what is shown is no longer what the fields say.
  $('#node-input-stream, #node-input-server').on('change', stop);
  lifetime.addEventListener('abort', end);
}

function countText(count: number): string {
  return count.toLocaleString(RED.i18n.lang());
}
