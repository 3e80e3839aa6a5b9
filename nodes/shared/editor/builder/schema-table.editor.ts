/** The fields of a definition as a table to read, what is nested indented under its object. */

import { type Field, isNested } from '../../../../src/protocol/schema/schema';
import { t } from '../dialog.editor';
import { element, span } from '../dom.editor';

/** @param caption what the table is, for those who listen */
export function schemaTable(fields: readonly Field[], caption: string): HTMLElement {
  const hasValues = hasEnum(fields);
  const columns = [
    t('label.table.name'),
    t('label.table.type'),
    ...(hasValues ? [t('label.table.values')] : []),
  ];
  const heading = columns.map((text) => element('th', { scope: 'col' }, text));
  const table = element(
    'table',
    { class: 'sea-schema', 'aria-label': caption },
    element('thead', {}, element('tr', {}, ...heading)),
    element('tbody', {}, ...rows(fields, 0, hasValues)),
  );
  // It can hold the focus, so that the keyboard can scroll it.
  return element('div', { class: 'sea-scroll', tabindex: '0', role: 'region', 'aria-label': caption }, table);
}

function rows(fields: readonly Field[], depth: number, hasValues: boolean): HTMLTableRowElement[] {
  return fields.flatMap((field) => {
    const guides = Array.from({ length: depth }, () => span('sea-guide'));
    const row = element(
      'tr',
      {},
      element('th', { scope: 'row' }, ...guides, element('span', {}, field.name)),
      element('td', {}, span('sea-type', field.type)),
    );
    if (hasValues) {
      const values = field.type === 'enum' ? field.enum.map((value) => element('code', {}, value)) : [];
      row.append(element('td', {}, ...values));
    }
    return isNested(field) ? [row, ...rows(field.fields, depth + 1, hasValues)] : [row];
  });
}

function hasEnum(fields: readonly Field[]): boolean {
  return fields.some((field) => field.type === 'enum' || (isNested(field) && hasEnum(field.fields)));
}
