// The import panel in the browser: draws what Python says, sends back what a person does. See panel_talk.py for the talk.
// Text only ever becomes text nodes; the one piece of markup is the overview, which Python makes and escapes. It stands behind
// the board and frame.js, and uses `mount`, `make`, `typed`, `fill` and `followTheme` of them.

const PIECE = 1 << 20; // bytes of a file in one message
const SILENCE = 20_000; // milliseconds without an answer after which somebody should look at the kernel
const PATIENCE = 150; // milliseconds before it is said that something takes long

export default {
  render({ model, el }) {
    const panel = new Panel(model, el);
    return () => panel.leave();
  },
};

class Panel {
  constructor(model, el) {
    this.model = model;
    this.texts = null;
    this.view = null;
    this.sending = null; // the file on its way: {id, file, received}
    this.report = null; // the report on its way: {id, parts}
    this.silent = false; // whether it was said that the kernel does not answer
    this.board = null; // the board, while it is open: {host, mounted, known}
    this.alert = make("div", { class: "ci-alert", role: "alert" });
    this.status = make("div", { class: "ci-unseen", role: "status" });
    this.bar = make("div", { class: "ci-busy", hidden: true });
    this.body = make("div", { class: "ci-body" });
    this.head = make("header", { class: "ci-head" });
    this.root = make("section", { class: "ci-panel" }, this.head, this.alert, this.bar, this.body, this.status);
    this.hear = (message, buffers) => this.heard(message, buffers);
    for (const name of ["dragover", "drop"]) this.root.addEventListener(name, (event) => this.dragged(event));
    this.root.addEventListener("dragleave", (event) => {
      if (!this.root.contains(event.relatedTarget)) this.root.classList.remove("ci-over");
    });
    el.append(this.root);
    this.unwatch = followTheme(this.root);
    model.on("msg:custom", this.hear);
    this.act({ type: "look" });
  }

  leave() {
    this.model.off("msg:custom", this.hear);
    this.unwatch();
    this.board?.mounted?.destroy();
    clearTimeout(this.silence);
    clearTimeout(this.patience);
  }

  // ---------------------------------------------------------------------------------------------- the talk

  act(message, buffers) {
    clearTimeout(this.silence);
    clearTimeout(this.patience);
    this.silence = setTimeout(() => {
      this.silent = true;
      this.complain("error_kernel");
    }, SILENCE);
    if (message.type === "next" || message.type === "import" || message.type === "sheet") {
      const text = message.type === "import" ? this.texts.import_clients : this.texts.reading;
      this.patience = setTimeout(() => this.busy(text, null), PATIENCE);
    }
    this.model.send(message, undefined, buffers ?? []);
  }

  heard(message, buffers) {
    clearTimeout(this.silence);
    if (this.silent) this.complain(null);
    this.silent = false;
    if (message.type === "texts") {
      this.texts = message.texts;
    } else if (message.type === "view") {
      clearTimeout(this.patience);
      this.busy(null);
      if (message.view.file === null || message.view.file.whole) this.sending = null;
      this.draw(message.view);
    } else if (message.type === "got" && this.sending?.id === message.id) {
      this.sendOn(message.received);
    } else if (message.type === "busy") {
      clearTimeout(this.patience);
      this.busy(message.text, message.share);
    } else if (message.type === "board" && this.board) {
      this.mountBoard(message.data);
    } else if (message.type === "report" && this.report?.id === message.id) {
      this.report.parts[message.part] = buffers[0];
      if (this.report.parts.filter(Boolean).length === message.parts) {
        downloadBytes(message.name, this.report.parts);
        this.report = null;
      }
    }
  }

  // ---------------------------------------------------------------------------------------------- the file

