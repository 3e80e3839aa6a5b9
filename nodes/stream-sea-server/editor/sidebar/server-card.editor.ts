/** One server in the sidebar: its state with reason, what passes through it, what went wrong. */

import { t, wordsFor } from '../../../shared/editor/dialog.editor';
import { div, element, span, write } from '../../../shared/editor/dom.editor';
import type { KnownStream, ServerQueueReport, ServerReport } from '../../../shared/wire/api';
import { KeyedList, type Part } from '../keyed-list.editor';
import { purgeQueue, sendQueueNow } from '../server-api.editor';
import { timeText } from '../times.editor';
import { tokenText } from '../token-end.editor';
import { queuePart } from './queue-part.editor';
import type { Rates } from './rates.editor';
import { labelIn, labelOf, type StreamItem, streamItems, streamRow } from './stream-row.editor';

/** A page that is written anew each second holds no thousands of rows. */
const MAX_STREAMS = 200;

export interface ServerItem {
  readonly report: ServerReport;
  /** Those that the server has, or that are in use, as far as that is known. */
  readonly streams: readonly KnownStream[];
  readonly queue?: ServerQueueReport;
}

/** @param rates what was counted so far, by the key of each flow. @param unfolded see {@link streamRow}. */
export function serverCard(
  { report: { id } }: ServerItem,
  rates: Rates,
  unfolded: Set<string>,
): Part<ServerItem> {
  const dot = element('span', { class: 'sea-dot', 'aria-hidden': 'true' });
  const name = span('sea-name');
  const state = element('div', {});
  const reason = div('sea-problem-text');
  const retry = element('div', {});
  const facts = div('sea-facts');
  const sending = div('sea-problem-text');
  const queue = queuePart({
    sendNow: async () => {
      await sendQueueNow(id);
      return t('status.trying');
    },
    purge: () => purgeQueue(id),
  });
  const last = div('sea-facts');
  const list = element('ul', {});
  const streams = new KeyedList<StreamItem>(
    list,
    ({ stream }) => stream,
    (item) => streamRow(id, item, rates, unfolded),
  );
  const more = div('sea-facts');
  const card = element(
    'section',
    { class: 'sea-card' },
    element('h3', {}, dot, name),
    state,
    reason,
    retry,
    facts,
    sending,
    queue.element,
    list,
    more,
    last,
  );
  return {
    element: card,
    update({ report, streams: known, queue: waiting }) {
      const label = labelIn(labelOf(report.place?.node ?? report.id), report.place?.within);
      write(name, label);
      card.setAttribute('aria-label', label);
      card.setAttribute('data-state', report.state);
      write(state, t(`status.state.${report.state}`, { time: timeText(report.since) }));
      write(reason, wordsFor(report.reason));
      write(retry, retryText(report, waiting));
      write(facts, factsText(report));
      write(sending, sendingText(report, waiting));
      queue.element.hidden = waiting === undefined;
      if (waiting !== undefined) queue.update(waiting);
      write(last, lastText(report));
      const items = streamItems(report, known);
      streams.show(items.slice(0, MAX_STREAMS));
      const rest = items.length - MAX_STREAMS;
      write(more, rest > 0 ? t('hint.sidebar.moreStreams', { count: rest }) : '');
    },
    close: () => streams.show([]),
  };
}

/** What waits is tried apart from the connection, and mostly sooner. */
function retryText({ retryAt, queued }: ServerReport, queue: ServerQueueReport | undefined): string {
  if (retryAt === undefined) return '';
  const time = queued > 0 && queue?.until !== undefined ? Math.min(retryAt, queue.until) : retryAt;
  return t('status.retry', { time: timeText(time) });
}

function factsText({ embedded, token }: ServerReport): string {
  if (token !== undefined) return tokenText(token.endsAt);
  if (embedded === undefined) return '';
  const { connections, streams, retained } = embedded;
  return t('status.embedded', { connections, streams, retained });
}

/** Why nothing is sent, unless that is the reason why there is no connection either. */
function sendingText({ reason }: ServerReport, queue: ServerQueueReport | undefined): string {
  if (queue?.reason === undefined || queue.reason.message === reason?.message) return '';
  return [wordsFor(queue.reason), t('status.retry', { time: timeText(queue.until) })].join(' · ');
}

/** What went wrong last, unless that is the reason shown above. */
function lastText({ lastProblem, reason }: ServerReport): string {
  if (lastProblem === undefined || lastProblem.message === reason?.message) return '';
  return t('status.last', { time: timeText(lastProblem.at), reason: wordsFor(lastProblem) });
}
