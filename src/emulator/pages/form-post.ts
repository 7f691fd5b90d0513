import type { Reply } from '../http/reply.ts';
import { markup } from './markup.ts';
import { page } from './page.ts';

const SUBMIT = 'document.forms[0].submit()';

/**
 * A form that sends itself to the redirect URI; without scripts a person presses its button.
 *
 * @see https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html
 */
export const formPostPage = (
  action: string,
  fields: readonly (readonly [name: string, value: string])[],
): Reply =>
  page({
    title: 'Working...',
    script: SUBMIT,
    body: markup`<h1>Signing you in</h1>
<form method="POST" name="hiddenform" action="${action}">
${fields.map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">\n`)}<p>Scripts are off in this browser. Press the button to go on.</p>
<button class="primary" type="submit">Continue</button>
</form>`,
  });
