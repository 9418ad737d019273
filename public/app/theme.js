// Not a module, and in the head, so that the page does not flash in the other theme before it is drawn.
(() => {
  const KEY = 'theme';
  const THEMES = /** @type {const} */ (['auto', 'light', 'dark']);
  let theme = THEMES.find((known) => known === remembered()) ?? 'auto';

  // Where the browser forbids storage, the choice lasts as long as the page.
  function remembered() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  function remember() {
    try {
      localStorage.setItem(KEY, theme);
    } catch {}
  }

  function apply() {
    document.documentElement.dataset.theme = theme;
    const button = document.getElementById('theme');
    if (button !== null) button.textContent = `Theme: ${theme}`;
  }

  apply();
  document.addEventListener('DOMContentLoaded', () => {
    apply();
    document.getElementById('theme')?.addEventListener('click', () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
      remember();
      apply();
    });
  });
})();