  dragged(event) {
    if (this.view?.step !== "file" || ![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    event.stopPropagation(); // the notebook would take it for a file of its own
    this.root.classList.toggle("ci-over", event.type === "dragover");
    if (event.type === "drop") this.choose(event.dataTransfer.files);
  }

  choose(files) {
    if (files.length === 0) return;
    if (files.length > 1) return this.complain("error_one_file");
    const [file] = files;
    if (file.size > this.view.limit) {
      return this.complain("error_size", { size: sizeText(file.size), limit: sizeText(this.view.limit) });
    }
    this.complain(null);
    this.sending = { id: `${Date.now()}-${Math.random()}`, file, received: 0 };
    this.act({ type: "begin", id: this.sending.id, name: file.name, size: file.size });
  }

  async sendOn(received) {
    const { id, file } = this.sending;
    this.busy(fill(this.texts.receiving, { name: file.name }), file.size ? received / file.size : 1);
    if (received >= file.size) return;
    try {
      const piece = await file.slice(received, received + PIECE).arrayBuffer();
      if (this.sending?.id === id) this.act({ type: "piece", id }, [piece]);
    } catch {
      this.sending = null; // the file was moved, changed or locked meanwhile
      this.act({ type: "close" });
      this.complain("error_transfer");
    }
  }

  // ---------------------------------------------------------------------------------------------- drawing

  complain(key, values = {}) {
    const said = key === null ? [] : [make("p", {}, fill(this.texts?.[key] ?? key, values))];
    this.alert.replaceChildren(...said);
  }

  busy(text, share = null) {
    this.root.setAttribute("aria-busy", String(text !== null));
    this.bar.hidden = text === null;
    this.body.inert = text !== null;
    if (text === null) return this.bar.replaceChildren();
    const progress = make("progress", { max: 1, "aria-label": text });
    if (share !== null) progress.value = share;
    this.bar.replaceChildren(make("span", {}, text), progress);
  }

  draw(view) {
    const before = this.view;
    const root = this.root.getRootNode();
    const focused = this.root.contains(root.activeElement) ? root.activeElement : null;
    this.view = view;
    this.head.replaceChildren(make("h2", { class: "ci-h2" }, this.texts.title), this.stepper());
    const problem = view.problem;
    this.alert.replaceChildren(
      ...(problem ? [make("p", {}, problem.head), problem.detail ? make("p", { class: "ci-detail" }, problem.detail) : null] : []).filter(Boolean),
    );
    if (before?.step === "check" && view.step === "check") {
      this.paintCheck();
      this.refocus(focused);
      return;
    }
    this.board?.mounted?.destroy();
    this.board = null;
    this.root.classList.remove("ci-deciding");
    const parts = { file: () => this.file(), columns: () => this.columns(), check: () => this.check(), result: () => this.result() };
    this.body.replaceChildren(...parts[view.step]().flat().filter(Boolean));
    const moved = before !== null && (before.step !== view.step || Boolean(before.file?.whole) !== Boolean(view.file?.whole));
    if (moved) {
      const now = view.steps.find((step) => step.key === view.step);
      this.status.textContent = view.step === "file" && view.file ? view.file.ready : now.label;
    }
    if (focused === null && !moved) return;
    if (!moved && this.refocus(focused)) return;
    if (moved && before.step !== view.step) {
      this.body.querySelector(".ci-h3")?.focus({ preventScroll: true });
      this.head.scrollIntoView({ block: "nearest" }); // a short step after a long one would stand out of sight
    } else if (moved) this.body.querySelector(".ci-primary:not([disabled]), .ci-drop input")?.focus({ preventScroll: true });
  }

  /** Go on where somebody was before it was drawn anew; answers whether that is still there. */
  refocus(focused) {
    const same = focused?.dataset.key && this.body.querySelector(`[data-key="${CSS.escape(focused.dataset.key)}"]`);
    if (same) same.focus({ preventScroll: true });
    return Boolean(same);
  }

  stepper() {
    const steps = this.view.steps.map((step, index) =>
      make(
        "li",
        { class: `ci-step ci-${step.state}`, "aria-current": step.state === "now" && "step" },
        make("span", { class: "ci-number", "aria-hidden": "true" }, step.state === "done" ? "✓" : String(index + 1)),
        step.label,
      ),
    );
    return make("ol", { class: "ci-steps" }, steps);
  }

  heading(help) {
    const label = this.view.steps.find((step) => step.key === this.view.step).label;
    return [make("h3", { class: "ci-h3", tabindex: -1 }, label), help ? make("p", { class: "ci-help" }, help) : null];
  }

  button(key, type, given = {}) {
    const look = `ci-button ${given.class ?? ""}`;
    return make("button", { type: "button", "data-key": key, onclick: () => this.act({ type }), ...given, class: look }, this.texts[key]);
  }

  actions(...buttons) {
    return make("footer", { class: "ci-actions" }, ...buttons);
  }

  file() {
    const { file, formats, format } = this.view;
    const texts = this.texts;
    const input = make("input", {
      type: "file",
      accept: ".csv,.txt,.tsv,.tab,.xlsx,.xlsm",
      class: "ci-unseen",
      "data-key": "file",
      "aria-label": `${texts.drop_here}. ${texts.choose_file}. ${texts.accepted}`,
      onchange: () => this.choose(input.files),
    });
    const drop = file?.whole
      ? make(
          "div",
          { class: "ci-file" },
          icon("M6 2h8l5 5v15H6z M14 2v5h5"),
          make("div", { class: "ci-name" }, make("strong", {}, typed(file.name)), make("span", { class: "ci-hint" }, file.size)),
          make("label", { class: "ci-button" }, input, texts.choose_file),
        )
      : make(
          "label",
          { class: "ci-drop" },
          input,
          icon("M12 16V4 M7 9l5-5 5 5 M4 16v4h16v-4"),
          make("strong", {}, texts.drop_here),
          make("span", { class: "ci-hint" }, texts.or),
          make("span", { class: "ci-button" }, texts.choose_file),
          make("span", { class: "ci-hint" }, texts.accepted),
        );
    const radios = formats.map((choice) =>
      make(
        "label",
        { class: "ci-choice" },
        make("input", {
          type: "radio",
          name: `format-${this.model.model_id ?? ""}`,
          value: choice.value,
          checked: choice.value === format,
          "data-key": `format-${choice.value}`,
          onchange: () => this.act({ type: "format", value: choice.value }),
        }),
        choice.label,
      ),
    );
    return [
      ...this.heading(),
      drop,
      make("fieldset", { class: "ci-row" }, make("legend", {}, texts.file_format), radios),
      file?.whole ? make("p", { class: "ci-hint" }, texts.close_removes) : null,
      this.actions(
        file ? this.button("close", "close") : null,
        this.button("next_step", "next", { class: "ci-primary", disabled: !file?.whole }),
      ),
    ];
  }

  columns() {
    const texts = this.texts;
    const { columns, fields, missing, notes, sheets, sheet, update_existing: update } = this.view.columns;
    const labels = new Map(fields.map((field) => [field.name, field.label]));
    const rows = columns.map((column, index) => this.column(column, index, fields, labels));
    const heads = [texts.in_the_file, texts.becomes, texts.how_sure].map((text) => make("th", { scope: "col" }, text));
    return [
      ...this.heading(texts.columns_help),
      sheets.length > 1 ? this.sheets(sheets, sheet) : null,
      notes.length ? make("ul", { class: "ci-notes" }, notes.map((note) => make("li", {}, typed(note)))) : null,
      make("div", { class: "ci-scroll" }, make("table", { "aria-label": texts.columns_help }, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, rows))),
      ...missing.map((text) => make("p", { class: "ci-warn" }, text)),
      make(
        "label",
        { class: "ci-choice ci-update" },
        make("input", {
          type: "checkbox",
          checked: update,
          "data-key": "update",
          onchange: (event) => this.act({ type: "update", value: event.target.checked }),
        }),
        make("span", {}, texts.update_existing, update ? null : make("span", { class: "ci-hint" }, ` ${texts.update_existing_off}`)),
      ),
      this.actions(this.button("close", "close"), this.button("back", "back"), this.button("next_step", "next", { class: "ci-primary" })),
    ];
  }

  sheets(sheets, chosen) {
    const select = make(
      "select",
      { class: "ci-select", "data-key": "sheet", onchange: () => this.act({ type: "sheet", value: select.value }) },
      sheets.map((name) => make("option", { value: name, selected: name === chosen }, name)),
    );
    return make("label", { class: "ci-sheet" }, `${this.texts.sheet} `, select);
  }

  column(column, index, fields, labels) {
    const texts = this.texts;
    const option = (name) => make("option", { value: name, selected: name === column.field }, labels.get(name) ?? name);
    const rest = fields.map((field) => field.name).filter((name) => !column.suggested.includes(name));
    const select = make(
      "select",
      {
        "data-key": `column-${index}`,
        "aria-label": `${column.header}: ${texts.becomes}`,
        class: column.field ? "ci-select" : "ci-select ci-none",
        onchange: () => this.act({ type: "assign", column: column.header, field: select.value || null }),
      },
      make("option", { value: "" }, `– ${texts.not_imported} –`),
      column.suggested.length ? make("optgroup", { label: texts.suggested }, column.suggested.map(option)) : null,
      make("optgroup", { label: texts.all_fields }, rest.map(option)),
    );
    const perhaps = column.perhaps
      ? make(
          "div",
          { class: "ci-perhaps" },
          make("span", {}, `${column.perhaps}? `),
          make(
            "button",
            {
              type: "button",
              class: "ci-link",
              "data-key": `column-${index}`,
              "aria-label": `${column.header}: ${column.perhaps}. ${texts.use_it}`,
              onclick: () => this.act({ type: "accept", column: column.header }),
            },
            texts.use_it,
          ),
        )
      : null;
    const level = column.confidence >= 0.9 ? "high" : column.confidence >= 0.6 ? "middle" : "low";
    return make(
      "tr",
      { class: column.perhaps ? "ci-asks" : "" },
      make(
        "th",
        { scope: "row" },
        make("span", { class: "ci-letter", "aria-hidden": "true" }, column.letter),
        typed(column.header),
        make("div", { class: "ci-samples" }, column.samples.map((text) => make("span", {}, typed(text)))),
      ),
      make("td", {}, select, perhaps),
      make(
        "td",
        { class: "ci-sure" },
        column.sure
          ? make("div", {}, make("span", { class: `ci-dot ci-${level}`, "aria-hidden": "true" }), column.sure)
          : null,
        make("div", { class: "ci-hint" }, column.why),
      ),
    );
  }

  check() {
    const texts = this.texts;
    this.board = null;
    this.asked = make("div", {});
    this.overview = make("div", { class: "ci-overview" });
    const host = make("div", { class: "ci-host" });
    const open = make("details", { class: "ci-details", ontoggle: () => this.toggleBoard(open, host) },
      make("summary", { "data-key": "details" }, texts.details), host);
    this.paintCheck();
    return [
      ...this.heading(texts.check_help),
      this.overview,
      this.view.check.board ? open : null,
      this.actions(
        this.button("close", "close"),
        this.button("back", "back"),
        this.button("import_clients", "import", { class: "ci-primary" }),
      ),
    ];
  }

  /** What changes with every decision; the board is left alone, for somebody is at it. */
  paintCheck() {
    const { html, asked } = this.view.check;
    this.overview.innerHTML = html;
    this.overview.querySelector(":scope > div > :nth-child(2)").after(this.asked); // behind the counts
    this.asked.replaceChildren(...[this.board ? null : this.questions()].filter(Boolean));
    if (this.board?.mounted && asked.some((id) => !this.board.known.has(id))) this.act({ type: "board" });
  }

  questions() {
    const texts = this.texts;
    const { questions, more } = this.view.check;
    if (!questions.length) return null;
    const asked = questions.map((question, index) =>
      make(
        "fieldset",
        { class: "ci-question" },
        make("legend", {}, typed(question.question)),
        make("div", { class: "ci-hint" }, typed(question.place)),
        question.about.map((line) => make("div", {}, typed(line))),
        question.options.map((option) =>
          make(
            "label",
            { class: "ci-choice" },
            make("input", {
              type: "radio",
              name: `question-${question.id}`,
              "data-key": `question-${index}`,
              onchange: () => this.act({ type: "answer", id: question.id, choice: option.choice }),
            }),
            typed(option.label),
          ),
        ),
      ),
    );
    return make(
      "div",
      { class: "ci-questions" },
      make("h4", { class: "ci-h4" }, texts.conflicts),
      make("p", { class: "ci-help" }, texts.answer_help),
      asked,
      more ? make("p", { class: "ci-hint" }, `… ${more}`) : null,
    );
  }

  toggleBoard(open, host) {
    this.root.classList.toggle("ci-deciding", open.open);
    if (open.open && !this.board) {
      this.board = { host, mounted: null, known: new Set() };
      this.act({ type: "board" });
    } else if (!open.open && this.board) {
      this.board.mounted?.destroy();
      this.board = null;
    }
    this.paintCheck();
  }

  mountBoard(found) {
    this.board.mounted?.destroy();
    this.board.known = new Set(found.conflicts.map((conflict) => conflict.id));
    const root = make("div", {});
    this.board.host.replaceChildren(root);
    this.board.mounted = mount(root, found, {
      onChange: (list) => this.act({ type: "decide", decisions: Object.fromEntries(list.map(({ id, choice }) => [id, choice])) }),
    });
  }

  result() {
    const texts = this.texts;
    const { counts, run, said, report } = this.view.result;
    const tiles = counts.map((count) =>
      make("div", { class: `ci-tile ci-is-${count.key}` }, make("dd", {}, String(count.count)), make("dt", {}, count.label)),
    );
    const ask = () => {
      this.report = { id: `${Date.now()}-${Math.random()}`, parts: [] };
      this.act({ type: "report", id: this.report.id });
    };
    return [
      make("h3", { class: "ci-h3", tabindex: -1 }, texts.finished),
      make("dl", { class: "ci-tiles" }, tiles),
      make("p", { class: report ? "ci-warn" : "ci-good" }, said),
      make("p", { class: "ci-hint" }, `${run} · ${texts.close_removes}`),
      this.actions(
        this.button("close", "close", { class: report ? "" : "ci-primary" }),
        report ? this.button("download_exceptions", "report", { class: "ci-primary", onclick: ask }) : null,
      ),
    ];
  }
}

// ------------------------------------------------------------------------------------------------ helpers

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", class: "ci-icon", "aria-hidden": "true" })) {
    svg.setAttribute(name, value);
  }
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

function sizeText(bytes) {
  const units = [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"]];
  const [unit, name] = units.find(([size]) => bytes >= size) ?? [1, "B"];
  return `${Math.round((bytes / unit) * 10) / 10} ${name}`;
}

/** Hand bytes to the browser as a file. */
function downloadBytes(name, parts) {
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
