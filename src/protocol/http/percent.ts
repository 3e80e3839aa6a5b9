/** Percent-encoding as others write it, or do not. */

/** A text that nobody has encoded stays as it is: a name may hold a percent sign that is just that (P3). */
export function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
