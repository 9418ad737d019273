// No module, and in the head: the page must not flash in the other theme before it is drawn.
(() => {
  const KEY = 'theme';
  const THEMES = /** @type {const} */ (['auto', 'light', 'dark']);
  let theme = THEMES.find((known) => known === localStorage.getItem(KEY)) ?? 'auto';

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
      localStorage.setItem(KEY, theme);
      apply();
    });
  });
})();
