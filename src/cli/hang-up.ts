/**
 * Hears SIGHUP from now on: before there is anything to do at it, the signal would end the process, and whoever watches over it
 * would take that for the end that was asked for.
 *
 * @returns Takes what is to be done at every signal from then on, and does it at once for those that came before.
 */
export function onHangUp(): (act: () => void) => void {
  let missed = false;
  let heard = (): void => void (missed = true);
  process.on('SIGHUP', () => heard());
  return (act) => {
    heard = act;
    if (missed) act();
  };
}
