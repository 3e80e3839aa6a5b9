/** Messages that wait, in the sidebar: how many, since when, the first ones, and what can be done about them. */

import { reasonFor, t, wordsFor } from '../../../shared/editor/dialog.editor';
import { button, div, element, statusLine, write } from '../../../shared/editor/dom.editor';
import type { QueueReport } from '../../../shared/wire/api';
import type { Part } from '../keyed-list.editor';
import { attachQuestion, type Question } from '../question.editor';
import { timeText } from '../times.editor';

export interface QueueActions {
  /** Done at once; says what came of it. */
  readonly sendNow?: () => Promise<string>;
  /** Done when a question has been answered. */
  readonly sendTo?: Omit<Question, 'text'>;
  purge(): Promise<number>;
}

export function queuePart({ sendNow, sendTo, purge }: QueueActions): Part<QueueReport> {
  let count = 0;
  let shown = '';
  const summary = div('sea-facts');
  const list = element('ol', { class: 'sea-queued' });
  const first = element('details', {}, element('summary', {}, t('label.firstMessages')), list);
  const buttons = div('sea-buttons');
  const said = statusLine('sea-facts');
  const whole = div('sea-queue', first, buttons);
  const say = (text: string): void => write(said, text);

  if (sendNow !== undefined) {
    const send = button({
      icon: 'play',
      label: t('label.sendNow'),
      onPress: () =>
        void sendNow().then(say, (error: unknown) => say(t('error.notDone', { reason: reasonFor(error) }))),
    });
    buttons.append(send);
  }
  if (sendTo !== undefined) {
    const send = button({ icon: 'play', label: t('label.sendTo') });
    buttons.append(send);
    whole.append(attachQuestion(send, { ...sendTo, text: () => t('hint.sendTo') }, say));
  }
  const throwAway = button({ icon: 'trash-o', label: t('label.throwAway') });
  buttons.append(throwAway);
  const question: Question = {
    text: () => t('hint.throwAway', { count }),
    yes: t('label.throwAway'),
    no: t('label.keep'),
    act: async () => t('status.thrownAway', { count: await purge() }),
  };
  whole.append(attachQuestion(throwAway, question, say));

  return {
    element: element('div', {}, summary, whole, said),
    update(report) {
      count = report.count;
      // Not while its question is being read: the keyboard would lose its place.
      const nothing = count === 0 && report.unread === undefined;
      whole.hidden = nothing && !whole.contains(document.activeElement);
      const since =
        report.oldestAt === undefined ? '' : t('status.oldest', { time: timeText(report.oldestAt) });
      const unread = wordsFor(report.unread);
      write(summary, [t('status.queue', { count }), since, unread].filter(Boolean).join(' · '));
      first.hidden = report.first.length === 0;
      const next = JSON.stringify(report.first);
      if (next !== shown) list.replaceChildren(...report.first.map(messageRow));
      shown = next;
    },
  };
}

function messageRow({ stream, at, text }: QueueReport['first'][number]): HTMLElement {
  const head = [stream, timeText(at)].filter(Boolean).join(' · ');
  return element('li', {}, div('sea-facts', head), element('code', {}, text));
}
