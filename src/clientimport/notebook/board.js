// The board in a notebook: the board of the browser page, with its decisions in the widget's `decisions`. Its data comes as a
// message and is no widget state, so that no client stays behind in a notebook that is saved.

export default {
  render({ model, el }) {
    const problem = make("p", { class: "ci-problem", role: "alert" });
    const root = make("div", { class: "ci-board-root" });
    const frame = make("div", { class: "ci-board" }, problem, root);
    el.append(frame);
    const unwatch = followTheme(frame);
    let board = null;
    let known = new Set(); // questions on the board
    const look = () => model.send({ type: "look" });
    const hear = (message) => {
      if (message.type === "board") {
        board?.destroy();
        known = new Set(message.data.conflicts.map((conflict) => conflict.id));
        board = mount(root, message.data, { onChange: take });
      } else if (message.type === "asked" && message.ids.some((id) => !known.has(id))) {
        look(); // an answer raised another question
      }
    };
    const take = (list) => {
      model.set("decisions", Object.fromEntries(list.map(({ id, choice }) => [id, choice])));
      model.save_changes();
    };
    const say = () => (problem.textContent = model.get("problem"));
    const changed = () => {
      const mine = new Map((board?.decisions() ?? []).map(({ id, choice }) => [id, choice]));
      const given = Object.entries(model.get("decisions"));
      if (given.length !== mine.size || given.some(([id, choice]) => mine.get(id) !== choice)) look(); // set in Python
    };
    model.on("msg:custom", hear);
    model.on("change:decisions", changed);
    model.on("change:problem", say);
    say();
    look();
    return () => {
      model.off("msg:custom", hear);
      model.off("change:decisions", changed);
      model.off("change:problem", say);
      unwatch();
      board?.destroy();
    };
  },
};
