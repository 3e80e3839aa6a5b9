/** What is in a stream of the sidebar, once it is unfolded: its values as a picture, and its last message. */

import { storedDefinition } from '../../../shared/editor/api.editor';
import { wordsFor } from '../../../shared/editor/dialog.editor';
import { bringIntoView, div, element, statusLine, write } from '../../../shared/editor/dom.editor';
import { later } from '../../../shared/editor/later.editor';
import { drawnMessage } from '../../../shared/editor/values/drawn-message.editor';
import { look } from '../../../shared/editor/values/look.editor';
import type { PeekAnswer } from '../../../shared/wire/api';
import { whileSeen } from '../seen.editor';

export interface StreamValues {
  /** The last message. */
  readonly message: HTMLElement;
  readonly picture: HTMLElement;
  /** Takes both out of the page, too. */
  close(): void;
}

/**
 * Nothing is asked, nor gathered in the runtime, while nobody can see it.
 *
 * @param passed hears when the last message came.
 */
export function streamValues(server: string, stream: string, passed: (at: number) => void): StreamValues {
  const { ValueChart } =
    later<typeof import('../../../shared/editor/values/value-chart.editor')>('value-chart');
  const life = new AbortController();
  let paused = false;
  let looking: AbortController | undefined;
  let seen = false;
  let heldWidth = 0;
  /** Brought into sight again: the first lines have made it higher. */
  let whole = false;
  const chart = new ValueChart(stream, storedDefinition(server, stream, life.signal), (wanted) => {
    paused = wanted;
    begin();
  });
  const line = statusLine();
  const message = div('sea-last-message');
  const picture = element('div', {}, line, chart.element);

  function begin(): void {
    looking?.abort();
    looking = undefined;
    if (paused || !seen) return;
    looking = new AbortController();
    const looked = {
      last: 1,
      choice: () => chart.choice(),
      answered: (answer: PeekAnswer) => {
        chart.show(answer);
        say(answer);
        const last = answer.messages.at(-1);
        if (last !== undefined) show(last);
        if (whole || chart.choice().field === undefined || answer.values?.lines.length === 0) return;
        bringIntoView(picture);
        whole = true;
      },
      failed: (reason: string) => write(line, reason),
    };
    void look(server, stream, looked, looking.signal);
  }

  function say({ state, problem }: PeekAnswer): void {
    const failed = state === 'failed' && problem !== undefined;
    write(line, failed ? wordsFor(problem) : '');
    line.classList.toggle('sea-problem-text', failed);
  }

  function show(last: PeekAnswer['messages'][number]): void {
    passed(last.at);
    // One that somebody has unfolded, or has the focus in, is being read.
    const unfolded = [...message.querySelectorAll('.red-ui-debug-msg-expandable')].some(
      (each) => each.parentElement?.classList.contains('collapsed') === false,
    );
    if (unfolded || message.contains(document.activeElement)) return;
    message.replaceChildren();
    $(message).append(drawnMessage(last, 'sea-last'));
    hold();
  }

  /** As high as its highest so far, at this width: else all below it would jump with each message. */
  function hold(): void {
    const { clientWidth } = message;
    if (clientWidth !== heldWidth) message.style.minHeight = '';
    heldWidth = clientWidth;
    message.style.minHeight = `${message.offsetHeight}px`;
  }

  const unobserve = whileSeen(picture, (signal) => {
    seen = true;
    begin();
    signal.addEventListener('abort', () => {
      seen = false;
      begin();
    });
  });
  return {
    message,
    picture,
    close: () => {
      unobserve();
      looking?.abort();
      life.abort();
      chart.close();
      message.remove();
      picture.remove();
    },
  };
}
