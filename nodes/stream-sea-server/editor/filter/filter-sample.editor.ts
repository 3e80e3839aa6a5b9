/** The latest messages of a stream beside a filter that is being built, each with a tick or a cross as the filter is now. */

import { type Filter, filterPasses } from '../../../../src/protocol/filter';
import { isRecord } from '../../../../src/protocol/json';
import { ask, listIn, passedMessages, unexpected } from '../../../shared/editor/api.editor';
import { t, wordsFor } from '../../../shared/editor/dialog.editor';
import { div, element, icon, span, statusLine, write } from '../../../shared/editor/dom.editor';
import { oneByOne } from '../../../shared/editor/lifetime.editor';
import { askOften } from '../../../shared/editor/values/look.editor';
import type { SampleRequest } from '../../../shared/wire/api';
import { parseSaid } from '../../../shared/wire/sentence';

/** Milliseconds between two questions. */
const INTERVAL = 1_000;

/** Messages shown, the newest first. */
const MAX_SHOWN = 20;

interface Shown {
  readonly message: unknown;
  readonly row: HTMLElement;
}

/** `undefined` lets everything through; `wrong` says nothing of any message. */
export type Judged = Filter | undefined | 'wrong';

export class FilterSample {
  readonly element: HTMLElement;
  readonly #line = statusLine('sea-sample-line');
  readonly #list: HTMLElement;
  #shown: Shown[] = [];
  #filter: Judged;
  #stream = '';
  readonly #next: () => AbortSignal;

  /** @param lifetime of the dialog: ends what is asked. */
  constructor(lifetime: AbortSignal) {
    this.#next = oneByOne(lifetime);
    this.#list = element('ul', {
      class: 'sea-sample-messages',
      tabindex: '0',
      'aria-label': t('label.filter.sample'),
    });
    this.element = element(
      'section',
      { class: 'sea-sample', 'aria-label': t('label.filter.sample') },
      div('sea-section-title', t('label.filter.sample')),
      this.#line,
      this.#list,
    );
  }

  /** The newest message; undefined while there is none. */
  get newest(): unknown {
    return this.#shown[0]?.message;
  }

  judge(filter: Judged): void {
    this.#filter = filter;
    for (const { row, message } of this.#shown) this.#mark(row, message);
    this.#count();
  }

  /** Looks at a stream of a server node that runs; at none when it says why not. */
  look(server: string, stream: string, problem: string): void {
    const signal = this.#next();
    this.#shown = [];
    this.#list.replaceChildren();
    this.#stream = stream;
    this.#say(problem || t('hint.filter.sample.connecting'));
    if (problem === '' && !signal.aborted) void this.#look(server, signal);
  }

  async #look(server: string, signal: AbortSignal): Promise<void> {
    const stream = this.#stream;
    try {
      for (const { message } of await passedMessages(server, stream, signal)) this.#show(message);
      this.#count();
    } catch {
      // What is asked next fails for the same reason, and says it.
    }
    const failed = (reason: string): void => this.#say(reason);
    await askOften(server, INTERVAL, signal, failed, async (id, after) => {
      const answer = await sample(server, stream, { id, after }, signal);
      for (const { message } of answer.messages) this.#show(message);
      if (answer.problem !== undefined) this.#say(answer.problem);
      else if (this.#shown.length > 0) this.#count();
      else if (answer.subscribed) this.#say(t('hint.filter.sample.waiting'));
      return Math.max(after, ...answer.messages.map(({ number }) => number));
    });
  }

  #show(message: unknown): void {
    const row = element('li', {}, element('span', {}), element('code', {}, lineOf(message)));
    this.#shown.unshift({ message, row });
    this.#list.prepend(row);
    this.#mark(row, message);
    for (const { row: old } of this.#shown.splice(MAX_SHOWN)) old.remove();
  }

  #mark(row: HTMLElement, message: unknown): void {
    const filter = this.#filter;
    const passes =
      filter === 'wrong'
        ? undefined
        : filter === undefined || filterPasses(filter, message, { streamName: this.#stream });
    row.dataset.passes = passes === undefined ? 'unknown' : String(passes);
    row.firstElementChild?.replaceWith(this.#verdict(passes));
  }

  #verdict(passes: boolean | undefined): HTMLElement {
    if (passes === undefined) return span('sea-verdict');
    const words = t(passes ? 'label.filter.passes' : 'label.filter.blocked');
    const sign = icon(passes ? 'check' : 'times');
    return element('span', { class: 'sea-verdict', role: 'img', 'aria-label': words, title: words }, sign);
  }

  #count(): void {
    const total = this.#shown.length;
    if (total === 0) return;
    const through = this.#shown.filter(({ row }) => row.dataset.passes === 'true').length;
    this.#say(
      this.#filter === 'wrong'
        ? t('hint.filter.sample.wrong')
        : t('hint.filter.sample.count', { through, total }),
    );
  }

  #say(text: string): void {
    write(this.#line, text);
  }
}

/** JSON in a line, with blanks where a line may break. */
function lineOf(message: unknown): string {
  return JSON.stringify(message, undefined, 1).replace(/\n\s*/g, ' ');
}

async function sample(
  server: string,
  stream: string,
  { id, after }: { id: string; after: number },
  signal: AbortSignal,
): Promise<{
  messages: { number: number; message: unknown }[];
  subscribed: boolean;
  problem: string | undefined;
}> {
  const path = ['stream-sea', server, 'streams', stream, 'sample'];
  const body: SampleRequest = { id, after };
  const reply = await ask('POST', path, signal, { body });
  const messages = listIn(reply, 'messages').flatMap((entry) => {
    if (!isRecord(entry)) throw unexpected('messages');
    // One that is too large to be sent has none.
    return 'message' in entry ? [{ number: Number(entry.number), message: entry.message }] : [];
  });
  const { state, problem } = isRecord(reply) ? reply : {};
  const said = parseSaid(problem);
  return { messages, subscribed: state === 'subscribed', problem: said && wordsFor(said) };
}
