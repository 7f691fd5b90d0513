/**
 * True for a program that asks for JSON, false for a browser. The larger quality wins, and HTML where they are equal.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export function wantsJson(accept: string | undefined): boolean {
  const ranges = (accept ?? '').toLowerCase().split(',').map(readRange);
  const quality = (type: string): number => ranges.find((one) => one.type === type)?.quality ?? 0;
  return quality('application/json') > quality('text/html');
}

function readRange(range: string): { readonly type: string; readonly quality: number } {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  return { type, quality: weight === undefined ? 1 : Number(weight.slice(2)) || 0 };
}
