/** What one check found. */
export type Finding =
  | { readonly status: 'ok' | 'skipped'; readonly subject: string; readonly seen: string }
  | {
      readonly status: 'warn' | 'fail';
      readonly subject: string;
      readonly seen: string;
      /** What to do about it. */
      readonly advice: string;
    };

export const ok = (subject: string, seen: string): Finding => ({ status: 'ok', subject, seen });

/** Not checked, and that is no fault. */
export const skipped = (subject: string, seen: string): Finding => ({ status: 'skipped', subject, seen });

/** Works, but somebody should know. */
export const warn = (subject: string, seen: string, advice: string): Finding => ({
  status: 'warn',
  subject,
  seen,
  advice,
});

/** Does not work. */
export const fail = (subject: string, seen: string, advice: string): Finding => ({
  status: 'fail',
  subject,
  seen,
  advice,
});
