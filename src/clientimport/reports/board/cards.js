// One client, question or decision on the board. Third part of its module; see board.js.

/** Draws the items of a board, and keeps each in line with the decisions. */
class Cards {
  /** @param board Has `say(key, values)`, `choices`, `changed(text)`, `render()`, `heading` and the `data`. */
  constructor(board, prefix) {
    this.board = board;
    this.choices = board.choices;
    this.prefix = prefix;
    this.say = board.say.bind(board);
    this.questions = new Map((board.data.conflicts ?? []).map((conflict) => [conflict.id, conflict]));
    this.painters = []; // bring what is shown in line with the decisions
  }

  paint(from = 0) {
    for (const paint of this.painters.slice(from)) paint();
  }

  /** Radio buttons side by side; `now` answers the choice that holds. */
  pills(name, options, now, take) {
    const group = `${this.prefix}-${name}`;
    return make("span", { class: "pills" }, options.map(({ choice, label, text }) => {
      const input = make("input", { type: "radio", name: group, onchange: () => take(choice) });
      this.painters.push(() => (input.checked = now() === choice));
      return make("label", { class: "pill" }, input, make("span", {}, label), text ?? null);
    }));
  }

  entry(entry, place) {
    const decidable = entry.id && (entry.choices ?? []).length > 0;
    const bulk = this.board.state.tab === "only_in_import" ? "records:only_in_import" : null;
    const card = make("article", { "aria-labelledby": `${this.prefix}-e${place}` });
    const name = entry.name || this.say("nameless");
    const about = [`${this.say("row")} ${entry.rows.slice(0, 5).join(", ")}${entry.rows.length > 5 ? " …" : ""}`];
    if (entry.clients?.length) about.push(`${this.say("client")} ${entry.clients.join(" / ")}`);
    const head = make("header", {},
      make("h3", { id: `${this.prefix}-e${place}` }, data(name)),
      make("span", { class: "about" }, data(about.join(" · "))),
      make("span", { class: "why" }, entry.why));
    if (decidable) head.append(this.toggle(entry, bulk, name, card));
    card.append(head);
    for (const finding of entry.findings ?? []) card.append(this.finding(finding));
    const question = this.questions.get(entry.conflict);
    if (question) card.append(this.answers(question, `e${place}`));
    const fields = (entry.fields ?? []).filter((field) => this.board.state.equal || this.board.state.tab !== "both" || field.fate !== "same");
    if (fields.length) {
      card.append(this.board.state.tab === "both"
        ? make("div", { class: "fields" }, fields.map((field, at) => this.field(field, entry, `e${place}f${at}`)))
        : make("dl", { class: "values" }, fields.map((field) => make("div", {},
          make("dt", {}, this.fieldName(field)), make("dd", {}, data(this.value(field.given)))))));
    }
    if (entry.opening) card.append(this.opening(entry.opening));
    return card;
  }

  /** Take an entry or leave it out. */
  toggle(entry, bulk, name, card) {
    const input = make("input", {
      type: "checkbox", "aria-label": `${this.say("choice_take")}: ${name}`,
      onchange: () => {
        const choice = input.checked ? "take" : "skip";
        this.choices.take(entry, bulk, choice);
        this.board.changed(`${name}: ${this.say(`choice_${choice}`)}`);
      },
    });
    const out = make("span", { class: "mark" });
    this.painters.push(() => {
      const now = this.choices.of(entry, bulk);
      input.checked = now === "take";
      input.indeterminate = now === null;
      card.classList.toggle("out", now === "skip");
      out.textContent = now === "skip" ? this.say("left_out") : now === null ? this.say("as_ruled") : "";
    });
    return make("span", { class: "take" }, out, make("label", { class: "check" }, input, make("span", {}, this.say("choice_take"))));
  }

  fieldName(field) {
    return field.label ?? field.field;
  }

  value(value) {
    if (value === null || value === undefined || value === "" || value.length === 0) return this.say("blank");
    if (value === true || value === false) return this.say(value ? "yes" : "no");
    return Array.isArray(value) ? value.join(", ") : String(value);
  }

  /** One field of a client on both sides; where somebody can choose, each side is a radio button. */
  field(field, entry, place) {
    const label = this.fieldName(field);
    const free = field.id && (field.choices ?? []).length > 0;
    const bulk = `fields:${field.field}`;
    const sides = { keep: field.here, overwrite: field.given };
    const row = make("div", { class: "field", ...(free ? { role: "radiogroup", "aria-label": `${label}, ${entry.name}` } : {}) },
      make("span", { class: "name" }, label));
    const cells = {};
    const inputs = {};
    for (const [choice, value] of Object.entries(sides)) {
      const text = data(this.value(value));
      if (value === null || value === undefined) text.className = "blank";
      const where = make("span", { class: "where" }, this.say(choice === "keep" ? "here" : "given"));
      if (free) {
        inputs[choice] = make("input", {
          type: "radio", name: `${this.prefix}-${place}`,
          onchange: () => {
            this.choices.take(field, bulk, choice);
            this.board.changed(`${label}, ${entry.name}: ${this.say(`choice_${choice}`)}`);
          },
        });
        cells[choice] = make("label", { class: "side" }, inputs[choice], where, unseen(`${this.say(`choice_${choice}`)}: `), text);
      } else {
        cells[choice] = make("span", { class: "side" }, where, unseen(`${this.say(choice === "keep" ? "here" : "given")}: `), text);
      }
    }
    const fate = make("span", { class: "fate" });
    row.append(cells.keep, cells.overwrite, fate);
    this.painters.push(() => {
      const now = free ? this.choices.of(field, bulk) : null;
      const state = free && now ? now : this.fate(field, free);
      row.dataset.state = state;
      for (const choice of ["keep", "overwrite"]) {
        if (free) inputs[choice].checked = now === choice;
        cells[choice].classList.toggle("dropped", (state === "keep" || state === "overwrite") && state !== choice);
      }
      const own = this.choices.has(field.id);
      const why = own ? this.say("own") : now === field.choice && field.rule ? this.say(`rule_${field.rule}`) : "";
      fate.replaceChildren(make("span", { class: "mark" }, this.say(`state_${state}`)), ...(why ? [make("span", { class: "reason" }, why)] : []));
    });
    return row;
  }

