// What both widgets share. It stands behind the board, of which only `mount` is seen, and before the widget; together they are
// one module, see widgets.py.

/** An element with attributes and children; functions are listeners; false, null and undefined are left out. */
function make(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (["checked", "disabled", "hidden", "selected"].includes(name)) element[name] = value;
    else element.setAttribute(name, String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Somebody's text, kept apart from the direction of the text around it. Text only ever becomes text nodes. */
function typed(text) {
  return make("bdi", {}, text);
}

/** A text with `{name}` filled in. */
function fill(text, values) {
  return text.replace(/\{([a-z_]+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

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
