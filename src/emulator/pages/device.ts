import type { Reply } from '../http/reply.ts';
import { markup } from './markup.ts';
import { brand, page } from './page.ts';

/** The page on which a person types the code that a device shows. */
export const deviceCodePage = (action: string, error?: string): Reply =>
  page({
    title: 'Sign in to your account',
    body: markup`${brand('Devices')}
<h1>Enter code</h1>
<p class="soft">Enter the code displayed on your app or device.</p>
${error !== undefined && markup`<p class="error" role="alert">${error}</p>`}
<form method="post" action="${action}">
<label for="otc">Code</label>
<input type="text" id="otc" name="otc" autocomplete="one-time-code" spellcheck="false" required autofocus>
<div class="row"><button class="primary" type="submit">Next</button></div>
</form>`,
  });
