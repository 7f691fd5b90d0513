/** Writes a secret as a body of some form has it, so that whoever reads the body gets the secret. */
export type SecretWriter = (value: string) => string;

const asItIs: SecretWriter = (value) => value;

/** URL standard, application/x-www-form-urlencoded serializing: a `+` as it is would be a space. */
const inForm: SecretWriter = (value) => new URLSearchParams({ x: value }).toString().slice(2);

/** RFC 8259 section 7: a quotation mark as it is would end the string. */
const inJson: SecretWriter = (value) => JSON.stringify(value).slice(1, -1);

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** XML 1.0 section 2.4, for text and for attributes of either quotation mark. */
const inXml: SecretWriter = (value) =>
  value.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

const WRITERS: readonly (readonly [type: RegExp, write: SecretWriter])[] = [
  [/^application\/x-www-form-urlencoded$/, inForm],
  [/^(?:application|text)\/(?:[^/]+\+)?json$/, inJson],
  [/^(?:application|text)\/(?:[^/]+\+)?xml$/, inXml],
];

/**
 * How a secret is written in a body. Of other types, `multipart/form-data` among them, it is as it is.
 *
 * @param contentType Of the request; undefined without one.
 */
export function writerFor(contentType: string | undefined): SecretWriter {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return WRITERS.find(([form]) => form.test(type))?.[1] ?? asItIs;
}
