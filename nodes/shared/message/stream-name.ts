/** What may be taken for a stream's name. */

/** As it is used: without blanks at its ends; a number is a name, too. Nothing for what is none. */
export function nameOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  const name = typeof value === 'string' ? value.trim() : '';
  return name === '' ? undefined : name;
}
