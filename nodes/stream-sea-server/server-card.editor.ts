/** One server in the sidebar: its state with reason, what passes through it, what went wrong. */

import type {
  PublishingReport,
  ServerQueueReport,
  ServerReport,
  SubscriptionReport,
} from '../shared/api.config';
import { catalogue, wordsFor } from '../shared/dialog.editor';
import { element, icon } from '../shared/dom.editor';
import type { Said } from '../shared/sentence.config';
import { Chart } from './chart.editor';
import { KeyedList, type Part } from './keyed-list.editor';
import { queuePart } from './queue-part.editor';
import type { Rates } from './rates.editor';
import { purgeQueue, sendQueueNow } from './server-api.editor';
import { timeText, write } from './times.editor';
import { tokenText } from './token-end.editor';

const t = catalogue('stream-sea-server');

/** A stream that is received or published. */
export interface Flowing {
  key: string;
  stream: string;
  direction: 'received' | 'published';
  /** Of messages so far. */
  count: number;
  /** The node to show; none for a stream that several may publish to. */
  node?: string;
  /** The instances of subflows that it is in. */
  within?: readonly string[];
  state?: SubscriptionReport['status'];
  problem?: Said;
}

export function flowsOf({ id, subscriptions, published }: ServerReport): Flowing[] {
  return [...subscriptions.map((each) => received(id, each)), ...published.map((each) => sent(id, each))];
}

export interface ServerItem {
  readonly report: ServerReport;
  readonly queue?: ServerQueueReport;
}

/** @param rates what was counted so far, by the key of each flow. */
export function serverCard({ report: { id } }: ServerItem, rates: Rates): Part<ServerItem> {
  const dot = element('span', { class: 'stream-sea-dot', 'aria-hidden': 'true' });
  const name = element('span', { class: 'stream-sea-name' });
  const state = element('div', {});
  const reason = element('div', { class: 'stream-sea-problem-text' });
  const retry = element('div', {});
  const facts = element('div', { class: 'stream-sea-facts' });
  const sending = element('div', { class: 'stream-sea-problem-text' });
  const queue = queuePart({
    sendNow: async () => {
      await sendQueueNow(id);
      return t('status.trying');
    },
    purge: () => purgeQueue(id),
  });
  const last = element('div', { class: 'stream-sea-facts' });
  const list = element('ul', {});
  const flows = new KeyedList<Flowing>(
    list,
    ({ key }) => key,
    (flow) => flowRow(flow, rates),
  );
  const card = element(
    'section',
    { class: 'stream-sea-card' },
    element('h3', {}, dot, name),
    state,
    reason,
    retry,
    facts,
    sending,
    queue.element,
    list,
    last,
  );
  return {
    element: card,
    update({ report, queue: waiting }) {
      const label = labelIn(labelOf(report.place?.node ?? report.id), report.place?.within);
      write(name, label);
      card.setAttribute('aria-label', label);
      card.setAttribute('data-state', report.state);
      write(state, t(`status.state.${report.state}`, { time: timeText(report.since) }));
      write(reason, report.reason === undefined ? '' : wordsFor(report.reason));
      write(retry, retryText(report));
      write(facts, factsText(report));
      write(sending, sendingText(report, waiting));
      queue.element.hidden = waiting === undefined;
      if (waiting !== undefined) queue.update(waiting);
      write(last, lastText(report));
      flows.show(flowsOf(report));
    },
  };
}

function flowRow(first: Flowing, rates: Rates): Part<Flowing> {
  const down = first.direction === 'received';
  const name = element('span', { class: 'stream-sea-name' }, first.stream);
  const rate = element('span', { class: 'stream-sea-rate' });
  const problem = element('div', { class: 'stream-sea-problem-text' });
  const chart = new Chart();
  const parts = [icon(down ? 'arrow-down' : 'arrow-up'), name, rate];
  const { node } = first;
  const title = labelIn(t(`label.${first.direction}`, { stream: first.stream }), first.within);
  const head =
    node === undefined
      ? element('div', { title }, ...parts)
      : element('button', { type: 'button', title }, ...parts);
  head.classList.add('stream-sea-flow');
  if (node !== undefined) head.addEventListener('click', () => RED.view.reveal(node));
  return {
    element: element('li', {}, head, chart.element, problem),
    update({ key, state, problem: said }) {
      const now = numberText(rates.now(key));
      const series = rates.series(key);
      const highest = numberText(Math.max(0, ...series.map((each) => each.rate)));
      write(rate, state === 'pending' ? t('status.pending') : t('label.rate', { rate: now }));
      chart.draw(series, t('label.chart', { stream: first.stream, rate: now, highest }));
      write(problem, said === undefined ? '' : wordsFor(said));
    },
  };
}

function received(
  server: string,
  { node, place, stream, delivery, group, received: count, status, problem }: SubscriptionReport,
): Flowing {
  const key = JSON.stringify([server, 'received', node, stream, delivery, group]);
  return {
    key,
    stream,
    direction: 'received',
    count,
    node: place?.node ?? node,
    ...(place && { within: place.within }),
    state: status,
    ...(problem !== undefined && { problem }),
  };
}

function sent(server: string, { stream, published, problem }: PublishingReport): Flowing {
  const key = JSON.stringify([server, 'published', stream]);
  return { key, stream, direction: 'published', count: published, ...(problem !== undefined && { problem }) };
}

/** As the editor calls the node everywhere else. */
export function labelOf(id: string): string {
  const node = RED.nodes.node(id);
  return node ? RED.utils.getNodeLabel(node, id) : id;
}

/** With the instances of subflows that it is in: the template's node is the same in all of them. */
export function labelIn(label: string, within: readonly string[] = []): string {
  return within.length === 0 ? label : `${label} (${within.map(labelOf).join(' / ')})`;
}

function retryText({ retryAt }: ServerReport): string {
  return retryAt === undefined ? '' : t('status.retry', { time: timeText(retryAt) });
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

function numberText(rate: number): string {
  return rate.toLocaleString(RED.i18n.lang(), { maximumFractionDigits: rate < 10 ? 1 : 0 });
}
