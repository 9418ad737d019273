const KEY = 'read-token';

/**
 * The token that the API asks for where READ_TOKEN is set. It is kept for this tab alone.
 *
 * @param {object} deps
 * @param {HTMLFormElement} deps.form
 * @param {HTMLInputElement} deps.input
 * @param {HTMLElement} deps.message
 * @param {import('./storage.js').TabStorage} deps.storage
 * @param {() => void} deps.onToken
 */
export function createTokenForm({ form, input, message, storage, onToken }) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    storage.setItem(KEY, input.value.trim());
    input.value = '';
    onToken();
  });
  return {
    /** @returns {string | null} */
    token: () => storage.getItem(KEY),
    /** @param {import('./page-state.js').PageState} state */
    render({ data }) {
      const wasHidden = form.hidden;
      form.hidden = !data.unauthorised;
      if (!data.unauthorised) return;
      const refused = storage.getItem(KEY) !== null;
      storage.removeItem(KEY);
      if (refused) message.textContent = 'That token was not accepted.';
      if (wasHidden || refused) input.focus();
    },
  };
}
