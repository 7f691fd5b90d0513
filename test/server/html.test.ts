import test from 'ava';
import fc from 'fast-check';

import { html } from '../../src/server/pages/html.ts';
import { anyCharacter } from '../_support/any-character.ts';

test('insertions are escaped, in text and in attributes', (t) => {
  const evil = `"><script>alert('&')</script>`;
  const text = html`<p title="${evil}">${evil}</p>`.toString();
  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;';
  t.is(text, `<p title="${escaped}">${escaped}</p>`);
});

test('HTML is inserted as it is, lists by their members, nothing as nothing', (t) => {
  const items = ['a', 'b'].map((item) => html`<i>${item}</i>`);
  t.is(html`<b>${items}</b>${null}${undefined}${7}`.toString(), '<b><i>a</i><i>b</i></b>7');
});

test('no text gets out of where it was put', (t) => {
  const property = fc.property(fc.string({ unit: anyCharacter }), (text) => {
    const made = html`<a title="${text}">${text}</a>`.toString();
    return made.split(/[<>]/).length === 5 && made.split('"').length === 3;
  });
  t.notThrows(() => fc.assert(property));
});

test('what only looks like HTML is text', (t) => {
  const forged = { toString: () => '<script>' } as unknown as string;
  t.throws(() => html`${forged}`, { instanceOf: TypeError });
});
