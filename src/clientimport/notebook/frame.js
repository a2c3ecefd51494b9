// What both widgets share. It stands behind the board's module, whose `make`, `data` and `fill` it and the widgets use.

/** Keep `element` light or dark as the page under it is: notebooks have themes of their own, whatever the system prefers. */
function followTheme(element) {
  const set = () => (element.style.colorScheme = isDark(element) ? "dark" : "light");
  const watcher = new MutationObserver(() => {
    set();
    setTimeout(set, 300); // the colours of a theme may come after its name
  });
  for (const watched of [document.documentElement, document.body]) {
    watcher.observe(watched, { attributes: true, attributeFilter: ["class", "style", "data-theme", "data-jp-theme-light"] });
  }
  requestAnimationFrame(set); // by then it stands in the page
  return () => watcher.disconnect();
}

function isDark(element) {
  for (let at = element.parentElement; at; at = at.parentElement ?? at.getRootNode().host ?? null) {
    const parts = getComputedStyle(at).backgroundColor.match(/[\d.]+/g)?.map(Number) ?? [];
    if (parts.length === 3 || (parts.length === 4 && parts[3] > 0.5)) {
      return parts[0] * 0.299 + parts[1] * 0.587 + parts[2] * 0.114 < 128;
    }
  }
  return matchMedia("(prefers-color-scheme: dark)").matches;
}
