/** Dates as the wire has them (P11, P13), and what else says a moment in time. */

/** The one form of a date on the wire: UTC, whole seconds. @throws RangeError for an invalid date. */
export function formatDate(date: Date): string {
  return wireForm(date.toISOString());
}

/** The same of what `Date.prototype.toISOString` gave. */
export function wireForm(iso: string): string {
  return `${iso.slice(0, iso.lastIndexOf('.'))}Z`;
}

/** Whether {@link wireForm} can say it: other years than those of four digits are written with a sign and six. */
export function hasWireForm(iso: string): boolean {
  return iso.length === '0000-00-00T00:00:00.000Z'.length;
}

const WIRE_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** With a day that every month has: only of the others the calendar is asked, which takes far longer. */
export const EVERY_MONTHS_DATE =
  /^\d{4}-(?!00|1[3-9])[01]\d-(?!00|29)[0-2]\dT(?!2[4-9])[0-2]\d:[0-5]\d:[0-5]\dZ$/;

/** Whether a text is `YYYY-MM-DDTHH:mm:ssZ` and a date of the calendar: 31 April is none. */
export function isWireDate(text: string): boolean {
  if (EVERY_MONTHS_DATE.test(text)) return true;
  if (!WIRE_DATE.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && formatDate(new Date(time)) === text;
}

/** With its offset from UTC: without one, a text means another moment on each machine. */
const INSTANT = /^(?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** The date, when a text says a moment in time as ISO 8601 has it, in whatever offset. */
export function instantOf(text: string): Date | undefined {
  if (!INSTANT.test(text)) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
