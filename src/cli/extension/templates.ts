/** What an extension can begin as. */
export interface Template {
  /** Its folder in `templates`, and the name that stands in its files. */
  readonly name: string;
  readonly what: string;
}

export const TEMPLATES: readonly Template[] = [
  { name: 'deny-by-attribute', what: 'decide: lets in by an attribute of Microsoft Graph' },
  { name: 'enrich-from-graph', what: 'enrich: claims from Microsoft Graph' },
  {
    name: 'notify-on-event',
    what: 'events: tells a channel of denied sign-ins, in the background',
  },
  {
    name: 'custom-authentication',
    what: 'authenticate: a username and a password, by another API',
  },
  { name: 'scheduled-sync', what: 'schedule and decide: a list that is fetched each night' },
];