  /** What becomes of a field about which nothing was decided here. */
  fate(field, free) {
    const fixed = { written: "overwrite", kept: "keep", asked: "asked", waiting: "waiting", same: "same", only_here: "only_here" };
    return free && ["written", "kept"].includes(field.fate) ? "ruled" : fixed[field.fate];
  }

  opening(opening) {
    const amount = (given) => (given === null || given === undefined ? this.say("blank") : `${given} ${opening.currency}`);
    return make("p", { class: "opening" }, `${this.say("opening")} (${opening.date}): `,
      data(amount(opening.replaced)), " → ", data(amount(opening.amount)));
  }

  finding(finding) {
    const parts = [["seen", finding.seen && `"${finding.seen}"`], ["wanted", finding.wanted], ["try", finding.remedy]];
    return make("div", { class: `finding ${finding.severity}` },
      make("p", {}, make("strong", { class: "mark" }, this.say(`severity_${finding.severity}`)), " ",
        finding.locator?.column && make("span", { class: "column" }, data(finding.locator.column), ": "), data(finding.message)),
      make("dl", {}, parts.filter(([, said]) => said).map(([key, said]) =>
        make("div", {}, make("dt", {}, this.say(key)), make("dd", {}, data(said))))));
  }

  /** A question with its answers. */
  answers(question, place) {
    const title = make("legend", {}, make("span", { class: "mark" }), " ", question.question);
    const back = make("button", { type: "button", class: "quiet", onclick: () => {
      this.choices.set(question.id, null);
      this.board.changed(`${question.question} ${this.say("taken_back")}`);
      box.querySelector("input")?.focus();
    } }, this.say("take_back"));
    const box = make("fieldset", { class: "question" }, title);
    const options = question.options.map((option) => ({ choice: option.choice, label: data(option.label ?? option.choice) }));
    box.append(this.pills(`${place}-${question.id}`, options, () => this.choices.taken.get(question.id), (choice) => {
      this.choices.set(question.id, choice);
      this.board.changed(`${question.question} ${question.options.find((option) => option.choice === choice).label}`);
    }), back);
    this.painters.push(() => {
      const answered = this.choices.has(question.id);
      back.hidden = !answered;
      box.classList.toggle("answered", answered);
      title.firstChild.textContent = this.say(answered ? "answered" : "asked");
    });
    return box;
  }

  question(question, place) {
    const locator = question.locator ?? {};
    const where = [locator.row && `${this.say("row")} ${locator.row}`, locator.column].filter(Boolean).join(" · ");
    return make("article", {}, where && make("p", { class: "about" }, data(where)), this.answers(question, `q${place}`));
  }

  other(other, place) {
    const name = other.name || this.say("nameless");
    const bulk = `clients:${other.reason}`;
    const row = make("article", { class: "other" },
      make("header", {}, make("h3", {}, data(name)), make("span", { class: "about" }, data(`${this.say("client")} ${other.client}`)),
        make("span", { class: "why" }, other.why)));
    if (other.id && (other.choices ?? []).length) {
      const options = other.choices.map((choice) => ({ choice, label: this.say(`choice_${choice}`) }));
      row.append(make("div", { role: "radiogroup", "aria-label": name },
        this.pills(`o${place}`, options, () => this.choices.of(other, bulk), (choice) => {
          this.choices.take(other, bulk, choice);
          this.board.changed(`${name}: ${this.say(`choice_${choice}`)}`);
        })));
      this.painters.push(() => (row.dataset.state = this.choices.of(other, bulk) ?? ""));
    }
    return row;
  }

  decision(decision) {
    const back = make("button", { type: "button", class: "quiet", onclick: () => {
      this.choices.set(decision.id, null);
      this.board.changed(this.say("taken_back"));
      this.board.render();
      this.board.heading.focus();
    } }, this.say("take_back"), unseen(`: ${this.about(decision.id)}`));
    return make("article", { class: "decision" }, make("h3", {}, data(this.about(decision.id))),
      make("span", { class: "mark" }, data(this.named(decision))), back);
  }

  /** What a decision is about, in words. */
  about(id) {
    if (!this.subjects) {
      this.subjects = new Map((this.board.data.bulk ?? []).map((many) => [many.id, many.label]));
      for (const question of this.questions.values()) this.subjects.set(question.id, question.question);
      for (const group of GROUPS) {
        for (const item of this.board.data[group] ?? []) {
          const name = item.name || this.say("nameless");
          if (item.id) this.subjects.set(item.id, name);
          for (const field of item.fields ?? []) if (field.id) this.subjects.set(field.id, `${name}: ${this.fieldName(field)}`);
        }
      }
    }
    return this.subjects.get(id) ?? this.say("answer_to", { id });
  }

  /** A choice in words. */
  named({ id, choice }) {
    const option = this.questions.get(id)?.options.find((each) => each.choice === choice);
    return option?.label ?? this.board.labels[`choice_${choice}`] ?? choice;
  }
}
