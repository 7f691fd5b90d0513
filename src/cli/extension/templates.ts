/** What an extension can begin as. */
export interface Template {
  /** Its folder in `templates`, and the name that stands in its files. */
  readonly name: string;
  readonly what: string;
}

export const TEMPLATES: readonly Template[] = [
  { name: 'deny-by-attribute', what: 'decide: lets in by an attribute of Microsoft Graph' },
  { name: 'enrich-from-graph', what: 'enrich: claims from Microsoft Graph' },
];
